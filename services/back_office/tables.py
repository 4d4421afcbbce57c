"""The tables of the desk's page: transfers, cases of returns and orders, by state, period and any text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from domain.desk_search import Sought, read_sought
from domain.orders import Order
from domain.people import Actor, Firm, Right
from domain.transfers import Transfer
from services.back_office.returns import CaseView, case_views
from services.back_office.totals import start_of
from services.money.second_person import waiting_for_second
from services.operation import Operation
from services.paging import TABLE_ROWS
from services.ports import COUNTED, OrderFilter, RowFilter, RowState, UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TableFilter:
    """What a table shows; `first` and `last` are days in Vietnam, both included."""

    state: RowState = RowState.ALL
    first: date | None = None
    last: date | None = None
    text: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class TablePage(Generic[T]):
    """`waiting` are the ids of transfers that wait for a second person."""

    items: tuple[T, ...]
    total: int
    waiting: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class OrderRow:
    order: Order
    firm: Firm
    received: int


class ListTransferRows(Operation):
    """One page of transfers: open ones oldest first, any others newest first. Raises
    `DomainError("sought_empty")`."""

    async def __call__(self, actor: Actor, wanted: TableFilter) -> TablePage[Transfer]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            ids = [one.id for one in await _transfers(uow, read_sought(wanted.text))] if wanted.text else None
            items, total = await uow.desk_tables.transfers(_rows(wanted, ids))
            return TablePage(tuple(items), total, await waiting_for_second(uow, items))


class ListCaseRows(Operation):
    """One page of cases, as `ListTransferRows`; what is looked for is their transfer or order."""

    async def __call__(self, actor: Actor, wanted: TableFilter) -> TablePage[CaseView]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            transfer_ids = order_ids = None
            if wanted.text:
                sought = read_sought(wanted.text)
                transfer_ids = [one.id for one in await _transfers(uow, sought)]
                order_ids = await _orders(uow, sought)
            items, total = await uow.desk_tables.cases(_rows(wanted, transfer_ids, order_ids))
            return TablePage(await case_views(uow, items), total)


class ListOrderRows(Operation):
    """One page of orders, newest first. Raises `DomainError("sought_empty")`."""

    async def __call__(self, actor: Actor, wanted: TableFilter) -> TablePage[OrderRow]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            ids = await _orders(uow, read_sought(wanted.text)) if wanted.text else None
            items, total = await uow.desk_tables.orders(_rows(wanted, ids))
            return TablePage(tuple(OrderRow(*one) for one in items), total)


def _rows(
    wanted: TableFilter, ids: Sequence[int] | None, order_ids: Sequence[int] | None = None
) -> RowFilter:
    return RowFilter(
        wanted.state,
        start_of(wanted.first) if wanted.first else None,
        start_of(wanted.last + timedelta(days=1)) if wanted.last else None,
        ids,
        order_ids,
        max(wanted.page, 0) * TABLE_ROWS,
        TABLE_ROWS,
    )


async def _transfers(uow: UnitOfWork, sought: Sought) -> Sequence[Transfer]:
    return (await uow.desk_search.transfers(sought, COUNTED))[0]


async def _orders(uow: UnitOfWork, sought: Sought) -> Sequence[int]:
    """The orders that a text finds: themselves, or by their firm or customer; the newest of each."""
    ids = [one.id for one in (await uow.desk_search.orders(sought, COUNTED))[0]]
    for firm in (await uow.desk_search.firms(sought, COUNTED))[0]:
        found, _ = await uow.orders.find(OrderFilter(firm.id), 0, COUNTED)
        ids += [one.id for one in found]
    for one in (await uow.desk_search.customers(sought, COUNTED))[0]:
        customer = one.customer
        bought = await uow.orders.purchases(customer.firm_id, [customer.id], COUNTED)
        ids += [purchase.order.id for purchase in bought]
    return list(dict.fromkeys(ids))
