"""What is told of who somebody is and where they belong, declared as in `domain.messaging.pushes`."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("firm_claimed", Topic.BACK_OFFICE, Place.FIRM)
@dataclass(frozen=True, slots=True)
class FirmClaimed(PushSubject):
    """Back office is told of a firm that registered with the tax code of another."""

    firm_id: int


@PushKind("person_moved", Topic.STAFF, Place.MENU)
@dataclass(frozen=True, slots=True)
class PersonMoved(PushSubject):
    """Whom it concerns is told that back office moved somebody to another firm: their number there."""

    accountant_id: int


@PushKind("firm_given", Topic.STAFF, Place.MENU)
@dataclass(frozen=True, slots=True)
class FirmGiven(PushSubject):
    """Whom it concerns is told that back office gave a firm another owner: the new owner's number there."""

    accountant_id: int


@PushKind("withdrawal_waits", Topic.STAFF, Place.MENU, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class WithdrawalWaits(PushSubject):
    """Back office, and the person themselves, are told that somebody has withdrawn their consent in the app
    and cannot be erased yet."""

    accountant_id: int


@PushKind("recovery_code", Topic.STAFF, Place.CHATS, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class RecoveryCodeMade(PushSubject):
    """A person is told, in their mailbox first, that back office made a code which replaces their chat."""

    digest: str
