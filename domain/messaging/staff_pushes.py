"""What the owner of a firm is told of their colleagues."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("staff_joined", Topic.STAFF, Place.STAFF)
@dataclass(frozen=True, slots=True)
class StaffJoined(PushSubject):
    """The inviting owner is told that the invitation was taken up."""

    accountant_id: int


@PushKind("staff_acted", Topic.STAFF, Place.STAFF)
@dataclass(frozen=True, slots=True)
class StaffActed(PushSubject):
    """The owner is told what a colleague did with the firm's data or with their own account: the verb, a
    colon, the colleague's id, a colon, and of how many customers."""

    what: str
