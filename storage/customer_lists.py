"""The list of a firm's customers: which ones it holds, page by page, and how many."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Table, bindparam, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import Customer
from domain.orders import OrderState
from services.ports import CustomerFilter, CustomerPage
from storage.prepared import Prepared
from storage.tables.catalogue import customer_labels, customers, listed_customers
from storage.tables.ordering import draft_lines, picked_customers
from storage.tables.orders import order_lines, orders

CUSTOMER = [customers.c[field.name] for field in fields(Customer)]
_FURTHER = 100


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


def _listed(conditions: list[ColumnElement[bool]], draft_id: Any) -> Select[Any]:
    """The customers, each with whether the draft holds it."""
    is_picked = false() if draft_id is None else _is_held(draft_id)
    return select(*CUSTOMER, is_picked).where(*conditions).order_by(customers.c.sort_key, customers.c.id)


@cache
def _whole_list(archived: bool, of_kind: bool, of_draft: bool) -> tuple[Prepared, Prepared]:
    """A page of a whole list, and its length, by the numbers that are kept."""
    draft_id: Any = bindparam("draft") if of_draft else None
    kind: Any = bindparam("of_kind") if of_kind else None
    page = _listed(_of_list(bindparam("firm"), archived, kind, draft_id), draft_id)
    page = page.offset(bindparam("skip", type_=Integer)).limit(bindparam("most", type_=Integer))
    number = _kept(listed_customers, kind, firm_id=bindparam("firm"), archived=archived)
    if of_draft:
        number += _kept(picked_customers, kind, draft_id=draft_id, declared=True)
    return Prepared(page), Prepared(select(number))


def _kept(table: Table, kind: Any, **which: Any) -> ColumnElement[int]:
    numbers = select(func.coalesce(func.sum(table.c.number), 0)).filter_by(**which)
    return (numbers if kind is None else numbers.where(table.c.kind == kind)).scalar_subquery()


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


def _is_held(draft_id: Any) -> ColumnElement[bool]:
    return exists().where(draft_lines.c.draft_id == draft_id, draft_lines.c.customer_id == customers.c.id)


async def find_page(
    connection: AsyncConnection,
    where: CustomerFilter,
    offset: int,
    limit: int,
    draft_id: int | None,
    picked_to: int = 0,
) -> CustomerPage:
    """`Customers.find`. Only where a search or a criterion leaves some out are the customers counted."""
    whole = CustomerFilter(where.firm_id, kind=where.kind, archived=where.archived)
    if where != whole or (where.archived and draft_id is not None):
        return await _search_page(connection, where, offset, limit, draft_id)
    page, number = _whole_list(where.archived, where.kind is not None, draft_id is not None)
    values = {"firm": where.firm_id, "of_kind": where.kind, "draft": draft_id}
    first = await _picked_before(connection, where, draft_id, picked_to) if draft_id and picked_to else []
    if first:
        rows = await _picked_first(connection, where, draft_id, first, offset, limit)
    else:
        rows = await page.rows(connection, **values, skip=offset, most=limit)
    total = len(rows)
    if offset or total == limit:
        total = (await number.rows(connection, **values))[0][0]
    return _customer_page(rows, total)


async def _picked_before(
    connection: AsyncConnection, where: CustomerFilter, draft_id: int, picked_to: int
) -> Sequence[int]:
    """The customers of the list on the first places of the draft; none if they are more than `_FURTHER`."""
    held = select(draft_lines.c.customer_id).where(
        draft_lines.c.draft_id == draft_id, draft_lines.c.position <= picked_to
    )
    ids = select(customers.c.id).where(*matching(where, draft_id), customers.c.id.in_(held))
    ids = ids.order_by(customers.c.sort_key, customers.c.id).limit(_FURTHER + 1)
    found = (await connection.scalars(ids)).all()
    return found if len(found) <= _FURTHER else []


async def _picked_first(
    connection: AsyncConnection,
    where: CustomerFilter,
    draft_id: int | None,
    first: Sequence[int],
    offset: int,
    limit: int,
) -> Sequence[Any]:
    """The rows of a page of a whole list that begins with the customers `first`."""
    some, rows = first[offset : offset + limit], list[Any]()
    if some:
        rows += (await connection.execute(_listed([customers.c.id.in_(some)], draft_id))).all()
    if left := limit - len(rows):
        others = _listed([*matching(where, draft_id), customers.c.id.not_in(first)], draft_id)
        others = others.offset(max(0, offset - len(first))).limit(left)
        rows += (await connection.execute(others)).all()
    return rows


async def _search_page(
    connection: AsyncConnection, where: CustomerFilter, offset: int, limit: int, draft_id: int | None
) -> CustomerPage:
    """Goes through the list once: all are counted only if they are many more than the page needs."""
    conditions, most = matching(where, draft_id), offset + limit + _FURTHER
    ids = select(customers.c.id).where(*conditions).order_by(customers.c.sort_key, customers.c.id)
    found = (await connection.scalars(ids.limit(most))).all()
    total = len(found)
    if total == most:
        number = select(func.count()).select_from(customers).where(*conditions)
        total = (await connection.execute(number)).scalar_one()
    page = found[offset : offset + limit]
    rows = (await connection.execute(_listed([customers.c.id.in_(page)], draft_id))).all() if page else []
    return _customer_page(rows, total)


def _customer_page(rows: Sequence[Any], total: int) -> CustomerPage:
    items = tuple(Customer(*row[:-1]) for row in rows)
    picked = frozenset(customer.id for customer, row in zip(items, rows, strict=True) if row[-1])
    return CustomerPage(items, total, picked)
