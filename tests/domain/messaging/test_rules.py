"""How soon an unasked message may follow another one."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.chats import Channel
from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import OrderCancelledNotice, OrderPlacedNotice, StaffJoined
from domain.messaging.rules import GATHERED, gathered_until

LAST = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
END = LAST + GATHERED[Channel.ZALO]
MOMENT = timedelta(microseconds=1)
UNASKED = (StaffJoined(1), OrderCancelledNotice(1))


@pytest.mark.parametrize("subject", UNASKED)
@pytest.mark.parametrize("now", [LAST, LAST + MOMENT, END - MOMENT])
def test_what_nobody_asked_for_waits_until_the_end(subject: PushSubject, now: datetime) -> None:
    assert gathered_until(subject, Channel.ZALO, LAST, now) == END


@pytest.mark.parametrize("now", [END, END + MOMENT, END + timedelta(days=1)])
def test_at_the_end_itself_it_waits_no_more(now: datetime) -> None:
    assert gathered_until(StaffJoined(1), Channel.ZALO, LAST, now) is None


def test_an_answer_never_waits() -> None:
    assert gathered_until(OrderPlacedNotice(1), Channel.ZALO, LAST, LAST) is None


def test_the_first_message_does_not_wait() -> None:
    assert gathered_until(StaffJoined(1), Channel.ZALO, None, LAST) is None


@pytest.mark.parametrize("channel", sorted(set(Channel) - set(GATHERED)))
def test_where_messages_are_not_counted_nothing_waits(channel: Channel) -> None:
    assert gathered_until(StaffJoined(1), channel, LAST, LAST) is None
