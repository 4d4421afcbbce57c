"""When messages to people's chats leave."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.messaging.kinds import PushSubject

GATHERED: Mapping[Channel, timedelta] = {Channel.ZALO: timedelta(minutes=10)}
"""For each channel with a monthly quota: the least time between two messages that nobody asked for."""


def gathered_until(
    subject: PushSubject, channel: Channel, last_unasked: datetime | None, now: datetime
) -> datetime | None:
    """When to tell of a message that is ready `now`; `None` for at once.

    `last_unasked` is when its person was last sent a message on this channel that was no answer.
    """
    if subject.kind.answer or channel not in GATHERED or last_unasked is None:
        return None
    until = last_unasked + GATHERED[channel]
    return until if now < until else None
