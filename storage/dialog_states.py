"""What the dialogs remember of each chat: a storage of aiogram that writes once for each update."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import Table, bindparam, delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Turn, TurnKind
from storage.connections import Connections
from storage.dialog_tables import dialog_states
from storage.prepared import Prepared
from storage.purging import delete_in_steps
from storage.shared_writes import SharedWrites

_KEY = [column.name for column in dialog_states.primary_key]
_CONVERSATION = [dialog_states.c[name] for name in _KEY[:-1]]


class _Remembered(NamedTuple):
    """One row: the state, and the data as JSON."""

    state: str | None = None
    data: str = "{}"


_OF_CHAT = Prepared(
    select(*(dialog_states.c[name] for name in (*_KEY, *_Remembered._fields))).where(
        dialog_states.c.bot_id == bindparam("of_bot"), dialog_states.c.chat_id == bindparam("chat")
    )
)
_VALUES = (*_Remembered._fields, "updated_at")


def _put_by(insert: Callable[[Table], sqlite.Insert | postgresql.Insert]) -> Prepared:
    row = insert(dialog_states)
    newer = {name: row.excluded[name] for name in _VALUES}
    return Prepared(row.on_conflict_do_update(index_elements=_KEY, set_=newer), assigned=(*_KEY, *_VALUES))


_PUT = {"sqlite": _put_by(sqlite.insert), "postgresql": _put_by(postgresql.insert)}
_FORGET = Prepared(delete(dialog_states).where(*(dialog_states.c[name] == bindparam(name) for name in _KEY)))
_NOTHING = _Remembered()
_Key = tuple[int, int, int, int, str, str]


def _row_key(key: StorageKey) -> _Key:
    business = key.business_connection_id or ""
    return key.bot_id, key.chat_id, key.user_id, key.thread_id or 0, business, key.destiny


def _utc_now() -> datetime:
    return datetime.now(UTC)


Write = Callable[[AsyncConnection], Awaitable[object]]
"""Something to write in the transaction that ends an update."""


@dataclass(frozen=True, slots=True)
class _End:
    """What one update writes at its end."""

    changes: Mapping[_Key, _Remembered]
    also: Sequence[Write]


class DialogUnit:
    """What the dialogs remember during one update: read once, and written once by `flush`."""

    def __init__(self, storage: "DialogStorage") -> None:
        self.storage = storage
        self.is_open = True
        self._stored: dict[_Key, _Remembered] = {}
        self._changed: dict[_Key, _Remembered] = {}
        self._read: set[tuple[int, int]] = set()
        self._also: list[Write] = []

    async def get(self, key: _Key) -> _Remembered:
        chat = key[:2]
        if chat not in self._read:
            self._stored |= await self.storage.read_chat(*chat)
            self._read.add(chat)
        return self._changed.get(key) or self._stored.get(key, _NOTHING)

    def put(self, key: _Key, value: _Remembered) -> None:
        self._changed[key] = value

    def also(self, write: Write) -> None:
        """Add a write to the transaction of `flush`."""
        self._also.append(write)

    def forget(self) -> None:
        """Drop what the dialogs changed so far."""
        self._changed.clear()

    async def flush(self) -> None:
        """Write what changed, and what was added by `also`, in one transaction.

        `DialogStorage.update` does so at its end, unless an error ends it; then the caller may.
        """
        changes = {
            key: value for key, value in self._changed.items() if value != self._stored.get(key, _NOTHING)
        }
        await self.storage.write(changes, self._also)
        self._stored |= changes
        self._changed.clear()
        self._also.clear()


_current: ContextVar[DialogUnit | None] = ContextVar("dialog_update", default=None)


class DialogStorage(BaseStorage):
    """States and data by chat, stack and context, as JSON; every read returns new objects.

    Within `update` the first read of a chat fetches all of it, and writes wait for the end. Outside of
    `update` both go straight to the database. Data that JSON cannot hold raises `TypeError` when it is set.
    """

    def __init__(self, connections: Connections, now: Callable[[], datetime] = _utc_now) -> None:
        self._connections = connections
        self._now = now
        self._end = SharedWrites(connections.writing, self._write_end, connections.has_one_writer)

    @asynccontextmanager
    async def update(self) -> AsyncIterator[DialogUnit]:
        """Handle one update: a clean exit writes all at once, an error writes nothing.

        Tasks that outlive the update write straight to the database.
        """
        unit = DialogUnit(self)
        token = _current.set(unit)
        try:
            yield unit
            await unit.flush()
        finally:
            unit.is_open = False
            _current.reset(token)

    @property
    def updating(self) -> bool:
        """Whether an update is under way."""
        return self._unit() is not None

    def forget_changes(self) -> None:
        """Drop what the update under way has changed so far."""
        unit = self._unit()
        if unit is not None:
            unit.forget()

    def also(self, write: Write) -> None:
        """Have something written in the transaction that ends the update under way."""
        unit = self._unit()
        assert unit is not None, "no update is under way"
        unit.also(write)

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._get(_row_key(key))).state

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._change(_row_key(key), state=name)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((await self._get(_row_key(key))).data)
        return data

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._change(_row_key(key), data=json.dumps(dict(data), ensure_ascii=False))

    async def close(self) -> None:
        """Nothing to close: the connections are closed by their owner."""

    async def purge(self, idle_since: datetime) -> int:
        """Forget conversations unchanged since then, stack and contexts together; returns how many rows."""
        idle = select(*_CONVERSATION).group_by(*_CONVERSATION)
        idle = idle.having(func.max(dialog_states.c.updated_at) < idle_since)
        # The row's own age is asked too: it may be written while this waits for it.
        old = tuple_(*_CONVERSATION).in_(idle) & (dialog_states.c.updated_at < idle_since)
        return await delete_in_steps(self._connections, dialog_states, old)

    async def read_chat(self, bot_id: int, chat_id: int) -> dict[_Key, _Remembered]:
        """All that is remembered of one chat, since its stack and contexts are read together."""
        async with self._connections.reading() as connection:
            return await _read_chat(connection, bot_id, chat_id)

    async def write(self, changes: Mapping[_Key, _Remembered], also: Sequence[Write] = ()) -> None:
        """Write rows, delete empty ones, and do the further writes; returns after the commit."""
        await self._end(_End(changes, tuple(also)))

    async def _write_end(self, connection: AsyncConnection, end: _End) -> None:
        for write in end.also:
            await write(connection)
        for key, value in end.changes.items():
            await self._put(connection, key, value)

    async def _get(self, key: _Key) -> _Remembered:
        unit = self._unit()
        if unit is not None:
            return await unit.get(key)
        return (await self.read_chat(*key[:2])).get(key, _NOTHING)

    async def _change(self, key: _Key, **values: Any) -> None:
        unit = self._unit()
        if unit is not None:
            unit.put(key, (await unit.get(key))._replace(**values))
            return
        # It has read what it changes: two that do so for one chat go one after the other.
        async with self._connections.writing(Turn(TurnKind.CHAT, f"{key[0]}:{key[1]}")) as connection:
            old = (await _read_chat(connection, *key[:2])).get(key, _NOTHING)
            new = old._replace(**values)
            if new != old:
                await self._put(connection, key, new)

    def _unit(self) -> DialogUnit | None:
        unit = _current.get()
        return unit if unit is not None and unit.is_open and unit.storage is self else None

    async def _put(self, connection: AsyncConnection, key: _Key, value: _Remembered) -> None:
        of_key = dict(zip(_KEY, key, strict=True))
        if value == _NOTHING:
            await _FORGET.rows(connection, **of_key)
        else:
            put = _PUT[connection.dialect.name]
            await put.rows(connection, **of_key, **value._asdict(), updated_at=self._now())


async def _read_chat(connection: AsyncConnection, bot_id: int, chat_id: int) -> dict[_Key, _Remembered]:
    rows = await _OF_CHAT.rows(connection, of_bot=bot_id, chat=chat_id)
    end = len(_KEY)
    return {tuple(row[:end]): _Remembered(*row[end:]) for row in rows}
