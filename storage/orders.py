"""Placed orders and their lines, which `order_lines` reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, fields
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
from domain.orders import Order, OrderLine, OrderState
from domain.recipients import InvoiceRecipient, ReceiverGroup, RecipientMode
from domain.text import search_key
from services.ports import LastAnswers, NewOrder, OrderedBefore, OrderFilter, Purchase
from storage.licence_rows import JOINED, LICENCE_LINE, MAY_ACTIVATE, licence_and_line
from storage.order_lines import LINE, NAMES, line_values, order_line
from storage.order_receivers import receiver_groups_of
from storage.ordered_before import find_ordered_before, find_to_renew
from storage.prepared import Prepared
from storage.rows import ACCOUNTING, INVOICE, NOTICE, accounting_values, among, chunks, insert_many, upsert
from storage.tables.activation import activation_items, licences
from storage.tables.catalogue import customers
from storage.tables.money import payment_requests
from storage.tables.orders import order_lines, order_searches, ordered_codes, orders

ORDER = [orders.c[field.name] for field in fields(Order)]

# Built once at import: a run of activation executes it for each licence.
_ONE = Prepared(select(*ORDER).where(orders.c.id == bindparam("of_id")))
_SET_STATE = Prepared(update(orders).where(orders.c.id == bindparam("of_id")), assigned=["state"])


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
        await self.gather(order_id)

    async def gather(self, order_id: int) -> None:
        """Write down by what the order is found."""
        await self._gather_search(order_id)
        await self._gather_codes(order_id)

    async def get(self, order_id: int) -> Order | None:
        row = await _ONE.first(self._connection, of_id=order_id)
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
        await _SET_STATE.rows(self._connection, of_id=order_id, state=state)

    async def lines(self, order_id: int, offset: int, limit: int | None) -> Sequence[OrderLine]:
        return await self._lines(order_lines.c.order_id == order_id, offset, limit)

    async def names_of(self, places: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], str]:
        place = order_lines.c.order_id, order_lines.c.position
        named = select(*place, order_lines.c.name).where(tuple_(*place).in_(places))
        rows = await self._connection.execute(named) if places else ()
        return {(order_id, position): name for order_id, position, name in rows}

    async def receiver_groups(self, order_id: int) -> Sequence[ReceiverGroup]:
        return await receiver_groups_of(self._connection, order_id)

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
        await self._gather_search(order_id)

    async def mend_buyer(
        self, order_ids: Collection[int], before: InvoiceRecipient, after: InvoiceRecipient
    ) -> None:
        old = [order_lines.c[name] == value for name, value in zip(INVOICE, astuple(before), strict=True)]
        for some in chunks(list(order_ids)):
            mended = update(order_lines).where(order_lines.c.order_id.in_(some), *old)
            new = dict(zip(INVOICE, astuple(after), strict=True))
            await self._connection.execute(mended.values(new))

    async def mend_rate(self, places: Sequence[tuple[int, int]], vat_rate: int | None) -> None:
        place = tuple_(order_lines.c.order_id, order_lines.c.position)
        for some in chunks(places):
            mended = update(order_lines).where(place.in_(some))
            await self._connection.execute(mended.values(vat_rate=vat_rate))

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
        return await find_ordered_before(self._connection, draft_id, limit, any_package)

    async def to_renew(self, accountant_id: int, fiscal_year: int) -> tuple[int, int] | None:
        return await find_to_renew(self._connection, accountant_id, fiscal_year)

    async def invoiced_as(self, firm_id: int, tax_ids: Sequence[str]) -> Collection[tuple[str, str, str]]:
        buyer = (
            order_lines.c.invoice_tax_id,
            order_lines.c.invoice_unit_name,
            order_lines.c.invoice_address,
        )
        statement = (
            select(*buyer)
            .distinct()
            .join(orders, orders.c.id == order_lines.c.order_id)
            .where(orders.c.firm_id == firm_id, among(self._connection, buyer[0], tax_ids))
        )
        return {(row[0], row[1], row[2]) for row in await self._connection.execute(statement)}

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

    async def _gather_codes(self, order_id: int) -> None:
        codes = select(orders.c.firm_id, orders.c.fiscal_year, order_lines.c.tax_code, orders.c.id).distinct()
        codes = codes.join(order_lines, order_lines.c.order_id == orders.c.id).where(orders.c.id == order_id)
        gathered = upsert(self._connection, ordered_codes).from_select(
            ["firm_id", "fiscal_year", "tax_code", "order_id"], codes.order_by(order_lines.c.tax_code)
        )
        await self._connection.execute(gathered.on_conflict_do_nothing())

    async def _gather_search(self, order_id: int) -> None:
        lines = order_lines.c
        of_order = select(lines.order_id, func.aggregate_strings(lines.search, "\n"))
        of_order = of_order.where(lines.order_id == order_id).group_by(lines.order_id)
        gathered = upsert(self._connection, order_searches).from_select(["order_id", "text"], of_order)
        await self._connection.execute(
            gathered.on_conflict_do_update(
                index_elements=[order_searches.c.order_id], set_={"text": gathered.excluded.text}
            )
        )

    async def _one(self, condition: ColumnElement[bool]) -> Order | None:
        row = (await self._connection.execute(select(*ORDER).where(condition))).one_or_none()
        return Order(*row) if row else None

    async def _lines(
        self, condition: ColumnElement[bool], offset: int, limit: int | None
    ) -> Sequence[OrderLine]:
        statement = select(*LINE).where(condition).order_by(order_lines.c.position)
        rows = await self._connection.execute(statement.offset(offset or None).limit(limit))
        return [order_line(row) for row in rows]


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
        yield exists().where(licences.c.order_id == orders.c.id, MAY_ACTIVATE)
    if where.terms:
        by_code = (func.lower(orders.c.code).contains(term, autoescape=True) for term in where.terms)
        yield or_(and_(*by_code), _of_one_line(where.terms))


def _of_one_line(terms: Sequence[str]) -> ColumnElement[bool]:
    """Whether one line of the order has all `terms`. Lines are read of orders that have each of them."""
    texts, lines = order_searches.c, order_lines.c
    found = [texts.order_id == orders.c.id, *(texts.text.contains(term, autoescape=True) for term in terms)]
    if len(terms) > 1:
        of_line = (lines.search.contains(term, autoescape=True) for term in terms)
        found.append(exists().where(lines.order_id == texts.order_id, *of_line))
    return exists().where(*found)
