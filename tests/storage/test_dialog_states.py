"""The dialogs' state: written directly, within one update, and by aiogram-dialog itself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import DisabledEventIsolation, SimpleEventIsolation
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.test_tools import BotClient, MockMessageManager
from aiogram_dialog.test_tools.keyboard import InlineButtonTextLocator
from aiogram_dialog.widgets.kbd import Button, Cancel
from aiogram_dialog.widgets.text import Const, Format
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from storage.database import Database
from storage.dialog_states import DialogStorage, _Remembered
from storage.dialog_tables import dialog_states
from storage.inbox import Arrival, SqlInbox, settle_update
from tests.support.clock import NOON_OF_JUNE_15, FixedClock
from tests.support.statements import watched

BOT = 1
KEY = StorageKey(bot_id=BOT, chat_id=5, user_id=5)
STACK = replace(KEY, destiny="aiogd:stack:")
CONTEXT = replace(KEY, destiny="aiogd:context:abc")
MARK = {
    "bot_id": 2,
    "chat_id": 1,
    "user_id": 1,
    "thread_id": 0,
    "business_connection_id": "",
    "destiny": "",
    "data": "{}",
    "updated_at": NOON_OF_JUNE_15,
}
"""A row that the storage itself does not write."""
FILLED = _Remembered(data='{"number": 1}')


class Form(StatesGroup):
    name = State()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def written() -> list[str]:
    """Collects the hook's moments of each commit as they happen."""
    return []


@pytest.fixture
async def database(either_url: str, written: list[str]) -> AsyncIterator[Database]:
    opened = Database(either_url, on_commit=written.append)
    yield opened
    await opened.close()


@pytest.fixture
def storage(database: Database, clock: FixedClock) -> DialogStorage:
    return DialogStorage(database, clock.now)


async def rows(database: Database) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(dialog_states))).scalar_one()


async def test_state_and_data_come_back(storage: DialogStorage) -> None:
    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}
    await storage.set_state(KEY, Form.name)
    await storage.set_data(KEY, {"a": [1, {"b": "Chào 👋"}]})
    assert await storage.get_state(KEY) == "Form:name"
    assert await storage.get_data(KEY) == {"a": [1, {"b": "Chào 👋"}]}
    assert await storage.update_data(KEY, {"c": 2}) == {"a": [1, {"b": "Chào 👋"}], "c": 2}
    assert await storage.get_value(KEY, "c") == 2
    await storage.set_state(KEY, "plain")
    assert await storage.get_state(KEY) == "plain"


async def test_no_two_keys_share_anything(storage: DialogStorage) -> None:
    keys = [
        KEY,
        replace(KEY, bot_id=2),
        replace(KEY, chat_id=-6),
        replace(KEY, user_id=6),
        replace(KEY, thread_id=7),
        replace(KEY, business_connection_id="x"),
        replace(KEY, destiny="other"),
    ]
    for number, key in enumerate(keys):
        await storage.set_data(key, {"number": number})
    assert [await storage.get_data(key) for key in keys] == [{"number": n} for n in range(len(keys))]


async def test_what_holds_nothing_takes_no_row(storage: DialogStorage, database: Database) -> None:
    await storage.set_data(KEY, {"a": 1})
    await storage.set_state(KEY, Form.name)
    await storage.set_data(KEY, {})
    assert await rows(database) == 1
    await storage.set_state(KEY, None)
    assert await rows(database) == 0


async def test_data_is_a_copy_on_the_way_in_and_out(storage: DialogStorage) -> None:
    for unit in (1, 2):
        data: dict[str, Any] = {"list": [unit]}
        async with storage.update():
            await storage.set_data(KEY, data)
            data["list"].append("later")
            (await storage.get_data(KEY))["list"].append("elsewhere")
            assert await storage.get_data(KEY) == {"list": [unit]}
        assert await storage.get_data(KEY) == {"list": [unit]}


async def test_what_json_cannot_hold_is_refused_at_once(storage: DialogStorage) -> None:
    async with storage.update():
        with pytest.raises(TypeError):
            await storage.set_data(KEY, {"a": object()})


async def test_an_update_reads_once_and_writes_once(
    storage: DialogStorage, database: Database, written: list[str]
) -> None:
    async with storage.update():
        for number in range(3):
            await storage.set_data(STACK, {"number": number})
            await storage.set_data(CONTEXT, {"number": number})
            await storage.set_state(KEY, Form.name)
            assert await storage.get_data(STACK) == {"number": number}
        assert written == []
        assert await rows(database) == 0
    assert written == ["before", "after"]
    assert await rows(database) == 3


async def test_the_end_of_an_update_goes_to_the_thread_for_its_commit_only(
    storage: DialogStorage, database: Database
) -> None:
    inbox = SqlInbox(database, Channel.TELEGRAM)
    await inbox.take([Arrival("1", 7, 1, "{}")], NOON_OF_JUNE_15)
    (waiting,) = await inbox.waiting(1)
    await storage.set_data(CONTEXT, {"number": 1})
    async with storage.update() as unit:
        await storage.set_data(STACK, {"number": 2})
        await storage.set_data(CONTEXT, {})
        unit.also(lambda connection: settle_update(connection, waiting.id, NOON_OF_JUNE_15))
        with watched() as seen:
            await unit.flush()
    assert len(seen.statements) in (3, 0), "none is SQLite's on PostgreSQL"
    assert seen.thread_changes <= 1
    assert await rows(database) == 1
    assert await inbox.count_waiting() == 0


async def test_updates_that_wait_for_their_turn_end_in_one_transaction(
    storage: DialogStorage, database: Database, written: list[str]
) -> None:
    written.clear()
    async with database.writing():
        ends = [asyncio.create_task(storage.write({(1, chat, 1, 0, "", ""): FILLED})) for chat in range(5)]
        await asyncio.sleep(0)
        assert written == []
        if not database.has_one_writer:
            # Nor do they wait for whoever writes here, or for each other.
            await asyncio.gather(*ends)
            assert written.count("after") == 5
    await asyncio.gather(*ends)
    if database.has_one_writer:
        assert written == ["before", "after"] * 2, "one for the transaction that they waited for"
    assert await rows(database) == 5


async def test_an_end_that_fails_fails_alone(storage: DialogStorage, database: Database) -> None:
    async def fails(_: AsyncConnection) -> None:
        raise ValueError

    async with database.writing():
        ends = [
            asyncio.create_task(
                storage.write({(1, chat, 1, 0, "", ""): FILLED}, [fails] if chat == 2 else [])
            )
            for chat in range(5)
        ]
        await asyncio.sleep(0)
    ended = await asyncio.gather(*ends, return_exceptions=True)
    assert [type(error) for error in ended if error] == [ValueError]
    assert await rows(database) == 4
    with pytest.raises(ValueError):
        await storage.write({(1, 2, 1, 0, "", ""): FILLED}, [fails])
    assert await rows(database) == 4


async def test_an_end_that_is_cancelled_leaves_the_others_to_their_commit(
    storage: DialogStorage, database: Database
) -> None:
    async with database.writing():
        ends = [asyncio.create_task(storage.write({(1, chat, 1, 0, "", ""): FILLED})) for chat in range(3)]
        await asyncio.sleep(0)
        ends[0].cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not any(end.done() for end in ends), "whoever closes the database waits for all of them"
    ended = await asyncio.gather(*ends, return_exceptions=True)
    assert [type(error) for error in ended if error] == [asyncio.CancelledError]
    assert await rows(database) == 3


async def test_unchanged_rows_are_not_written(
    storage: DialogStorage, database: Database, clock: FixedClock
) -> None:
    await storage.set_data(STACK, {"a": 1})
    await storage.set_data(CONTEXT, {"a": 1})
    clock.forward(hours=1)
    async with storage.update():
        await storage.set_data(STACK, {"a": 2})
        await storage.set_data(STACK, {"a": 1})
        await storage.set_data(CONTEXT, {"a": 2})
    async with database.reading() as connection:
        changed = select(dialog_states.c.destiny).where(dialog_states.c.updated_at == clock.now())
        assert list(await connection.scalars(changed)) == [CONTEXT.destiny]


async def test_a_failed_handler_leaves_everything_as_it_was(storage: DialogStorage) -> None:
    await storage.set_data(STACK, {"a": 1})

    async def fail() -> None:
        async with storage.update():
            await storage.set_data(STACK, {"a": 2})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await storage.get_data(STACK) == {"a": 1}


async def test_the_caller_may_flush_or_forget_what_a_failed_handler_did(storage: DialogStorage) -> None:
    async def fail(forget: bool) -> None:
        async with storage.update() as update:
            await storage.set_data(STACK, {"forget": forget})
            if forget:
                storage.forget_changes()
            await update.flush()
            await storage.set_data(CONTEXT, {"a": 1})
            raise RuntimeError

    for forget in (False, True):
        with pytest.raises(RuntimeError):
            await fail(forget)
    assert await storage.get_data(STACK) == {"forget": False}
    assert await storage.get_data(CONTEXT) == {}


async def test_a_task_left_behind_writes_for_itself(storage: DialogStorage) -> None:
    over = asyncio.Event()

    async def later() -> None:
        await over.wait()
        await storage.set_data(CONTEXT, {"late": 1})

    async with storage.update():
        task = asyncio.create_task(later())
    over.set()
    await task
    assert await storage.get_data(CONTEXT) == {"late": 1}


async def test_updates_of_different_chats_do_not_meet(storage: DialogStorage) -> None:
    async def handle(number: int) -> None:
        key = replace(KEY, chat_id=number, user_id=number)
        async with storage.update():
            for step in range(5):
                data = await storage.get_data(key)
                await asyncio.sleep(0)
                await storage.set_data(key, {"steps": [*data.get("steps", []), step], "of": number})

    await asyncio.gather(*(handle(number) for number in range(1, 41)))
    for number in range(1, 41):
        key = replace(KEY, chat_id=number, user_id=number)
        assert await storage.get_data(key) == {"steps": [0, 1, 2, 3, 4], "of": number}


async def test_a_further_write_is_of_the_same_transaction(storage: DialogStorage, database: Database) -> None:
    """An update is settled so: what it left in the dialogs and the mark stand or fall together."""
    fails = True

    async def put(connection: AsyncConnection) -> None:
        await connection.execute(insert(dialog_states).values(MARK))
        if fails:
            raise RuntimeError

    async def handle() -> None:
        async with storage.update():
            assert storage.updating
            storage.also(put)
            await storage.set_data(STACK, {"a": 1})

    with pytest.raises(RuntimeError):
        await handle()
    assert await rows(database) == 0
    assert not storage.updating
    fails = False
    await handle()
    assert await rows(database) == 2


async def test_idle_conversations_go_as_a_whole(storage: DialogStorage, clock: FixedClock) -> None:
    idle = [replace(key, chat_id=9, user_id=9) for key in (STACK, CONTEXT)]
    for key in (STACK, CONTEXT, *idle):
        async with storage.update():
            await storage.set_data(key, {"a": 1})
    clock.forward(days=3)
    async with storage.update():
        await storage.set_data(CONTEXT, {"a": 2})
    assert await storage.purge(clock.now() - timedelta(days=1)) == 2
    assert [await storage.get_data(key) for key in (STACK, CONTEXT, *idle)] == [{"a": 1}, {"a": 2}, {}, {}]


async def say_once_more(callback: CallbackQuery, button: Button, manager: DialogManager) -> None:
    manager.dialog_data["count"] = manager.dialog_data.get("count", 0) + 1


async def counted(dialog_manager: DialogManager, **_: Any) -> dict[str, int]:
    return {"count": dialog_manager.dialog_data.get("count", 0)}


async def test_a_dialog_lives_in_it(storage: DialogStorage, database: Database, written: list[str]) -> None:
    more = Button(Const("More"), id="more", on_click=say_once_more)
    dialog = Dialog(Window(Format("{count}"), more, Cancel(Const("End")), state=Form.name, getter=counted))
    dispatcher = Dispatcher(storage=storage, events_isolation=SimpleEventIsolation())

    async def remember(handler: Any, event: Any, data: dict[str, Any]) -> Any:
        async with storage.update():
            return await handler(event, data)

    async def start(message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Form.name, mode=StartMode.RESET_STACK)

    dispatcher.update.outer_middleware(remember)
    dispatcher.message.register(start, CommandStart())
    dispatcher.include_router(dialog)
    messages = MockMessageManager()
    setup_dialogs(dispatcher, message_manager=messages, events_isolation=DisabledEventIsolation())
    client = BotClient(dispatcher)

    await client.send("/start")
    for count in range(4):
        shown = messages.last_message()
        assert shown.text == str(count)
        written.clear()
        messages.reset_history()
        await client.click(shown, InlineButtonTextLocator("More"))
        assert written == ["before", "after"]
    assert messages.last_message().text == "4"
    await client.click(messages.last_message(), InlineButtonTextLocator("End"))
    assert await rows(database) <= 1
