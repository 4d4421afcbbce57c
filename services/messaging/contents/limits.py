"""Pushes about limits that were reached."""

from domain.messaging.limit_contents import (
    InstructionsHeldContent,
    InstructionsReleasedContent,
    LinkCodeSeenContent,
    ZaloQuotaContent,
)
from domain.messaging.limit_pushes import InstructionsHeld, InstructionsReleased, LinkCodeSeen, ZaloQuotaUsed
from domain.messaging.pushes import Push
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


async def _quota(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloQuotaContent:
    assert isinstance(push.subject, ZaloQuotaUsed)
    month, _, mark = push.subject.what.partition(":")
    return ZaloQuotaContent(month, int(mark), await uow.sent_messages.in_month(month))


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
    LinkCodeSeen: _seen,
    InstructionsHeld: _held,
    InstructionsReleased: _released,
}
