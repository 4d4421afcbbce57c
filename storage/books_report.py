"""What accountants read from the books of a period."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.account_statements import Receivable
from domain.orders import Order
from domain.people import Firm
from domain.postings import Account, JournalKind
from services.ports.books_report import (
    InvoiceRow,
    Movement,
    OfWhom,
    OrderMovement,
    TransferMovement,
)
from storage.orders import ORDER
from storage.tables.invoices import invoices
from storage.tables.money import payment_requests, transfers
from storage.tables.orders import order_lines, orders
from storage.tables.people import accountants, firms
from storage.tables.postings import journal_entries, postings
from storage.transfers import TRANSFER, transfer_of

_FIRM = [firms.c[field.name] for field in fields(Firm)]
_INVOICE = [invoices.c[field.name] for field in fields(InvoiceRow)]
_POSTED = postings.join(journal_entries, journal_entries.c.id == postings.c.entry_id)
_at = journal_entries.c.at


class SqlBooksReport:
    """`BooksReport`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        amount = postings.c.amount

        def total(which: ColumnElement[bool]) -> ColumnElement[int]:
            return func.coalesce(func.sum(amount).filter(which), 0)

        sums = (
            total(_at < since),
            total((_at >= since) & (amount > 0)),
            total((_at >= since) & (amount < 0)),
        )
        statement = select(postings.c.account, *sums).select_from(_POSTED).where(_at < until)
        rows = await self._connection.execute(statement.group_by(postings.c.account))
        # PostgreSQL's SUM is a decimal.
        found = {account: tuple(map(int, amounts)) for account, *amounts in rows}
        return [Movement(account, *found.get(account, (0, 0, 0))) for account in Account]

    async def ordered(self, since: datetime, until: datetime) -> Sequence[OrderMovement]:
        of_orders = _POSTED.join(orders, orders.c.id == journal_entries.c.order_id)
        of_orders = of_orders.join(firms, firms.c.id == orders.c.firm_id)
        columns = select(_at, -postings.c.amount, *ORDER, *_FIRM).select_from(of_orders)
        rows = await self._connection.execute(_in_time(columns, Account.ORDERED, since, until))
        end = 2 + len(ORDER)
        return [OrderMovement(row[0], Order(*row[2:end]), Firm(*row[end:]), row[1]) for row in rows]

    async def moved(self, account: Account, since: datetime, until: datetime) -> Sequence[TransferMovement]:
        of_transfers = _POSTED.join(transfers, transfers.c.id == journal_entries.c.transfer_id)
        of_transfers = of_transfers.outerjoin(
            accountants, accountants.c.id == journal_entries.c.accountant_id
        )
        about = (_at, postings.c.amount, func.coalesce(accountants.c.name, ""), journal_entries.c.reason)
        columns = select(*about, *TRANSFER).select_from(of_transfers)
        rows = await self._connection.execute(_in_time(columns, account, since, until))
        return [
            TransferMovement(at, transfer_of(transfer), amount, by, reason)
            for at, amount, by, reason, *transfer in rows
        ]

    async def receivables(self, until: datetime | None, of: OfWhom | None = None) -> Sequence[Receivable]:
        asked = payment_requests.c
        rests = (
            select(postings.c.payment_code, func.sum(postings.c.amount).label("rest"))
            .select_from(_POSTED)
            .where(postings.c.account == Account.RECEIVABLE)
            .group_by(postings.c.payment_code)
            .having(func.sum(postings.c.amount) != 0)
        )
        if until is not None:
            rests = rests.where(_at < until)
        if of is not None:
            rests = rests.where(postings.c.payment_code.in_(_codes(of)))
        rest = rests.subquery()
        first = select(func.min(order_lines.c.position)).where(order_lines.c.payment_code == asked.code)
        is_first = order_lines.c.position == first.correlate(payment_requests).scalar_subquery()
        about = (asked.code, asked.line_count, asked.amount, rest.c.rest)
        statement = (
            select(*about, order_lines.c.name, order_lines.c.tax_code, *ORDER, *_FIRM)
            .join(rest, rest.c.payment_code == asked.code)
            .join(orders, orders.c.id == asked.order_id)
            .join(firms, firms.c.id == orders.c.firm_id)
            .join(order_lines, (order_lines.c.order_id == orders.c.id) & is_first)
            .order_by(orders.c.id, order_lines.c.position)
        )
        end = 6 + len(ORDER)
        return [
            Receivable(
                code=row[0],
                order=Order(*row[6:end]),
                firm=Firm(*row[end:]),
                name=row[4],
                tax_code=row[5],
                line_count=row[1],
                amount=row[2],
                rest=int(row[3]),
            )
            for row in await self._connection.execute(statement)
        ]

    async def asked(self, of: OfWhom) -> int:
        charges = journal_entries.c.kind.in_((JournalKind.CHARGED, JournalKind.CANCELLED))
        total = select(func.coalesce(func.sum(postings.c.amount), 0)).select_from(_POSTED)
        theirs = total.where(charges, postings.c.payment_code.in_(_codes(of)))
        return int((await self._connection.execute(theirs)).scalar_one())

    async def invoices(self, first: date, last: date) -> Sequence[InvoiceRow]:
        of_days = invoices.c.issued_on.between(first, last) & (invoices.c.number != "")
        statement = select(*_INVOICE).where(of_days).order_by(invoices.c.issued_on, invoices.c.id)
        return [InvoiceRow(*row) for row in await self._connection.execute(statement)]


def _codes(of: OfWhom) -> Select[Any]:
    asked = payment_requests.c
    codes = (
        select(asked.code).join(orders, orders.c.id == asked.order_id).where(orders.c.firm_id == of.firm_id)
    )
    if of.accountant_id is not None:
        codes = codes.where(orders.c.accountant_id == of.accountant_id)
    if of.customer_id is not None:
        theirs = select(order_lines.c.payment_code).where(order_lines.c.customer_id == of.customer_id)
        codes = codes.where(asked.code.in_(theirs))
    return codes


def _in_time(columns: Select[Any], account: Account, since: datetime, until: datetime) -> Select[Any]:
    in_time = columns.where(postings.c.account == account, _at >= since, _at < until)
    return in_time.order_by(_at, journal_entries.c.id)
