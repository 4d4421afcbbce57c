"""Pushes of statements of account and of a bank's, declared as in `domain.messaging.pushes`."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("monthly_statement", Topic.MONEY, Place.ORDERS, notice=False, by_the_clock=True)
@dataclass(frozen=True, slots=True)
class MonthlyStatementMail(PushSubject):
    """Somebody is mailed what a firm or customer owes, as its accountant wishes each month."""

    statement_id: int


@PushKind("statement_left", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class StatementLeft(PushSubject):
    """Back office is told that rows of a bank's statement wait for it, all at once: the minute."""

    minute: str
