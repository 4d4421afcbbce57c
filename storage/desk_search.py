"""Back office's search through all firms. Every way in is an index, but for words: `firms`, `accountants` and
the names of customers are gone through, of which only the first are few."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, case, false, func, literal, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import Customer
from domain.desk_search import Sought
from domain.orders import Order, OrderState
from domain.payments import PaymentState
from domain.people import Firm, FirmState
from domain.transfers import Transfer
from services.ports import COUNTED, FoundCustomer, OpenRequest
from storage.customer_lists import CUSTOMER
from storage.orders import ORDER
from storage.people import FIRM
from storage.rows import among
from storage.tables.catalogue import customers
from storage.tables.money import payment_requests, transfers
from storage.tables.orders import order_lines, orders
from storage.tables.people import accountants, firms
from storage.transfers import TRANSFER, transfer_of


class SqlDeskSearch:
    """`DeskSearch`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def firms(self, sought: Sought, limit: int) -> tuple[Sequence[Firm], int]:
        works = or_(*_either(accountants.c.phone, sought.phone), _has(accountants.c.search, sought.terms))
        theirs = select(accountants.c.firm_id).where(works)
        itself = or_(*_either(firms.c.tax_code, sought.tax_code), _has(firms.c.search, sought.terms))
        found = union(select(firms.c.id).where(itself), theirs).subquery()
        ids = (
            select(found.c.id).join(firms, firms.c.id == found.c.id).where(firms.c.state != FirmState.VENDOR)
        )
        # The shorter a name that has all words, the nearer it is to what was typed.
        near = [func.length(firms.c.search)] if sought.terms else []
        rows, count = await self._page(ids, firms.c.id, select(*FIRM), limit, *near)
        return [Firm(*row) for row in rows], count

    async def customers(self, sought: Sought, limit: int) -> tuple[Sequence[FoundCustomer], int]:
        # One statement for each way in, so that each has its index.
        ways = [
            *_either(customers.c.tax_code, sought.tax_code),
            *_either(customers.c.phone, sought.phone),
            *([_has(customers.c.search, sought.terms)] if sought.terms else []),
        ]
        if not ways:
            return [], 0
        each = [select(customers.c.id).where(way).limit(COUNTED).subquery() for way in ways]
        found = union(*(select(one.c.id) for one in each)).subquery()
        there = customers.c.merged_into.is_(None), ~customers.c.erased
        ids = select(customers.c.id).join(found, found.c.id == customers.c.id).where(*there)
        # Whose name this is comes first, perhaps behind a legal form; then what has the words in a row.
        phrase = " ".join(sought.terms)
        named = literal(" ").concat(customers.c.sort_key).endswith(f" {phrase}", autoescape=True)
        near = case((named, 0), (customers.c.search.contains(phrase, autoescape=True), 1), else_=2)
        rows, count = await self._page(ids, customers.c.id, _CUSTOMERS, limit, near)
        return [FoundCustomer(Customer(*row[:-1]), row[-1]) for row in rows], count

    async def orders(self, sought: Sought, limit: int) -> tuple[Sequence[Order], int]:
        requested = select(payment_requests.c.order_id).where(payment_requests.c.code == sought.code)
        ways = []
        if sought.code:
            ways += [orders.c.code == sought.code, orders.c.id.in_(requested)]
        if sought.amount:
            ways.append(orders.c.total == sought.amount)
        if not ways:
            return [], 0
        found = select(orders.c.id).where(or_(*ways))
        rows, count = await self._page(found, orders.c.id, select(*ORDER), limit)
        return [Order(*row) for row in rows], count

    async def transfers(self, sought: Sought, limit: int) -> tuple[Sequence[Transfer], int]:
        ways = _either(transfers.c.amount, sought.amount)
        if sought.reference:
            ways.append(transfers.c.reference.in_((sought.reference, sought.reference.upper())))
        if not ways:
            return [], 0
        found = select(transfers.c.id).where(or_(*ways))
        rows, count = await self._page(found, transfers.c.id, select(*TRANSFER), limit)
        return [transfer_of(row) for row in rows], count

    async def customer(self, customer_id: int) -> FoundCustomer | None:
        statement = _CUSTOMERS.where(customers.c.id == customer_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return FoundCustomer(Customer(*row[:-1]), row[-1]) if row else None

    async def open_of_amount(self, amount: int, limit: int) -> Sequence[OpenRequest]:
        of = payment_requests.c
        whole = (of.state == PaymentState.AWAITING) & (of.amount == amount)
        rest = (of.state == PaymentState.PARTLY_PAID) & (of.amount - of.received == amount)
        codes = select(of.code).where(or_(whole, rest)).limit(limit)
        return await self._open(of.code.in_(select(codes.subquery().c.code)), limit)

    async def open_of_named(
        self, names: Sequence[str], tax_codes: Sequence[str], limit: int
    ) -> Sequence[OpenRequest]:
        named = among(self._connection, customers.c.sort_key, names)
        ids = select(customers.c.id).where(or_(named, customers.c.tax_code.in_(tax_codes))).limit(limit)
        found = (await self._connection.scalars(ids)).all()
        if not found:
            return []
        theirs = order_lines.alias("theirs")
        codes = select(theirs.c.payment_code).where(theirs.c.customer_id.in_(found))
        return await self._open(payment_requests.c.code.in_(codes), limit)

    async def open_of_firm(self, firm_id: int, limit: int) -> Sequence[OpenRequest]:
        newest = select(orders.c.id).where(orders.c.firm_id == firm_id).order_by(orders.c.id.desc())
        owed = newest.where(orders.c.state.in_((OrderState.PLACED, OrderState.PARTLY_PAID))).limit(limit)
        of_firm = payment_requests.c.order_id.in_(select(owed.subquery().c.id))
        return await self._open(of_firm, limit)

    async def firms_of_total(self, total: int, limit: int) -> Sequence[int]:
        newest = select(orders.c.firm_id, orders.c.state).where(orders.c.total == total)
        of_total = newest.order_by(orders.c.id.desc()).limit(COUNTED).subquery()
        owed = of_total.c.state.in_((OrderState.PLACED, OrderState.PARTLY_PAID))
        return (
            await self._connection.scalars(select(of_total.c.firm_id).where(owed).distinct().limit(limit))
        ).all()

    async def firms_of_tax_codes(self, tax_codes: Sequence[str]) -> Sequence[int]:
        return (
            await self._connection.scalars(select(firms.c.id).where(firms.c.tax_code.in_(tax_codes)))
        ).all()

    async def _open(self, which: ColumnElement[bool], limit: int) -> Sequence[OpenRequest]:
        # Not by the states that are open, whose index holds all open requests.
        of = payment_requests.c
        owed = (of.state != PaymentState.CANCELLED) & (of.amount > of.received)
        statement = _OPEN.where(which, owed).order_by(orders.c.id.desc(), order_lines.c.position).limit(limit)
        rows: Sequence[Any] = (await self._connection.execute(statement)).all()
        return [OpenRequest(*row) for row in rows]

    async def _page(
        self,
        found: Select[Any],
        key: Column[int],
        rows: Select[Any],
        limit: int,
        *first: ColumnElement[int],
    ) -> tuple[Sequence[Any], int]:
        ids = (await self._connection.scalars(found.order_by(*first, key.desc()).limit(COUNTED))).all()
        page = rows.where(key.in_(ids[:limit])).order_by(*first, key.desc())
        return (await self._connection.execute(page)).all() if ids else [], len(ids)


_CUSTOMERS = select(*CUSTOMER, firms.c.name).join(firms, firms.c.id == customers.c.firm_id)


_others = order_lines.alias("others")
_FIRST = select(func.min(_others.c.position)).where(_others.c.payment_code == payment_requests.c.code)
# By its place, so that one line of a request is read, not all.
_IS_FIRST = order_lines.c.position == _FIRST.scalar_subquery()
_OPEN = (
    select(
        payment_requests.c.code,
        payment_requests.c.amount - payment_requests.c.received,
        orders.c.id,
        orders.c.code,
        firms.c.id,
        firms.c.name,
        firms.c.tax_code,
        order_lines.c.name,
        order_lines.c.tax_code,
        payment_requests.c.line_count,
    )
    .join(orders, orders.c.id == payment_requests.c.order_id)
    .join(firms, firms.c.id == orders.c.firm_id)
    .join(order_lines, (order_lines.c.order_id == orders.c.id) & _IS_FIRST)
)


def _either(column: Column[Any], value: Any) -> list[ColumnElement[bool]]:
    return [column == value] if value else []


def _has(column: Column[Any], terms: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(column.contains(term, autoescape=True) for term in terms)) if terms else false()
