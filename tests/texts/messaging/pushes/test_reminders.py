"""The words of reminders of unpaid licences."""

from dataclasses import replace

import pytest

from domain.messaging.contents import TrialReminderContent
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.pushes import PushTexts

TEXTS = PushTexts(lambda payment: b"qr")


@pytest.fixture
def reminder() -> TrialReminderContent:
    (found,) = [one for one in CONTENTS if isinstance(one, TrialReminderContent)]
    return found


def owing(reminder: TrialReminderContent, owed: int) -> TrialReminderContent:
    (group,) = reminder.groups
    return replace(reminder, groups=(replace(group, owed=(owed,), amount=owed),))


def test_the_rest_of_a_part_payment_is_named(reminder: TrialReminderContent) -> None:
    part = owing(reminder, 950_000)
    chat, mail = plain(TEXTS.chat(part, False).html), TEXTS.mail(part, False)
    assert "khách chưa trả đủ" in chat
    assert ": còn 950.000 ₫" in chat
    assert ": còn 950.000 ₫" in mail.text
    assert "còn 950.000 ₫" in mail.html


def test_who_has_paid_nothing_owes_the_price(reminder: TrialReminderContent) -> None:
    chat, mail = plain(TEXTS.chat(reminder, False).html), TEXTS.mail(reminder, False)
    assert "khách chưa thanh toán" in chat
    assert "còn" not in mail.text
