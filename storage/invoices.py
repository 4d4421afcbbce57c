"""Tax invoices. What is due to be invoiced is in `storage.billing`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select, tuple_, update

from domain.invoice_corrections import STANDS
from domain.invoices import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceMoment,
    InvoiceState,
    IssuedNumber,
)
from domain.invoicing import RequestStanding
from services.ports import BillableLine, InvoiceFiles, NewInvoice
from storage import billing
from storage.invoice_rows import INVOICE, NEW, SET, invoice_of, new_row, set_values
from storage.order_invoices import OrderInvoices
from storage.rows import chunks, insert_many, upsert
from storage.tables.invoices import invoice_files, invoice_lines, invoices

_OF_LINE = ["order_id", "order_code", "position", "package_code", "package_name", "fiscal_year"]
_OF_LINE += ["customer_name", "customer_tax_code", "amount", "vat", "vat_rate", "partly", "payer"]
LINE = [invoice_lines.c[name] for name in _OF_LINE]
# Spelled as in the partial indexes: SQLite uses an index for no other spelling.
_UNNUMBERED: ColumnElement[bool] = literal_column("invoices.number = ''")
_NUMBERED: ColumnElement[bool] = literal_column("invoices.number != ''")
_AT_THE_ISSUER = invoices.c.state.in_((InvoiceState.SENT, InvoiceState.UNKNOWN))
_ORIGINAL = invoices.alias()
_READY = or_(
    invoices.c.kind != InvoiceKind.ADJUSTMENT,
    exists().where(_ORIGINAL.c.id == invoices.c.original_id, _ORIGINAL.c.state.in_(STANDS)),
)
"""An adjustment waits for the document that it adjusts."""


class SqlInvoices(OrderInvoices):
    """`Invoices`."""

    async def changed(self, moment: InvoiceMoment, since: datetime, until: datetime) -> Sequence[str]:
        return (await self._connection.scalars(billing.changed(moment, since, until))).all()

    async def standings(
        self, codes: Collection[str], since: datetime, until: datetime
    ) -> Mapping[str, RequestStanding]:
        rows = await self._connection.execute(billing.standings(codes, since, until))
        return {
            code: RequestStanding(amount, int(received), int(invoiced), taken_back, before)
            for code, amount, received, invoiced, taken_back, before in rows
        }

    async def billable(
        self, codes: Collection[str], after: tuple[str, int] | None, limit: int
    ) -> Sequence[BillableLine]:
        return await billing.billable(self._connection, codes, after, limit)

    async def bearing(
        self, order_id: int, position: int | None = None
    ) -> Sequence[tuple[Invoice, InvoiceLine]]:
        which = [invoice_lines.c.order_id == order_id]
        which += [invoice_lines.c.position == position] if position is not None else []
        statement = select(*INVOICE, *LINE).join(invoice_lines).where(*which).order_by(invoices.c.id)
        documents: dict[int, Invoice] = {}
        bears: dict[tuple[int, int, int | None], InvoiceLine] = {}
        for row in await self._connection.execute(statement):
            invoice, line = invoice_of(row), InvoiceLine(*row[len(INVOICE) :])
            of = invoice.id
            if invoice.kind is not InvoiceKind.ADJUSTMENT:
                # What is being replaced is adjusted no more, so the replacement stands for it.
                documents.pop(invoice.original_id or 0, None)
                documents[of] = invoice
            else:
                of = invoice.original_id or 0
            at = of, line.position, line.vat_rate
            bears[at] = _added(bears[at], line) if at in bears else line
        return [
            (documents[of], line)
            for (of, _, _), line in sorted(bears.items(), key=lambda one: one[0][:2], reverse=True)
            if of in documents and line.amount
        ]

    async def gather(self, new: Sequence[NewInvoice]) -> Sequence[Invoice]:
        ending = "ON CONFLICT (firm_id, day, group_key) DO NOTHING"
        await insert_many(self._connection, invoices, NEW, map(new_row, new), ending)
        found: dict[tuple[int, date, str], Invoice] = {}
        for firm_id, day in dict.fromkeys((one.firm_id, one.day) for one in new):
            theirs = [one.group_key for one in new if (one.firm_id, one.day) == (firm_id, day)]
            for some in chunks(list(dict.fromkeys(theirs))):
                statement = select(*INVOICE, invoices.c.group_key).where(
                    invoices.c.firm_id == firm_id, invoices.c.day == day, invoices.c.group_key.in_(some)
                )
                for row in await self._connection.execute(statement):
                    found[firm_id, day, row[-1]] = invoice_of(row)
        return [found[one.firm_id, one.day, one.group_key] for one in new]

    async def add_lines(self, lines: Sequence[tuple[int, InvoiceLine]]) -> None:
        names = ["invoice_id", "adds", *_OF_LINE]
        rows = (
            (number, line.amount > 0, *(getattr(line, name) for name in _OF_LINE)) for number, line in lines
        )
        grows = ", ".join(f"{name} = invoice_lines.{name} + excluded.{name}" for name in ("amount", "vat"))
        place = "invoice_id, order_id, position, adds"
        ending = f"ON CONFLICT ({place}) DO UPDATE SET {grows}, partly = excluded.partly"
        await insert_many(self._connection, invoice_lines, names, rows, ending)
        theirs = invoice_lines.c.invoice_id == invoices.c.id
        sums = {
            name: select(total).where(theirs).scalar_subquery()
            for name, total in (
                ("amount", func.sum(invoice_lines.c.amount)),
                ("vat", func.sum(invoice_lines.c.vat)),
                ("line_count", func.count()),
            )
        }
        for some in chunks(sorted({number for number, _ in lines})):
            await self._connection.execute(update(invoices).where(invoices.c.id.in_(some)).values(sums))

    async def get(self, invoice_id: int) -> Invoice | None:
        found = await self._found(select(*INVOICE).where(invoices.c.id == invoice_id))
        return found[0] if found else None

    async def by_keys(self, keys: Sequence[str]) -> Mapping[str, Invoice]:
        found: dict[str, Invoice] = {}
        for some in chunks(keys):
            rows = await self._found(select(*INVOICE).where(invoices.c.key.in_(some)))
            found |= {invoice.key: invoice for invoice in rows}
        return found

    async def save(self, invoice: Invoice) -> None:
        values = dict(zip(SET, set_values(invoice), strict=True))
        await self._connection.execute(update(invoices).where(invoices.c.id == invoice.id).values(values))

    async def lines(self, invoice_ids: Sequence[int]) -> Mapping[int, Sequence[InvoiceLine]]:
        found: dict[int, list[InvoiceLine]] = {number: [] for number in invoice_ids}
        of = invoice_lines.c
        for some in chunks(invoice_ids):
            statement = select(of.invoice_id, *LINE).where(of.invoice_id.in_(some))
            ordered = statement.order_by(of.invoice_id, of.order_id, of.position, of.adds)
            for number, *line in await self._connection.execute(ordered):
                found[number].append(InvoiceLine(*line))
        return found

    async def waiting(self, day: date, limit: int) -> Sequence[Invoice]:
        return await self._queue(limit, invoices.c.day == day, invoices.c.state == InvoiceState.WAITING)

    async def unnumbered(
        self, by_hand: bool, after: tuple[date, int] | None, limit: int
    ) -> Sequence[Invoice]:
        which = [
            invoices.c.by_hand == by_hand,
            invoices.c.state.in_((InvoiceState.QUEUED, InvoiceState.SENT)),
            _READY,
        ]
        if after is not None:
            which.append(tuple_(invoices.c.day, invoices.c.id) > after)
        return await self._queue(limit, *which)

    async def late(self, day: date) -> int:
        statement = select(func.count()).select_from(invoices).where(_UNNUMBERED, invoices.c.day <= day)
        return (await self._connection.execute(statement)).scalar_one()

    async def last_date(self, form: str, series: str) -> date | None:
        last: date | None = await self._connection.scalar(
            select(func.max(invoices.c.issued_on)).where(*_of_series(form, series))
        )
        return last

    async def last_issued(self, form: str, series: str) -> IssuedNumber | None:
        statement = select(*INVOICE).where(*_of_series(form, series), _NUMBERED)
        found = await self._found(statement.order_by(invoices.c.issued_on.desc()).limit(1))
        return found[0].number if found else None

    async def unsettled_before(self, form: str, series: str, day: date) -> bool:
        earlier = select(invoices.c.id).where(
            *_of_series(form, series), invoices.c.issued_on < day, _AT_THE_ISSUER
        )
        return await self._connection.scalar(earlier.limit(1)) is not None

    async def numbered(self, numbers: Collection[IssuedNumber]) -> Sequence[Invoice]:
        found: list[Invoice] = []
        place = tuple_(invoices.c.form, invoices.c.series, invoices.c.number)
        for some in chunks([(one.form, one.series, one.number) for one in numbers], 1_000):
            statement = select(*INVOICE).where(place.in_(some), _NUMBERED)
            found += await self._found(statement)
        return found

    async def of_numbers(self, numbers: Collection[tuple[str, str]]) -> Sequence[Invoice]:
        found: list[Invoice] = []
        place = tuple_(invoices.c.series, invoices.c.number)
        for some in chunks(sorted(numbers), 1_000):
            found += await self._found(select(*INVOICE).where(place.in_(some), _NUMBERED))
        return found

    async def forget_addresses(self, firm_id: int, addresses: Collection[str]) -> None:
        mailed = (invoices.c.firm_id == firm_id, invoices.c.email.in_(addresses), _NUMBERED)
        await self._connection.execute(update(invoices).where(*mailed).values(email=""))

    async def put_files(self, invoice_id: int, files: InvoiceFiles, instead: bool = False) -> None:
        values = {"invoice_id": invoice_id, "pdf": files.pdf, "xml": files.xml}
        statement = upsert(self._connection, invoice_files).values(values)
        newer = statement.on_conflict_do_update(index_elements=["invoice_id"], set_=values)
        await self._connection.execute(newer if instead else statement.on_conflict_do_nothing())

    async def _queue(self, limit: int, *which: ColumnElement[bool]) -> Sequence[Invoice]:
        statement = select(*INVOICE).where(_UNNUMBERED, *which)
        return await self._found(statement.order_by(invoices.c.day, invoices.c.id).limit(limit))


def _of_series(form: str, series: str) -> tuple[ColumnElement[bool], ...]:
    return invoices.c.form == form, invoices.c.series == series


def _added(before: InvoiceLine, more: InvoiceLine) -> InvoiceLine:
    values = {name: getattr(before, name) for name in _OF_LINE}
    return InvoiceLine(**values | {"amount": before.amount + more.amount, "vat": before.vat + more.vat})
