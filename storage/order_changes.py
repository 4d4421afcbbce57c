"""Changes of placed orders."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Delete, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import Order, OrderLine, OrderState
from domain.packages import Package
from domain.payments import PaymentRequest
from services.ports import OrderedBefore
from storage.order_lines import NAMES, line_values
from storage.orders import SqlOrders
from storage.payments import ASKED, asked_values
from storage.tables.activation import activation_items, licences
from storage.tables.money import payment_requests
from storage.tables.orders import order_lines, order_searches, ordered_codes, orders
from storage.touched import Touched

_CUSTOMER = ("position", "customer_id", "kind", "tax_code", "name")
_CHANGED = [name for name in NAMES if name not in _CUSTOMER]
_SAVE_LINE = (
    update(order_lines)
    .where(order_lines.c.order_id == bindparam("of_order"), order_lines.c.position == bindparam("at"))
    .values({name: bindparam(name) for name in _CHANGED})
)
_KEPT = ("code", "order_id", "received", "paid_at", "bank_bin", "account", "holder")
_SAVE_REQUEST = (
    update(payment_requests)
    .where(payment_requests.c.code == bindparam("of_code"))
    .values({name: bindparam(name) for name in ASKED if name not in _KEPT})
)


class SqlOrderChanges:
    """`OrderChanges`."""

    def __init__(self, connection: AsyncConnection, touched: Touched) -> None:
        self._connection = connection
        self._touched = touched

    async def drop_lines(self, order_id: int, positions: Collection[int]) -> None:
        theirs = (licences.c.order_id == order_id) & licences.c.position.in_(positions)
        picked = activation_items.c.licence_id.in_(select(licences.c.id).where(theirs))
        lines = (order_lines.c.order_id == order_id) & order_lines.c.position.in_(positions)
        gone: tuple[Delete, ...] = (
            delete(activation_items).where(picked),
            delete(licences).where(theirs),
            delete(order_lines).where(lines),
            delete(ordered_codes).where(ordered_codes.c.order_id == order_id),
            delete(order_searches).where(order_searches.c.order_id == order_id),
        )
        for statement in gone:
            await self._connection.execute(statement)
        await SqlOrders(self._connection).gather(order_id)

    async def save_order(self, order: Order, package: Package | None = None) -> None:
        names = ("total", "line_count", "recipient", "state", "package_name", "package_code")
        values: dict[str, Any] = {name: getattr(order, name) for name in names}
        if package is not None:
            values["package_id"] = package.id
        await self._connection.execute(update(orders).where(orders.c.id == order.id).values(**values))

    async def save_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None:
        rows = []
        for line in lines:
            values = dict(zip(NAMES, line_values(line), strict=True))
            changed = {name: values[name] for name in _CHANGED}
            rows.append({**changed, "of_order": order_id, "at": line.position})
        await self._connection.execute(_SAVE_LINE, rows)

    async def save_requests(self, requests: Sequence[PaymentRequest]) -> None:
        self._touched.codes.update(one.code for one in requests)
        rows = []
        for one in requests:
            values = dict(zip(ASKED, asked_values(one), strict=True))
            changed = {name: value for name, value in values.items() if name not in _KEPT}
            rows.append({**changed, "of_code": one.code})
        await self._connection.execute(_SAVE_REQUEST, rows)

    async def forget_request(self, code: str) -> None:
        await self._connection.execute(delete(payment_requests).where(payment_requests.c.code == code))

    async def ordered_elsewhere(self, order: Order) -> Sequence[tuple[str, OrderedBefore]]:
        of, codes = order_lines.c, ordered_codes.c
        names = (
            orders.c.id,
            orders.c.code,
            orders.c.accountant_id,
            orders.c.placed_at,
            orders.c.package_name,
        )
        statement = (
            select(orders.c.package_code, of.customer_id, of.tax_code, of.name, *names)
            .join_from(order_lines, ordered_codes, codes.tax_code == of.tax_code)
            .join(orders, orders.c.id == codes.order_id)
            .where(
                of.order_id == order.id,
                *(codes.firm_id == order.firm_id, codes.fiscal_year == order.fiscal_year),
                *(codes.order_id != order.id, orders.c.state != OrderState.CANCELLED),
            )
            .order_by(of.position, orders.c.id)
        )
        return [(code, OrderedBefore(*row)) for code, *row in await self._connection.execute(statement)]
