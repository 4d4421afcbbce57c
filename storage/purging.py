"""Deletes what is old in small steps, so that others write in between."""

from sqlalchemy import ColumnElement, Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connections

STEP = 500
"""How many rows one transaction of a clean-up deletes at most."""


async def delete_some(
    connection: AsyncConnection, table: Table, which: ColumnElement[bool], most: int
) -> int:
    """Delete at most `most` rows; returns how many. Rows that others change at that moment stay."""
    key = tuple(table.primary_key)
    some = select(*key).where(which).limit(most).with_for_update(skip_locked=True)
    one = key[0] if len(key) == 1 else tuple_(*key)
    return (await connection.execute(delete(table).where(one.in_(some)))).rowcount


async def delete_in_steps(
    connections: Connections, table: Table, which: ColumnElement[bool], most: int = STEP
) -> int:
    """Delete all, at most `most` rows in a transaction; returns how many."""
    total = 0
    while True:
        async with connections.writing() as connection:
            gone = await delete_some(connection, table, which, most)
        total += gone
        if gone < most:
            return total
