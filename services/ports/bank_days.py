"""What banks' statements say of days that have ended."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from domain.bank_days import BankDay


class BankDays(Protocol):
    async def save(self, days: Sequence[BankDay], now: datetime) -> None:
        """Store days; a later statement takes the place of an earlier one."""

    async def between(self, first: date, last: date) -> Sequence[BankDay]:
        """The stored days from `first` to `last`, by day and account."""
