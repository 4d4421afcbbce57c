"""Codes that are put aside before an order uses them, where several orders are placed at once.

Two orders of 10,000 requests would draw some code twice, and neither sees what the other has not committed.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Text, func, literal, select
from sqlalchemy.dialects import postgresql

from storage.connections import Connections, Pooled
from storage.purging import delete_in_steps
from storage.tables.money import reserved_codes


async def put_aside(apart: Pooled, codes: Collection[str]) -> set[str]:
    """Put these codes aside for the caller, and commit that; returns the ones that nobody else has."""
    # In order, so that two that want the same codes do not wait for each other.
    wanted = func.unnest(literal(sorted(codes), postgresql.ARRAY(Text)))
    rows = postgresql.insert(reserved_codes).from_select(["code", "reserved_at"], select(wanted, func.now()))
    statement = rows.on_conflict_do_nothing().returning(reserved_codes.c.code)
    async with apart.transaction() as connection:
        return set((await connection.scalars(statement)).all())


async def purge_codes(connections: Connections, reserved_before: datetime) -> int:
    """Forget codes put aside before then: used ones stand in their orders. Returns how many."""
    return await delete_in_steps(connections, reserved_codes, reserved_codes.c.reserved_at < reserved_before)
