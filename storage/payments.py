"""Payment requests."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.payments import PayeeAccount, PaymentRequest
from domain.recipients import NoticeRecipient
from storage.rows import NOTICE, chunks, insert_many
from storage.tables import orders, payment_requests

_REQUEST = ["code", "order_id", "amount", "state", "recipient", *NOTICE]
_REQUEST += ["bank_bin", "account", "holder", "line_count", "due_at"]
_VALUES = attrgetter(
    *("code", "order_id", "amount", "state", "recipient"),
    *(name.replace("_", ".", 1) for name in NOTICE),
    *("payee.bank_bin", "payee.account", "payee.holder", "line_count", "due_at"),
)


class SqlPayments:
    """`Payments`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def taken(self, codes: Sequence[str]) -> set[str]:
        taken: set[str] = set()
        for some in chunks(codes):
            for column in (payment_requests.c.code, orders.c.code):
                taken.update(await self._connection.scalars(select(column).where(column.in_(some))))
        return taken

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None:
        await insert_many(self._connection, payment_requests, _REQUEST, map(_VALUES, requests))

    async def get(self, code: str) -> PaymentRequest | None:
        found = await self._all(payment_requests.c.code == code)
        return found[0] if found else None

    async def of_order(self, order_id: int) -> Sequence[PaymentRequest]:
        return await self._all(payment_requests.c.order_id == order_id)

    async def _all(self, condition: ColumnElement[bool]) -> Sequence[PaymentRequest]:
        columns = [payment_requests.c[name] for name in _REQUEST]
        statement = select(*columns).where(condition).order_by(payment_requests.c.code)
        return [_request(row) for row in await self._connection.execute(statement)]


def _request(row: Sequence[Any]) -> PaymentRequest:
    code, order_id, amount, state, recipient = row[:5]
    notice, payee = NoticeRecipient(*row[5:8]), PayeeAccount(*row[8:11])
    return PaymentRequest(code, order_id, amount, state, recipient, notice, payee, *row[11:])
