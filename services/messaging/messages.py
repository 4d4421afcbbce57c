"""What a push looks like in each channel, neutral of any library, and who words it.

`texts` renders, `gateways` sends; this is the form they hand over in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.messaging.contents import PushContent
from services.ports import Table


@dataclass(frozen=True, slots=True)
class ChatButton:
    """A button under a message; exactly one of `data` (a callback, ≤ 64 bytes), `url` and `copy` is given."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file of tables, written by the gateway that sends it."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """`html` uses the tags that Telegram knows; `photo` is a PNG, or a reference of a picture that somebody
    sent (`domain.files`); `buttons` are rows from top to bottom."""

    html: str
    photo: bytes | str | None = None
    buttons: tuple[tuple[ChatButton, ...], ...] = ()
    workbook: Workbook | None = None


@dataclass(frozen=True, slots=True)
class CodedMessage:
    """A chat message for an app without buttons: plain text of any length, and the button that each code in
    it stands for, such as A1. Each of them has `data` or `copy`; a `url` stands in the text. The codes are
    its last paragraph."""

    text: str
    codes: Mapping[str, ChatButton]
    photo: bytes | str | None = None
    workbook: Workbook | None = None


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A picture that the HTML of a mail shows by `<img src="cid:…">`; `subtype` is that of `image/…`."""

    cid: str
    content: bytes
    subtype: str = "png"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in both forms, `text` saying the same as `html`; `attachments` are files beside them."""

    subject: str
    text: str
    html: str
    inline: tuple[InlineImage, ...] = ()
    attachments: tuple[Workbook, ...] = ()


class Renderer(Protocol):
    """Words a push. `maybe_repeated` asks for a hint that an earlier copy may have arrived."""

    def chat(self, content: PushContent, maybe_repeated: bool) -> ChatMessage: ...
    def coded(
        self,
        content: PushContent,
        letter: str,
        maybe_repeated: bool,
        links: Mapping[str, str] | None = None,
    ) -> CodedMessage:
        """The same for an app without buttons and files: its codes begin with `letter`, and the files whose
        addresses are in `links`, by name, stand in the text."""

    def mail(self, content: PushContent, maybe_repeated: bool) -> Mail: ...
    def sms(self, content: PushContent) -> str:
        """Plain GSM-7 text without diacritics, one part of 160 characters where possible."""
