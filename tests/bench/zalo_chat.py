"""One chat on Zalo with a dispatcher. Zalo answers at once, without HTTP and without a database."""

import itertools
import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from aiogram import Bot, Dispatcher
from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import DialogManager, StartMode

from bot.zalo.answers import OneAnswer, OnlyLiveWindows
from bot.zalo.delivery import Delivery
from bot.zalo.session import ZaloSession
from bot.zalo.updates import update_of
from domain.chats import zalo_chat_id
from domain.choices import WINDOW, ChoiceMenu, menu_json, menu_of_json
from gateways.chat_pace import ChatPace
from gateways.zalo.abilities import BOT_PLATFORM
from gateways.zalo.client import SentMessage
from gateways.zalo.events import EventKind, ZaloEvent, stored_event, written_event
from storage.zalo_chats import put_menu
from tests.bench.catalogue import CLOCK
from tests.support.pace import UNLIMITED
from texts.plain import unmarked

CHAT = "6ede9afa66b88fe6d6a9"
CHAT_ID = zalo_chat_id(CHAT)
_DATE = 1_780_000_000

_event_ids = itertools.count(1)


class InstantZalo:
    """The methods of `ZaloClient` and `SqlZaloChats` that the conversation uses. `text` was sent last."""

    text = ""
    abilities = BOT_PLATFORM

    async def add(self, *_: object, **__: object) -> None:
        """Nothing is counted."""

    async def send_message(self, chat_id: str, text: str, buttons: object = ()) -> SentMessage:
        text = unmarked(text)
        self.text = text
        return SentMessage("1", _DATE)

    async def external_id(self, chat_id: int) -> str:
        return CHAT


class OpenZaloWindow:
    """Types answers to the window of `state`; each text takes the whole way of a stored event.

    `build` makes the dispatcher around the object that answers its updates. `storage.written` collects what
    is to be written together with the dialogs' state.
    """

    def __init__(self, build: Callable[[OneAnswer], Dispatcher], storage: Any, state: State) -> None:
        self._zalo, self._storage = InstantZalo(), storage
        zalo = cast(Any, self._zalo)
        delivery = Delivery(zalo, zalo, zalo, ChatPace(UNLIMITED), CLOCK)
        self._dispatcher = build(OneAnswer(storage, delivery))
        self._dispatcher.update.outer_middleware(OnlyLiveWindows())
        self._bot = Bot("1:bench", session=ZaloSession(delivery, zalo, lambda: "bench"))
        self._menu: tuple[str, int] | None = None

        async def show(_: Message, dialog_manager: DialogManager) -> None:
            await dialog_manager.start(state, mode=StartMode.RESET_STACK)

        # The dispatcher's own handlers come before those of its routers.
        self._dispatcher.message.register(show)

    async def open(self, clock: Callable[[], float]) -> None:
        await self.type("?", clock)

    def key(self, label: str) -> str:
        """The number in front of the line with this label."""
        found = re.search(rf"^(\d+)\. .*{re.escape(label)}", self._zalo.text, re.MULTILINE)
        assert found is not None, self._zalo.text
        return found[1]

    async def type(self, text: str, clock: Callable[[], float]) -> float:
        """Answer with this text. Returns the seconds on `clock` from the stored event and window until
        everything that must be stored about both is there."""
        body = written_event(ZaloEvent(EventKind.TEXT, text, "An"))
        number = next(_event_ids)
        started = clock()
        update = update_of(stored_event(body), number, CHAT_ID, _DATE, self._menus(), self._bot)
        await self._dispatcher.feed_update(self._bot, update)
        seconds = clock() - started
        self._remember()
        return seconds

    def _menus(self) -> dict[str, ChoiceMenu]:
        return {WINDOW: menu_of_json(*self._menu, CLOCK.now())} if self._menu else {}

    def _remember(self) -> None:
        for write in self._storage.written:
            if isinstance(write, partial) and write.func is put_menu:
                menu = write.keywords["menu"]
                self._menu = menu_json(menu), menu.message_id
        self._storage.written.clear()
