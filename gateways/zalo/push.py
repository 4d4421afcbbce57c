"""Pushes to Zalo chats: plain text with codes, pictures and files by links."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from domain.chats import PUSH_LETTERS, Channel, letters_of
from domain.choices import Choice, ChoiceMenu, QuickButton, tap_of
from domain.messaging.contents import PushContent
from gateways.chat_pace import ChatPace
from gateways.pictures import picture_to_send
from gateways.workbooks.export import OpenpyxlWriter
from gateways.zalo.client import TEXT_LIMIT, Transport, photo_arrives
from gateways.zalo.errors import AnswerLost, PersonRefused, QuotaUsedUp, TokenRefused, ZaloError
from gateways.zalo.splitting import parts
from services.messaging.messages import ChatButton, CodedMessage, Renderer
from services.ports import Attachments, RetryLater, Undeliverable, WayClosed, WorkbookWriter
from services.presence import FAILURES, Presence
from texts.plain import unmarked, utf16_length

SEPARATOR = "\n────────\n"
"""The line between pushes that leave as one message."""

_SERVER_TROUBLE = 5.0
_TOKEN_REFUSED = 60.0
_QUOTA_USED_UP = 60.0
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANY_LETTER = PUSH_LETTERS[0]


class FileSharer(Protocol):
    async def share(self, content: bytes, name: str, mime: str, chat_id: int) -> str:
        """A public, unguessable address at which the file can be fetched for a while."""


class PushedMenus(Protocol):
    """The chats of Zalo and their menus, by the chats' numbers (`storage.zalo_chats`)."""

    async def external_id(self, chat_id: int) -> str | None: ...
    async def next_letters(self, chat_id: int) -> str: ...
    async def keep_menu(self, chat_id: int, letter: str, menu: ChoiceMenu) -> None: ...
    async def count(self, chat_id: int, messages: int, push_key: str = "") -> None:
        """Count messages that say this push, and what they cost."""

    async def may_write(self, chat_id: int) -> bool:
        """Whether the platform lets us write there now."""

    async def refused(self) -> None: ...


class ZaloSender:
    """`PushSender` and `BundleSender` of Zalo: an address is the number of a chat, as text.

    The caller opens and closes `client`. `pace` is the budget of this app. `number` makes a message's
    reference; Zalo's own id is not needed, since its messages cannot be edited.
    """

    def __init__(
        self,
        client: Transport,
        renderer: Renderer,
        pace: ChatPace,
        chats: PushedMenus,
        links: FileSharer,
        attachments: Attachments | None = None,
        writer: WorkbookWriter | None = None,
        number: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._client = client
        self._renderer = renderer
        self._pace = pace
        self._chats = chats
        self._links = links
        self._attachments = attachments
        self._writer = writer or OpenpyxlWriter()
        self._number = number
        self.presence = Presence("pushes on Zalo", FAILURES, (Undeliverable,))

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        """Send one push, in as many messages as its text needs. Zalo knows neither idempotency keys nor
        silent messages. Errors as in `PushSender`; `AnswerLost` is raised as it came."""
        external_id = await self._external_id(address)
        await self._pace.take_both(address)
        draft = self._renderer.coded(content, _ANY_LETTER, maybe_repeated)
        message = await self._worded(address, draft, content, maybe_repeated)
        return await self._deliver(address, external_id, [message], key)

    async def send_together(
        self,
        address: str,
        contents: Sequence[PushContent],
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str | None:
        """Send several pushes as one message, each with letters of its own. `None`, with nothing sent, if
        they are too long for one message or have more than one picture. Errors as in `send`."""
        external_id = await self._external_id(address)
        repeated = [maybe_repeated, *[False] * (len(contents) - 1)]
        drafts = [
            self._renderer.coded(content, _ANY_LETTER, again)
            for content, again in zip(contents, repeated, strict=True)
        ]
        if not _are_one(drafts):
            return None
        await self._pace.take_both(address)
        messages = [
            await self._worded(address, draft, content, again)
            for draft, content, again in zip(drafts, contents, repeated, strict=True)
        ]
        # The links to files have made the text longer.
        if not _are_one(messages):
            return None
        return await self._deliver(address, external_id, messages, key)

    async def _external_id(self, address: str) -> str:
        found = await self._chats.external_id(int(address)) if address.isdecimal() else None
        if found is None:
            raise Undeliverable("a chat that never wrote")
        if not await self._chats.may_write(int(address)):
            raise Undeliverable("a chat that has not written for too long")
        return found

    async def _worded(
        self, address: str, draft: CodedMessage, content: PushContent, maybe_repeated: bool
    ) -> CodedMessage:
        """The draft with links to its files, and its codes under letters of its own."""
        links: dict[str, str] = {}
        if file := draft.workbook:
            written = await self._writer.write(file.tables)
            links[file.name] = await self._links.share(written, file.name, _XLSX, int(address))
        if not draft.codes and not links:
            return draft
        letter = await self._chats.next_letters(int(address)) if draft.codes else _ANY_LETTER
        return self._renderer.coded(content, letter, maybe_repeated, links)

    async def _deliver(
        self, address: str, external_id: str, messages: Sequence[CodedMessage], key: str
    ) -> str:
        """Send the picture with the text under it if that fits, else the parts of the text after it. The menu
        of the codes is kept once all have arrived.

        If a later one fails, a repeat shows the earlier ones twice, which misleads nobody.
        """
        pictures = (message.photo for message in messages if message.photo)
        photo = await self._photo_url(address, next(pictures, None))
        texts = parts(_together(messages))
        steps = _buttons_of(messages)[: self._client.abilities.buttons]
        sent = 0
        try:
            with self.presence:
                async with self._refusals(address):
                    under = texts[0] if len(texts) == 1 else ""
                    if photo is not None and await photo_arrives(self._client, external_id, photo, under):
                        sent += 1
                        texts = texts[1:] if under else texts
                    for number, part in enumerate(texts, 1):
                        if sent:
                            await self._pace.count(address)
                        last = number == len(texts)
                        await self._client.send_message(external_id, part, steps if last else ())
                        sent += 1
        finally:
            if sent:
                await self._chats.count(int(address), sent, key)
        number = self._number()
        for message in messages:
            for letter in {letters_of(code) for code in message.codes}:
                await self._chats.keep_menu(int(address), letter, menu_of(message.codes, number))
        return str(number)

    async def _photo_url(self, address: str, photo: bytes | str | None) -> str | None:
        found = await picture_to_send(photo, Channel.ZALO, self._attachments)
        if isinstance(found, bytes):
            ending, mime = ("png", "image/png") if found.startswith(b"\x89PNG") else ("jpg", "image/jpeg")
            return await self._links.share(found, f"anh.{ending}", mime, int(address))
        return found

    @asynccontextmanager
    async def _refusals(self, address: str) -> AsyncIterator[None]:
        """Turn the errors of Zalo into those of `PushSender`."""
        try:
            yield
        except PersonRefused as error:
            raise Undeliverable(f"Zalo refuses this person: {error.description}") from error
        except TokenRefused as error:
            raise RetryLater(_TOKEN_REFUSED, "Zalo refuses the token") from error
        except QuotaUsedUp as error:
            # Waiting does not bring back the quota of a month, so these tries count and end some day.
            await self._pace.refused(address, _QUOTA_USED_UP)
            if not error.of_the_month:
                raise RetryLater(_QUOTA_USED_UP, "pace of Zalo") from error
            await self._chats.refused()
            raise WayClosed(_QUOTA_USED_UP, "quota of Zalo") from error
        except AnswerLost:
            raise
        except ZaloError as error:
            raise RetryLater(_SERVER_TROUBLE, str(error)) from error


def menu_of(codes: Mapping[str, ChatButton], message_id: int) -> ChoiceMenu:
    """What each code does: taps the button, or is answered by the text that is to be copied."""
    return ChoiceMenu(tuple(_choice(code, button) for code, button in codes.items()), message_id)


def _choice(code: str, button: ChatButton) -> Choice:
    if button.data is not None:
        return Choice(code, button.data)
    return Choice(code, says="\n".join(filter(None, (button.copy, button.note))))


def _buttons_of(messages: Sequence[CodedMessage]) -> list[QuickButton]:
    """The buttons of messages that leave as one; of several, each message's first."""
    taps = [
        [QuickButton(button.text, tap_of(_choice(code, button))) for code, button in message.codes.items()]
        for message in messages
    ]
    return taps[0] if len(taps) == 1 else [one[0] for one in taps if one]


def _together(messages: Sequence[CodedMessage]) -> str:
    return SEPARATOR.join(message.marked or message.text for message in messages)


def _are_one(messages: Sequence[CodedMessage]) -> bool:
    pictures = sum(message.photo is not None for message in messages)
    return pictures <= 1 and utf16_length(unmarked(_together(messages))) <= TEXT_LIMIT
