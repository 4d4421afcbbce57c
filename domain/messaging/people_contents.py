"""What pushes about people and their firms say."""

from dataclasses import dataclass

from domain.messaging.contents import PushContent
from domain.people import Accountant, Firm


@dataclass(frozen=True, slots=True)
class FirmClaimedContent(PushContent):
    """A new firm with its owner, and the firm that has its tax code already."""

    firm: Firm
    owner: Accountant
    earlier: Firm


@dataclass(frozen=True, slots=True)
class PersonMovedContent(PushContent):
    """Who belongs to which firm now, and why."""

    person: Accountant
    firm: Firm
    reason: str


@dataclass(frozen=True, slots=True)
class FirmGivenContent(PushContent):
    """Who owns the firm now, and why."""

    owner: Accountant
    firm: Firm
    reason: str


@dataclass(frozen=True, slots=True)
class RecoveryCodeMadeContent(PushContent):
    """A code that replaces a chat works for `minutes`."""

    minutes: int
