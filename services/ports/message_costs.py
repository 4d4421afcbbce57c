"""What messages of a month cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.chats import Channel


@dataclass(frozen=True, slots=True)
class MessageCost:
    """How many pushes of one kind left by one way, and what they cost in VND. `kind` is its name."""

    kind: str
    channel: Channel
    by_template: bool
    count: int
    cost: int


class MessageCosts(Protocol):
    async def between(self, since: datetime, until: datetime) -> Sequence[MessageCost]:
        """What left from `since` until before `until`, by kind and way."""
