"""Pushes about people and firms."""

from domain.events import Verb
from domain.link_codes import VALID_FOR
from domain.messaging.contents import (
    ChatLinkedContent,
    FirmDecidedContent,
    FirmWaitingContent,
    StaffActedContent,
    StaffJoinedContent,
)
from domain.messaging.people_contents import (
    FirmClaimedContent,
    FirmGivenContent,
    PersonMovedContent,
    RecoveryCodeMadeContent,
    WithdrawalWaitsContent,
)
from domain.messaging.pushes import (
    ChatLinked,
    FirmClaimed,
    FirmDecided,
    FirmGiven,
    FirmWaiting,
    PersonMoved,
    Push,
    RecoveryCodeMade,
    StaffActed,
    StaffJoined,
    WithdrawalWaits,
)
from domain.people import Accountant, FirmState
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


async def _claimed(uow: UnitOfWork, push: Push, reading: Reading) -> FirmClaimedContent | None:
    assert isinstance(push.subject, FirmClaimed)
    firm = await uow.people.firm(push.subject.firm_id)
    earlier = [one for one in await uow.people.claimants(firm.tax_code) if one.id < firm.id]
    staff = await uow.people.staff_of(firm.id)
    if not earlier or not staff:
        return None
    return FirmClaimedContent(firm, await owner_of(uow, firm.id), earlier[0])


async def _moved(uow: UnitOfWork, push: Push, reading: Reading) -> PersonMovedContent:
    assert isinstance(push.subject, PersonMoved)
    person = await uow.people.accountant(push.subject.accountant_id)
    reason = await _reason(uow, person, Verb.PERSON_MOVED)
    return PersonMovedContent(person, await uow.people.firm(person.firm_id), reason)


async def _given(uow: UnitOfWork, push: Push, reading: Reading) -> FirmGivenContent:
    assert isinstance(push.subject, FirmGiven)
    owner = await uow.people.accountant(push.subject.accountant_id)
    reason = await _reason(uow, owner, Verb.FIRM_GIVEN)
    return FirmGivenContent(owner, await uow.people.firm(owner.firm_id), reason)


async def _reason(uow: UnitOfWork, person: Accountant, verb: Verb) -> str:
    """Why back office did this to a person who is now in this firm."""
    done = await uow.events.of_firm(person.firm_id, verb)
    return next((str(one.params["reason"]) for one in done if one.params.get("person") == person.id), "")


async def _recovery(uow: UnitOfWork, push: Push, reading: Reading) -> RecoveryCodeMadeContent:
    return RecoveryCodeMadeContent(int(VALID_FOR.total_seconds()) // 60)


async def _withdrawal(uow: UnitOfWork, push: Push, reading: Reading) -> WithdrawalWaitsContent | None:
    assert isinstance(push.subject, WithdrawalWaits)
    person = await uow.people.accountant(push.subject.accountant_id)
    if not person.active:
        return None
    firm = await uow.people.firm(person.firm_id)
    if firm.state is FirmState.VENDOR:
        return WithdrawalWaitsContent(person, firm)
    if others := len(await uow.people.staff_of(firm.id)) - 1:
        return WithdrawalWaitsContent(person, firm, others)
    orders = tuple(await uow.accounts.unsettled(firm.id, 10))
    return WithdrawalWaitsContent(person, firm, 0, orders, await uow.accounts.money_waits(firm.id))


async def _staff_acted(uow: UnitOfWork, push: Push, reading: Reading) -> StaffActedContent:
    assert isinstance(push.subject, StaffActed)
    verb, accountant_id, customers = push.subject.what.split(":")
    return StaffActedContent(await uow.people.accountant(int(accountant_id)), Verb(verb), int(customers))


READERS: Readers = {
    FirmClaimed: _claimed,
    PersonMoved: _moved,
    FirmGiven: _given,
    RecoveryCodeMade: _recovery,
    WithdrawalWaits: _withdrawal,
    StaffActed: _staff_acted,
    StaffJoined: _staff_joined,
    FirmDecided: _firm_decided,
    FirmWaiting: _firm_waiting,
    ChatLinked: _chat_linked,
}
