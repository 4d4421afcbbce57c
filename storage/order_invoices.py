"""Tax invoices as those see them who ordered what stands on them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.invoices import Invoice, InvoiceState
from services.ports import InvoiceFiles, KeptFiles
from storage.invoice_rows import INVOICE, invoice_of
from storage.tables.invoices import invoice_files, invoice_lines, invoices

# Spelled as in the partial index: SQLite uses it for no other spelling.
_REFUSED: ColumnElement[bool] = literal_column("invoices.state = 'refused'")


class OrderInvoices:
    """The part of `Invoices` that reads documents of orders and of people."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_order(
        self, order_id: int, offset: int, limit: int, day: date | None = None
    ) -> Sequence[Invoice]:
        page = select(*INVOICE).where(*_bearing(order_id, day))
        page = page.order_by((invoices.c.state == InvoiceState.REFUSED).desc(), invoices.c.id.desc())
        return await self._found(page.offset(offset).limit(limit))

    async def states(self, order_id: int, day: date | None = None) -> Mapping[InvoiceState, int]:
        counting = select(invoices.c.state, func.count()).where(*_bearing(order_id, day))
        rows = await self._connection.execute(counting.group_by(invoices.c.state))
        return {state: count for state, count in rows}

    async def on_lines(self, order_id: int, first: int, last: int) -> Mapping[int, Sequence[Invoice]]:
        of = invoice_lines.c
        statement = select(of.position, *INVOICE).join_from(invoice_lines, invoices)
        these = statement.where(of.order_id == order_id, of.position.between(first, last)).distinct()
        found: dict[int, list[Invoice]] = {}
        for position, *row in await self._connection.execute(these.order_by(of.position, invoices.c.id)):
            found.setdefault(position, []).append(invoice_of(row))
        return found

    async def with_files(self, order_id: int, limit: int | None = None) -> Sequence[Invoice]:
        statement = select(*INVOICE).join(invoice_files).where(*_bearing(order_id))
        return await self._found(statement.order_by(invoices.c.id).limit(limit))

    async def kept_files(self, invoice_id: int) -> KeptFiles:
        sizes = select(func.length(invoice_files.c.pdf) > 0, func.length(invoice_files.c.xml) > 0)
        found = await self._connection.execute(sizes.where(invoice_files.c.invoice_id == invoice_id))
        row = found.one_or_none()
        return KeptFiles(*map(bool, row)) if row else KeptFiles()

    async def refused(self, accountant_id: int, offset: int, limit: int) -> Sequence[Invoice]:
        theirs = (invoices.c.accountant_id == accountant_id, _REFUSED)
        page = select(*INVOICE).where(*theirs).order_by(invoices.c.id)
        return await self._found(page.offset(offset).limit(limit))

    async def files(self, invoice_id: int) -> InvoiceFiles | None:
        statement = select(invoice_files.c.pdf, invoice_files.c.xml)
        row = (
            await self._connection.execute(statement.where(invoice_files.c.invoice_id == invoice_id))
        ).one_or_none()
        return InvoiceFiles(*row) if row else None

    async def _found(self, statement: Select[Any]) -> list[Invoice]:
        return [invoice_of(row) for row in await self._connection.execute(statement)]


def _bearing(order_id: int, day: date | None = None) -> list[ColumnElement[bool]]:
    """Documents with lines of an order."""
    bears = select(invoice_lines.c.invoice_id).where(invoice_lines.c.order_id == order_id)
    return [invoices.c.id.in_(bears), *([invoices.c.day == day] if day is not None else [])]
