"""Pushes about limits that were reached."""

from datetime import date

from domain.messaging.limit_contents import (
    InstructionsHeldContent,
    InstructionsReleasedContent,
    LinkCodeSeenContent,
    ZaloGrantLostContent,
    ZaloPlanEndsContent,
    ZaloQuotaContent,
)
from domain.messaging.limit_pushes import (
    InstructionsHeld,
    InstructionsReleased,
    LinkCodeSeen,
    ZaloGrantLost,
    ZaloPlanEnds,
    ZaloQuotaUsed,
)
from domain.messaging.pushes import Push
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


async def _quota(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloQuotaContent:
    assert isinstance(push.subject, ZaloQuotaUsed)
    month, _, mark = push.subject.what.partition(":")
    return ZaloQuotaContent(month, int(mark), await uow.sent_messages.in_month(month))


async def _grant(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloGrantLostContent | None:
    grant = await uow.zalo_grants.read()
    return ZaloGrantLostContent() if grant is not None and grant.is_lost else None


async def _plan(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloPlanEndsContent:
    assert isinstance(push.subject, ZaloPlanEnds)
    return ZaloPlanEndsContent(date.fromisoformat(push.subject.what.partition(":")[0]))


async def _seen(uow: UnitOfWork, push: Push, reading: Reading) -> LinkCodeSeenContent:
    return LinkCodeSeenContent()


async def _held(uow: UnitOfWork, push: Push, reading: Reading) -> InstructionsHeldContent | None:
    assert isinstance(push.subject, InstructionsHeld)
    held = await uow.held.firm(push.subject.firm_id)
    return InstructionsHeldContent(held.firm, held.count) if held else None


async def _released(uow: UnitOfWork, push: Push, reading: Reading) -> InstructionsReleasedContent:
    assert isinstance(push.subject, InstructionsReleased)
    return InstructionsReleasedContent(int(push.subject.what.partition(":")[0]))


READERS: Readers = {
    ZaloQuotaUsed: _quota,
    ZaloGrantLost: _grant,
    ZaloPlanEnds: _plan,
    LinkCodeSeen: _seen,
    InstructionsHeld: _held,
    InstructionsReleased: _released,
}
