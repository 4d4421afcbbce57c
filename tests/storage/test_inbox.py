"""The inbox: updates are stored once, and handed out in order for each chat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.chats import Channel, zalo_chat_id
from storage.connections import Connections
from storage.inbox import MOST_AT_ONCE, AlreadySettled, Arrival, SqlInbox, put_arrivals, settle_update
from storage.tables.inbox import inbox as table
from storage.tables.zalo import zalo_chats
from storage.zalo_chats import SqlZaloChats

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def arrival(number: int, chat: str = "a", sequence: int | None = None) -> Arrival:
    place = number if sequence is None else sequence
    return Arrival(f"m{number}", zalo_chat_id(chat), place, f'{{"text": "{number}"}}', chat)


@pytest.fixture
async def connections(either_url: str) -> AsyncIterator[Connections]:
    opened = Connections(either_url)
    yield opened
    await opened.close()


@pytest.fixture
def inbox(connections: Connections) -> SqlInbox:
    return SqlInbox(connections, Channel.ZALO, SqlZaloChats(connections, lambda: NOW).met)


async def bodies(inbox: SqlInbox, *busy: str, chats: int = 10) -> list[str]:
    found = await inbox.waiting(chats, [zalo_chat_id(chat) for chat in busy])
    return [one.body for one in found]


async def test_an_update_that_comes_again_is_known(inbox: SqlInbox, connections: Connections) -> None:
    for _ in range(3):
        await inbox.take([arrival(1)], NOW)
    (one,) = await inbox.waiting(10)
    assert (one.chat_id, one.attempts) == (zalo_chat_id("a"), 0)
    await inbox.settle(one.id, NOW)
    await inbox.take([arrival(1)], NOW)
    assert await inbox.waiting(10) == []
    async with connections.reading() as connection:
        assert (await connection.execute(select(table.c.body))).scalar_one() == ""
    async with connections.reading() as connection:
        rows = await connection.execute(select(zalo_chats.c.chat_id, zalo_chats.c.external_id))
        assert [tuple(row) for row in rows] == [(zalo_chat_id("a"), "a")]


async def test_apps_may_use_the_same_names_and_see_their_own_alone(
    inbox: SqlInbox, connections: Connections
) -> None:
    other = SqlInbox(connections, Channel.TELEGRAM)
    await inbox.take([arrival(1)], NOW)
    await other.take([Arrival("m1", 5, 1, "{}")], NOW)
    assert [one.chat_id for one in await inbox.waiting(10)] == [zalo_chat_id("a")]
    assert [one.chat_id for one in await other.waiting(10)] == [5]
    assert (await inbox.count_waiting(), await other.count_waiting()) == (1, 1)
    for one in await other.waiting(10):
        await other.settle(one.id, NOW)
    assert await inbox.purge(NOW + timedelta(days=1)) == 0
    assert await other.purge(NOW + timedelta(days=1)) == 1


async def test_a_chat_hands_out_all_that_waits_in_order(inbox: SqlInbox) -> None:
    await inbox.take([arrival(2), arrival(1), arrival(9, chat="b")], NOW)
    found = await inbox.waiting(10)
    assert [one.sequence for one in found if one.chat_id == zalo_chat_id("a")] == [1, 2]
    assert [one.sequence for one in found if one.chat_id == zalo_chat_id("b")] == [9]
    assert await bodies(inbox, "a") == ['{"text": "9"}']
    # Whoever has waited longest comes first where few chats have room.
    assert await bodies(inbox, chats=1) == ['{"text": "1"}', '{"text": "2"}']


async def test_many_that_wait_are_handed_out_in_parts_that_begin_with_the_first(inbox: SqlInbox) -> None:
    total = 2 * MOST_AT_ONCE + 10
    await inbox.take([arrival(number) for number in reversed(range(total))], NOW)
    seen: list[int] = []
    while found := await inbox.waiting(10):
        assert len(found) <= MOST_AT_ONCE
        seen += [one.sequence for one in found]
        for one in found:
            await inbox.settle(one.id, NOW)
    assert seen == list(range(total))


async def test_a_chat_with_much_that_waits_hides_no_other(inbox: SqlInbox) -> None:
    """Such as one that another process holds because its time has not come."""
    await inbox.take([arrival(number, "a") for number in range(50)], NOW)
    await inbox.take([arrival(50, "b"), arrival(51, "c")], NOW)
    assert await inbox.chats_waiting(2) == [zalo_chat_id("a"), zalo_chat_id("b")]
    assert await inbox.chats_waiting(2, [zalo_chat_id("b")]) == [zalo_chat_id("a"), zalo_chat_id("c")]


async def test_failures_are_counted(inbox: SqlInbox) -> None:
    await inbox.take([arrival(1)], NOW)
    (first,) = await inbox.waiting(10)
    await inbox.failed(first.id)
    (again,) = await inbox.waiting(10)
    assert (again.id, again.attempts) == (first.id, 1)


def _commits_of(connections: Connections) -> list[str]:
    """A list to which each commit adds an entry from now on."""
    commits: list[str] = []

    def note(moment: str) -> None:
        if moment == "after":
            commits.append(moment)

    connections._on_commit = note
    return commits


async def test_many_at_once_are_all_stored_in_few_transactions(
    inbox: SqlInbox, connections: Connections
) -> None:
    commits = _commits_of(connections)
    await asyncio.gather(*(inbox.take([arrival(number, chat=f"c{number}")], NOW) for number in range(300)))
    assert await inbox.count_waiting() == 300
    assert len({one.chat_id for one in await inbox.waiting(20)}) == 20
    # On PostgreSQL writers do not wait for each other.
    assert len(commits) <= 3 if connections.has_one_writer else len(commits) == 300


async def test_those_of_a_batch_that_failed_are_told(inbox: SqlInbox, connections: Connections) -> None:
    wrong = NOW.replace(tzinfo=None)
    told = await asyncio.gather(
        inbox.take([arrival(1)], wrong), inbox.take([arrival(2)], wrong), return_exceptions=True
    )
    assert [isinstance(one, Exception) for one in told] == [True, True]
    await inbox.take([arrival(2)], NOW)
    assert await inbox.count_waiting() == 1


async def test_after_a_transaction_that_could_not_begin_the_next_update_is_stored(
    inbox: SqlInbox, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def no_transaction() -> AsyncIterator[None]:
        raise OSError("disk I/O error")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(connections._writer, "transaction", no_transaction)
        told = await asyncio.gather(
            *(inbox.take([arrival(1)], NOW) for _ in range(3)), return_exceptions=True
        )
    assert [type(one) for one in told] == [OSError] * 3
    await inbox.take([arrival(1)], NOW)
    assert await inbox.count_waiting() == 1


async def test_an_update_is_settled_in_the_transaction_of_what_it_brought_about(
    inbox: SqlInbox, connections: Connections
) -> None:
    await inbox.take([arrival(1)], NOW)
    (one,) = await inbox.waiting(10)

    async def fails() -> None:
        async with connections.writing() as connection:
            await settle_update(connection, one.id, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert len(await inbox.waiting(10)) == 1
    async with connections.writing() as connection:
        await settle_update(connection, one.id, NOW)
        await put_arrivals(connection, Channel.ZALO, [arrival(2)], NOW)
    assert await bodies(inbox) == ['{"text": "2"}']


async def test_who_settles_an_update_that_another_has_settled_brings_nothing_about(
    inbox: SqlInbox, connections: Connections
) -> None:
    await inbox.take([arrival(1)], NOW)
    (one,) = await inbox.waiting(10)

    async def handled(number: int) -> None:
        async with connections.writing() as connection:
            await settle_update(connection, one.id, NOW)
            await put_arrivals(connection, Channel.ZALO, [arrival(number)], NOW)

    ended = await asyncio.gather(handled(2), handled(3), return_exceptions=True)
    assert [type(each) for each in ended if each is not None] == [AlreadySettled]
    assert len(await inbox.waiting(10)) == 1
    await inbox.settle(one.id, NOW)


async def test_what_was_handled_is_forgotten_after_a_while_and_in_parts(
    inbox: SqlInbox, connections: Connections
) -> None:
    await inbox.take([arrival(number, chat=f"c{number}") for number in range(8)], NOW)
    first, *others = await inbox.waiting(10)
    for one in others:
        await inbox.settle(one.id, NOW)
    assert await inbox.purge(NOW) == 0
    commits = _commits_of(connections)
    assert await inbox.purge(NOW + timedelta(days=3), at_once=3) == 7
    assert len(commits) == 3
    assert [one.id for one in await inbox.waiting(10)] == [first.id]
