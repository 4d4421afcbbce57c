"""Placed orders and their lines."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounting import AccountingData
from domain.orders import Order, OrderLine, OrderState
from domain.recipients import InvoiceRecipient, NoticeRecipient
from services.ports import LastAnswers, NewOrder
from storage.rows import ACCOUNTING, INVOICE, NOTICE, accounting_values, insert_many
from storage.tables import order_lines, orders

_ORDER = [orders.c[field.name] for field in fields(Order)]

_CUSTOMER = ["position", "customer_id", "kind", "tax_code", "name", "address"]
_CUSTOMER += ["representative", "email", "phone"]
_LINE = [*_CUSTOMER, *ACCOUNTING, "price", "vat_rate", "amount", *NOTICE, *INVOICE, "payment_code"]
_VALUES = attrgetter(
    *_CUSTOMER,
    *(f"accounting.{name}" for name in ACCOUNTING),
    *("price", "vat_rate", "amount"),
    *(name.replace("_", ".", 1) for name in (*NOTICE, *INVOICE)),
    "payment_code",
)


class SqlOrders:
    """`Orders`. The database refuses a second order of one draft and a second order of one code."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, order: NewOrder, now: datetime) -> Order:
        values = {
            "code": order.code,
            "firm_id": order.firm_id,
            "accountant_id": order.accountant_id,
            "draft_id": order.draft_id,
            "package_id": order.package.id,
            "package_code": order.package.code,
            "package_name": order.package.name,
            "kind": order.package.kind,
            "fiscal_year": order.fiscal_year,
            "recipient": order.recipient,
            **accounting_values(order.accounting),
            "line_count": order.line_count,
            "total": order.total,
            "state": OrderState.PLACED,
            "placed_at": now,
        }
        statement = insert(orders).values(**values).returning(*_ORDER)
        return Order(*(await self._connection.execute(statement)).one())

    async def add_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None:
        """Their payment requests stand already."""
        rows = ((order_id, *_VALUES(line)) for line in lines)
        await insert_many(self._connection, order_lines, ["order_id", *_LINE], rows)

    async def get(self, order_id: int) -> Order | None:
        return await self._one(orders.c.id == order_id)

    async def by_draft(self, draft_id: int) -> Order | None:
        return await self._one(orders.c.draft_id == draft_id)

    async def of_firm(
        self, firm_id: int, accountant_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[Order], int]:
        conditions = [orders.c.firm_id == firm_id]
        if accountant_id is not None:
            conditions.append(orders.c.accountant_id == accountant_id)
        statement = (
            select(*_ORDER).where(*conditions).order_by(orders.c.id.desc()).offset(offset).limit(limit)
        )
        items = [Order(*row) for row in await self._connection.execute(statement)]
        counting = select(func.count()).select_from(orders).where(*conditions)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def lines(self, order_id: int, offset: int, limit: int) -> Sequence[OrderLine]:
        return await self._lines(order_lines.c.order_id == order_id, offset, limit)

    async def lines_of_payment(self, payment_code: str, limit: int) -> Sequence[OrderLine]:
        return await self._lines(order_lines.c.payment_code == payment_code, 0, limit)

    async def last_answers(self, accountant_id: int) -> LastAnswers | None:
        names = ("package_id", "fiscal_year", "recipient", "kind", *ACCOUNTING)
        statement = (
            select(*(orders.c[name] for name in names))
            .where(orders.c.accountant_id == accountant_id)
            .order_by(orders.c.id.desc())
            .limit(1)
        )
        row: Sequence[Any] | None = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        package_id, fiscal_year, recipient, kind, *accounting = row
        return LastAnswers(package_id, fiscal_year, recipient, kind, AccountingData(*accounting))

    async def _one(self, condition: ColumnElement[bool]) -> Order | None:
        row = (await self._connection.execute(select(*_ORDER).where(condition))).one_or_none()
        return Order(*row) if row else None

    async def _lines(self, condition: ColumnElement[bool], offset: int, limit: int) -> Sequence[OrderLine]:
        statement = (
            select(*(order_lines.c[name] for name in _LINE))
            .where(condition)
            .order_by(order_lines.c.position)
            .offset(offset)
            .limit(limit)
        )
        return [_order_line(row) for row in await self._connection.execute(statement)]


def _order_line(row: Sequence[Any]) -> OrderLine:
    parts = (
        *row[:9],
        AccountingData(*row[9:15]),
        *row[15:18],
        NoticeRecipient(*row[18:21]),
        InvoiceRecipient(*row[21:25]),
        row[25],
    )
    return OrderLine(*parts)
