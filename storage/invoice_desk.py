"""Tax invoices as back office lists and finds them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.invoice_search import InvoiceSearch
from domain.invoices import Invoice, InvoiceState
from services.ports import InvoiceDay, InvoiceGroup
from storage.invoice_rows import INVOICE, invoice_of
from storage.tables.invoices import invoice_lines, invoices

# Spelled as in the partial indexes: SQLite uses an index for no other spelling.
_UNNUMBERED: ColumnElement[bool] = literal_column("invoices.number = ''")
_NUMBERED: ColumnElement[bool] = literal_column("invoices.number != ''")
_REFUSED: ColumnElement[bool] = literal_column("invoices.state = 'refused'")
_AT_THE_ISSUER = invoices.c.state.in_((InvoiceState.SENT, InvoiceState.UNKNOWN))
_QUEUED = invoices.c.state == InvoiceState.QUEUED


class SqlInvoiceDesk:
    """`InvoiceDesk`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def counts(self, day: InvoiceDay) -> Mapping[InvoiceGroup, int]:
        counting = (
            select(func.count()).select_from(invoices).where(*_of(group, day)).scalar_subquery()
            for group in InvoiceGroup
        )
        counted = (await self._connection.execute(select(*counting))).one()
        return dict(zip(InvoiceGroup, counted, strict=True))

    async def by_hand(self) -> int:
        mine = (_UNNUMBERED, invoices.c.by_hand, or_(_QUEUED, _AT_THE_ISSUER))
        statement = select(func.count()).select_from(invoices).where(*mine)
        return (await self._connection.execute(statement)).scalar_one()

    async def group(
        self, group: InvoiceGroup, day: InvoiceDay, offset: int, limit: int
    ) -> tuple[Sequence[Invoice], int]:
        return await self._page(_of(group, day), False, offset, limit)

    async def find(
        self, search: InvoiceSearch, order_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[Invoice], int]:
        fits: Sequence[ColumnElement[bool]]
        if search.code:
            fits = [invoices.c.id.in_(_bearing(invoice_lines.c.order_id == order_id))]
        elif search.terms:
            fits = [invoices.c.search.contains(term, autoescape=True) for term in search.terms]
        else:
            fits = [or_(*_either(search))]
        return await self._page(fits, True, offset, limit)

    async def stopped(self) -> Invoice | None:
        stands = invoices.c.state.in_((InvoiceState.QUEUED, InvoiceState.UNKNOWN)), ~invoices.c.by_hand
        first = select(*INVOICE).where(_UNNUMBERED, *stands).order_by(invoices.c.day, invoices.c.id).limit(1)
        row = (await self._connection.execute(first)).one_or_none()
        found = invoice_of(row) if row else None
        return found if found and found.refusal else None

    async def not_issued(self, limit: int) -> tuple[Sequence[Invoice], int]:
        refused = (_UNNUMBERED, _QUEUED, invoices.c.by_hand, invoices.c.refusal != "")
        return await self._page(refused, False, 0, limit)

    async def corrected_by(self, invoice_id: int) -> Sequence[Invoice]:
        corrects = select(*INVOICE).where(invoices.c.original_id == invoice_id).order_by(invoices.c.id)
        return [invoice_of(row) for row in await self._connection.execute(corrects)]

    async def _page(
        self, fits: Sequence[ColumnElement[bool]], newest: bool, offset: int, limit: int
    ) -> tuple[Sequence[Invoice], int]:
        order = [invoices.c.id.desc()] if newest else [invoices.c.day, invoices.c.id]
        page = select(*INVOICE).where(*fits).order_by(*order).offset(offset).limit(limit)
        found = [invoice_of(row) for row in await self._connection.execute(page)]
        counting = select(func.count()).select_from(invoices).where(*fits)
        return found, (await self._connection.execute(counting)).scalar_one()


def _of(group: InvoiceGroup, day: InvoiceDay) -> Sequence[ColumnElement[bool]]:
    match group:
        case InvoiceGroup.LATE:
            return [_UNNUMBERED, invoices.c.day <= day.late]
        case InvoiceGroup.REFUSED:
            return [_UNNUMBERED, _REFUSED]
        case InvoiceGroup.QUEUED:
            return [_UNNUMBERED, _QUEUED]
        case InvoiceGroup.UNDER_WAY:
            return [_UNNUMBERED, _AT_THE_ISSUER]
        case InvoiceGroup.ISSUED_TODAY:
            return [invoices.c.numbered_at >= day.since]


def _either(search: InvoiceSearch) -> Sequence[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if search.number:
        numbered: ColumnElement[bool] = _NUMBERED & (invoices.c.number == search.number)
        fits.append(numbered & (invoices.c.series == search.series) if search.series else numbered)
    if search.tax_id:
        fits.append(invoices.c.buyer_tax_id == search.tax_id)
        fits.append(invoices.c.id.in_(_bearing(invoice_lines.c.customer_tax_code == search.tax_id)))
    return fits


def _bearing(which: ColumnElement[bool]) -> Select[Any]:
    return select(invoice_lines.c.invoice_id).where(which)
