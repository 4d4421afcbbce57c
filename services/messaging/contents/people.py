"""Pushes about people and firms."""

from domain.events import Verb
from domain.messaging.contents import (
    ChatLinkedContent,
    FirmDecidedContent,
    FirmWaitingContent,
    StaffActedContent,
    StaffJoinedContent,
)
from domain.messaging.pushes import ChatLinked, FirmDecided, FirmWaiting, Push, StaffActed, StaffJoined
from domain.people import FirmState
from services.messaging.contents.reading import Readers, Reading, owner_of
from services.ports import UnitOfWork


async def _staff_joined(uow: UnitOfWork, push: Push, reading: Reading) -> StaffJoinedContent:
    assert isinstance(push.subject, StaffJoined)
    return StaffJoinedContent(await uow.people.accountant(push.subject.accountant_id))


async def _firm_decided(uow: UnitOfWork, push: Push, reading: Reading) -> FirmDecidedContent:
    assert isinstance(push.subject, FirmDecided)
    return FirmDecidedContent(await uow.people.firm(push.subject.firm_id))


async def _firm_waiting(uow: UnitOfWork, push: Push, reading: Reading) -> FirmWaitingContent | None:
    assert isinstance(push.subject, FirmWaiting)
    firm = await uow.people.firm(push.subject.firm_id)
    if firm.state is not FirmState.WAITING:
        return None
    return FirmWaitingContent(firm, await owner_of(uow, firm.id))


async def _chat_linked(uow: UnitOfWork, push: Push, reading: Reading) -> ChatLinkedContent:
    assert isinstance(push.subject, ChatLinked)
    return ChatLinkedContent(push.subject.channel)


async def _staff_acted(uow: UnitOfWork, push: Push, reading: Reading) -> StaffActedContent:
    assert isinstance(push.subject, StaffActed)
    verb, accountant_id, customers = push.subject.what.split(":")
    return StaffActedContent(await uow.people.accountant(int(accountant_id)), Verb(verb), int(customers))


READERS: Readers = {
    StaffActed: _staff_acted,
    StaffJoined: _staff_joined,
    FirmDecided: _firm_decided,
    FirmWaiting: _firm_waiting,
    ChatLinked: _chat_linked,
}
