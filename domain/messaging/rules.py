"""When and how messages to people's chats leave."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.messaging.pushes import (
    ActivationProgress,
    ActivationResult,
    ChatLinked,
    DailyDigest,
    OrderPlacedNotice,
    PaymentCard,
    PaymentInstruction,
    PushSubject,
    RollCall,
    TrialReminder,
)

ANSWERS: frozenset[type[PushSubject]] = frozenset(
    {
        OrderPlacedNotice,
        PaymentInstruction,
        ActivationProgress,
        ActivationResult,
        RollCall,
        PaymentCard,
        DailyDigest,
        ChatLinked,
    }
)
"""What a person waits for or has asked for, or must see at once: never held back."""

BY_THE_CLOCK: frozenset[type[PushSubject]] = frozenset({TrialReminder, DailyDigest})
"""Leave to many people at the same moment: each stands behind what somebody has just brought about."""

TOGETHER = ANSWERS - BY_THE_CLOCK - {ChatLinked}
"""Become one message where the app can bundle and several of them are ready at once."""

GATHERED: Mapping[Channel, timedelta] = {Channel.ZALO: timedelta(minutes=10)}
"""Where the messages of a month are counted: how long after an unasked one the next is told of."""


def gathered_until(
    subject: PushSubject, channel: Channel, last_unasked: datetime | None, now: datetime
) -> datetime | None:
    """When a message that is ready `now` may be told of; `None` for at once.

    `last_unasked` is when its person was last sent a message on this channel that was no answer.
    """
    if type(subject) in ANSWERS or channel not in GATHERED or last_unasked is None:
        return None
    until = last_unasked + GATHERED[channel]
    return until if now < until else None
