"""Durable work."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    one at a time, in the order they were enqueued: one for later holds back those behind it. `run_at` `None`
    means at once."""

    name: str
    key: str
    payload: Mapping[str, Any]
    run_at: datetime | None = None
    order_key: str | None = None
    lane: Lane = Lane.MAIN


class Jobs(Protocol):
    """Durable jobs, enqueued in the caller's transaction. A known key is ignored."""

    async def enqueue(self, jobs: Sequence[NewJob], now: datetime) -> None: ...
    async def waits(self, job: NewJob) -> bool:
        """Whether this one, or another of its lane and order key, is not settled yet."""

    async def forget(self, addresses: Sequence[str], accountant_ids: Collection[int]) -> None:
        """Forget the settled jobs of messages to these addresses, and all reminders to them about orders of
        these accountants."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job in a worker's hands; `attempts` counts this try too.

    `again` says that an earlier try failed or was killed: what that try did outside is not known. It may even
    go on, where its worker only seemed to be dead: it settles nothing any more, but what it does outside is
    ended by the handler's own marks and keys.
    """

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    again: bool
    cause: str = ""
    """What enqueued it goes back to."""


JobHandler = Callable[[Job], Awaitable[None]]
"""Does a job. It may raise `RetryLater`; any other error is tried again about a day long, then given up."""


class OfAnotherRelease(Exception):
    """What the text names is known only to another release, which runs beside this one or comes later. A job
    that raises it waits for that release, and the try does not count."""


class JobRunner(Protocol):
    """Runs due jobs of every lane side by side, each by the handler of its name. A job runs at least once:
    one whose worker was killed runs again, which is no failed try."""

    async def run(self) -> None:
        """Work until cancelled; jobs under way are finished first."""

    async def run_due(self) -> int:
        """Run the jobs that are due now to their end; returns how many. For tests."""

    async def next_due(self) -> datetime | None:
        """When the next job that waits for its time is due. One that is due already may count or not."""

    async def counts(self, *moments: datetime) -> tuple[Sequence[int], int]:
        """How many jobs of all lanes are due at each of the `moments`, the latest of which comes last, and
        how many are under way."""

    async def purge(self, kept: timedelta) -> int:
        """Delete jobs that were settled longer ago, and with them their keys, in small transactions; returns
        how many."""
