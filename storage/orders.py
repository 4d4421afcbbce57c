"""Placed orders and their lines, which `order_lines` reads."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounting import AccountingData
from domain.customers import SEARCHED, CustomerField, CustomerKind
from domain.licences import STEPS_TO_ACTIVATE
from domain.orders import Order, OrderLine, OrderState
from domain.recipients import RecipientMode
from domain.text import search_key
from services.ports import LastAnswers, NewOrder, OrderedBefore, OrderFilter, Purchase
from storage.licences import JOINED, LICENCE_LINE, licence_and_line
from storage.order_lines import LINE, NAMES, line_values, order_line
from storage.rows import ACCOUNTING, NOTICE, accounting_values, among, insert_many
from storage.tables.activation import activation_items, licences
from storage.tables.catalogue import customers
from storage.tables.money import payment_requests
from storage.tables.ordering import draft_lines, drafts, packages
from storage.tables.orders import order_lines, orders

ORDER = [orders.c[field.name] for field in fields(Order)]

# Built once at import: a run of activation executes it for each licence.
_ONE = select(*ORDER).where(orders.c.id == bindparam("of_id"))

_DROPPED = customers.alias("dropped").c
_BEFORE = ("id", "code", "accountant_id", "placed_at")


class SqlOrders:
    """`Orders`. The database refuses a second order of the same draft or with the same code."""

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
        statement = insert(orders).values(**values).returning(*ORDER)
        return Order(*(await self._connection.execute(statement)).one())

    async def add_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None:
        """Add lines. Their payment requests must be in the database already."""
        theirs = among(self._connection, customers.c.id, [line.customer_id for line in lines])
        found = select(customers.c.id, customers.c.search).where(theirs)
        search = {row[0]: row[1] for row in await self._connection.execute(found)}
        rows = ((order_id, *line_values(line), search[line.customer_id]) for line in lines)
        await insert_many(self._connection, order_lines, ["order_id", *NAMES, "search"], rows)

    async def get(self, order_id: int) -> Order | None:
        row = (await self._connection.execute(_ONE, {"of_id": order_id})).one_or_none()
        return Order(*row) if row else None

    async def by_draft(self, draft_id: int) -> Order | None:
        return await self._one(orders.c.draft_id == draft_id)

    async def by_code(self, code: str) -> Order | None:
        return await self._one(orders.c.code == code)

    async def find(self, where: OrderFilter, offset: int, limit: int) -> tuple[Sequence[Order], int]:
        conditions = list(_matching(where))
        statement = select(*ORDER).where(*conditions).order_by(orders.c.id.desc()).offset(offset).limit(limit)
        items = [Order(*row) for row in await self._connection.execute(statement)]
        if len(items) < limit and (items or not offset):
            # The last page: a search need not go through all lines again to count.
            return items, offset + len(items)
        counting = select(func.count()).select_from(orders).where(*conditions)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def set_state(self, order_id: int, state: OrderState) -> None:
        await self._connection.execute(update(orders).where(orders.c.id == order_id).values(state=state))

    async def lines(self, order_id: int, offset: int, limit: int | None) -> Sequence[OrderLine]:
        return await self._lines(order_lines.c.order_id == order_id, offset, limit)

    async def line(self, order_id: int, position: int) -> OrderLine | None:
        found = await self._lines(_line(order_id, position), 0, None)
        return found[0] if found else None

    async def mend_line(self, order_id: int, position: int, field: CustomerField, value: str) -> None:
        statement = update(order_lines).where(_line(order_id, position)).values({field.value: value})
        mended = await self._connection.execute(
            statement.returning(order_lines.c.name, order_lines.c.tax_code, order_lines.c.customer_id)
        )
        name, tax_code, customer_id = mended.one()
        searched = [customers.c[field.value] for field in SEARCHED]
        of_customer = select(*searched).where(customers.c.id == customer_id)
        search = search_key(name, tax_code, *(await self._connection.execute(of_customer)).one())
        await self._connection.execute(
            update(order_lines).where(_line(order_id, position)).values(search=search)
        )

    async def lines_of_payment(self, payment_code: str, limit: int) -> Sequence[OrderLine]:
        return await self._lines(order_lines.c.payment_code == payment_code, 0, limit)

    async def last_answers(self, accountant_id: int, kind: CustomerKind | None = None) -> LastAnswers | None:
        names = ("package_id", "fiscal_year", "recipient", "kind", *ACCOUNTING)
        statement = (
            select(*(orders.c[name] for name in names))
            .where(orders.c.accountant_id == accountant_id)
            .order_by(orders.c.id.desc())
            .limit(1)
        )
        if kind is not None:
            statement = statement.where(orders.c.kind == kind)
        row: Sequence[Any] | None = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        package_id, fiscal_year, recipient, ordered, *accounting = row
        return LastAnswers(package_id, fiscal_year, recipient, ordered, AccountingData(*accounting))

    async def ordered_before(
        self, draft_id: int, limit: int, any_package: bool = False
    ) -> tuple[Sequence[OrderedBefore], int]:
        """Customers of the draft that were ordered before, in the order of its lines, each with the first
        such order; and how many there are. Customers are compared by tax code, since a customer declared in
        an order alone is stored anew by the next. The tax codes of customers merged into one of them count
        too."""
        wanted, theirs = [drafts.c.firm_id, drafts.c.fiscal_year], [orders.c.firm_id, orders.c.fiscal_year]
        if not any_package:
            wanted, theirs = [*wanted, packages.c.code], [*theirs, orders.c.package_code]
        same = (
            select(*wanted)
            .join(packages, packages.c.id == drafts.c.package_id)
            .where(drafts.c.id == draft_id)
        )
        standing = (
            tuple_(*theirs).in_(same),
            orders.c.state != OrderState.CANCELLED,
        )
        joined = orders.join(order_lines, order_lines.c.order_id == orders.c.id)
        ordered = select(order_lines.c.tax_code).select_from(joined).where(*standing)
        again = (
            select(customers.c.id, customers.c.tax_code, customers.c.name, func.count().over())
            .join(draft_lines, draft_lines.c.customer_id == customers.c.id)
            .where(
                draft_lines.c.draft_id == draft_id,
                or_(
                    customers.c.tax_code.in_(ordered),
                    exists().where(_merged_into(customers.c.id), _DROPPED.tax_code.in_(ordered)),
                ),
            )
            .order_by(draft_lines.c.position)
            .limit(limit)
        )
        rows = (await self._connection.execute(again)).all()
        if not rows:
            return [], 0
        codes = {row.id: [row.tax_code] for row in rows}
        merged = select(_DROPPED.merged_into, _DROPPED.tax_code).join(customers, _merged_into(customers.c.id))
        for kept, tax_code in await self._connection.execute(merged.where(customers.c.id.in_(codes))):
            codes[kept].append(tax_code)
        first = (
            select(order_lines.c.tax_code, *(orders.c[name] for name in _BEFORE))
            .select_from(joined)
            .where(*standing, order_lines.c.tax_code.in_({code for own in codes.values() for code in own}))
            .order_by(orders.c.id.desc())
        )
        order_of = {row[0]: row[1:] for row in await self._connection.execute(first)}
        found = [
            OrderedBefore(*row[:-1], *min(order_of[code] for code in codes[row.id] if code in order_of))
            for row in rows
        ]
        return found, rows[0][-1]

    async def purchases(self, firm_id: int, customer_ids: Sequence[int], limit: int) -> Sequence[Purchase]:
        statement = (
            select(*ORDER, payment_requests.c.state, payment_requests.c.paid_at, *LICENCE_LINE)
            .select_from(JOINED)
            .join(orders, orders.c.id == order_lines.c.order_id)
            .join(payment_requests, payment_requests.c.code == order_lines.c.payment_code)
            .where(orders.c.firm_id == firm_id, order_lines.c.customer_id.in_(customer_ids))
            .order_by(orders.c.id.desc(), order_lines.c.position)
            .limit(limit)
        )
        end = len(ORDER)
        found = []
        for row in await self._connection.execute(statement):
            licence, line = licence_and_line(row[end + 2 :])
            found.append(Purchase(Order(*row[:end]), line, licence, *row[end : end + 2]))
        return found

    async def forget_person(self, firm_id: int, customer_ids: Sequence[int]) -> None:
        lines = order_lines.c
        of_firm = select(orders.c.id).where(orders.c.firm_id == firm_id)
        theirs = lines.customer_id.in_(customer_ids) & lines.order_id.in_(of_firm)
        notice = dict.fromkeys(NOTICE, "")
        others = exists().where(
            lines.payment_code == payment_requests.c.code, lines.customer_id.not_in(customer_ids)
        )
        requests = update(payment_requests).where(
            payment_requests.c.code.in_(select(lines.payment_code).where(theirs)),
            payment_requests.c.recipient != RecipientMode.ACCOUNTANT,
            ~others,
        )
        await self._connection.execute(requests.values(notice))
        bought = select(licences.c.id).select_from(JOINED).where(theirs)
        runs = update(activation_items).where(activation_items.c.licence_id.in_(bought))
        await self._connection.execute(runs.values(failure_note=""))
        forgotten = update(licences).where(licences.c.id.in_(bought))
        await self._connection.execute(forgotten.values(login="", failure_note=""))
        blank: dict[str, Any] = dict.fromkeys(("representative", "email", "phone"), "") | notice
        # The address that an invoice is mailed to is not printed on it, so it may go.
        mailed_to = case((lines.invoice_email == lines.email, ""), else_=lines.invoice_email)
        values = {**blank, "invoice_email": mailed_to}
        await self._connection.execute(update(order_lines).where(theirs).values(values))

    async def _one(self, condition: ColumnElement[bool]) -> Order | None:
        row = (await self._connection.execute(select(*ORDER).where(condition))).one_or_none()
        return Order(*row) if row else None

    async def _lines(
        self, condition: ColumnElement[bool], offset: int, limit: int | None
    ) -> Sequence[OrderLine]:
        statement = select(*LINE).where(condition).order_by(order_lines.c.position)
        rows = await self._connection.execute(statement.offset(offset or None).limit(limit))
        return [order_line(row) for row in rows]


def _merged_into(customer_id: ColumnElement[int]) -> ColumnElement[bool]:
    return (_DROPPED.firm_id == customers.c.firm_id) & (_DROPPED.merged_into == customer_id)


def _line(order_id: int, position: int) -> ColumnElement[bool]:
    return (order_lines.c.order_id == order_id) & (order_lines.c.position == position)


def _matching(where: OrderFilter) -> Iterable[ColumnElement[bool]]:
    if where.firm_id is not None:
        yield orders.c.firm_id == where.firm_id
    if where.accountant_id is not None:
        yield orders.c.accountant_id == where.accountant_id
    if where.states:
        yield orders.c.state.in_(where.states)
    if where.to_activate:
        yield exists().where(
            licences.c.order_id == orders.c.id,
            licences.c.step.in_(STEPS_TO_ACTIVATE),
            licences.c.cancelled.is_(False),
        )
    if where.terms:
        by_code = (func.lower(orders.c.code).contains(term, autoescape=True) for term in where.terms)
        of_line = (order_lines.c.search.contains(term, autoescape=True) for term in where.terms)
        yield or_(and_(*by_code), exists().where(order_lines.c.order_id == orders.c.id, *of_line))
