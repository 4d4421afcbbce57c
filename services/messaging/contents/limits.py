"""Pushes about limits that were reached."""

from domain.messaging.limit_contents import LinkCodeSeenContent, ZaloQuotaContent
from domain.messaging.limit_pushes import LinkCodeSeen, ZaloQuotaUsed
from domain.messaging.pushes import Push
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


async def _quota(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloQuotaContent:
    assert isinstance(push.subject, ZaloQuotaUsed)
    month, _, mark = push.subject.what.partition(":")
    return ZaloQuotaContent(month, int(mark), await uow.sent_messages.in_month(month))


async def _seen(uow: UnitOfWork, push: Push, reading: Reading) -> LinkCodeSeenContent:
    return LinkCodeSeenContent()


READERS: Readers = {ZaloQuotaUsed: _quota, LinkCodeSeen: _seen}
