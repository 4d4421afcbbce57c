"""What was done, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.events import Event, Verb


class Events(Protocol):
    """Append only."""

    async def add(self, event: Event) -> None: ...
    async def of_order(self, order_id: int, offset: int, limit: int) -> tuple[Sequence[Event], int]:
        """Newest first, and how many."""

    async def of_firm(self, firm_id: int, verb: Verb) -> Sequence[Event]:
        """All of this kind that were done to the firm itself, newest first."""

    async def between(self, since: datetime, until: datetime) -> Sequence["LoggedEvent"]:
        """Oldest first, by names."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with the names of what it is about, empty where there is no such."""

    event: Event
    by: str
    firm: str
    order_code: str
