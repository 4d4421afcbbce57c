"""What pushes about limits say."""

from dataclasses import dataclass
from datetime import date

from domain.chats import Channel
from domain.messaging.budgets import Bound
from domain.messaging.contents import PushContent
from domain.people import Firm


@dataclass(frozen=True, slots=True)
class ZaloQuotaContent(PushContent):
    """`mark` is in percent, 100 where Zalo refuses messages; `sent` are the messages of the month (such as
    `2026-11`)."""

    month: str
    mark: int
    sent: int


@dataclass(frozen=True, slots=True)
class ZaloPeopleContent(PushContent):
    """How many of the at most `limit` people of a bot have written."""

    limit: int
    people: int


@dataclass(frozen=True, slots=True)
class ZaloMoneyOutContent(PushContent):
    """What costs money does not leave on Zalo."""


@dataclass(frozen=True, slots=True)
class ZaloGrantLostContent(PushContent):
    """The Official Account has to be connected again."""


@dataclass(frozen=True, slots=True)
class ZaloSilentContent(PushContent):
    """Zalo's webhook has to be turned on again in its console."""


@dataclass(frozen=True, slots=True)
class ZaloPlanEndsContent(PushContent):
    """The last day of the account's plan."""

    ends: date


@dataclass(frozen=True, slots=True)
class AnswerWaitsContent(PushContent):
    """The app in which a person is not answered yet."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class AnswerRefusedContent(PushContent):
    """The app that takes no answer for a person."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class LinkCodeSeenContent(PushContent):
    """A code was sent in a group."""


@dataclass(frozen=True, slots=True)
class InstructionsReleasedContent(PushContent):
    """To how many recipients held instructions have left."""

    count: int


@dataclass(frozen=True, slots=True)
class MessagesWaitContent(PushContent):
    """How many of the accountant's messages to others wait by now, and for what."""

    bound: Bound
    channel: Channel
    count: int


@dataclass(frozen=True, slots=True)
class BudgetReachedContent(PushContent):
    """A bound that was reached. `firm` is whose it is; of a month (such as `2026-11`) `count` says how
    many left, and `mark` is in percent. Where it is money, `month` may be
    a day, and `count` is in VND; where it is codes, `month` is a day."""

    bound: Bound
    channel: Channel
    firm: Firm | None
    count: int = 0
    month: str = ""
    mark: int = 0


@dataclass(frozen=True, slots=True)
class InstructionsHeldContent(PushContent):
    """How many instructions of the firm are held."""

    firm: Firm
    count: int
