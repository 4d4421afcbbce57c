"""The lists of transfers that the services keep, from which gaps are caught up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.transfers import Provider, ReportedTransfer


class FeedRefused(Exception):
    """The service refuses us, and asking again will not help before a person has done something. The text
    names the cause and holds nothing secret."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of a list, oldest first, each once. If it is not whole, there are later ones."""

    rows: Sequence[ReportedTransfer]
    is_whole: bool = True


class BankFeed(Protocol):
    """One service's list."""

    async def transfers(self, since: datetime) -> Listing:
        """The transfers since then, those that went out too; in less than two minutes, or as far as it came.

        Raises `FeedRefused`, and `RetryLater` for what may pass.
        """


BankFeeds = Mapping[Provider, BankFeed]


@dataclass(frozen=True, slots=True)
class FeedState:
    """Up to when a service's list was read, and the cause if it refuses us since."""

    read_until: datetime | None = None
    refused: str = ""


class FeedStates(Protocol):
    async def get(self, provider: Provider) -> FeedState: ...
    async def save(self, provider: Provider, state: FeedState) -> None: ...
