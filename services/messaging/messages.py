"""What a push looks like on each channel, in the form that `texts` hands over to `gateways`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.messaging.contents import PushContent
from services.ports import Table


@dataclass(frozen=True, slots=True)
class ChatButton:
    """A button under a message. Exactly one of `data` (callback data, at most 64 bytes), `url` and `copy` is
    given. `note` says what the copied text is, where it comes as a message."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file of tables, written by the gateway that sends it."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A file as it is, whose type is known by the ending of its name."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """`html` uses the tags that Telegram knows. `photo` is a PNG, or the reference of a picture that somebody
    sent (`domain.files`). `buttons` are rows from top to bottom."""

    html: str
    photo: bytes | str | None = None
    buttons: tuple[tuple[ChatButton, ...], ...] = ()
    workbook: Workbook | None = None


@dataclass(frozen=True, slots=True)
class CodedMessage:
    """A chat message for an app without buttons: plain text of any length, whose last paragraph lists a code
    for each button, such as A1. `codes` has the button of each code, with `data` or `copy`; buttons with a
    `url` have no code, the address stands in the text. `marked` has marks around what is bold."""

    text: str
    codes: Mapping[str, ChatButton]
    photo: bytes | str | None = None
    workbook: Workbook | None = None
    marked: str = ""


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A picture that the HTML of a mail shows by `<img src="cid:…">`; its type is `image/<subtype>`."""

    cid: str
    content: bytes
    subtype: str = "png"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `text` says the same as `html`; `attachments` are files beside them."""

    subject: str
    text: str
    html: str
    inline: tuple[InlineImage, ...] = ()
    attachments: tuple[Workbook | ReadyFile, ...] = ()
    stop_at: str = ""
    """Where a mailbox says that its owner wants no more of this kind (RFC 8058); empty for nowhere."""


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
        """The message for an app without buttons and files. Its codes begin with `letter`; `links` are the
        addresses of files by name, which the text lists."""

    def mail(self, content: PushContent, maybe_repeated: bool, link: str = "") -> Mail:
        """`link` is the end of the mail's own link, empty where it has none."""

    def sms(self, content: PushContent) -> str:
        """Plain GSM-7 text without diacritics: one part, at most 160 characters, where possible."""
