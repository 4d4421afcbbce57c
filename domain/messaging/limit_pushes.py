"""What people are told of limits that were reached, and of codes that are void."""

from dataclasses import dataclass

from domain.chats import Channel
from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("zalo_quota", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class ZaloQuotaUsed(PushSubject):
    """Back office is told how much of Zalo's month is used: the month, a colon, and the mark in percent."""

    what: str


@PushKind("zalo_people", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class ZaloPeopleMet(PushSubject):
    """Back office is told how many of the people whom Zalo lets a bot write to have written: how many these
    are, a colon, and the mark in percent."""

    what: str


@PushKind("zalo_money_out", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class ZaloMoneyOut(PushSubject):
    """Back office is told that the account that pays for messages on Zalo has no money left: the day."""

    day: str


@PushKind("zalo_grant_lost", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class ZaloGrantLost(PushSubject):
    """Back office is told that the Official Account has to be connected again. `what` is the grant's
    version."""

    what: str


@PushKind("zalo_plan_ends", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class ZaloPlanEnds(PushSubject):
    """Back office is told that the account's plan ends: its last day, a colon, the days of the warning."""

    what: str


@PushKind("answer_waits", Topic.DELIVERY, Place.CHATS, notice=False, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class AnswerWaits(PushSubject):
    """A person is told, by another way, that their words in this app are not answered yet."""

    channel: Channel


@PushKind("answer_refused", Topic.DELIVERY, Place.CHATS, notice=False, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class AnswerRefused(PushSubject):
    """A person is told, by another way, that this app takes no answer for them: they no longer follow, or
    have blocked."""

    channel: Channel


@PushKind("zalo_silent", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class ZaloSilent(PushSubject):
    """Back office is told that Zalo brings nothing any more of what people write: the day."""

    day: str


@PushKind("link_code_seen", Topic.STAFF, Place.CHATS, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class LinkCodeSeen(PushSubject):
    """The maker of a code is told that it was sent in a group and is void. `digest` is the code's."""

    digest: str


@PushKind("instructions_held", Topic.BACK_OFFICE, Place.HELD)
@dataclass(frozen=True, slots=True)
class InstructionsHeld(PushSubject):
    """Back office is told that instructions of a firm are held."""

    firm_id: int


@PushKind("messages_wait", Topic.DELIVERY, Place.ORDERS)
@dataclass(frozen=True, slots=True)
class MessagesWait(PushSubject):
    """An accountant is told that messages to others wait: the bound that was reached, the channel, and the
    day, with colons between them."""

    what: str


@PushKind("budget_reached", Topic.BACK_OFFICE, Place.HELD)
@dataclass(frozen=True, slots=True)
class BudgetReached(PushSubject):
    """Back office is told that a bound was reached, or nearly: the bound, the channel, the day and the firm's
    id, or the month or day and the mark in percent, with colons between them."""

    what: str


@PushKind("instructions_released", Topic.ORDERS, Place.ORDERS)
@dataclass(frozen=True, slots=True)
class InstructionsReleased(PushSubject):
    """An accountant is told that instructions that were held have left: how many, a colon, and the moment."""

    what: str
