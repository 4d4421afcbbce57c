"""The books, and what is compared with them: at each commit what it touched, every night everything."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import OrderState
from domain.payments import PAID_STATES, PaymentState
from domain.postings import Account, BooksPart, Difference, JournalEntry, balances_of
from domain.transfers import Share
from storage.prepared import Prepared
from storage.rows import given, insert_many, spelled_out
from storage.tables.activation import licences
from storage.tables.money import payment_requests, shares, transfers
from storage.tables.orders import order_lines, orders
from storage.tables.postings import journal_entries, postings
from storage.touched import Touched
from storage.transfers import TRANSFER, transfer_of


class BooksDiffer(Exception):
    """A transaction would leave figures that differ from their postings."""


class SqlPostings:
    """`Postings`."""

    def __init__(self, connection: AsyncConnection, touched: Touched) -> None:
        self._connection = connection
        self._touched = touched

    async def add(self, entry: JournalEntry, now: datetime) -> None:
        rows = [(one.account, one.payment_code, one.amount) for one in entry.postings if one.amount]
        if not rows:
            return
        values = {name: getattr(entry, name) for name in _ENTRY}
        ((entry_id,),) = await _ADD.rows(self._connection, **values, at=now)
        names = ("entry_id", "account", "payment_code", "amount")
        await insert_many(self._connection, postings, names, ((entry_id, *row) for row in rows))
        self._touched.entries.add(entry_id)

    async def surplus_of(self, transfer_id: int) -> Sequence[Share]:
        held = select(postings.c.payment_code, -_POSTED).join(
            journal_entries, journal_entries.c.id == postings.c.entry_id
        )
        held = held.where(journal_entries.c.transfer_id == transfer_id, postings.c.account == Account.SURPLUS)
        held = held.group_by(postings.c.payment_code).having(_POSTED != 0).order_by(func.min(postings.c.id))
        return [Share(code, int(amount)) for code, amount in await self._connection.execute(held)]

    async def last_ids(self) -> Mapping[BooksPart, int]:
        columns = {
            BooksPart.ENTRIES: journal_entries.c.id,
            BooksPart.TRANSFERS: transfers.c.id,
            BooksPart.ORDERS: orders.c.id,
        }
        lasts = select(*(select(func.max(one)).scalar_subquery() for one in columns.values()))
        found = (await self._connection.execute(lasts)).one()
        return {part: last or 0 for part, last in zip(columns, found, strict=True)}

    async def differences(self, part: BooksPart, first_id: int, last_id: int) -> Sequence[Difference]:
        match part:
            case BooksPart.ENTRIES:
                names = await self._names(_unbalanced(postings.c.entry_id.between(first_id, last_id)))
            case BooksPart.TRANSFERS:
                which = transfers.c.id.between(first_id, last_id)
                names = _differing((await self._connection.execute(_transfers(which))).all())
            case BooksPart.ORDERS:
                of_order = payment_requests.c.order_id.between(first_id, last_id)
                names = await self._names(_REQUESTS.where(of_order))
                names += await self._names(_ORDERS.where(orders.c.id.between(first_id, last_id)))
        return [Difference(part, name) for name in dict.fromkeys(names)]

    async def _names(self, statement: Select[Any]) -> list[str]:
        return [str(name) for name in await self._connection.scalars(statement)]


async def refuse_differences(connection: AsyncConnection, touched: Touched) -> None:
    """Raise `BooksDiffer` if what was touched differs from its postings."""
    entries, moved, asked = _touched(connection.dialect.name)
    differing: list[str] = []
    if touched.entries:
        differing += [str(name) for (name,) in await entries.rows(connection, of=touched.entries)]
    if touched.transfers:
        differing += _differing(await moved.rows(connection, of=touched.transfers))
    if touched.codes:
        differing += [name for (name,) in await asked.rows(connection, of=touched.codes)]
    if differing:
        raise BooksDiffer(", ".join(differing[:5]))


_ENTRY = ("kind", "transfer_id", "order_id", "accountant_id", "reason")
_ADD = Prepared(insert(journal_entries).returning(journal_entries.c.id), assigned=[*_ENTRY, "at"])
_SHARED = select(func.coalesce(func.sum(shares.c.amount), 0)).where(shares.c.transfer_id == transfers.c.id)
_POSTED = func.sum(postings.c.amount)


def _unbalanced(which: ColumnElement[bool]) -> Select[Any]:
    sums = select(postings.c.entry_id).where(which).group_by(postings.c.entry_id).having(_POSTED != 0)
    return sums.order_by(postings.c.entry_id)


def _transfers(which: ColumnElement[bool]) -> Select[Any]:
    """Transfers with the sum of their shares, and what is posted of them: a row for each account."""
    entries = transfers.outerjoin(journal_entries, journal_entries.c.transfer_id == transfers.c.id)
    posted = entries.outerjoin(postings, postings.c.entry_id == journal_entries.c.id)
    told = select(postings.c.account, _POSTED, _SHARED.scalar_subquery(), *TRANSFER).select_from(posted)
    return told.where(which).group_by(transfers.c.id, postings.c.account).order_by(transfers.c.id)


def _differing(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Ids of transfers that differ from their postings; `rows` as `_transfers` has them."""
    differing = []
    for _, of_one in groupby(rows, itemgetter(3)):
        accounts = list(of_one)
        _, _, shared, *row = accounts[0]
        transfer, posted = transfer_of(row), {account: int(sum_) for account, sum_, *_ in accounts if sum_}
        if balances_of(transfer, int(shared), posted) != posted:
            differing.append(str(transfer.id))
    return differing


_asked = payment_requests.c
_IS_PAID = spelled_out(_asked.state, *PAID_STATES)
_of_request = select(func.coalesce(_POSTED, 0)).where(postings.c.payment_code == _asked.code)
_STATE = case(
    ((_asked.received <= 0) & (_asked.amount > 0), literal(PaymentState.AWAITING, _asked.state.type)),
    (_asked.received < _asked.amount, literal(PaymentState.PARTLY_PAID, _asked.state.type)),
    (_asked.received == _asked.amount, literal(PaymentState.PAID, _asked.state.type)),
    else_=literal(PaymentState.OVERPAID, _asked.state.type),
)
"""`domain.payments.state_after`."""

_STANDS = _asked.state != PaymentState.CANCELLED
_REQUESTS = (
    select(_asked.code)
    .where(
        or_(
            case((_STANDS, _asked.amount), else_=0) - _asked.received != _of_request.scalar_subquery(),
            and_(_STANDS, _asked.state != _STATE),
        )
    )
    .order_by(_asked.code)
)


def _orders() -> Select[Any]:
    """Codes of orders whose total, state or licences differ."""
    of_order = select(func.coalesce(_POSTED, 0)).join(
        journal_entries, journal_entries.c.id == postings.c.entry_id
    )
    ordered = of_order.where(journal_entries.c.order_id == orders.c.id, postings.c.account == Account.ORDERED)
    is_cancelled = orders.c.state == OrderState.CANCELLED
    theirs = _asked.order_id == orders.c.id
    unpaid = exists().where(theirs, ~_IS_PAID, _asked.line_count > 0)
    came = exists().where(theirs, _asked.received > 0)
    state = case(
        (~unpaid, literal(OrderState.PAID, orders.c.state.type)),
        (came, literal(OrderState.PARTLY_PAID, orders.c.state.type)),
        else_=literal(OrderState.PLACED, orders.c.state.type),
    )
    lines = order_lines.join(payment_requests, _asked.code == order_lines.c.payment_code)
    place = (licences.c.order_id == order_lines.c.order_id) & (licences.c.position == order_lines.c.position)
    wrong = (
        select(literal(1))
        .select_from(lines.join(licences, place))
        .where(order_lines.c.order_id == orders.c.id, licences.c.paid != _IS_PAID)
        .correlate(orders)
    )
    return (
        select(orders.c.code)
        .where(
            or_(
                case((is_cancelled, 0), else_=-orders.c.total) != ordered.scalar_subquery(),
                and_(~is_cancelled, orders.c.state != state),
                and_(~is_cancelled, wrong.exists()),
            )
        )
        .order_by(orders.c.id)
    )


_ORDERS = _orders()


@functools.cache
def _touched(dialect: str) -> tuple[Prepared, Prepared, Prepared]:
    """What differs among the entries, transfers and requests that are named in `of`."""
    return (
        Prepared(_unbalanced(given(dialect, postings.c.entry_id, "of"))),
        Prepared(_transfers(given(dialect, transfers.c.id, "of"))),
        Prepared(_REQUESTS.where(given(dialect, _asked.code, "of"))),
    )
