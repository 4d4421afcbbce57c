"""What stands between Telegram and the dialogs."""

import asyncio
from inspect import isclass
from typing import Any, cast

import pytest
from aiogram import Bot, Dispatcher
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup, any_state
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Chat, Message, Update, User
from aiogram_dialog.utils import CB_SEP, join_reply_callback

from bot.dispatcher import OnlyTrueReplyButtons, build_dispatcher
from gateways.totals_picture import PillowPainter
from gateways.workbooks.export import OpenpyxlWriter
from services.operations import Operations
from tests.bench.chat import InstantSession
from tests.bench.tapping import DialogsInMemory, PickingInMemory


async def _after(text: str) -> str | None:
    message = Message.model_validate(
        {
            "message_id": 1,
            "date": 0,
            "chat": Chat(id=1, type="private"),
            "from_user": User(id=1, is_bot=False, first_name="Lan"),
            "text": text,
        }
    )
    seen: list[str | None] = []

    async def handler(event: object, data: dict[str, object]) -> None:
        assert isinstance(event, Message)
        seen.append(event.text)

    await OnlyTrueReplyButtons()(handler, message, {})
    return seen[0]


@pytest.mark.parametrize("tail", ["\u200c\U0001d17a", "\u200d", "\u2060" * 9, "\xad\u2063"])
async def test_typed_text_that_ends_invisibly_stays_a_text(tail: str) -> None:
    assert await _after(f"Lan{tail}") == "Lan"


async def test_a_reply_button_stays_a_button() -> None:
    label = join_reply_callback("‹ Quay lại", f"aB3dE6{CB_SEP}back")
    assert await _after(label) == label


async def test_ordinary_text_is_left_alone() -> None:
    assert await _after("Công ty A 👨‍👩‍👧") == "Công ty A 👨‍👩‍👧"


class _Storage(DialogsInMemory):
    """Notes the chats whose state is read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    async def get_state(self, key: StorageKey) -> str | None:
        self.read.append(key.chat_id)
        return await super().get_state(key)


def _dispatcher(storage: _Storage) -> Dispatcher:
    answers: Any = PickingInMemory(1)
    return build_dispatcher(
        cast(Any, storage),
        cast(Operations, answers),
        lambda: b"",
        OpenpyxlWriter(),
        PillowPainter(),
    )


def _update(number: int, user: int = 1) -> Update:
    person = User(id=user, is_bot=False, first_name="Lan")
    text = {"message_id": number, "date": 0, "chat": Chat(id=user, type="private"), "from_user": person}
    return Update.model_validate({"update_id": number, "message": {**text, "text": "?"}})


async def test_no_filter_asks_for_the_state_of_the_chat_which_is_not_read() -> None:
    storage = _Storage()
    dispatcher = _dispatcher(storage)
    filters = [
        asked.callback
        for router in dispatcher.chain_tail
        for observer in router.observers.values()
        for handler in (observer._handler, *observer.handlers)
        for asked in handler.filters or ()
    ]
    assert filters
    for asked in filters:
        # `any_state`, which aiogram-dialog registers, takes any state without looking at it.
        assert asked is any_state or not isinstance(asked, StateFilter | State)
        assert not (isclass(asked) and issubclass(asked, StatesGroup))

    async def handle(message: Message) -> None:
        pass

    dispatcher.message.register(handle)
    await dispatcher.feed_update(Bot("1:test", session=InstantSession()), _update(1))
    assert storage.read == []


async def test_updates_of_a_chat_wait_for_each_other_and_others_do_not() -> None:
    dispatcher = _dispatcher(_Storage())
    order, began, go_on = [], asyncio.Event(), asyncio.Event()

    async def handle(message: Message) -> None:
        order.append(f"{message.message_id} begins")
        began.set()
        if message.message_id == 1:
            await go_on.wait()
        order.append(f"{message.message_id} ends")

    dispatcher.message.register(handle)
    bot = Bot("1:test", session=InstantSession())
    first = asyncio.create_task(dispatcher.feed_update(bot, _update(1)))
    await began.wait()
    second = asyncio.create_task(dispatcher.feed_update(bot, _update(2)))
    await dispatcher.feed_update(bot, _update(3, user=2))
    go_on.set()
    await asyncio.gather(first, second)
    assert order == ["1 begins", "3 begins", "3 ends", "1 ends", "2 begins", "2 ends"]
