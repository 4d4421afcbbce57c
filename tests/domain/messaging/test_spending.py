"""How much messages may cost, and what the last of the money is kept for."""

import pytest

from domain.chats import Channel
from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import PaymentReceipt, Push, StaffJoined, TrialReminder
from domain.messaging.spending import UNLIMITED, Spending, Spent, is_hasty


def push(subject: PushSubject) -> Push:
    return Push("key", Channel.CHAT, subject, 1)


MONEY, NEWS, REMINDER = push(PaymentReceipt(1)), push(StaffJoined(1)), push(TrialReminder("2026-06-15T00:00"))


@pytest.mark.parametrize(
    ("about", "spent", "allowed"),
    [
        (NEWS, 0, True),
        (NEWS, 849 - 300, True),
        (NEWS, 850 - 300, False),  # It would use the reserve.
        (MONEY, 850, False),
        (MONEY, 700, True),
        (MONEY, 701, False),
    ],
)
@pytest.mark.parametrize("of_day", [True, False])
def test_the_last_of_the_money_is_for_what_matters(
    about: Push, spent: int, allowed: bool, of_day: bool
) -> None:
    limits = Spending(day=1_000) if of_day else Spending(month=1_000)
    assert limits.allows(about, 300, Spent(spent, spent)) is allowed


def test_without_limits_everything_may_leave() -> None:
    assert UNLIMITED.allows(NEWS, 10**9, Spent(10**9, 10**9))


def test_a_mail_is_too_late_for_money_and_reminders() -> None:
    assert [is_hasty(one) for one in (MONEY, REMINDER, NEWS)] == [True, True, False]
