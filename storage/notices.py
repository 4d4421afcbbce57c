"""Which notices count as read, since their reader has seen what they tell of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, or_, select

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


def _kinds(*subjects: type[PushSubject]) -> ColumnElement[bool]:
    return pushes.c.kind.in_([one.kind.name for one in subjects])
