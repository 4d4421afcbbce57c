"""Durable work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Lane(StrEnum):
    """Which worker does a job: calls to the vendor, or messages to chats, or all else.

    Each job of `CHAT` and `MAILING` sends or edits one message, at the pace of Telegram; those of `MAILING`
    stand behind those of `CHAT`.
    """

    MAIN = "main"
    VENDOR = "vendor"
    CHAT = "chat"
    MAILING = "mailing"


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to do after the transaction. `key` makes it unique for ever; jobs of one `order_key` run in the
    order they were enqueued, one at a time; `run_at` `None` means at once."""

    name: str
    key: str
    payload: Mapping[str, Any]
    run_at: datetime | None = None
    order_key: str | None = None
    lane: Lane = Lane.MAIN


class Jobs(Protocol):
    """Durable jobs, enqueued in the caller's transaction. A known key is ignored."""

    async def enqueue(self, jobs: Sequence[NewJob], now: datetime) -> None: ...
    async def forget(self, addresses: Sequence[str], accountant_ids: Collection[int]) -> None:
        """Forget settled jobs of messages to these addresses before their time, and all that look whether
        somebody there must be reminded of what these accountants ordered."""


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job in this worker's hands until `leased_until`; `attempts` counts this one.

    `again` says that it was begun before, by a try that failed or that a kill cut off: what that has done
    outside is not known.
    """

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    leased_until: datetime
    again: bool


class JobQueue(Protocol):
    """The worker's side of `Jobs`, for one lane of them. Each call is its own transaction."""

    async def release(self) -> int:
        """Free what an earlier life of this very worker had leased when it was killed.

        A kill is no failed try: it is taken off the attempts, so that many use up nobody's patience.
        """

    async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[LeasedJob]:
        """Take due jobs, at most one of each order key, oldest first; lapsed leases are taken again."""

    async def done(self, job: LeasedJob, now: datetime) -> None: ...
    async def retry(self, job: LeasedJob, run_at: datetime, error: str, counts: bool = True) -> None:
        """Put the job back for `run_at`; unless it `counts`, this try is not added to its attempts."""

    async def give_up(self, job: LeasedJob, error: str, now: datetime) -> None: ...
    async def next_due(self) -> datetime | None:
        """When the next job may be leased; `None` when nothing waits."""

    async def count_due(self, now: datetime) -> int: ...
    async def purge(self, settled_before: datetime) -> int: ...
