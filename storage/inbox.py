"""The inbox of every chat app: updates are stored before they are acknowledged, then handled chat by chat."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from storage.connections import Connections
from storage.prepared import Prepared
from storage.rows import BATCH, insert_many
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


Meet = Callable[[AsyncConnection, Sequence[str]], Awaitable[object]]
"""Notes the chats that wrote, by the app's own ids, in the transaction that stores their updates."""


@dataclass
class _SharedWrite:
    """Arrivals that are written in one transaction."""

    arrivals: list[Arrival] = field(default_factory=list)
    writing: asyncio.Task[None] | None = None


_ARRIVAL = ("channel", "external_id", "chat_id", "sequence", "body", "received_at", "attempts")
_waits = inbox.c.settled_at.is_(None)
_CHATS = (
    select(inbox.c.chat_id)
    .where(
        inbox.c.channel == bindparam("app"),
        _waits,
        inbox.c.chat_id.not_in(bindparam("busy", expanding=True)),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_WAITING = (
    select(*(inbox.c[name] for name in WaitingUpdate.__dataclass_fields__))
    .where(_waits, inbox.c.chat_id.in_(_CHATS))
    .order_by(inbox.c.chat_id, inbox.c.sequence, inbox.c.id)
    .limit(MOST_AT_ONCE)
)
_COUNT = select(func.count()).where(inbox.c.channel == bindparam("app"), _waits)
_SETTLE = Prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("of_id"), _waits)
    .values(settled_at=bindparam("moment"), body="")
)
_FAILED = update(inbox).where(inbox.c.id == bindparam("of_id"), _waits).values(attempts=inbox.c.attempts + 1)
_OLD = (
    select(inbox.c.id)
    .where(inbox.c.channel == bindparam("app"), inbox.c.settled_at < bindparam("moment"))
    .limit(bindparam("most"))
)
_PURGE = delete(inbox).where(inbox.c.id.in_(_OLD))


async def put_arrivals(
    connection: AsyncConnection, channel: Channel, arrivals: Sequence[Arrival], now: datetime
) -> None:
    """Store updates; a known one is left out."""
    rows = ((channel, one.external_id, one.chat_id, one.sequence, one.body, now, 0) for one in arrivals)
    await insert_many(connection, inbox, _ARRIVAL, rows, "ON CONFLICT (channel, external_id) DO NOTHING")


async def settle_update(connection: AsyncConnection, update_id: int, now: datetime) -> None:
    """The update was handled: the next one of its chat has its turn. Its text is personal and is not kept."""
    await _SETTLE.rows(connection, of_id=update_id, moment=now)


class SqlInbox:
    """The updates of one app that wait, and the handled ones for as long as they may come again."""

    def __init__(self, connections: Connections, channel: Channel, meet: Meet | None = None) -> None:
        self._connections = connections
        self._channel = channel
        self._meet = meet
        self._next = _SharedWrite()

    async def take(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        """Store them; returns after the commit. Arrivals that wait for their turn to write share one
        transaction."""
        shared = self._next
        shared.arrivals += arrivals
        if shared.writing is None:
            shared.writing = asyncio.create_task(self._write(shared, now))
        # A caller that is cancelled must not stop the transaction of the others.
        await asyncio.shield(shared.writing)

    async def _write(self, shared: _SharedWrite, now: datetime) -> None:
        try:
            async with self._connections.writing() as connection:
                self._next = _SharedWrite()
                if self._meet is not None:
                    await self._meet(connection, [one.app_chat for one in shared.arrivals])
                await put_arrivals(connection, self._channel, shared.arrivals, now)
        finally:
            # Without a transaction the list was never closed; later arrivals need another one.
            if self._next is shared:
                self._next = _SharedWrite()

    async def waiting(self, chats: int, busy: Collection[int] = ()) -> Sequence[WaitingUpdate]:
        """What waits in the chats that have waited longest, at most `chats` of them, none of them `busy`.

        The updates of a chat stand together and in order; of all there are at most `MOST_AT_ONCE`.
        """
        which: dict[str, Any] = {"app": self._channel, "most": chats, "busy": list(busy)}
        async with self._connections.reading() as connection:
            return [WaitingUpdate(*row) for row in await connection.execute(_WAITING, which)]

    async def failed(self, update_id: int) -> None:
        """Count a failed try."""
        async with self._connections.writing() as connection:
            await connection.execute(_FAILED, {"of_id": update_id})

    async def settle(self, update_id: int, now: datetime) -> None:
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
