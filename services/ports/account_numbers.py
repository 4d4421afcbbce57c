"""Account numbers of requests, which a bank's service gives."""

from typing import Protocol


class NumberRefused(Exception):
    """The service gives no number, and asking again will not help. The text holds nothing secret."""


class AccountNumbers(Protocol):
    async def reserve(self, name: str) -> str:
        """A new number at the vendor's bank, 4 to 19 digits or capital letters, that takes any sum. `name`
        has at most 50 letters and digits and is new for each call: an answer that was lost costs a number
        that nobody is shown.

        Raises `NumberRefused`, and `RetryLater` for what may pass.
        """
