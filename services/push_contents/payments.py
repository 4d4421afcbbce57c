"""Of payments: how to pay, what came in, who has paid."""

from domain.push_contents import PaymentCardContent, PaymentContent, PaymentWithdrawnContent
from domain.pushes import PaymentCard, PaymentInstruction, PaymentWithdrawn, Push
from services.ports import UnitOfWork
from services.push_contents.reading import Readers, Reading, payment_content


async def _instruction(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentContent | None:
    assert isinstance(push.subject, PaymentInstruction)
    content = await payment_content(uow, push.subject.payment_code)
    # Nobody is asked to pay what was paid or withdrawn while the message waited.
    return content if content.payment.left else None


async def _card(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentCardContent:
    assert isinstance(push.subject, PaymentCard)
    return PaymentCardContent(await payment_content(uow, push.subject.payment_code))


async def _withdrawn(uow: UnitOfWork, push: Push, reading: Reading) -> PaymentWithdrawnContent:
    assert isinstance(push.subject, PaymentWithdrawn)
    return PaymentWithdrawnContent(await payment_content(uow, push.subject.payment_code))


READERS: Readers = {
    PaymentInstruction: _instruction,
    PaymentCard: _card,
    PaymentWithdrawn: _withdrawn,
}
