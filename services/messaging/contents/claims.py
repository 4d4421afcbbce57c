"""Pushes about transfers that an accountant says were made."""

from domain.messaging.claim_contents import ClaimContent, ClaimMadeContent, ClaimSettledContent
from domain.messaging.pushes import ClaimMade, ClaimSettled, Push
from domain.messaging.targets import Target
from domain.payments import ClaimState
from services.messaging.contents.reading import Readers, Reading, Targets, claim_content, own_payments
from services.ports import UnitOfWork


async def _made(uow: UnitOfWork, push: Push, reading: Reading) -> ClaimMadeContent | None:
    assert isinstance(push.subject, ClaimMade)
    content = await _content(uow, push.subject.claim_id)
    return ClaimMadeContent(content) if content.claim.state is ClaimState.OPEN else None


async def _settled(uow: UnitOfWork, push: Push, reading: Reading) -> ClaimSettledContent:
    assert isinstance(push.subject, ClaimSettled)
    return ClaimSettledContent(await _content(uow, push.subject.claim_id))


async def _content(uow: UnitOfWork, claim_id: int) -> ClaimContent:
    claim = await uow.claims.get(claim_id)
    assert claim is not None
    return await claim_content(uow, claim)


async def _settled_target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, ClaimSettled)
    claim = await uow.claims.get(push.subject.claim_id)
    return await own_payments(uow, push, [claim.payment_code] if claim else [])


READERS: Readers = {ClaimMade: _made, ClaimSettled: _settled}
TARGETS: Targets = {ClaimSettled: _settled_target}
