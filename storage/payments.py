"""Payment requests."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.payments import PAID_STATES, PayeeAccount, PaymentRequest, PaymentState
from domain.recipients import NoticeRecipient
from services.ports import PaymentSums
from storage.rows import NOTICE, among, insert_many
from storage.tables.money import payment_requests
from storage.tables.orders import order_lines, orders

_REQUEST = ["code", "order_id", "amount", "state", "recipient", *NOTICE]
_REQUEST += ["bank_bin", "account", "holder", "line_count", "due_at", "received", "paid_at"]
_VALUES = attrgetter(
    *("code", "order_id", "amount", "state", "recipient"),
    *(name.replace("_", ".", 1) for name in NOTICE),
    *("payee.bank_bin", "payee.account", "payee.holder", "line_count", "due_at", "received", "paid_at"),
)
_OWED = (PaymentState.AWAITING, PaymentState.PARTLY_PAID)
_ALL = select(*(payment_requests.c[name] for name in _REQUEST))


class SqlPayments:
    """`Payments`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def taken(self, codes: Sequence[str]) -> set[str]:
        taken: set[str] = set()
        for column in (payment_requests.c.code, orders.c.code):
            found = select(column).where(among(self._connection, column, codes))
            taken.update(await self._connection.scalars(found))
        return taken

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None:
        await insert_many(self._connection, payment_requests, _REQUEST, map(_VALUES, requests))

    async def get(self, code: str) -> PaymentRequest | None:
        found = await self._requests(_ALL.where(payment_requests.c.code == code))
        return found[0] if found else None

    async def save(self, request: PaymentRequest) -> None:
        await self._change(
            payment_requests.c.code == request.code,
            state=request.state,
            received=request.received,
            paid_at=request.paid_at,
        )

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, owed_first: bool = False
    ) -> Sequence[PaymentRequest]:
        owed = payment_requests.c.state.in_(_OWED)
        first_line = (
            select(func.min(order_lines.c.position))
            .where(order_lines.c.payment_code == payment_requests.c.code)
            .scalar_subquery()
        )
        return await self._requests(
            _ALL.where(payment_requests.c.order_id == order_id)
            .order_by(*([owed.desc()] if owed_first else []), first_line, payment_requests.c.code)
            .offset(offset)
            .limit(limit)
        )

    async def sums(self, order_id: int) -> PaymentSums:
        paid = func.count(case((payment_requests.c.state.in_(PAID_STATES), 1)))
        received = func.coalesce(func.sum(payment_requests.c.received), 0)
        statement = select(func.count(), paid, received).where(payment_requests.c.order_id == order_id)
        requests, in_full, money = (await self._connection.execute(statement)).one()
        return PaymentSums(requests, in_full, int(money))

    async def open_accounts(self) -> set[str]:
        accounts = select(payment_requests.c.account).where(payment_requests.c.state.in_(_OWED)).distinct()
        return set(await self._connection.scalars(accounts))

    async def cancel(self, order_id: int) -> None:
        await self._change(payment_requests.c.order_id == order_id, state=PaymentState.CANCELLED)

    async def _requests(self, statement: Select[Any]) -> Sequence[PaymentRequest]:
        return [_request(row) for row in await self._connection.execute(statement)]

    async def _change(self, condition: ColumnElement[bool], **values: Any) -> None:
        await self._connection.execute(update(payment_requests).where(condition).values(**values))


def _request(row: Sequence[Any]) -> PaymentRequest:
    code, order_id, amount, state, recipient = row[:5]
    notice, payee = NoticeRecipient(*row[5:8]), PayeeAccount(*row[8:11])
    return PaymentRequest(code, order_id, amount, state, recipient, notice, payee, *row[11:])
