"""The firm's customers: the catalogue, its search, and customers declared only inside an order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import DECLARED, SEARCHED, Customer, CustomerData, CustomerField
from domain.text import fold, search_key
from services.ports import CustomerFilter, CustomerPage, LookAlikes
from storage.customer_lists import CUSTOMER, find_page, matching
from storage.look_alikes import pairs_of
from storage.prepared import Prepared
from storage.rows import among, insert_many
from storage.tables.catalogue import customer_labels, customers
from storage.tables.ordering import draft_lines
from storage.tables.orders import order_lines

_BY_ID = Prepared(
    select(*CUSTOMER).where(customers.c.id == bindparam("of"), customers.c.firm_id == bindparam("of_firm"))
)
_DATA = [field.name for field in fields(CustomerData)]
_NEW = ("firm_id", "in_catalogue", "archived", "erased", "created_at", "updated_at")
_OWN = ("in_catalogue", "archived", "assignee_id", "merged_into", "erased")
_PERSONAL = [field.value for field in CustomerField if field is not CustomerField.KIND]
_SHOWN_SHARING = 3
_SHOWN_FORMER = 2
_FORMER = 300
"""The most characters of former names: the oldest are forgotten."""


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


class SqlCustomers:
    """`Customers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, firm_id: int) -> int:
        counting = select(func.count()).where(customers.c.firm_id == firm_id)
        return (await self._connection.execute(counting)).scalar_one()

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
        for change in changes:
            change["new_search"], change["new_key"] = change.pop("search"), change["sort_key"]
        former = _former_names(bindparam("new_key"))
        search = func.trim(bindparam("new_search", type_=Text).concat(" ").concat(former))
        kept = update(customers).where(own).values(former_names=former, search=search)
        await self._connection.execute(kept, changes)

    async def declare_many(self, many: Sequence[Customer], now: datetime) -> None:
        if not many:
            return
        own = (customers.c.id == bindparam("of_id")) & (customers.c.firm_id == bindparam("of_firm"))
        changes: list[dict[str, Any]] = [
            {
                **{name: getattr(customer, name) for name in DECLARED},
                "updated_at": now,
                "of_id": customer.id,
                "of_firm": customer.firm_id,
            }
            for customer in many
        ]
        await self._connection.execute(update(customers).where(own), changes)

    async def unused(self, older_than: datetime, most: int) -> Mapping[int, Sequence[int]]:
        statement = select(customers.c.firm_id, customers.c.id).where(*_unused(older_than)).limit(most)
        found: dict[int, list[int]] = {}
        for firm_id, customer_id in await self._connection.execute(statement):
            found.setdefault(firm_id, []).append(customer_id)
        return found

    async def discard_unused(self, customer_ids: Sequence[int], older_than: datetime) -> None:
        these = customers.c.id.in_(customer_ids)
        await self._connection.execute(delete(customers).where(these, *_unused(older_than)))

    async def get(self, firm_id: int, customer_id: int) -> Customer | None:
        row = await _BY_ID.first(self._connection, of=customer_id, of_firm=firm_id)
        return Customer(*row) if row else None

    async def by_tax_code(self, firm_id: int, tax_code: str) -> Customer | None:
        return (await self.by_tax_codes(firm_id, [tax_code])).get(tax_code)

    async def by_tax_codes(self, firm_id: int, tax_codes: Sequence[str]) -> Mapping[str, Customer]:
        coded = among(self._connection, customers.c.tax_code, tax_codes)
        kept = await self._all((customers.c.firm_id == firm_id, coded, customers.c.in_catalogue))
        return {customer.tax_code: customer for customer in kept}

    async def find(
        self,
        where: CustomerFilter,
        offset: int,
        limit: int,
        draft_id: int | None = None,
        picked_to: int = 0,
    ) -> CustomerPage:
        return await find_page(self._connection, where, offset, limit, draft_id, picked_to)

    async def formerly_named(self, where: CustomerFilter, name: str) -> Sequence[Customer]:
        if not (words := fold(name)):
            return []
        stood = literal(" ").concat(customers.c.former_names).concat(" ").contains(f" {words} ")
        return await self._all((*matching(where), stood), _SHOWN_FORMER)

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
        blank: dict[str, str | None] = dict.fromkeys(
            (*_PERSONAL, "sure_of", "former_names", "missing", "search", "sort_key"), ""
        )
        blank |= dict.fromkeys((*DECLARED, "assignee_id"))
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

    async def with_logins(self, firm_id: int, values: Sequence[str]) -> Sequence[Customer]:
        found: dict[int, Customer] = {}
        for column in (customers.c.email, customers.c.phone):
            mine = (customers.c.firm_id == firm_id, customers.c.in_catalogue)
            same = await self._all((*mine, among(self._connection, column, values)))
            found |= {customer.id: customer for customer in same}
        return list(found.values())

    async def by_ids(self, firm_id: int, customer_ids: Sequence[int]) -> Sequence[Customer]:
        these = among(self._connection, customers.c.id, customer_ids)
        return await self._all((customers.c.firm_id == firm_id, customers.c.erased.is_(False), these))

    async def _all(
        self, conditions: Iterable[ColumnElement[bool]], limit: int | None = None
    ) -> Sequence[Customer]:
        statement = select(*CUSTOMER).where(*conditions).order_by(customers.c.id).limit(limit)
        return [Customer(*row) for row in await self._connection.execute(statement)]


def _former_names(new_key: ColumnElement[str]) -> ColumnElement[str]:
    """The former names once a customer is sorted under `new_key`: its present key is that of its name."""
    known = customers.c.former_names.contains(customers.c.sort_key)
    one_more = func.substr(customers.c.sort_key.concat(" ").concat(customers.c.former_names), 1, _FORMER)
    return case((or_(customers.c.sort_key == new_key, known), customers.c.former_names), else_=one_more)


def _stored(data: CustomerData) -> dict[str, Any]:
    """Column values: the data, and what is computed from it."""
    return {
        **{name: getattr(data, name) for name in _DATA},
        "missing": " ".join(data.missing),
        "search": search_key(data.name, data.tax_code, *(getattr(data, field) for field in SEARCHED)),
        # A customer without a name is listed by its tax code.
        "sort_key": fold(data.name or data.tax_code),
    }
