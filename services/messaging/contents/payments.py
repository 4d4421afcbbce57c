"""Of payment requests: how to pay, what came in, who has paid."""

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
from services.messaging.contents.reading import Readers, Reading, order_of, payer_entry, payment_content
from services.ports import UnitOfWork

ROLL_CALL_LINES = 20
"""How many payers a roll call names; it is asked for to be read through."""


async def _instruction(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentContent | None:
    assert isinstance(push.subject, PaymentInstruction)
    content = await payment_content(uow, push.subject.payment_code)
    # Nobody is asked to pay what was paid or withdrawn while the message waited.
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


READERS: Readers = {
    PaymentInstruction: _instruction,
    PaymentCard: _card,
    PaymentWithdrawn: _withdrawn,
    PaymentReceipt: _receipt,
    RollCall: _roll_call,
}
