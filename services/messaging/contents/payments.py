"""Pushes about payment requests: how to pay, what came in, who has paid."""

from domain.messaging.contents import (
    PaymentCardContent,
    PaymentContent,
    PaymentReceiptContent,
    PaymentWithdrawnContent,
    RollCallContent,
)
from domain.messaging.pushes import (
    PaymentCard,
    PaymentInstruction,
    PaymentReceipt,
    PaymentWithdrawn,
    Push,
    RollCall,
)
from domain.messaging.targets import Target
from services.messaging.contents.reading import (
    Readers,
    Reading,
    Targets,
    order_of,
    own_payments,
    payer_entry,
    payment_content,
)
from services.ports import UnitOfWork

ROLL_CALL_LINES = 20
"""How many payers a roll call names at most. More than elsewhere: people want to read it through."""


async def _instruction(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentContent | None:
    assert isinstance(push.subject, PaymentInstruction)
    content = await payment_content(uow, push.subject.payment_code)
    # The request may have been paid or withdrawn while the message waited.
    return content if content.payment.left else None


async def _card(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentCardContent | None:
    assert isinstance(push.subject, PaymentCard)
    content = await payment_content(uow, push.subject.payment_code)
    return PaymentCardContent(content) if content.payment.left else None


async def _withdrawn(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentWithdrawnContent:
    assert isinstance(push.subject, PaymentWithdrawn)
    return PaymentWithdrawnContent(await payment_content(uow, push.subject.payment_code))


async def _receipt(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentReceiptContent:
    assert isinstance(push.subject, PaymentReceipt)
    share = await uow.transfers.share(push.subject.share_id)
    assert share is not None
    return PaymentReceiptContent(await payment_content(uow, share.share.code), share.share.amount)


async def _roll_call(uow: UnitOfWork, push: Push, reading: Reading) -> RollCallContent:
    assert isinstance(push.subject, RollCall)
    order = await order_of(uow, push.subject.order_id)
    sums = await uow.payments.sums(order.id)
    first = await uow.payments.of_order(order.id, 0, ROLL_CALL_LINES, owed_first=True)
    entries = tuple([await payer_entry(uow, payment) for payment in first])
    return RollCallContent(order, entries, sums.requests, sums.paid, sums.received)


async def _target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, PaymentInstruction | PaymentCard | PaymentWithdrawn)
    return await own_payments(uow, push, [push.subject.payment_code])


async def _receipt_target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, PaymentReceipt)
    share = await uow.transfers.share(push.subject.share_id)
    return await own_payments(uow, push, [share.share.code] if share else [])


READERS: Readers = {
    PaymentInstruction: _instruction,
    PaymentCard: _card,
    PaymentWithdrawn: _withdrawn,
    PaymentReceipt: _receipt,
    RollCall: _roll_call,
}
TARGETS: Targets = {
    PaymentInstruction: _target,
    PaymentCard: _target,
    PaymentWithdrawn: _target,
    PaymentReceipt: _receipt_target,
}
