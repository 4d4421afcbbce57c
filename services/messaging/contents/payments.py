"""Pushes about payment requests: how to pay, what came in, who has paid."""

from dataclasses import replace
from datetime import timedelta

from domain.messaging.change_contents import PaymentChangedContent
from domain.messaging.contents import (
    JointInstructionContent,
    PaymentCardContent,
    PaymentContent,
    PaymentReceiptContent,
    PaymentWithdrawnContent,
    RollCallContent,
)
from domain.messaging.pushes import (
    JointInstruction,
    PaymentCard,
    PaymentChanged,
    PaymentInstruction,
    PaymentReceipt,
    PaymentWithdrawn,
    Push,
    RollCall,
)
from domain.messaging.targets import Target
from domain.payments import PaymentState
from services.messaging.contents.reading import (
    Readers,
    Reading,
    Targets,
    order_of,
    own_payments,
    payer_entry,
    payment_content,
    payment_under,
    reopened_by,
)
from services.ports import UnitOfWork

SAID_BEFORE = timedelta(days=2)
"""How long a new instruction names the one that was withdrawn."""

ROLL_CALL_LINES = 20
"""How many payers a roll call names at most. More than elsewhere: people want to read it through."""


async def _instruction(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentContent | None:
    assert isinstance(push.subject, PaymentInstruction)
    content = await payment_content(uow, push.subject.payment_code)
    # The request may have been paid or withdrawn, or its payer's address mended, while the message waited.
    if not content.payment.left or not _reaches_payer(push, content):
        return None
    since = reading.now - SAID_BEFORE
    was = await uow.held.withdrawn_to(push.accountant_id, push.address, since) if push.address else ""
    return replace(content, instead_of=was) if was != content.payment.code else content


def _reaches_payer(push: Push, content: PaymentContent) -> bool:
    notice = content.payment.notice
    return push.address in ("", notice.email, notice.phone)


async def _changed(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentChangedContent | None:
    assert isinstance(push.subject, PaymentChanged)
    content = await payment_content(uow, push.subject.payment_code)
    is_open = content.payment.left and _reaches_payer(push, content)
    if push.address and await uow.held.has_newer(push):
        return None  # It will say the sum of then.
    return PaymentChangedContent(content) if is_open else None


async def _card(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentCardContent | None:
    assert isinstance(push.subject, PaymentCard)
    content = await payment_content(uow, push.subject.payment_code)
    return PaymentCardContent(content) if content.payment.left else None


async def _withdrawn(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentWithdrawnContent | None:
    assert isinstance(push.subject, PaymentWithdrawn)
    content = await payment_content(uow, push.subject.payment_code)
    # An address that was mended, and mended back, is to be paid from after all.
    stands = content.payment.state is not PaymentState.CANCELLED
    return None if stands and _reaches_payer(push, content) else PaymentWithdrawnContent(content)


async def _joint(uow: UnitOfWork, push: Push, reading: Reading) -> JointInstructionContent | None:
    assert isinstance(push.subject, JointInstruction)
    orders = [await order_of(uow, order_id) for order_id in await uow.payments.joined(push.subject.code)]
    asked = [(order, await payment_under(uow, order.code)) for order in orders]
    owed = [(order, payment) for order, payment in asked if payment is not None and payment.left]
    if not owed:
        return None
    first, left = owed[0][1], sum(payment.left for _, payment in owed)
    lines = sum(payment.line_count for _, payment in owed)
    payment = replace(first, code=push.subject.code, amount=left, received=0, line_count=lines)
    return JointInstructionContent(payment, tuple((order, one.left) for order, one in owed))


async def _receipt(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentReceiptContent:
    assert isinstance(push.subject, PaymentReceipt)
    share = await uow.transfers.share(push.subject.share_id)
    assert share is not None
    about = await payment_content(uow, share.share.code)
    reopened = await reopened_by(uow, [about.payment], share.created_at)
    return PaymentReceiptContent(about, share.share.amount, bool(reopened))


async def _roll_call(uow: UnitOfWork, push: Push, reading: Reading) -> RollCallContent:
    assert isinstance(push.subject, RollCall)
    order = await order_of(uow, push.subject.order_id)
    sums = await uow.payments.sums(order.id)
    first = await uow.payments.of_order(order.id, 0, ROLL_CALL_LINES, owed_first=True)
    entries = tuple([await payer_entry(uow, payment) for payment in first])
    return RollCallContent(order, entries, sums.requests, sums.paid, sums.received)


async def _target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, PaymentInstruction | PaymentChanged | PaymentCard | PaymentWithdrawn)
    return await own_payments(uow, push, [push.subject.payment_code])


async def _receipt_target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, PaymentReceipt)
    share = await uow.transfers.share(push.subject.share_id)
    return await own_payments(uow, push, [share.share.code] if share else [])


READERS: Readers = {
    PaymentInstruction: _instruction,
    PaymentChanged: _changed,
    JointInstruction: _joint,
    PaymentCard: _card,
    PaymentWithdrawn: _withdrawn,
    PaymentReceipt: _receipt,
    RollCall: _roll_call,
}
TARGETS: Targets = {
    PaymentInstruction: _target,
    PaymentChanged: _target,
    PaymentCard: _target,
    PaymentWithdrawn: _target,
    PaymentReceipt: _receipt_target,
}
