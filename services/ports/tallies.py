"""Counts that keep abuse small."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.tallies import Tally


class Tallies(Protocol):
    async def add(self, tally: Tally, now: datetime, amount: int = 1) -> int:
        """Add to a count; returns what it is now."""

    async def of(self, tallies: Sequence[Tally]) -> Mapping[Tally, int]:
        """The counts, 0 for those that were never added to."""
