"""Durable work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a job is due that runs at once. The present moment would be later than a clock that has gone back."""


class Lane(StrEnum):
    """Which worker does a job: calls to the vendor, messages to chats, lists and transfers, whose outcome
    somebody waits for, or everything else.

    Each job of `CHAT` and `MAILING` sends or edits one message, at the pace of Telegram. Jobs of `MAILING`
    come after those of `CHAT`.
    """

    MAIN = "main"
    VENDOR = "vendor"
    CHAT = "chat"
    MAILING = "mailing"
    AWAITED = "awaited"


class NewJob(NamedTuple):
    """Work to do after the transaction. `key` makes it unique for ever. Jobs with the same `order_key` run
    one at a time, in the order they were enqueued. `run_at` `None` means at once."""

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
        """Forget the settled jobs of messages to these addresses, and all reminders to them about orders of
        these accountants."""


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job in this worker's hands until the lease lapses; `attempts` counts this try too.

    `again` says that an earlier try failed or was killed: what that try did outside is not known.
    """

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    again: bool


class JobQueue(Protocol):
    """The worker's side of `Jobs`, for one lane. Each call is its own transaction."""

    async def release(self) -> int:
        """Free the jobs that this worker had leased when it was killed.

        A kill is no failed try: it is taken off the attempts, so that many kills do not use up the tries.
        """

    async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[LeasedJob]:
        """Lease due jobs, at most one for each order key: first those that were put off and are due now,
        then those that run at once, each oldest first. Jobs with a lapsed lease count as due.

        A clock that has gone back delays nothing: what is to be tried again is due then, and a lease lasts
        `seconds` from now at most. Jobs for a moment keep that moment.
        """

    async def done(self, job: LeasedJob, now: datetime) -> None: ...
    async def retry(self, job: LeasedJob, run_at: datetime, error: str, counts: bool = True) -> None:
        """Put the job back for `run_at`. Without `counts` the try is taken off its attempts."""

    async def give_up(self, job: LeasedJob, error: str, now: datetime) -> None: ...
    async def next_due(self) -> datetime | None:
        """When the next job may be leased, perhaps `AT_ONCE`; `None` when nothing waits."""

    async def count_due_in_all_lanes(self, *moments: datetime) -> Sequence[int]:
        """How many jobs of any lane are due at each of the `moments`, the latest of which comes last."""

    async def purge(self, settled_before: datetime) -> int:
        """Delete old settled jobs of every lane, in small transactions; returns how many."""
