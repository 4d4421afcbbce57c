"""Licences of cancelled orders, of a customer that its firm has ordered again."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.licences import Licence
from domain.orders import Order, OrderLine
from storage.licence_rows import LICENCE, licence_of
from storage.tables.activation import licences
from storage.tables.orders import order_lines, ordered_codes, orders

_CODES, _ORDERS = ordered_codes.c, orders.c
WAS_ORDERED = exists().where(
    *(_CODES.firm_id == _ORDERS.firm_id, _CODES.fiscal_year == _ORDERS.fiscal_year),
    *(_CODES.tax_code == order_lines.c.tax_code, _CODES.order_id < _ORDERS.id),
)
"""Whether the firm of `orders` placed an order before with the tax code of `order_lines`, for the same fiscal
year. One look into an index says so of most licences that there is nothing to find."""


async def find_earlier(connection: AsyncConnection, order: Order, line: OrderLine) -> Sequence[Licence]:
    """`LicenceUnderWay.earlier`."""
    same_code = _CODES.order_id == order_lines.c.order_id, order_lines.c.tax_code == _CODES.tax_code
    of_line = licences.c.order_id == order_lines.c.order_id, licences.c.position == order_lines.c.position
    joined = ordered_codes.join(orders, _ORDERS.id == _CODES.order_id)
    joined = joined.join(order_lines, same_code[0] & same_code[1]).join(licences, of_line[0] & of_line[1])
    found = (
        select(*LICENCE)
        .select_from(joined)
        .where(
            *(_CODES.firm_id == order.firm_id, _CODES.fiscal_year == order.fiscal_year),
            *(_CODES.tax_code == line.tax_code, _CODES.order_id < order.id),
            *(_ORDERS.package_code == order.package_code, licences.c.cancelled),
        )
    )
    return [licence_of(row) for row in await connection.execute(found.order_by(_CODES.order_id))]
