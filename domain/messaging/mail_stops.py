"""What people without an account want of the mails that a firm causes."""

from enum import StrEnum

from domain.genuine import ReportReason
from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import MonthlyStatementMail, PaymentChanged, PaymentInstruction, TrialReminder

WRONG_LINKS_A_DAY = 30
"""How many links that are none one address of the network may try in a day."""

_REMINDERS = (TrialReminder, MonthlyStatementMail)
_ASKS = (*_REMINDERS, PaymentInstruction, PaymentChanged)


class MailWish(StrEnum):
    STOP = "stop"
    """No more reminders and statements."""
    AGAIN = "again"
    """Mails as before."""
    NOT_ORDERED = "not_ordered"
    WRONG_PERSON = "wrong_person"

    @property
    def reason(self) -> ReportReason | None:
        """What back office hears, if anything. Whoever reports a mail gets no more that ask for something."""
        return ReportReason(self) if self in (MailWish.NOT_ORDERED, MailWish.WRONG_PERSON) else None


def is_stopped(subject: PushSubject, everything: bool | None) -> bool:
    """Whether a mail may not go to an address that wants no reminders (`everything` is false), or nothing
    that asks for something (true). `None` is an address that wants all."""
    return everything is not None and isinstance(subject, _ASKS if everything else _REMINDERS)


def is_silent(subject: PushSubject) -> bool:
    """Whether the accountant need not be told that it was not sent: they know of the wish."""
    return isinstance(subject, _REMINDERS)
