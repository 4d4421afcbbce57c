"""Two readers of one inbox, each with holds of its own as two processes have them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Message
from aiogram_dialog.api.exceptions import UnknownState

from bot import chat_holds, screens
from bot.chat_holds import HeldChats, hold_of
from bot.inbox import REST, InboxReader
from bot.screens import DialogScreens
from bot.zalo.updates import source_of
from domain.chats import Channel, zalo_chat_id
from gateways.zalo.errors import OutOfReach, ZaloError
from gateways.zalo.events import EventKind, ZaloEvent
from services.ports import RetryLater
from storage.database import Database
from storage.holds import SharedHolds, taken
from tests.support.zalo_world import LAN, ZaloWorld, only, zalo_world

TEXT = EventKind.TEXT
CHAT = hold_of(zalo_chat_id(LAN))


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[ZaloWorld]:
    database = Database(database_url)
    async with zalo_world(database) as opened:
        yield opened
    await database.close()


@pytest.fixture
async def holds(database_url: str) -> AsyncIterator[tuple[SharedHolds, SharedHolds]]:
    async with SharedHolds(database_url) as mine, SharedHolds(database_url) as others:
        yield mine, others


@pytest.fixture
def readers(world: ZaloWorld, holds: tuple[SharedHolds, SharedHolds]) -> list[InboxReader]:
    """Two, of which the world has the first. Each says what it is told."""

    async def answer(message: Message) -> None:
        await message.answer(message.text or "")

    world.talk(only(answer))
    made = [reader_of(world, one) for one in holds]
    world.reader = made[0]
    return made


def let_say(
    world: ZaloWorld, readers: list[InboxReader], answer: Callable[[Message], Awaitable[None]]
) -> None:
    """From now on both readers' conversation is this."""
    world.talk(only(answer))
    for reader in readers:
        reader._dispatcher = world.dispatcher
    world.reader = readers[0]


async def rested(*readers: InboxReader) -> None:
    """Wait until these have looked. The clock stands still, so they never do so again by themselves."""
    async with asyncio.timeout(60):
        while any(one.running or one._idle_seconds() < chat_holds.LOOK_SECONDS for one in readers):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def reader_of(world: ZaloWorld, holds: SharedHolds) -> InboxReader:
    source = source_of(world.bot, world.chats)
    return InboxReader(world.inbox, source, world.dispatcher, world.clock, world.steady, holds)


async def test_a_tap_costs_two_short_statements_more(
    world: ZaloWorld, holds: tuple[SharedHolds, SharedHolds], readers: list[InboxReader]
) -> None:
    await world.handle()
    await world.take(world.received(ZaloEvent(TEXT, "warm")))
    await world.handle()
    session = holds[0]._session
    assert session is not None
    statements, execute = list[str](), session.connection.execute

    async def noted(query, *given, **named):  # type: ignore[no-untyped-def]
        statements.append(str(query))
        return await execute(query, *given, **named)

    session.connection.execute = noted  # type: ignore[method-assign]
    for number in range(1, 4):
        await world.take(world.received(ZaloEvent(TEXT, "xin chào")))
        assert await world.reader.run_due() == 1
        assert len(statements) == 2 * number
    assert len(world.client.sent) == 4


async def test_one_that_is_put_off_by_its_own_fault_is_not_tried_sooner_by_another(
    world: ZaloWorld, readers: list[InboxReader]
) -> None:
    mine, other = readers
    failing = True

    async def answer(message: Message) -> None:
        if failing:
            raise ValueError("its own fault")
        await message.answer(message.text or "")

    # Nobody is told of errors in this conversation, so each is tried again.
    let_say(world, readers, answer)
    await world.take(world.received(ZaloEvent(TEXT, "first")))
    assert await mine.run_due() == 1
    await other.take([])
    other.wake()
    assert await other.run_due() == 0
    assert [row["attempts"] for row in await world.waiting()] == [1]
    world.clock.forward(seconds=4)
    other.wake()
    assert await other.run_due() == 0
    failing = False
    world.clock.forward(seconds=2)
    assert await mine.run_due() == 1
    assert [sent.text for sent in world.client.sent] == ["first"]


async def test_who_cannot_reach_the_app_leaves_it_to_others(
    world: ZaloWorld, readers: list[InboxReader]
) -> None:
    mine, other = readers
    world.client.failures = [OutOfReach(0, "this machine is cut off")]
    await world.take(world.received(ZaloEvent(TEXT, "first")))
    assert await mine.run_due() == 1
    assert world.client.sent == []
    other.wake()
    assert await other.run_due() == 1
    assert [sent.text for sent in world.client.sent] == ["first"]
    world.clock.forward(seconds=REST + 1)
    await mine.run_due()
    assert len(world.client.sent) == 1


async def test_what_another_handled_meanwhile_is_taken_back_quietly(
    world: ZaloWorld,
    holds: tuple[SharedHolds, SharedHolds],
    readers: list[InboxReader],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(message: Message) -> None:
        key = StorageKey(world.bot.id, message.chat.id, message.chat.id)
        await world.storage.set_data(key, {"by": "the slower one"})
        (row,) = await world.waiting()
        await world.inbox.settle(row["id"], world.clock.now())
        await message.answer(message.text or "")

    let_say(world, readers, answer)
    await world.take(world.received(ZaloEvent(TEXT, "first")))
    with caplog.at_level(logging.INFO, "bot.inbox"):
        assert await world.reader.run_due() == 1
    assert (await world.remembered())["dialogs"] == {}
    assert not [one for one in caplog.records if one.levelno > logging.INFO]
    assert "handled by another process" in caplog.text
    assert not holds[0].has(CHAT)


async def test_what_comes_to_another_while_a_chat_is_answered_is_answered_by_who_holds_it(
    world: ZaloWorld, readers: list[InboxReader]
) -> None:
    begun, go_on, said = asyncio.Event(), asyncio.Event(), list[str]()

    async def answer(message: Message) -> None:
        said.append(message.text or "")
        begun.set()
        await go_on.wait()

    let_say(world, readers, answer)
    running = [asyncio.create_task(reader.run()) for reader in readers]
    await rested(*readers)
    await world.take(world.received(ZaloEvent(TEXT, "1")))
    await begun.wait()
    world.reader = readers[1]
    for number in (2, 3):
        await world.take(world.received(ZaloEvent(TEXT, str(number))))
    # The other one has asked for the chat in vain.
    async with asyncio.timeout(60):
        while not readers[0]._came:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert said == ["1"]
    go_on.set()
    async with asyncio.timeout(60):
        while await world.waiting():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert said == ["1", "2", "3"]
    for task in running:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_what_a_process_stored_that_died_is_found_within_seconds(
    world: ZaloWorld, readers: list[InboxReader]
) -> None:
    mine, other = readers
    assert await other.run_due() == 0
    await mine.take([])
    await world.inbox.take([], world.clock.now())
    await world.take(world.received(ZaloEvent(TEXT, "xin chào")))
    assert await other.run_due() == 0
    world.clock.forward(seconds=chat_holds.LOOK_SECONDS)
    assert await other.run_due() == 1
    assert [sent.text for sent in world.client.sent] == ["xin chào"]


async def test_what_a_process_leaves_at_its_end_is_answered_at_once(
    world: ZaloWorld, readers: list[InboxReader]
) -> None:
    begun, said = asyncio.Event(), list[str]()

    async def answer(message: Message) -> None:
        begun.set()
        # The first is still being said when the process is told to end.
        await asyncio.sleep(0)
        said.append(message.text or "")

    let_say(world, readers, answer)
    mine, other = readers
    others = asyncio.create_task(other.run())
    await rested(other)
    for number in range(1, 11):
        await world.take(world.received(ZaloEvent(TEXT, str(number))))
    ending = asyncio.create_task(mine.run())
    await begun.wait()
    ending.cancel()
    await asyncio.wait({ending})
    async with asyncio.timeout(60):
        while await world.waiting():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert said == [str(number) for number in range(1, 11)]
    others.cancel()
    await asyncio.wait({others})


async def test_what_comes_to_a_process_that_has_ended_its_answering_is_answered_at_once(
    world: ZaloWorld, readers: list[InboxReader]
) -> None:
    """Its web still takes what is under way there."""
    mine, other = readers
    others = asyncio.create_task(other.run())
    await rested(other)
    ending = asyncio.create_task(mine.run())
    await rested(mine)
    ending.cancel()
    await asyncio.wait({ending})
    await rested(other)
    await world.take(world.received(ZaloEvent(TEXT, "late")))
    async with asyncio.timeout(20):
        while await world.waiting():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    others.cancel()
    await asyncio.wait({others})
    assert [sent.text for sent in world.client.sent] == ["late"]


async def test_a_look_that_is_asked_for_during_another_is_not_forgotten(
    world: ZaloWorld, holds: tuple[SharedHolds, SharedHolds], monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = HeldChats(world.inbox, holds[0], "zalo", lambda _: None, world.steady)
    look = world.inbox.chats_waiting

    async def asked_meanwhile(room: int, closed: Sequence[int]) -> Sequence[int]:
        found = await look(room, closed)
        chats.look()
        return found

    monkeypatch.setattr(world.inbox, "chats_waiting", asked_meanwhile)
    await chats.find(10, [], [])
    assert chats.seconds_left() == 0
    monkeypatch.setattr(world.inbox, "chats_waiting", look)
    await chats.find(10, [], [])
    assert chats.seconds_left() > 0


async def test_a_chat_that_was_found_held_is_asked_for_again_when_its_process_ends(
    world: ZaloWorld, holds: tuple[SharedHolds, SharedHolds], readers: list[InboxReader]
) -> None:
    mine, other = readers
    hold = (await holds[0].take(CHAT))[CHAT]
    await world.take(world.received(ZaloEvent(TEXT, "xin chào")))
    others = asyncio.create_task(other.run())
    await rested(other)
    assert len(await world.waiting()) == 1
    await holds[0].let_go(hold)
    await mine._chats.leave_all()
    async with asyncio.timeout(20):
        while await world.waiting():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    others.cancel()
    await asyncio.wait({others})


async def test_what_another_release_knows_is_left_to_it(world: ZaloWorld, readers: list[InboxReader]) -> None:
    older, newer = readers
    asked = 0

    async def know_not(_: Message) -> None:
        nonlocal asked
        asked += 1
        raise UnknownState("of a later release")

    let_say(world, [older], know_not)
    others = asyncio.create_task(older.run())
    await rested(older)
    await world.take(world.received(ZaloEvent(TEXT, "xin chào")))
    async with asyncio.timeout(60):
        while not asked:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await rested(older)
    # Until its time has come it does not ask again, though nobody else is there.
    assert [row["attempts"] for row in await world.waiting()] == [0]
    newer.wake()
    assert await newer.run_due() == 1
    assert [sent.text for sent in world.client.sent] == ["xin chào"]
    assert asked == 1
    others.cancel()
    await asyncio.wait({others})


async def test_a_window_is_not_drawn_again_while_another_process_answers_there(
    world: ZaloWorld, holds: tuple[SharedHolds, SharedHolds], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "_ASK_AGAIN", 0.01)
    mine, other = holds
    screen = {"channel": "zalo", "chat": str(zalo_chat_id(LAN)), "intent": "none"}
    drawing = DialogScreens({Channel.ZALO: world.bot}, world.dispatcher, (ZaloError,), mine)
    hold = (await other.take(CHAT))[CHAT]
    with pytest.raises(RetryLater) as later:
        await drawing.redraw(screen)
    assert not later.value.counts
    await other.let_go(hold)
    await drawing.redraw(screen)
    assert await taken(other, CHAT, every=0.01, tries=1)
