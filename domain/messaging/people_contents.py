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
class WithdrawalWaitsContent(PushContent):
    """Who is to be erased, and what is in the way: colleagues of the owner, else these open orders, or money
    that waits; nothing of that where the person is of back office."""

    person: Accountant
    firm: Firm
    colleagues: int = 0
    orders: tuple[str, ...] = ()
    money: bool = False


@dataclass(frozen=True, slots=True)
class RecoveryCodeMadeContent(PushContent):
    """A code that replaces a chat works for `minutes`."""

    minutes: int
