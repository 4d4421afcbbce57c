"""Of people and firms."""

from domain.people import Role
from domain.push_contents import FirmDecidedContent, FirmWaitingContent, StaffJoinedContent
from domain.pushes import FirmDecided, FirmWaiting, Push, StaffJoined
from services.ports import UnitOfWork
from services.push_contents.reading import Readers, Reading


async def _staff_joined(uow: UnitOfWork, push: Push, reading: Reading) -> StaffJoinedContent:
    assert isinstance(push.subject, StaffJoined)
    return StaffJoinedContent(await uow.people.accountant(push.subject.accountant_id))


async def _firm_decided(uow: UnitOfWork, push: Push, reading: Reading) -> FirmDecidedContent:
    assert isinstance(push.subject, FirmDecided)
    return FirmDecidedContent(await uow.people.firm(push.subject.firm_id))


async def _firm_waiting(uow: UnitOfWork, push: Push, reading: Reading) -> FirmWaitingContent:
    assert isinstance(push.subject, FirmWaiting)
    firm = await uow.people.firm(push.subject.firm_id)
    staff = await uow.people.staff_of(firm.id)
    return FirmWaitingContent(firm, next(one for one in staff if one.role is Role.OWNER))


READERS: Readers = {StaffJoined: _staff_joined, FirmDecided: _firm_decided, FirmWaiting: _firm_waiting}
