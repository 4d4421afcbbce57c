"""An outbox as messages of Zalo, and what has to be remembered of them."""

import logging
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.zalo.outbox import Attached, Outbox
from dialogs.numbered.forms import FormedMarkup
from dialogs.numbered.menus import written
from dialogs.numbered.showing import ShownWindow, show_window
from gateways.chat_pace import ChatPace
from gateways.zalo.client import ZaloClient, photo_arrives
from gateways.zalo.errors import PersonRefused
from gateways.zalo.splitting import parts
from services.ports import Clock
from storage.dialog_states import Write
from storage.zalo_chats import SqlZaloChats, add_count, drop_window, put_menu
from texts.plain import file_line, paragraphs

log = logging.getLogger(__name__)


class Links(Protocol):
    """Links to the program's own web."""

    async def share(self, content: bytes, name: str, mime: str) -> str:
        """Where a file can be fetched for a while."""

    async def upload(self, chat_id: int) -> str:
        """Where one file can be sent in."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends what an update said, as one message where it fits."""

    client: ZaloClient
    chats: SqlZaloChats
    links: Links
    pace: ChatPace
    clock: Clock

    async def __call__(self, outbox: Outbox) -> Sequence[Write]:
        """What is to be written once it was delivered: the choices that were shown, and the count.

        Raises `ZaloError` where the messages, or some of them, were not delivered, or may not have been. A
        person who does not want any is left alone.
        """
        external_id = await self.chats.external_id(outbox.chat_id)
        if external_id is None:
            log.warning("a chat of Zalo that never wrote was to be written to")
            return []
        window = await self._window(outbox)
        links = [await self._link(one) for one in outbox.files]
        text = paragraphs([*outbox.said, *links, window.text if window else ""])
        try:
            sent = await self._send(external_id, outbox, text)
        except PersonRefused:
            log.info("a chat of Zalo takes no messages")
            return []
        return self._to_remember(outbox, window, sent)

    async def at_once(self, outbox: Outbox) -> None:
        """The same for what is said outside of an update, remembered at once."""
        await self.chats.remember(await self(outbox))

    async def _window(self, outbox: Outbox) -> ShownWindow | None:
        window = outbox.window
        if window is None:
            return None
        takes_file = isinstance(window.markup, FormedMarkup) and window.markup.form.takes_file
        upload_url = await self.links.upload(outbox.chat_id) if takes_file else ""
        return show_window(window.html, window.markup, upload_url)

    async def _link(self, file: Attached) -> str:
        return file_line(file.name, await self._share(file))

    async def _share(self, file: Attached) -> str:
        mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return await self.links.share(file.content, file.name, mime)

    async def _send(self, chat: str, outbox: Outbox, text: str) -> int:
        """How many messages it took."""
        sent, left, pictures = 0, parts(text), outbox.pictures
        for picture in pictures[:-1]:
            sent += await self._picture_arrives(chat, outbox, picture, "")
        caption = left[0] if len(left) == 1 else ""
        if pictures and await self._picture_arrives(chat, outbox, pictures[-1], caption):
            sent, left = sent + 1, [] if caption else left
        for part in left:
            self.pace.count(str(outbox.chat_id))
            await self.client.send_message(chat, part)
            sent += 1
        return sent

    async def _picture_arrives(self, chat: str, outbox: Outbox, picture: Attached, caption: str) -> bool:
        self.pace.count(str(outbox.chat_id))
        return await photo_arrives(self.client, chat, await self._share(picture), caption)

    def _to_remember(self, outbox: Outbox, window: ShownWindow | None, sent: int) -> Sequence[Write]:
        chat_id, now = outbox.chat_id, self.clock.now()
        writes: list[Write] = []
        if window is not None and outbox.window is not None:
            message_id, body = outbox.window.message_id, written(window.menu)
            writes.append(
                partial(put_menu, chat_id=chat_id, letter="", message_id=message_id, body=body, now=now)
            )
        elif outbox.gone:
            writes.append(partial(drop_window, chat_id=chat_id, message_ids=frozenset(outbox.gone)))
        if sent:
            writes.append(partial(add_count, messages=sent, now=now))
        return writes
