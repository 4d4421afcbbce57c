"""What pushes about limits say."""

from dataclasses import dataclass

from domain.messaging.contents import PushContent


@dataclass(frozen=True, slots=True)
class ZaloQuotaContent(PushContent):
    """`mark` is in percent, 100 where Zalo refuses messages; `sent` are the messages of the month (such as
    `2026-11`)."""

    month: str
    mark: int
    sent: int


@dataclass(frozen=True, slots=True)
class LinkCodeSeenContent(PushContent):
    """A code was sent in a group."""
