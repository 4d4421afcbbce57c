"""Updates are handled in order for each chat, side by side for several, and again after a failure; those that
find the app away wait for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import Message

from bot import inbox as module
from bot.inbox import ALIKE, IDLE_SECONDS, PARALLEL, PATIENCE, PAUSE, REST, InboxReader
from bot.zalo.updates import source_of
from domain.people import Actor
from gateways.zalo.client import SentMessage
from gateways.zalo.errors import AnswerLost, OutOfReach, refusal
from gateways.zalo.events import EventKind, ZaloEvent
from services.patience import Patience
from services.ports import Turn
from tests.support.rows import rows_of
from tests.support.zalo_world import LAN, ZaloWorld, only

TEXT = EventKind.TEXT


@asynccontextmanager
async def reading(world: ZaloWorld) -> AsyncIterator[asyncio.Task[None]]:
    """The reader at work, as in the program."""
    task = asyncio.create_task(world.reader.run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await condition():  # noqa: ASYNC110 - a row of a database cannot be awaited
            await asyncio.sleep(0.01)


async def settled(world: ZaloWorld) -> bool:
    return not await world.waiting() and not world.reader.running


async def test_a_chat_keeps_its_order_and_several_go_side_by_side(world: ZaloWorld) -> None:
    all_chats, said = asyncio.Barrier(3), dict[int, list[str]]()

    async def answer(message: Message) -> None:
        # Each event waits for the other chats' events, which works only side by side.
        await all_chats.wait()
        said.setdefault(message.chat.id, []).append(message.text or "")
        await message.answer(f"{message.text}!")

    world.talk(only(answer))
    for number in (3, 1, 4, 0, 2):
        for chat in "abc":
            event = ZaloEvent(TEXT, f"{chat}{number}")
            await world.take(world.received(event, chat, second=number))
    async with reading(world):
        await until(lambda: settled(world))
    assert sorted(said.values()) == [[f"{chat}{number}" for number in range(5)] for chat in "abc"]
    for chat in "abc":
        assert [one.text for one in world.client.to(chat)] == [f"{chat}{number}!" for number in range(5)]


async def test_a_slow_chat_holds_up_no_other_and_only_so_many_are_handled_at_once(world: ZaloWorld) -> None:
    slow, most = asyncio.Event(), 0

    async def answer(message: Message) -> None:
        nonlocal most
        most = max(most, world.reader.running)
        if message.text == "slow":
            await slow.wait()
        await message.answer("ok")

    async def only_the_slow_one() -> bool:
        return len(world.client.sent) == 60

    world.talk(only(answer))
    await world.take(world.received(ZaloEvent(TEXT, "slow"), "s"))
    for number in range(60):
        await world.take(world.received(ZaloEvent(TEXT, "x"), f"c{number}"))
    await world.take(world.received(ZaloEvent(TEXT, "x"), "s"))
    async with reading(world):
        await until(only_the_slow_one)
        assert world.client.to("s") == []
        slow.set()
        await until(lambda: settled(world))
    assert len(world.client.to("s")) == 2
    # One more comes while the reader looks for others.
    assert most <= PARALLEL + 1


async def test_a_failed_one_is_tried_again_ever_later_until_the_next_has_its_turn(
    world: ZaloWorld, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(message: Message) -> None:
        await message.answer(message.text or "")

    world.talk(only(answer))
    started = world.clock.now()
    world.client.failures = [refusal(400, "") for _ in range(PATIENCE.attempts)]
    await world.take(world.received(ZaloEvent(TEXT, "first")))
    await world.take(world.received(ZaloEvent(TEXT, "second")))
    await world.handle()
    for tries, wait in enumerate((5, 10, 20, 40, 80, 160, 180), 1):
        assert [event["attempts"] for event in await world.waiting()] == [tries, 0]
        # Not a moment earlier.
        world.clock.forward(seconds=wait - 1)
        assert await world.reader.run_due() == 0
        world.clock.forward(seconds=1)
        await world.handle()
    assert world.clock.now() - started < timedelta(minutes=10)
    assert [sent.text for sent in world.client.sent] == ["second"]
    assert await world.waiting() == []
    assert "is given up" in caplog.text


async def test_what_cannot_be_read_any_more_is_given_up_and_logged_with_an_id(
    world: ZaloWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.take(world.received(ZaloEvent(TEXT, "x")))
    async with world.database.writing() as connection:
        await connection.exec_driver_sql("""UPDATE inbox SET body = '{"kind": "smell"}'""")
    for _ in range(PATIENCE.attempts):
        await world.handle()
        world.clock.forward(hours=1)
    assert await world.waiting() == []
    assert world.client.sent == []
    (answer,) = await world.says("chào")
    assert answer.chat == LAN
    failures = [one.getMessage() for one in caplog.records if "failed [" in one.getMessage()]
    assert len(failures) == PATIENCE.attempts


async def test_what_cannot_be_read_does_no_harm_to_the_text_before_it(world: ZaloWorld) -> None:
    answered: list[str | None] = []

    async def answer(message: Message) -> None:
        answered.append(message.text)

    world.talk(only(answer))
    await world.take(world.received(ZaloEvent(TEXT, "good")))
    await world.take(world.received(ZaloEvent(TEXT, "bad")))
    async with world.database.writing() as connection:
        await connection.exec_driver_sql(
            """UPDATE inbox SET body = '{"kind": "text", "of": "a later release"}' WHERE body LIKE '%bad%'"""
        )
    await world.handle()
    assert answered == ["good"]
    (waiting,) = await world.waiting()
    assert waiting["attempts"] == 1


async def test_a_chat_whose_updates_cannot_be_taken_up_rests(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lost(waiting: object) -> float:
        raise RuntimeError("lost")

    broken = replace(world.reader._source, seconds_for_more=lost)
    monkeypatch.setattr(world.reader, "_source", broken)
    await world.take(world.received(ZaloEvent(TEXT, "x")))
    await world.handle()
    assert await world.reader.run_due() == 0
    assert caplog.text.count("cannot be taken up") == 1
    monkeypatch.undo()
    world.clock.forward(hours=1)
    await world.handle()
    assert await world.waiting() == []


async def test_a_stop_lets_what_is_under_way_finish(world: ZaloWorld) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def answer(message: Message) -> None:
        begun.set()
        await go_on.wait()
        await message.answer("ok")

    world.talk(only(answer))
    await world.take(world.received(ZaloEvent(TEXT, "x")))
    task = asyncio.create_task(world.reader.run())
    await begun.wait()
    await world.take(world.received(ZaloEvent(TEXT, "later")))
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [sent.text for sent in world.client.sent] == ["ok"]
    assert len(await world.waiting()) == 1


async def test_a_stop_does_not_wait_for_ever_and_what_it_cuts_off_is_handled_afterwards(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.01)
    begun, stuck = asyncio.Event(), True

    async def answer(message: Message) -> None:
        begun.set()
        if stuck:
            await asyncio.Event().wait()
        await message.answer("ok")

    world.talk(only(answer))
    await world.take(world.received(ZaloEvent(TEXT, "x")))
    async with reading(world):
        await begun.wait()
    assert [event["attempts"] for event in await world.waiting()] == [0]
    stuck = False
    async with reading(world):
        await until(lambda: settled(world))
    assert [sent.text for sent in world.client.sent] == ["ok"]


async def test_a_stop_that_comes_with_a_wake_ends_it(world: ZaloWorld) -> None:
    task = asyncio.create_task(world.reader.run())
    while not world.reader.running:  # noqa: ASYNC110
        await asyncio.sleep(0)
    while world.reader.running:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await asyncio.sleep(0)  # The reader rests now.
    world.reader.wake()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task}, timeout=10)
    assert task.cancelled()


async def test_an_event_that_comes_again_is_handled_once(world: ZaloWorld) -> None:
    received = world.received(ZaloEvent(TEXT, "xin chào"))
    await asyncio.gather(*(world.take(received) for _ in range(50)))
    await world.handle()
    await world.take(received)
    await world.handle()
    assert len(world.client.sent) == 1


async def test_it_is_found_without_being_woken(world: ZaloWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web stores an upload, perhaps the web of an earlier run."""
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    async with reading(world):
        received = world.received(ZaloEvent(TEXT, "xin chào"))
        with monkeypatch.context() as patch:
            patch.setattr(world.reader, "wake", lambda: None)
            await world.take(received)
        await until(lambda: settled(world))
    assert len(world.client.sent) == 1


class Broken:
    """Fails one transaction, numbered from the next one on."""

    def __init__(self, world: ZaloWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fails, self.seen = 0, 0
        for name in ("reading", "writing"):
            monkeypatch.setattr(world.database, name, self._watched(getattr(world.database, name)))

    def _watched(self, open_one: Callable[..., Any]) -> Callable[..., Any]:
        @asynccontextmanager
        async def opened(*turns: Turn) -> AsyncIterator[Any]:
            self.seen += 1
            if self.seen == self.fails:
                raise OSError("disk I/O error")
            async with open_one(*turns) as connection:
                yield connection

        return opened


async def test_whichever_call_of_the_database_fails_the_event_is_answered(
    world: ZaloWorld, owner: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is answered twice only if its results could not be written."""
    broken = Broken(world, monkeypatch)
    calls = number = 0
    while True:
        number += 1
        await world.take(world.received(ZaloEvent(TEXT, "/mua")))
        answered = len(world.client.sent)
        broken.seen, broken.fails = 0, number
        await world.handle()
        if broken.seen < number:
            break
        calls += 1
        broken.fails = 0
        for _ in range(3):
            world.clock.forward(minutes=5)
            await world.handle()
        answers = [one.text for one in world.client.sent[answered:]]
        assert "Gói sản phẩm" in answers[-1] or "trục trặc" in answers[-1], (number, answers)
        assert len(answers) <= 2, (number, answers)
        assert await world.waiting() == [], number
        assert await world.menu(), number
        await world.says("/start")
    assert calls > 5


@pytest.mark.parametrize("call", ["failed", "settle"])
async def test_a_failure_to_put_off_leaves_the_event_to_be_found_again(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    if call == "settle":
        monkeypatch.setattr(module, "PATIENCE", Patience(attempts=1))

    async def fails(*_: object) -> None:
        raise OSError("disk I/O error")

    world.client.failures = [refusal(400, "")]
    with monkeypatch.context() as patch:
        patch.setattr(world.inbox, call, fails)
        await world.take(world.received(ZaloEvent(TEXT, "xin chào")))
        assert await world.reader.run_due() == 1
        (event,) = await world.waiting()
        assert event["attempts"] == 0
    world.clock.forward(seconds=REST)
    await world.handle()
    assert len(world.client.sent) == 1
    assert await world.waiting() == []


async def test_a_failure_to_store_is_told_and_the_next_event_is_stored(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if no transaction could be begun."""

    @asynccontextmanager
    async def no_transaction() -> AsyncIterator[None]:
        raise OSError("disk I/O error")
        yield

    received = [world.received(ZaloEvent(TEXT, "xin chào"), f"c{number}") for number in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(world.database._writer, "transaction", no_transaction)
        stored = await asyncio.gather(*map(world.take, received), return_exceptions=True)
    assert [type(one) for one in stored] == [OSError] * 3
    await asyncio.gather(*map(world.take, received))
    await world.handle()
    assert len(world.client.sent) == 3
    assert len(await rows_of(world.database, "inbox")) == 3


async def test_what_waits_in_a_chat_is_read_together_and_handled_in_order(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, reads = list[str](), 0
    waiting = world.inbox.waiting

    async def counted(*given: Any) -> Any:
        nonlocal reads
        found = await waiting(*given)
        reads += bool(found)
        return found

    async def answer(message: Message) -> None:
        said.append(message.text or "")

    world.talk(only(answer))
    monkeypatch.setattr(world.inbox, "waiting", counted)
    for number in reversed(range(8)):
        await world.take(world.received(ZaloEvent(TEXT, f"t{number}"), second=number))
    async with reading(world):
        await until(lambda: settled(world))
    assert said == [f"t{number}" for number in range(8)]
    assert reads == 1


async def test_one_that_comes_late_is_handled_before_those_that_were_read_with_the_first(
    world: ZaloWorld,
) -> None:
    said, late = list[str](), world.received(ZaloEvent(TEXT, "t1"), second=1)

    async def answer(message: Message) -> None:
        if message.text == "t0":
            await world.take(late)
        said.append(message.text or "")

    world.talk(only(answer))
    for number in (0, 2, 3):
        await world.take(world.received(ZaloEvent(TEXT, f"t{number}"), second=number))
    async with reading(world):
        await until(lambda: settled(world))
    assert said == ["t0", "t1", "t2", "t3"]


async def write_all(world: ZaloWorld, count: int) -> None:
    for number in range(count):
        await world.take(world.received(ZaloEvent(TEXT, "xin chào"), f"c{number}"))


class Away:
    """Zalo's client counts its calls in an outage."""

    def __init__(self, world: ZaloWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls, self.error = 0, refusal(502, "")
        monkeypatch.setattr(world.client, "send_message", self._fails)

    async def _fails(self, *_: object) -> None:
        self.calls += 1
        raise self.error


@pytest.mark.long
async def test_in_an_outage_one_chat_at_a_time_asks_and_afterwards_all_are_answered(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = 30
    with monkeypatch.context() as patch:
        away = Away(world, patch)
        await write_all(world, chats)
        await world.reader.run_due()
        assert away.calls == chats
        for minute in range(6):
            for _ in range(30):
                world.clock.forward(seconds=PAUSE)
                await world.reader.run_due()
            # One call in a pause, and chats take turns.
            assert away.calls <= chats + 30 * (minute + 1)
        assert away.calls > chats + 60
    assert [event["attempts"] for event in await world.waiting()] == [0] * chats
    assert world.client.sent == []
    world.clock.forward(seconds=REST)
    # Whoever asks next finds Zalo back; then nobody rests any more.
    assert await world.reader.run_due() == 1
    while await world.waiting():
        assert await world.reader.run_due() > 0
    assert sorted(sent.chat for sent in world.client.sent) == sorted(f"c{number}" for number in range(chats))


async def test_nothing_is_given_up_while_the_app_is_away(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stranger is answered once a day.
    await world.register("c0")
    with monkeypatch.context() as patch:
        for error in (
            refusal(500, ""),
            refusal(429, ""),
            refusal(401, ""),
            OutOfReach(0, ""),
            AnswerLost(0, ""),
        ):
            away = Away(world, patch)
            away.error = error
            await write_all(world, 1)
            for _ in range(3 * PATIENCE.attempts):
                await world.reader.run_due()
                world.clock.forward(days=1)
            assert away.calls == 3 * PATIENCE.attempts
    await world.handle()
    assert len(world.client.sent) == 5


async def test_one_that_fails_while_others_are_answered_is_given_up(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Some servers answer 500 to what they cannot read; then the app is not away."""
    send, calls = world.client.send_message, 0

    async def refuses_one(chat_id: str, text: str, buttons: object = ()) -> SentMessage:
        nonlocal calls
        if chat_id == LAN:
            calls += 1
            raise refusal(500, "")
        return await send(chat_id, text)

    monkeypatch.setattr(world.client, "send_message", refuses_one)
    await world.take(world.received(ZaloEvent(TEXT, "xin chào")))
    for minute in range(30):
        await world.handle()
        await world.says("xin chào", f"c{minute}")
        world.clock.forward(minutes=1)
    assert calls <= 2 * PATIENCE.attempts
    assert await world.waiting() == []
    assert "is given up" in caplog.text
    assert len(world.client.sent) == 30


@pytest.mark.long
async def test_an_app_that_answers_few_of_many_loses_nobody(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call in ten gets through for a while; nobody is to blame for that."""
    send, calls = world.client.send_message, 0

    async def seldom(chat_id: str, text: str, buttons: object = ()) -> SentMessage:
        nonlocal calls
        calls += 1
        if calls % 10:
            raise refusal(502, "")
        return await send(chat_id, text)

    monkeypatch.setattr(world.client, "send_message", seldom)
    for number in range(30):
        await world.take(world.received(ZaloEvent(TEXT, "xin chào"), f"c{number}"))
    while await world.waiting():
        await world.reader.run_due()
        world.clock.forward(seconds=PAUSE)
    assert sorted(sent.chat for sent in world.client.sent) == sorted(f"c{number}" for number in range(30))


async def test_an_idle_reader_sleeps_until_something_may_be_done(
    world: ZaloWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks the database once in ten seconds at most, and otherwise when an update has its turn."""
    assert world.reader._idle_seconds() == IDLE_SECONDS
    with monkeypatch.context() as patch:
        Away(world, patch)
        await write_all(world, 1)
        await world.reader.run_due()
        assert world.reader._idle_seconds() == REST
        await write_all(world, ALIKE + 1)
        await world.reader.run_due()
        assert world.reader._idle_seconds() == PAUSE


async def test_a_clock_that_jumps_back_delays_nothing(world: ZaloWorld) -> None:
    world.reader = InboxReader(
        world.inbox, source_of(world.bot, world.chats), world.dispatcher, world.clock, lambda: 0.0
    )
    await world.take(world.received(ZaloEvent(TEXT, "xin chào"), second=0))
    world.clock.forward(hours=-1)
    await world.take(world.received(ZaloEvent(TEXT, "xin chào"), "b", second=0))
    await world.handle()
    assert len(world.client.sent) == 2


async def test_a_flood_in_one_chat_waits_and_leaves_the_others_their_turn(world: ZaloWorld) -> None:
    async def answer(message: Message) -> None:
        await message.answer("ok")

    world.talk(only(answer))
    world.reader = InboxReader(
        *(world.inbox, source_of(world.bot, world.chats), world.dispatcher, world.clock, world.steady),
        a_minute=120,
    )
    for _ in range(300):
        await world.take(world.received(ZaloEvent(TEXT, "x"), "flood"))
    await world.take(world.received(ZaloEvent(TEXT, "x"), "quiet"))
    await world.handle()
    # Half a minute's taps at once: a person who taps fast feels nothing.
    assert [len(world.client.to(chat)) for chat in ("flood", "quiet")] == [60, 1]
    # The reader sleeps until the flood may go on.
    assert world.reader._idle_seconds() == pytest.approx(0.5)
    world.clock.forward(seconds=10)
    await world.handle()
    assert len(world.client.to("flood")) == 80
    for _ in range(8):
        world.clock.forward(seconds=30)
        await world.handle()
    assert len(world.client.to("flood")) == 300


async def test_a_flood_waits_for_its_share_keeps_its_order_and_delays_nobody(world: ZaloWorld) -> None:
    async def answer(message: Message) -> None:
        await message.answer(f"{message.text}!")

    world.a_minute = 120
    world.talk(only(answer))
    texts = [f"lời {number}" for number in range(100)]
    for text in texts:
        await world.take(world.received(ZaloEvent(TEXT, text), "a"))
    await world.handle()
    # Half a minute's worth at once, then two a second.
    assert [one.text for one in world.client.to("a")] == [f"{one}!" for one in texts[:60]]
    for tap in range(10):
        assert [one.text for one in await world.says(f"câu {tap}", "b")] == [f"câu {tap}!"]
    assert len(world.client.to("a")) == 60
    world.clock.forward(seconds=1)
    await world.handle()
    assert [one.text for one in world.client.to("a")] == [f"{one}!" for one in texts[:62]]
    assert await world.inbox.count_waiting() == 100 - 62
