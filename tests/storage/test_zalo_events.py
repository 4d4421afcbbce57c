"""Zalo events: stored once, handed out in order for each chat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.chats import zalo_chat_id
from storage.connections import Connections
from storage.tables.zalo import zalo_chats, zalo_events
from storage.zalo_events import NewZaloEvent, SqlZaloEvents, put_events, settle_event

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def event(number: int, chat: str = "a", second: int = 0) -> NewZaloEvent:
    return NewZaloEvent(f"m{number}", chat, f'{{"text": "{number}"}}', NOW + timedelta(seconds=second))


@pytest.fixture
async def connections(either_url: str) -> AsyncIterator[Connections]:
    opened = Connections(either_url)
    yield opened
    await opened.close()


@pytest.fixture
def events(connections: Connections) -> SqlZaloEvents:
    return SqlZaloEvents(connections)


async def bodies(events: SqlZaloEvents, *busy: str, now: datetime = NOW) -> list[str]:
    found = await events.waiting(now, 10, [zalo_chat_id(chat) for chat in busy])
    return [one.body for one in found]


async def test_an_event_that_comes_again_is_known(events: SqlZaloEvents, connections: Connections) -> None:
    for _ in range(3):
        await events.take(event(1), NOW)
    (one,) = await events.waiting(NOW, 10)
    assert (one.chat_id, one.attempts) == (zalo_chat_id("a"), 0)
    await events.settle(one.id, NOW)
    await events.take(event(1), NOW)
    assert await events.waiting(NOW, 10) == []
    async with connections.reading() as connection:
        assert (await connection.execute(select(zalo_events.c.body))).scalar_one() == ""
    async with connections.reading() as connection:
        rows = await connection.execute(select(zalo_chats.c.chat_id, zalo_chats.c.external_id))
        assert [tuple(row) for row in rows] == [(zalo_chat_id("a"), "a")]


async def test_a_chat_hands_out_one_at_a_time_in_the_order_of_sending(events: SqlZaloEvents) -> None:
    await events.take(event(2, second=2), NOW)
    await events.take(event(1, second=1), NOW)
    await events.take(event(3, chat="b", second=9), NOW)
    assert sorted(await bodies(events)) == ['{"text": "1"}', '{"text": "3"}']
    assert await bodies(events, "a") == ['{"text": "3"}']
    first = next(one for one in await events.waiting(NOW, 10) if "1" in one.body)
    await events.settle(first.id, NOW)
    assert await bodies(events, "b") == ['{"text": "2"}']


async def test_one_that_failed_holds_back_its_chat_until_it_is_due(events: SqlZaloEvents) -> None:
    await events.take(event(1, second=1), NOW)
    await events.take(event(2, second=2), NOW)
    (first,) = await events.waiting(NOW, 10)
    later = NOW + timedelta(seconds=30)
    await events.retry(first.id, later)
    assert await bodies(events) == []
    assert await events.count_due(NOW) == 1
    (again,) = await events.waiting(later, 10)
    assert (again.id, again.attempts) == (first.id, 1)


async def test_many_at_once_are_all_stored(events: SqlZaloEvents) -> None:
    await asyncio.gather(*(events.take(event(number, chat=f"c{number}"), NOW) for number in range(300)))
    assert await events.count_due(NOW) == 300
    assert len(await events.waiting(NOW, 50)) == 50


async def test_those_of_a_batch_that_failed_are_told(events: SqlZaloEvents, connections: Connections) -> None:
    await connections.close()
    wrong = NewZaloEvent("m1", "a", "{}", NOW.replace(tzinfo=None))
    told = await asyncio.gather(events.take(wrong, NOW), events.take(event(2), NOW), return_exceptions=True)
    assert [isinstance(one, Exception) for one in told] == [True, True]
    await events.take(event(2), NOW)
    assert await events.count_due(NOW) == 1


async def test_after_a_transaction_that_could_not_begin_the_next_event_is_stored(
    events: SqlZaloEvents, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def no_transaction() -> AsyncIterator[None]:
        raise OSError("disk I/O error")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(connections, "writing", no_transaction)
        told = await asyncio.gather(*(events.take(event(1), NOW) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [OSError] * 3
    await events.take(event(1), NOW)
    assert await events.count_due(NOW) == 1


async def test_an_event_is_settled_in_the_transaction_of_what_it_brought_about(
    events: SqlZaloEvents, connections: Connections
) -> None:
    await events.take(event(1), NOW)
    (one,) = await events.waiting(NOW, 10)

    async def fails() -> None:
        async with connections.writing() as connection:
            await settle_event(connection, one.id, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert len(await events.waiting(NOW, 10)) == 1
    async with connections.writing() as connection:
        await settle_event(connection, one.id, NOW)
        await put_events(connection, [event(2)], NOW)
    assert await bodies(events) == ['{"text": "2"}']


async def test_what_was_handled_is_forgotten_after_a_while(events: SqlZaloEvents) -> None:
    await events.take(event(1), NOW)
    await events.take(event(2, chat="b"), NOW)
    first, _ = await events.waiting(NOW, 10)
    await events.settle(first.id, NOW)
    assert await events.purge(NOW) == 0
    assert await events.purge(NOW + timedelta(days=3)) == 1
    assert await events.count_due(NOW) == 1
