"""Counts that keep abuse small, by what they are of, whose, and the day or month."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.tallies import TALLIES_KEPT, Tally
from storage.connections import Connections
from storage.purging import delete_in_steps
from storage.rows import chunks, upsert
from storage.tables.tallies import tallies as table

_KEY = (table.c.counted, table.c.key, table.c.period)


class SqlTallies:
    """`Tallies`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, tally: Tally, now: datetime, amount: int = 1) -> int:
        return await add_tally(self._connection, tally, now, amount)

    async def of(self, tallies: Sequence[Tally]) -> Mapping[Tally, int]:
        return await read_tallies(self._connection, tallies)


async def add_tally(connection: AsyncConnection, tally: Tally, now: datetime, amount: int = 1) -> int:
    """Add to a count; returns what it is now."""
    row = {"counted": tally.counted, "key": tally.key, "period": tally.period}
    statement = upsert(connection, table).values(**row, amount=amount, changed_at=now)
    more = {"amount": table.c.amount + statement.excluded.amount, "changed_at": now}
    statement = statement.on_conflict_do_update(index_elements=list(_KEY), set_=more)
    counted: int = (await connection.execute(statement.returning(table.c.amount))).scalar_one()
    return counted


async def count_once(connection: AsyncConnection, tallies: Sequence[Tally], now: datetime) -> None:
    """Add one to each of these counts."""
    for one in tallies:
        await add_tally(connection, one, now)


async def read_tallies(connection: AsyncConnection, tallies: Sequence[Tally]) -> Mapping[Tally, int]:
    """The counts, 0 for those that were never added to."""
    found = dict.fromkeys(tallies, 0)
    rows = {(str(one.counted), one.key, one.period): one for one in tallies}
    for some in chunks(list(rows), 1_000):
        statement = select(*_KEY, table.c.amount).where(tuple_(*_KEY).in_(some))
        for *key, amount in await connection.execute(statement):
            found[rows[tuple(key)]] = amount
    return found


async def purge_tallies(connections: Connections, now: datetime) -> int:
    """Forget counts of months that are over; returns how many."""
    return await delete_in_steps(connections, table, table.c.changed_at < now - TALLIES_KEPT)
