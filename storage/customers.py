"""The firm's customers: the catalogue, its search, and those declared inside an order only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import Customer, CustomerData
from domain.text import fold, search_key
from services.ports import CustomerFilter, CustomerPage
from storage.rows import chunks, insert_many
from storage.tables import customers, draft_lines

CUSTOMER = [customers.c[field.name] for field in fields(Customer)]
_BY_ID = select(*CUSTOMER).where(
    customers.c.id == bindparam("of"), customers.c.firm_id == bindparam("of_firm")
)
_DATA = [field.name for field in fields(CustomerData)]
_NEW = ("firm_id", "in_catalogue", "archived", "created_at", "updated_at")
_SHOWN_SHARING = 3


def matching(where: CustomerFilter, draft_id: int | None = None) -> list[ColumnElement[bool]]:
    """Conditions on `customers`; with `draft_id`, those declared in that draft only are listed too."""
    listed: ColumnElement[bool] = customers.c.in_catalogue
    if draft_id is not None:
        # EXISTS rather than IN: it is asked only for the few that are not in the catalogue.
        listed = or_(listed, _is_held(draft_id))
    conditions = [customers.c.firm_id == where.firm_id, customers.c.archived == where.archived, listed]
    if where.kind is not None:
        conditions.append(customers.c.kind == where.kind)
    conditions.extend(customers.c.search.contains(term, autoescape=True) for term in where.terms)
    return conditions


def _is_held(draft_id: int) -> ColumnElement[bool]:
    return exists().where(draft_lines.c.draft_id == draft_id, draft_lines.c.customer_id == customers.c.id)


class SqlCustomers:
    """`Customers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, firm_id: int, data: CustomerData, in_catalogue: bool, now: datetime) -> Customer:
        values = dict(zip(_NEW, (firm_id, in_catalogue, False, now, now), strict=True))
        statement = insert(customers).values(**_stored(data), **values).returning(*CUSTOMER)
        return Customer(*(await self._connection.execute(statement)).one())

    async def add_many(self, firm_id: int, many: Sequence[CustomerData], now: datetime) -> None:
        if not many:
            return
        rows = ((firm_id, True, False, now, now, *_stored(data).values()) for data in many)
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
                "in_catalogue": customer.in_catalogue,
                "archived": customer.archived,
                "updated_at": now,
                "of_id": customer.id,
                "of_firm": customer.firm_id,
            }
            for customer in many
        ]
        await self._connection.execute(update(customers).where(own), changes)

    async def get(self, firm_id: int, customer_id: int) -> Customer | None:
        found = await self._connection.execute(_BY_ID, {"of": customer_id, "of_firm": firm_id})
        row = found.one_or_none()
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
        conditions = matching(where, draft_id)
        is_picked = false() if draft_id is None else _is_held(draft_id)
        statement = (
            select(*CUSTOMER, is_picked)
            .where(*conditions)
            .order_by(customers.c.sort_key, customers.c.id)
            .offset(offset)
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).all()
        items = tuple(Customer(*row[:-1]) for row in rows)
        picked = frozenset(customer.id for customer, row in zip(items, rows, strict=True) if row[-1])
        total = len(items)
        if offset or total == limit:
            counting = select(func.count()).select_from(customers).where(*conditions)
            total = (await self._connection.execute(counting)).scalar_one()
        return CustomerPage(items, total, picked)

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

    async def _all(
        self, conditions: Iterable[ColumnElement[bool]], limit: int | None = None
    ) -> Sequence[Customer]:
        statement = select(*CUSTOMER).where(*conditions).order_by(customers.c.id).limit(limit)
        return [Customer(*row) for row in await self._connection.execute(statement)]


def _stored(data: CustomerData) -> dict[str, Any]:
    """Column values of the data and of what is computed from it."""
    return {
        **{name: getattr(data, name) for name in _DATA},
        "missing": " ".join(data.missing),
        "search": search_key(data.name, data.tax_code, data.own_code),
        # A customer without a name yet is listed by its tax code.
        "sort_key": fold(data.name or data.tax_code),
    }
