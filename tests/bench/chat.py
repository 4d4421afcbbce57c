"""One chat with a dispatcher, its Telegram answering at once."""

import itertools
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.fsm.state import State
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import Chat, Message, Update
from aiogram_dialog import DialogManager, StartMode

from bot.inbox import InboxReader
from bot.telegram.updates import arrival_of, source_of
from domain.chats import Channel
from storage.database import Database
from storage.inbox import SqlInbox
from tests.support.clock import FixedClock

CHAT_ID = 7
_PERSON = {"id": CHAT_ID, "is_bot": False, "first_name": "An"}
_CHAT = {"id": CHAT_ID, "type": "private"}
_DATE = 1_780_000_000

_update_ids = itertools.count(1)
"""Shared by all chats, because aiogram compares updates of the same number field by field."""


class InstantSession(BaseSession):
    """Accepts every request, remembers the last window, and calls `on_window` when one comes."""

    window: SendMessage | EditMessageText
    on_window: Callable[[], None] = staticmethod(lambda: None)

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], **_: Any) -> Any:  # type: ignore[override]
        if isinstance(method, SendMessage | EditMessageText):
            self.window = method
            self.on_window()
            chat = Chat(id=CHAT_ID, type="private")
            return Message(message_id=1, date=_DATE, chat=chat, text=method.text)  # type: ignore[arg-type]
        return True

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError
        yield

    async def close(self) -> None:
        """Nothing is open."""


class OpenWindow:
    """Taps buttons of the window of `state`; each tap takes the way from a parsed update to its end."""

    def __init__(self, dispatcher: Dispatcher, state: State) -> None:
        self._dispatcher = dispatcher
        self.session = InstantSession()
        self._bot = Bot("1:bench", session=self.session)

        async def show(_: Message, dialog_manager: DialogManager) -> None:
            await dialog_manager.start(state, mode=StartMode.RESET_STACK)

        # The dispatcher's own handlers come before those of its routers.
        dispatcher.message.register(show)

    async def open(self) -> None:
        await self._feed(time.perf_counter, message={**self._message(), "from": _PERSON, "text": "?"})

    @property
    def buttons(self) -> list[Any]:
        keyboard: Any = self.session.window.reply_markup
        return [button for row in keyboard.inline_keyboard for button in row]

    async def tap(self, number: int, clock: Callable[[], float]) -> float:
        """Tap the button in this place, counted from the first. Returns the seconds it took on `clock`."""
        window = self.session.window.model_dump(include={"text", "reply_markup"}, exclude_none=True)
        query = {"id": "1", "from": _PERSON, "chat_instance": "1", "data": self.buttons[number].callback_data}
        return await self._feed(clock, callback_query={**query, "message": {**self._message(), **window}})

    def _message(self) -> dict[str, Any]:
        return {"message_id": 1, "date": _DATE, "chat": _CHAT}

    async def _feed(self, clock: Callable[[], float], **content: Any) -> float:
        raw = {"update_id": next(_update_ids), **content}
        started = clock()
        await self._handle(raw)
        return clock() - started

    async def _handle(self, raw: dict[str, Any]) -> None:
        update = Update.model_validate(raw, context={"bot": self._bot})
        await self._dispatcher.feed_update(self._bot, update)


class StoredWindow(OpenWindow):
    """An `OpenWindow` whose updates go through the inbox of `database`, as in the program: stored, read,
    handled and settled."""

    def __init__(self, dispatcher: Dispatcher, state: State, database: Database) -> None:
        super().__init__(dispatcher, state)
        self._kinds = dispatcher.resolve_used_update_types()
        inbox = SqlInbox(database, Channel.TELEGRAM)
        self._reader = InboxReader(inbox, source_of(self._bot), dispatcher, FixedClock())

    async def _handle(self, raw: dict[str, Any]) -> None:
        arrival = arrival_of(raw, self._bot.id, self._kinds)
        assert arrival is not None
        await self._reader.take([arrival])
        assert await self._reader.run_due() == 1
