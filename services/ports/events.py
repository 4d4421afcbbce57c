"""What was done, and by whom."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.events import Event, Verb


class Events(Protocol):
    """Append only."""

    async def add(self, event: Event) -> None: ...
    async def of_order(self, order_id: int, offset: int, limit: int) -> tuple[Sequence[Event], int]:
        """The events of an order, newest first, and how many there are."""

    async def of_firm(self, firm_id: int, verb: Verb) -> Sequence[Event]:
        """All events of this kind about the firm itself, newest first."""

    def between(self, since: datetime, until: datetime) -> AsyncIterator[Sequence["LoggedEvent"]]:
        """All events of a span of time with the names in them, oldest first, in pages."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with the names of the people, firm, order and customer it is about; empty where there is
    none."""

    event: Event
    by: str
    firm: str
    order_code: str
    customer: str = ""
