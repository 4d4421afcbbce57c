"""The firm's customers that may be one, found in the indexes of what they share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, exists, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.look_alikes import Traits, alike_pairs
from storage.tables.catalogue import customers

_TRAITS = [customers.c[name] for name in ("id", "sort_key", "tax_code", "phone", "email")]


async def pairs_of(connection: AsyncConnection, firm_id: int) -> Sequence[tuple[int, int, str]]:
    """The pairs of `alike_pairs` in a firm's catalogue."""
    rows = await connection.execute(_PAIRED, {"of": firm_id})
    return alike_pairs([Traits._make(row) for row in rows])


def _may_be_alike(firm_id: Any) -> CompoundSelect[tuple[int]]:
    """The customers of the firm that share a trait with another one. All that share it are found, so that
    `alike_pairs` pairs the few that are found as it would among all. Each part reads an index that holds the
    trait, and no rows."""
    one, of_firm = customers.c, customers.c.firm_id == firm_id

    def sharing(trait: ColumnElement[str], *which: ColumnElement[bool]) -> Select[tuple[int]]:
        shared = select(trait).where(of_firm, *which).group_by(trait).having(func.count() > 1, trait != "")
        return select(one.id).where(of_firm, *which, trait.in_(shared))

    head, unit = customers.alias("head").c, customers.alias("unit").c
    dependent = unit.firm_id == firm_id, unit.in_catalogue, func.length(unit.tax_code) > 10
    listed, of_unit = (head.firm_id == firm_id, head.in_catalogue), func.substr(unit.tax_code, 1, 10)
    return union_all(
        sharing(one.sort_key, one.archived.is_(False)),
        sharing(one.phone),
        sharing(one.email),
        select(unit.id).where(*dependent, exists().where(*listed, head.tax_code == of_unit)),
        select(head.id).where(*listed, head.tax_code.in_(select(of_unit).where(*dependent))),
    )


# Entered by their ids alone, as all that may be alike are of the firm.
_PAIRED = (
    select(*_TRAITS)
    .where(
        customers.c.id.in_(_may_be_alike(bindparam("of"))), customers.c.in_catalogue, ~customers.c.archived
    )
    .order_by(customers.c.sort_key, customers.c.id)
)
