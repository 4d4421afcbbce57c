"""Customers of a draft that are in an order of the same year already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import OrderState
from services.ports import OrderedBefore
from storage.tables.catalogue import customers
from storage.tables.ordering import draft_lines, drafts, packages
from storage.tables.orders import order_lines, ordered_codes, orders

_DROPPED = customers.alias("dropped").c
_BEFORE = ("id", "code", "accountant_id", "placed_at", "package_name")


async def find_ordered_before(
    connection: AsyncConnection, draft_id: int, limit: int, any_package: bool
) -> tuple[Sequence[OrderedBefore], int]:
    """`Orders.ordered_before`. Customers are compared by tax code, since a customer declared in an order
    alone is stored anew by the next. The tax codes of customers merged into one of them count too."""
    wanted = select(drafts.c.firm_id, drafts.c.fiscal_year, packages.c.code)
    wanted = wanted.join(packages, packages.c.id == drafts.c.package_id).where(drafts.c.id == draft_id)
    draft = (await connection.execute(wanted)).one_or_none()
    if draft is None:
        return [], 0
    of_year = ordered_codes.c.firm_id == draft.firm_id, ordered_codes.c.fiscal_year == draft.fiscal_year
    if await connection.scalar(select(ordered_codes.c.order_id).where(*of_year).limit(1)) is None:
        return [], 0
    standing = [*of_year, orders.c.id == ordered_codes.c.order_id, orders.c.state != OrderState.CANCELLED]
    if not any_package:
        standing.append(orders.c.package_code == draft.code)

    def is_ordered(tax_code: Any) -> ColumnElement[bool]:
        return exists().where(ordered_codes.c.tax_code == tax_code, *standing)

    dropped = _DROPPED.firm_id == draft.firm_id, _DROPPED.merged_into.is_not(None)
    instead = select(_DROPPED.merged_into).where(*dropped, is_ordered(_DROPPED.tax_code))
    again = (
        draft_lines.c.draft_id == draft_id,
        or_(is_ordered(customers.c.tax_code), customers.c.id.in_(instead)),
    )
    joined = draft_lines.join(customers, customers.c.id == draft_lines.c.customer_id)
    page = select(customers.c.id, customers.c.tax_code, customers.c.name).select_from(joined).where(*again)
    rows = (await connection.execute(page.order_by(draft_lines.c.position).limit(limit))).all()
    if not rows:
        return [], 0
    total = len(rows)
    if total == limit:
        number = select(func.count()).select_from(joined).where(*again)
        total = (await connection.execute(number)).scalar_one()
    codes = {row.id: [row.tax_code] for row in rows}
    merged = select(_DROPPED.merged_into, _DROPPED.tax_code).where(*dropped, _DROPPED.merged_into.in_(codes))
    for kept, tax_code in await connection.execute(merged):
        codes[kept].append(tax_code)
    first = (
        select(ordered_codes.c.tax_code, *(orders.c[name] for name in _BEFORE))
        .where(*standing, ordered_codes.c.tax_code.in_({code for own in codes.values() for code in own}))
        .order_by(orders.c.id.desc())
    )
    order_of = {row[0]: row[1:] for row in await connection.execute(first)}
    found = [
        OrderedBefore(*row, *min(order_of[code] for code in codes[row.id] if code in order_of))
        for row in rows
    ]
    return found, total


async def find_to_renew(
    connection: AsyncConnection, accountant_id: int, fiscal_year: int
) -> tuple[int, int] | None:
    """`Orders.to_renew`. The newest order is looked at first, and its first customer that is left ends it."""
    following = orders.alias("following").c
    renewed = exists().where(
        ordered_codes.c.firm_id == orders.c.firm_id,
        ordered_codes.c.fiscal_year == fiscal_year + 1,
        ordered_codes.c.tax_code == order_lines.c.tax_code,
        following.id == ordered_codes.c.order_id,
        following.state != OrderState.CANCELLED,
    )
    left = (
        order_lines.c.order_id == orders.c.id,
        customers.c.id == order_lines.c.customer_id,
        ~customers.c.archived,
        ~renewed.correlate(orders, order_lines),
    )
    mine = (
        orders.c.accountant_id == accountant_id,
        orders.c.fiscal_year == fiscal_year,
        orders.c.state != OrderState.CANCELLED,
    )
    newest = select(orders.c.id).where(*mine, exists().where(*left).correlate(orders))
    order_id = await connection.scalar(newest.order_by(orders.c.id.desc()).limit(1))
    if order_id is None:
        return None
    number = (
        select(func.count()).select_from(orders, order_lines, customers).where(orders.c.id == order_id, *left)
    )
    return order_id, await connection.scalar(number) or 0
