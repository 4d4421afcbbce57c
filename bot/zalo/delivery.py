"""Sends an outbox as messages of Zalo, and says what to remember of them."""

import logging
import mimetypes
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.files import Links
from bot.zalo.outbox import Attached, Outbox
from dialogs.numbered.forms import FormedMarkup
from dialogs.numbered.showing import ShownWindow, show_window
from domain.chats import Channel
from domain.choices import WINDOW, QuickButton
from domain.text import fold
from gateways.chat_pace import ChatPace
from gateways.zalo.client import Transport, photo_arrives
from gateways.zalo.errors import PersonRefused, QuotaUsedUp, TokenRefused
from gateways.zalo.splitting import parts
from services.ports import Clock, RetryLater
from storage.dialog_states import Write
from storage.zalo_chats import SqlZaloChats, drop_window, put_menu
from texts.plain import file_line, paragraphs

_HEARD = 40

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends all that was said for an update, as one message where it fits."""

    client: Transport
    chats: SqlZaloChats
    links: Links
    pace: ChatPace
    clock: Clock
    tell_unanswered: Callable[[Channel, str, bool], Awaitable[None]] | None = None
    """Tells who speaks in a chat, by another way, that no answer reaches them here, for now or, where it
    is refused, at all."""

    async def __call__(self, outbox: Outbox) -> Sequence[Write]:
        """Send it; returns what to write afterwards: the choices that were shown, and how many messages it
        took.

        A person who has blocked the bot, or must follow first, is told so by another way. Raises
        `ZaloError` when a message was not delivered, or may not have been.
        """
        external_id = await self.chats.external_id(outbox.chat_id)
        if external_id is None:
            log.warning("a chat of Zalo that never wrote was to be written to")
            return []
        window = await self._window(outbox)
        carries = self.client.abilities.carries
        files = [one for one in outbox.files if carries(one.name, len(one.content))]
        links = [
            file_line(one.name, await self._share(outbox, one)) for one in outbox.files if one not in files
        ]
        text = paragraphs([*outbox.said, *links, (window.marked or window.text) if window else ""])
        steps = window.steps[: self.client.abilities.buttons] if window else ()
        try:
            sent = await self._send(external_id, outbox, text, steps)
            sent += await self._send_files(external_id, outbox, files)
        except PersonRefused:
            log.info("a chat of Zalo takes no messages")
            await self._tell_unanswered(outbox, refused=True)
            return []
        except QuotaUsedUp as error:
            if error.code and error.of_the_month:  # Else it was our own pace.
                await self.chats.refused()
                await self._tell_unanswered(outbox)
            raise
        except TokenRefused:
            await self._tell_unanswered(outbox)
            raise
        return self._to_remember(outbox, window, sent)

    async def _tell_unanswered(self, outbox: Outbox, refused: bool = False) -> None:
        if self.tell_unanswered is not None:
            await self.tell_unanswered(Channel.ZALO, str(outbox.chat_id), refused)

    async def type_in(self, chat_id: int) -> None:
        """Show in the chat that something is being done."""
        external_id = await self.chats.external_id(chat_id)
        if external_id is not None:
            await self.client.send_chat_action(external_id)

    async def at_once(self, outbox: Outbox) -> None:
        """Send what was said outside of an update, and write at once what to remember of it."""
        await self.chats.remember(await self(outbox))

    async def _window(self, outbox: Outbox) -> ShownWindow | None:
        window = outbox.window
        if window is None:
            return None
        here = self.client.abilities.takes_documents
        takes_file = isinstance(window.markup, FormedMarkup) and window.markup.form.takes_file
        upload_url = await self.links.upload(outbox.chat_id) if takes_file and not here else ""
        return show_window(window.html, window.markup, upload_url, files_here=here)

    async def _share(self, outbox: Outbox, file: Attached) -> str:
        mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return await self.links.share(file.content, file.name, mime, outbox.chat_id)

    async def _send_files(self, chat: str, outbox: Outbox, files: Sequence[Attached]) -> int:
        for file in files:
            await self._turn(outbox)
            await self.client.send_file(chat, file.name, file.content)
        return len(files)

    async def _send(self, chat: str, outbox: Outbox, text: str, steps: Sequence[QuickButton]) -> int:
        """Send text and pictures; returns how many messages it took. The buttons stand under the last part of
        the text, and are left out where that stands under a picture."""
        sent, left, pictures = 0, parts(text), outbox.pictures
        for picture in pictures[:-1]:
            sent += await self._picture_arrives(chat, outbox, picture, "")
        caption = left[0] if len(left) == 1 else ""
        if pictures and await self._picture_arrives(chat, outbox, pictures[-1], caption):
            sent, left = sent + 1, [] if caption else left
        for number, part in enumerate(left, 1):
            await self._turn(outbox)
            await self.client.send_message(chat, part, steps if number == len(left) else ())
            sent += 1
        return sent

    async def _picture_arrives(self, chat: str, outbox: Outbox, picture: Attached, caption: str) -> bool:
        await self._turn(outbox)
        return await photo_arrives(self.client, chat, await self._share(outbox, picture), caption)

    async def _turn(self, outbox: Outbox) -> None:
        try:
            await self.pace.answer(str(outbox.chat_id))
        except RetryLater as later:
            raise QuotaUsedUp(0, str(later)) from later

    def _to_remember(self, outbox: Outbox, window: ShownWindow | None, sent: int) -> Sequence[Write]:
        chat_id, now = outbox.chat_id, self.clock.now()
        writes: list[Write] = []
        if window is not None and outbox.window is not None:
            menu = replace(
                window.menu, message_id=outbox.window.message_id, after=fold(outbox.heard)[:_HEARD]
            )
            writes.append(partial(put_menu, chat_id=chat_id, letter=WINDOW, menu=menu, now=now))
        elif outbox.gone:
            writes.append(partial(drop_window, chat_id=chat_id, message_ids=frozenset(outbox.gone)))
        if sent:
            writes.append(partial(self.chats.add, chat_id=chat_id, messages=sent, now=now))
        return writes
