"""Of transfers that an accountant says were made."""

from domain.messaging.contents import ClaimContent, ClaimMadeContent, ClaimSettledContent
from domain.messaging.pushes import ClaimMade, ClaimSettled, Push
from domain.payments import ClaimState
from services.messaging.contents.reading import Readers, Reading, claim_content
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


READERS: Readers = {ClaimMade: _made, ClaimSettled: _settled}
