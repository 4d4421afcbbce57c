"""Licences of cancelled orders, of a customer that its firm has ordered again."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.licences import Licence
from domain.orders import Order, OrderLine
from storage.licence_rows import LICENCE, licence_of
from storage.tables.activation import activation_items, licences
from storage.tables.orders import order_lines, ordered_codes, orders

_CODES, _ORDERS = ordered_codes.c, orders.c
WAS_ORDERED = exists().where(
    *(_CODES.firm_id == _ORDERS.firm_id, _CODES.fiscal_year == _ORDERS.fiscal_year),
    *(_CODES.tax_code == order_lines.c.tax_code, _CODES.order_id < _ORDERS.id),
)
"""Whether the firm of `orders` placed an order before with the tax code of `order_lines`, for the same fiscal
year. One look into an index says so of most licences that there is nothing to find."""


_OF_LINE = licences.c.order_id == order_lines.c.order_id, licences.c.position == order_lines.c.position
_JOINED = ordered_codes.join(orders, _ORDERS.id == _CODES.order_id)
_JOINED = _JOINED.join(
    order_lines, (_CODES.order_id == order_lines.c.order_id) & (order_lines.c.tax_code == _CODES.tax_code)
).join(licences, _OF_LINE[0] & _OF_LINE[1])


def _before(order: Order) -> tuple[ColumnElement[bool], ...]:
    """What is true of licences of the firm's cancelled orders of the same package and year."""
    return (
        *(_CODES.firm_id == order.firm_id, _CODES.fiscal_year == order.fiscal_year),
        *(_CODES.order_id < order.id, _ORDERS.package_code == order.package_code, licences.c.cancelled),
    )


async def find_earlier(connection: AsyncConnection, order: Order, line: OrderLine) -> Sequence[Licence]:
    """`LicenceUnderWay.earlier`."""
    found = select(*LICENCE).select_from(_JOINED).where(*_before(order), _CODES.tax_code == line.tax_code)
    return [licence_of(row) for row in await connection.execute(found.order_by(_CODES.order_id))]


async def any_used(connection: AsyncConnection, order: Order, run_id: int) -> bool:
    """`Activations.any_used`."""
    line, own = order_lines.alias(), licences.alias()
    picked = (
        select(line.c.tax_code)
        .join(own, (own.c.order_id == line.c.order_id) & (own.c.position == line.c.position))
        .join(activation_items, activation_items.c.licence_id == own.c.id)
        .where(activation_items.c.run_id == run_id)
    )
    used = licences.c.activated_at.is_not(None), _CODES.tax_code.in_(picked)
    found = select(licences.c.id).select_from(_JOINED).where(*_before(order), *used)
    return await connection.scalar(found.limit(1)) is not None
