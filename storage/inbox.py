"""The inbox of every chat app: updates are stored before they are acknowledged, then handled chat by chat."""

import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, Text, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from storage.connections import Connections
from storage.prepared import Prepared
from storage.rows import BATCH
from storage.shared_writes import SharedWrites
from storage.tables.inbox import inbox

MOST_AT_ONCE = 50
"""How many waiting updates are read at once, over all chats."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """`external_id` is the app's name of the update, the same however often it comes; `sequence` orders the
    updates of a chat; `body` is JSON; `app_chat` is the app's own id of the chat."""

    external_id: str
    chat_id: int
    sequence: int
    body: str
    app_chat: str = ""


@dataclass(frozen=True, slots=True)
class WaitingUpdate:
    """`attempts` counts the tries that failed by the update's own fault."""

    id: int
    chat_id: int
    sequence: int
    body: str
    attempts: int
    received_at: datetime


class AlreadySettled(Exception):
    """Another process has handled the update: what this one did is taken back."""


Meet = Callable[[AsyncConnection, Sequence[Arrival]], Awaitable[object]]
"""Notes the chats that wrote, in the transaction that stores their updates."""


def _put_by(insert: Callable[[Table], sqlite.Insert | postgresql.Insert]) -> Prepared:
    known = insert(inbox).on_conflict_do_nothing(index_elements=["channel", "external_id"])
    names = ("channel", "external_id", "chat_id", "sequence", "body", "received_at", "attempts")
    return Prepared(known, assigned=names)


_PUT = {"sqlite": _put_by(sqlite.insert), "postgresql": _put_by(postgresql.insert)}
_waits = inbox.c.settled_at.is_(None)
# One text of all chats, each between commas: a list of them would be another statement for each length.
_is_free = bindparam("busy", type_=Text).not_like("%," + cast(inbox.c.chat_id, Text) + ",%")
_CHATS = (
    select(inbox.c.chat_id)
    .where(inbox.c.channel == bindparam("app"), _waits, _is_free)
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_EACH_CHAT = (
    select(inbox.c.chat_id)
    .where(inbox.c.channel == bindparam("app"), _waits, _is_free)
    .group_by(inbox.c.chat_id)
    .order_by(func.min(inbox.c.id))
    .limit(bindparam("most"))
)
_WAITING = Prepared(
    select(*(inbox.c[name] for name in WaitingUpdate.__dataclass_fields__))
    .where(_waits, inbox.c.chat_id.in_(_CHATS))
    .order_by(inbox.c.chat_id, inbox.c.sequence, inbox.c.id)
    .limit(MOST_AT_ONCE)
)
_ORDERED = (
    select(*(inbox.c[name] for name in WaitingUpdate.__dataclass_fields__))
    .where(_waits, inbox.c.chat_id.in_(bindparam("chats", expanding=True)))
    .order_by(inbox.c.chat_id, inbox.c.sequence, inbox.c.id)
    .limit(MOST_AT_ONCE)
)
_COUNT = select(func.count()).where(inbox.c.channel == bindparam("app"), _waits)
_SETTLE = Prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("of_id"), _waits)
    .values(settled_at=bindparam("moment"), body="")
    .returning(inbox.c.id)
)
_FAILED = update(inbox).where(inbox.c.id == bindparam("of_id"), _waits).values(attempts=inbox.c.attempts + 1)
_OLD = (
    select(inbox.c.id)
    .where(inbox.c.channel == bindparam("app"), inbox.c.settled_at < bindparam("moment"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_PURGE = delete(inbox).where(inbox.c.id.in_(_OLD))


async def put_arrivals(
    connection: AsyncConnection, channel: Channel, arrivals: Sequence[Arrival], now: datetime
) -> None:
    """Store updates; a known one is left out."""
    put = _PUT[connection.dialect.name]
    # In one order, so that processes that store the same updates do not wait for each other for ever.
    for one in sorted(arrivals, key=lambda arrival: arrival.sequence):
        await put.rows(
            connection,
            channel=channel,
            external_id=one.external_id,
            chat_id=one.chat_id,
            sequence=one.sequence,
            body=one.body,
            received_at=now,
            attempts=0,
        )


async def settle_update(connection: AsyncConnection, update_id: int, now: datetime) -> None:
    """The update was handled: the next one of its chat has its turn. Its text is personal and is not kept.

    Raises `AlreadySettled` where it was settled before.
    """
    if not await _SETTLE.rows(connection, of_id=update_id, moment=now):
        raise AlreadySettled


class SqlInbox:
    """The updates of one app that wait, and the handled ones for as long as they may come again."""

    def __init__(self, connections: Connections, channel: Channel, meet: Meet | None = None) -> None:
        self._connections = connections
        self._channel = channel
        self._meet = meet
        self._store = SharedWrites(connections.writing, self._write, connections.has_one_writer)

    async def take(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        """Store them; returns after the commit."""
        await self._store((arrivals, now))

    async def _write(self, connection: AsyncConnection, taken: tuple[Sequence[Arrival], datetime]) -> None:
        arrivals, now = taken
        if self._meet is not None:
            await self._meet(connection, arrivals)
        await put_arrivals(connection, self._channel, arrivals, now)

    async def waiting(self, chats: int, busy: Collection[int] = ()) -> Sequence[WaitingUpdate]:
        """What waits in the chats that have waited longest, at most `chats` of them, none of them `busy`.

        The updates of a chat stand together and in order; of all there are at most `MOST_AT_ONCE`.
        """
        async with self._connections.reading() as connection:
            some = f",{','.join(map(str, busy))},"
            rows = await _WAITING.rows(connection, app=self._channel, most=chats, busy=some)
            return [WaitingUpdate(*row) for row in rows]

    async def chats_waiting(self, most: int, busy: Collection[int] = ()) -> Sequence[int]:
        """The chats in which something waits, those first that have waited longest, at most `most` of them,
        none of them `busy`."""
        async with self._connections.reading() as connection:
            which = {"app": self._channel, "most": most, "busy": f",{','.join(map(str, busy))},"}
            return (await connection.scalars(_EACH_CHAT, which)).all()

    async def waiting_in(self, chats: Collection[int]) -> Sequence[WaitingUpdate]:
        """What waits in these chats, as `waiting` returns it."""
        async with self._connections.reading() as connection:
            rows = await connection.execute(_ORDERED, {"chats": list(chats)})
            return [WaitingUpdate(*row) for row in rows]

    async def failed(self, update_id: int) -> None:
        """Count a failed try."""
        async with self._connections.writing() as connection:
            await connection.execute(_FAILED, {"of_id": update_id})

    async def settle(self, update_id: int, now: datetime) -> None:
        """Settle an update that brought nothing about, unless it is settled."""
        with contextlib.suppress(AlreadySettled):
            async with self._connections.writing() as connection:
                await settle_update(connection, update_id, now)

    async def count_waiting(self) -> int:
        """How many updates are not settled."""
        async with self._connections.reading() as connection:
            return (await connection.execute(_COUNT, {"app": self._channel})).scalar_one()

    async def purge(self, settled_before: datetime, at_once: int = BATCH) -> int:
        """Forget updates handled before then, at most `at_once` in a transaction; returns how many."""
        old = {"app": self._channel, "moment": settled_before, "most": at_once}
        total = 0
        while True:
            async with self._connections.writing() as connection:
                gone = (await connection.execute(_PURGE, old)).rowcount
            total += gone
            if gone < at_once:
                return total
