"""The rows of the tables of the desk's page."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import Order, OrderState
from domain.people import Firm, FirmState
from domain.return_cases import ReturnCase
from domain.transfers import Transfer, TransferState
from services.ports import DeskCounts, RowFilter, RowState
from storage.claims import CLAIM_OPEN
from storage.desk import CASE, STANDS, WAITING
from storage.licences import STOPPED
from storage.orders import ORDER
from storage.people import FIRM
from storage.prepared import Prepared
from storage.rows import chunks
from storage.tables.activation import licences
from storage.tables.desk import return_cases, sign_offs
from storage.tables.money import payment_requests, transfer_claims, transfers
from storage.tables.orders import orders
from storage.tables.people import firms
from storage.transfers import TRANSFER, transfer_of

_OPEN = transfers.c.attention.is_not(None)
_NO_MONEY = (TransferState.OUTGOING, TransferState.REPEATED, TransferState.RECEIVED)
_RECEIVED = (
    select(func.coalesce(func.sum(payment_requests.c.received), 0))
    .where(payment_requests.c.order_id == orders.c.id)
    .correlate(orders)
    .scalar_subquery()
)
_OWED = (OrderState.PLACED, OrderState.PARTLY_PAID)
_CASES = return_cases.join(transfers, transfers.c.id == return_cases.c.transfer_id)
_COUNTED: dict[str, tuple[FromClause, ColumnElement[bool]]] = {
    "firms": (firms, firms.c.state == FirmState.WAITING),
    "transfers": (transfers, _OPEN),
    "claims": (transfer_claims, CLAIM_OPEN),
    "cases": (_CASES, and_(_OPEN, STANDS)),
    "sign_offs": (sign_offs, WAITING),
    "by_hand": (licences, licences.c.by_hand),
    "failed": (licences, STOPPED),
}
_COUNTS = Prepared(
    select(
        *(
            select(func.count()).select_from(table).where(which).scalar_subquery().label(name)
            for name, (table, which) in _COUNTED.items()
        )
    )
)


class SqlDeskTables:
    """`DeskTables`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def transfers(self, wanted: RowFilter) -> tuple[Sequence[Transfer], int]:
        ways = _period(transfers.c.received_at, wanted)
        if wanted.state is RowState.DONE:
            ways += [~_OPEN, transfers.c.state.not_in(_NO_MONEY)]
        elif wanted.state is RowState.OPEN:
            ways.append(_OPEN)
        if wanted.ids is not None:
            ways.append(transfers.c.id.in_(wanted.ids))
        rows, total = await self._page(select(*TRANSFER), transfers, ways, transfers.c.id, wanted)
        return [transfer_of(row) for row in rows], total

    async def cases(self, wanted: RowFilter) -> tuple[Sequence[tuple[ReturnCase, Transfer]], int]:
        ways = _period(return_cases.c.opened_at, wanted)
        if wanted.state is not RowState.ALL:
            is_open = and_(_OPEN, STANDS)
            ways.append(is_open if wanted.state is RowState.OPEN else not_(is_open))
        if wanted.ids is not None:
            of_orders = return_cases.c.order_id.in_(wanted.order_ids or ())
            ways.append(or_(return_cases.c.transfer_id.in_(wanted.ids), of_orders))
        found = select(*CASE, *TRANSFER).select_from(_CASES)
        rows, total = await self._page(found, _CASES, ways, return_cases.c.id, wanted)
        return [(ReturnCase(*row[: len(CASE)]), transfer_of(row[len(CASE) :])) for row in rows], total

    async def orders(self, wanted: RowFilter) -> tuple[Sequence[tuple[Order, Firm, int]], int]:
        ways = _period(orders.c.placed_at, wanted)
        if wanted.state is not RowState.ALL:
            owed = orders.c.state.in_(_OWED)
            ways.append(owed if wanted.state is RowState.OPEN else ~owed)
        if wanted.ids is not None:
            ways.append(orders.c.id.in_(wanted.ids))
        found = select(*ORDER, *FIRM, _RECEIVED).join(firms, firms.c.id == orders.c.firm_id)
        rows, total = await self._page(found, orders, ways, orders.c.id, wanted, newest=True)
        end = len(ORDER)
        return [(Order(*row[:end]), Firm(*row[end:-1]), int(row[-1])) for row in rows], total

    async def counts(self) -> DeskCounts:
        return DeskCounts(*await _COUNTS.first(self._connection))

    async def placed(self, order_ids: Collection[int]) -> Mapping[int, tuple[Order, Firm]]:
        found: dict[int, tuple[Order, Firm]] = {}
        for some in chunks(list(order_ids)):
            rows = select(*ORDER, *FIRM).join(firms, firms.c.id == orders.c.firm_id)
            for row in await self._connection.execute(rows.where(orders.c.id.in_(some))):
                order = Order(*row[: len(ORDER)])
                found[order.id] = order, Firm(*row[len(ORDER) :])
        return found

    async def _page(
        self,
        found: Select[Any],
        table: FromClause,
        ways: list[ColumnElement[bool]],
        key: Column[int],
        wanted: RowFilter,
        newest: bool = False,
    ) -> tuple[Sequence[Any], int]:
        oldest = wanted.state is RowState.OPEN and not newest
        page = found.where(*ways).order_by(key.asc() if oldest else key.desc())
        rows = (await self._connection.execute(page.offset(wanted.offset).limit(wanted.limit))).all()
        counting = select(func.count()).select_from(table).where(*ways)
        return rows, (await self._connection.execute(counting)).scalar_one()


def _period(moment: Column[Any], wanted: RowFilter) -> list[ColumnElement[bool]]:
    since = [moment >= wanted.since] if wanted.since else []
    return [*since, *([moment < wanted.until] if wanted.until else [])]
