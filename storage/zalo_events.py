"""Events of Zalo: stored before they are acknowledged, handled in order per chat."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connections
from storage.rows import insert_many
from storage.tables.zalo import zalo_events
from storage.zalo_chats import meet


@dataclass(frozen=True, slots=True)
class NewZaloEvent:
    """`external_id` is the platform's id of the message, the same however often it comes; `chat` is the
    platform's id of the chat; `body` is the event as JSON."""

    external_id: str
    chat: str
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """`attempts` counts the tries that failed."""

    id: int
    chat_id: int
    body: str
    sent_at: datetime
    attempts: int


@dataclass
class _SharedWrite:
    """Events that are written in one transaction."""

    events: list[NewZaloEvent] = field(default_factory=list)
    writing: asyncio.Task[None] | None = None


_EVENT = ("external_id", "chat_id", "body", "sent_at", "received_at", "due_at", "attempts")
_KNOWN_ALREADY = "ON CONFLICT (external_id) DO NOTHING"
_earlier = zalo_events.alias("earlier")
_waits = zalo_events.c.settled_at.is_(None)
_FIRST_OF_CHATS = (
    select(*(zalo_events.c[name] for name in ("id", "chat_id", "body", "sent_at", "attempts")))
    .where(
        _waits,
        zalo_events.c.due_at <= bindparam("now"),
        zalo_events.c.chat_id.not_in(bindparam("busy", expanding=True)),
        ~exists().where(
            _earlier.c.chat_id == zalo_events.c.chat_id,
            _earlier.c.settled_at.is_(None),
            tuple_(_earlier.c.sent_at, _earlier.c.id) < tuple_(zalo_events.c.sent_at, zalo_events.c.id),
        ),
    )
    .order_by(zalo_events.c.due_at, zalo_events.c.id)
    .limit(bindparam("most"))
)
_SETTLE = update(zalo_events).where(zalo_events.c.id == bindparam("of_id"), _waits)


async def put_events(connection: AsyncConnection, events: Sequence[NewZaloEvent], now: datetime) -> None:
    """Store events and their chats; a known event is left out."""
    numbers = await meet(connection, [event.chat for event in events])
    rows = ((one.external_id, numbers[one.chat], one.body, one.sent_at, now, now, 0) for one in events)
    await insert_many(connection, zalo_events, _EVENT, rows, _KNOWN_ALREADY)


async def put_upload(
    connection: AsyncConnection, ticket: str, chat_id: int, body: str, now: datetime
) -> None:
    """Store the event of a file from our upload page, once for each ticket."""
    row = (f"upload:{ticket}", chat_id, body, now, now, now, 0)
    await insert_many(connection, zalo_events, _EVENT, [row], _KNOWN_ALREADY)


async def settle_event(connection: AsyncConnection, event_id: int, now: datetime) -> None:
    """The event was handled: the next one of its chat has its turn. Its text is personal and is not kept."""
    await connection.execute(_SETTLE.values(settled_at=now, body=""), {"of_id": event_id})


class SqlZaloEvents:
    """The events that wait, and the handled ones for as long as they may come again."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._next = _SharedWrite()

    async def take(self, event: NewZaloEvent, now: datetime) -> None:
        """Store it; returns after the commit. Events that wait for their turn to write share one
        transaction."""
        shared = self._next
        shared.events.append(event)
        if shared.writing is None:
            shared.writing = asyncio.create_task(self._write(shared, now))
        # A caller that is cancelled must not stop the transaction of the others.
        await asyncio.shield(shared.writing)

    async def _write(self, shared: _SharedWrite, now: datetime) -> None:
        try:
            async with self._connections.writing() as connection:
                self._next = _SharedWrite()
                await put_events(connection, shared.events, now)
        finally:
            # Without a transaction the list was never closed; later events need another one.
            if self._next is shared:
                self._next = _SharedWrite()

    async def waiting(self, now: datetime, most: int, busy: Collection[int] = ()) -> Sequence[WaitingEvent]:
        """The first event of each chat that has one due, except `busy` chats; the longest due first."""
        which: dict[str, Any] = {"now": now, "most": most, "busy": list(busy)}
        async with self._connections.reading() as connection:
            return [WaitingEvent(*row) for row in await connection.execute(_FIRST_OF_CHATS, which)]

    async def retry(self, event_id: int, due_at: datetime) -> None:
        """Try the event again at `due_at`; later events of its chat wait for it."""
        later = _SETTLE.values(due_at=due_at, attempts=zalo_events.c.attempts + 1)
        async with self._connections.writing() as connection:
            await connection.execute(later, {"of_id": event_id})

    async def settle(self, event_id: int, now: datetime) -> None:
        async with self._connections.writing() as connection:
            await settle_event(connection, event_id, now)

    async def count_due(self, now: datetime) -> int:
        statement = select(func.count()).where(_waits, zalo_events.c.due_at <= now)
        async with self._connections.reading() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def purge(self, settled_before: datetime) -> int:
        """Forget events handled before then; returns how many."""
        async with self._connections.writing() as connection:
            gone = await connection.execute(
                delete(zalo_events).where(zalo_events.c.settled_at < settled_before)
            )
            return gone.rowcount
