"""The firm's customers that may be one, found in the indexes of what they share."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.look_alikes import Traits, alike_pairs
from storage.tables.catalogue import customers

_TRAITS = [customers.c[name] for name in ("id", "sort_key", "tax_code", "phone", "email")]


async def pairs_of(connection: AsyncConnection, firm_id: int) -> Sequence[tuple[int, int, str]]:
    """The pairs of `alike_pairs` in a firm's catalogue."""
    listed = customers.c.in_catalogue & customers.c.archived.is_(False)
    statement = select(*_TRAITS).where(customers.c.firm_id == firm_id, listed, _may_be_alike(firm_id))
    rows = await connection.execute(statement.order_by(customers.c.sort_key, customers.c.id))
    return alike_pairs([Traits._make(row) for row in rows])


def _may_be_alike(firm_id: int) -> ColumnElement[bool]:
    """Whether another customer of the firm shares a trait with this one. All that share it are found, so that
    `alike_pairs` pairs the few that are found as it would among all."""
    of_firm, code, head = customers.c.firm_id == firm_id, customers.c.tax_code, customers.alias("head").c

    def is_shared(trait: ColumnElement[str], *which: ColumnElement[bool]) -> ColumnElement[bool]:
        # Entered by indexes that hold the trait, so the rows themselves are not read.
        return trait.in_(
            select(trait).where(of_firm, *which).group_by(trait).having(func.count() > 1, trait != "")
        )

    units = select(func.substr(code, 1, 10)).where(of_firm, customers.c.in_catalogue, func.length(code) > 10)
    of_head = head.firm_id == firm_id, head.in_catalogue, head.tax_code == func.substr(code, 1, 10)
    return or_(
        is_shared(customers.c.sort_key, customers.c.archived.is_(False)),
        is_shared(customers.c.phone),
        is_shared(customers.c.email),
        code.in_(units),
        (func.length(code) > 10) & exists().where(*of_head),
    )
