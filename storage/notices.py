"""Which notices count as read, since their reader has seen what they tell of; what is forgotten of people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, update

from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import (
    ActivationResult,
    ChoosePayers,
    OrderCancelledNotice,
    OrderPlacedNotice,
    PaymentInstruction,
    PushState,
    TransferReceived,
)
from storage.pushes import UNREAD, SqlPushes, is_about
from storage.rows import chunks
from storage.tables.activation import activation_runs
from storage.tables.messaging import pushes
from storage.tables.money import payment_requests, shares
from storage.tables.orders import orders
from storage.tables.people import accountants


class SqlNotices(SqlPushes):
    """`Pushes`."""

    async def unread_of_order(self, accountant_id: int, order_id: int) -> Sequence[int]:
        codes = select(payment_requests.c.code).where(payment_requests.c.order_id == order_id)
        paid = select(cast(shares.c.transfer_id, Text)).where(shares.c.payment_code.in_(codes))
        runs = select(cast(activation_runs.c.id, Text)).where(activation_runs.c.order_id == order_id)
        of_order = select(orders.c.code).where(orders.c.id == order_id)
        about = pushes.c.about
        told = or_(
            _kinds(OrderPlacedNotice, OrderCancelledNotice) & (about == str(order_id)),
            _kinds(PaymentInstruction) & (about.in_(codes) | about.in_(of_order)),
            _kinds(TransferReceived, ChoosePayers) & about.in_(paid),
            _kinds(ActivationResult) & about.in_(runs),
        )
        return await self.ids_among(accountant_id, UNREAD & (pushes.c.state == PushState.SENT) & told)

    async def unread_of_kind(self, accountant_id: int, kind: type[PushSubject]) -> Sequence[int]:
        return await self.ids_among(accountant_id, UNREAD & (pushes.c.state == PushState.SENT) & _kinds(kind))

    async def mark_these_read(self, accountant_id: int, ids: Sequence[int], now: datetime) -> None:
        for some in chunks(ids):
            await self.mark_of(accountant_id, UNREAD & pushes.c.id.in_(some), read_at=now)

    async def mark_about_read(
        self, accountant_id: int, subjects: Sequence[PushSubject], now: datetime
    ) -> None:
        sent = UNREAD & (pushes.c.state == PushState.SENT)
        for subject in subjects:
            await self.mark_of(accountant_id, sent & is_about(subject), read_at=now)

    async def forget_person(
        self, firm_id: int, customer_id: int, addresses: Sequence[str], now: datetime
    ) -> None:
        of_firm = pushes.c.accountant_id.in_(select(accountants.c.id).where(accountants.c.firm_id == firm_id))
        for place, address in enumerate(filter(None, addresses), 1):
            name = f"#{customer_id}.{place}"
            to_person = update(pushes).where(of_firm, pushes.c.address == address)
            waiting = to_person.where(pushes.c.state == PushState.QUEUED)
            await self._connection.execute(waiting.values(state=PushState.DROPPED, settled_at=now))
            await self._connection.execute(to_person.values(address=name, error=""))
            # A reminder's key holds the address, and the notice that a reminder failed is about that key.
            held, instead = f":{address}:", f":{name}:"
            for column in (pushes.c.key, pushes.c.about):
                named = update(pushes).where(of_firm, pushes.c.state != PushState.QUEUED)
                named = named.where(column.contains(held, autoescape=True))
                await self._connection.execute(named.values({column: func.replace(column, held, instead)}))


def _kinds(*subjects: type[PushSubject]) -> ColumnElement[bool]:
    return pushes.c.kind.in_([one.kind.name for one in subjects])
