"""The firm's customers: the catalogue, its search, and customers declared only inside an order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import SEARCHED, Customer, CustomerData, CustomerField
from domain.orders import OrderState
from domain.text import fold, search_key
from services.ports import CustomerFilter, CustomerPage, LookAlikes
from storage.look_alikes import pairs_of
from storage.prepared import Prepared
from storage.rows import chunks, insert_many
from storage.tables.catalogue import customer_labels, customers
from storage.tables.ordering import draft_lines
from storage.tables.orders import order_lines, orders

CUSTOMER = [customers.c[field.name] for field in fields(Customer)]
_BY_ID = Prepared(
    select(*CUSTOMER).where(customers.c.id == bindparam("of"), customers.c.firm_id == bindparam("of_firm"))
)
_DATA = [field.name for field in fields(CustomerData)]
_NEW = ("firm_id", "in_catalogue", "archived", "erased", "created_at", "updated_at")
_OWN = ("in_catalogue", "archived", "assignee_id", "merged_into", "erased")
_PERSONAL = [field.value for field in CustomerField if field is not CustomerField.KIND]
_SHOWN_SHARING = 3


def matching(where: CustomerFilter, draft_id: int | None = None) -> list[ColumnElement[bool]]:
    """Conditions on `customers`; with `draft_id`, customers declared only in that draft are listed too."""
    conditions = _of_list(where.firm_id, where.archived, where.kind, draft_id)
    if where.label_id is not None:
        bears = customer_labels.c.customer_id == customers.c.id, customer_labels.c.label_id == where.label_id
        conditions.append(exists().where(*bears))
    if where.assignee_id is not None:
        conditions.append(customers.c.assignee_id == where.assignee_id)
    if where.lapsed is not None:
        conditions.append(_bought(where.firm_id, where.lapsed - 1))
        conditions.append(~_bought(where.firm_id, where.lapsed))
    if where.missing:
        conditions.append(customers.c.missing != "")
    conditions.extend(customers.c.search.contains(term, autoescape=True) for term in where.terms)
    return conditions


def _of_list(
    firm_id: Any, archived: bool, kind: Any = None, draft_id: Any = None
) -> list[ColumnElement[bool]]:
    """The conditions of a whole list; the values may be parameters."""
    listed: ColumnElement[bool] = customers.c.in_catalogue
    if draft_id is not None:
        # EXISTS rather than IN: it is asked only for the few that are not in the catalogue.
        gone = customers.c.merged_into.is_not(None) | customers.c.erased
        listed = or_(listed, ~gone & _is_held(draft_id))
    conditions = [customers.c.firm_id == firm_id, customers.c.archived == archived, listed]
    return conditions if kind is None else [*conditions, customers.c.kind == kind]


def _page(conditions: list[ColumnElement[bool]], draft_id: Any) -> Select[Any]:
    """A page of those listed, each with whether the draft holds it."""
    is_picked = false() if draft_id is None else _is_held(draft_id)
    page = select(*CUSTOMER, is_picked).where(*conditions).order_by(customers.c.sort_key, customers.c.id)
    return page.offset(bindparam("skip", type_=Integer)).limit(bindparam("most", type_=Integer))


def _number(conditions: list[ColumnElement[bool]]) -> Select[Any]:
    return select(func.count()).select_from(customers).where(*conditions)


@cache
def _whole_list(archived: bool, of_kind: bool, of_draft: bool) -> tuple[Prepared, Prepared]:
    """A page of a whole list, and its length."""
    draft_id: Any = bindparam("draft") if of_draft else None
    conditions = _of_list(bindparam("firm"), archived, bindparam("of_kind") if of_kind else None, draft_id)
    return Prepared(_page(conditions, draft_id)), Prepared(_number(conditions))


def _bought(firm_id: int, fiscal_year: int) -> ColumnElement[bool]:
    """Whether the firm has an order of this year that is not cancelled, for this tax code or for a customer
    that was merged into this one, directly or through others."""
    of_year = (
        orders.c.firm_id == firm_id,
        orders.c.fiscal_year == fiscal_year,
        orders.c.state != OrderState.CANCELLED,
    )
    lines = order_lines.join(orders, orders.c.id == order_lines.c.order_id)
    merged, further = customers.alias(), customers.alias()
    first = select(merged.c.id, merged.c.merged_into.label("kept")).where(
        merged.c.firm_id == firm_id, merged.c.merged_into.is_not(None)
    )
    into = first.cte(f"into_{fiscal_year}", recursive=True, nesting=True)
    into = into.union(
        select(into.c.id, further.c.merged_into)
        .join(further, further.c.id == into.c.kept)
        .where(further.c.merged_into.is_not(None))
    )
    theirs = select(1).select_from(lines).where(order_lines.c.customer_id == into.c.id, *of_year)
    return or_(
        customers.c.tax_code.in_(select(order_lines.c.tax_code).select_from(lines).where(*of_year)),
        customers.c.id.in_(select(into.c.kept).where(theirs.exists())),
    )


def _unused(older_than: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        # Spelled as in the partial index: SQLite uses the index for no other spelling.
        ~customers.c.in_catalogue,
        customers.c.merged_into.is_(None),
        customers.c.erased.is_(False),
        customers.c.updated_at < older_than,
        ~exists().where(draft_lines.c.customer_id == customers.c.id),
        ~exists().where(order_lines.c.customer_id == customers.c.id),
    )


def _is_held(draft_id: Any) -> ColumnElement[bool]:
    return exists().where(draft_lines.c.draft_id == draft_id, draft_lines.c.customer_id == customers.c.id)


class SqlCustomers:
    """`Customers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, firm_id: int, data: CustomerData, in_catalogue: bool, now: datetime) -> Customer:
        values = dict(zip(_NEW, (firm_id, in_catalogue, False, False, now, now), strict=True))
        statement = insert(customers).values(**_stored(data), **values).returning(*CUSTOMER)
        return Customer(*(await self._connection.execute(statement)).one())

    async def add_many(self, firm_id: int, many: Sequence[CustomerData], now: datetime) -> None:
        if not many:
            return
        rows = ((firm_id, True, False, False, now, now, *_stored(data).values()) for data in many)
        await insert_many(self._connection, customers, (*_NEW, *_stored(many[0])), rows)

    async def update(self, customer: Customer, now: datetime) -> None:
        await self.update_many([customer], now)

    async def update_many(self, many: Sequence[Customer], now: datetime) -> None:
        if not many:
            return
        own = (customers.c.id == bindparam("of_id")) & (customers.c.firm_id == bindparam("of_firm"))
        changes: list[dict[str, Any]] = [
            {
                **_stored(customer),
                **{name: getattr(customer, name) for name in _OWN},
                "updated_at": now,
                "of_id": customer.id,
                "of_firm": customer.firm_id,
            }
            for customer in many
        ]
        await self._connection.execute(update(customers).where(own), changes)

    async def unused(self, older_than: datetime, most: int) -> Sequence[int]:
        statement = select(customers.c.id).where(*_unused(older_than)).limit(most)
        return (await self._connection.scalars(statement)).all()

    async def discard_unused(self, customer_ids: Sequence[int], older_than: datetime) -> None:
        these = customers.c.id.in_(customer_ids)
        await self._connection.execute(delete(customers).where(these, *_unused(older_than)))

    async def get(self, firm_id: int, customer_id: int) -> Customer | None:
        row = await _BY_ID.first(self._connection, of=customer_id, of_firm=firm_id)
        return Customer(*row) if row else None

    async def by_tax_code(self, firm_id: int, tax_code: str) -> Customer | None:
        return (await self.by_tax_codes(firm_id, [tax_code])).get(tax_code)

    async def by_tax_codes(self, firm_id: int, tax_codes: Sequence[str]) -> Mapping[str, Customer]:
        found: dict[str, Customer] = {}
        for some in chunks(tax_codes):
            conditions = (
                customers.c.firm_id == firm_id,
                customers.c.tax_code.in_(some),
                customers.c.in_catalogue,
            )
            found.update((customer.tax_code, customer) for customer in await self._all(conditions))
        return found

    async def find(
        self, where: CustomerFilter, offset: int, limit: int, draft_id: int | None = None
    ) -> CustomerPage:
        page: Select[Any] | Prepared
        number: Select[Any] | Prepared
        if where == CustomerFilter(where.firm_id, kind=where.kind, archived=where.archived):
            page, number = _whole_list(where.archived, where.kind is not None, draft_id is not None)
        else:
            conditions = matching(where, draft_id)
            page, number = _page(conditions, draft_id), _number(conditions)
        values = {"firm": where.firm_id, "of_kind": where.kind, "draft": draft_id}
        rows = await self._rows(page, **values, skip=offset, most=limit)
        items = tuple(Customer(*row[:-1]) for row in rows)
        picked = frozenset(customer.id for customer, row in zip(items, rows, strict=True) if row[-1])
        total = len(items)
        if offset or total == limit:
            total = (await self._rows(number, **values))[0][0]
        return CustomerPage(items, total, picked)

    async def all(self, where: CustomerFilter) -> Sequence[Customer]:
        statement = select(*CUSTOMER).where(*matching(where))
        rows = await self._connection.execute(statement.order_by(customers.c.sort_key, customers.c.id))
        return [Customer(*row) for row in rows]

    async def assign_matching(self, where: CustomerFilter, assignee_id: int | None, now: datetime) -> int:
        changed = customers.c.assignee_id.is_distinct_from(assignee_id)
        statement = update(customers).where(*matching(where), changed)
        values = {"assignee_id": assignee_id, "updated_at": now}
        return (await self._connection.execute(statement.values(values))).rowcount

    async def look_alikes(self, firm_id: int, offset: int, limit: int) -> tuple[Sequence[LookAlikes], int]:
        pairs = await pairs_of(self._connection, firm_id)
        page = pairs[offset : offset + limit]
        ids = {customer_id for first, second, _ in page for customer_id in (first, second)}
        found = {one.id: one for one in await self._all([customers.c.id.in_(ids)])}
        return [LookAlikes(found[first], found[second], why) for first, second, why in page], len(pairs)

    async def merged_into(self, firm_id: int, customer_id: int) -> Sequence[int]:
        statement = select(customers.c.id).where(
            customers.c.firm_id == firm_id, customers.c.merged_into == customer_id
        )
        return list(await self._connection.scalars(statement.order_by(customers.c.id)))

    async def declared(self, firm_id: int, tax_code: str) -> Sequence[int]:
        statement = select(customers.c.id).where(
            customers.c.firm_id == firm_id,
            customers.c.tax_code == tax_code,
            ~customers.c.in_catalogue,
            customers.c.merged_into.is_(None),
            customers.c.erased.is_(False),
        )
        return list(await self._connection.scalars(statement.order_by(customers.c.id)))

    async def erase(self, firm_id: int, customer_id: int, now: datetime) -> None:
        mine = (customers.c.id == customer_id, customers.c.firm_id == firm_id)
        worn = customer_labels.c.customer_id.in_(select(customers.c.id).where(*mine))
        await self._connection.execute(delete(customer_labels).where(worn))
        blank: dict[str, str | None] = dict.fromkeys((*_PERSONAL, "missing", "search", "sort_key"), "")
        blank |= dict.fromkeys(("regime", "vat_method", "first_month", "assignee_id"))
        statement = update(customers).where(*mine)
        await self._connection.execute(
            statement.values(**blank, in_catalogue=False, archived=True, erased=True, updated_at=now)
        )

    async def sharing_login(self, firm_id: int, phone: str, email: str, but_id: int) -> Sequence[Customer]:
        same = [customers.c.phone == phone] if phone else []
        same += [customers.c.email == email] if email else []
        if not same:
            return []
        conditions = (
            customers.c.firm_id == firm_id,
            or_(*same),
            customers.c.id != but_id,
            customers.c.in_catalogue,
        )
        return await self._all(conditions, _SHOWN_SHARING)

    async def _rows(self, statement: Select[Any] | Prepared, **values: Any) -> Sequence[Any]:
        if isinstance(statement, Prepared):
            return await statement.rows(self._connection, **values)
        rows: Sequence[Any] = (await self._connection.execute(statement, values)).all()
        return rows

    async def _all(
        self, conditions: Iterable[ColumnElement[bool]], limit: int | None = None
    ) -> Sequence[Customer]:
        statement = select(*CUSTOMER).where(*conditions).order_by(customers.c.id).limit(limit)
        return [Customer(*row) for row in await self._connection.execute(statement)]


def _stored(data: CustomerData) -> dict[str, Any]:
    """Column values: the data, and what is computed from it."""
    return {
        **{name: getattr(data, name) for name in _DATA},
        "missing": " ".join(data.missing),
        "search": search_key(data.name, data.tax_code, *(getattr(data, field) for field in SEARCHED)),
        # A customer without a name is listed by its tax code.
        "sort_key": fold(data.name or data.tax_code),
    }
