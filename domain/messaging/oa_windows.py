"""When an Official Account of Zalo may write to a person, and what that costs.

Zalo's terms since 2026-06-01, by several public sources (docs/zalo-oa.md): eight messages are free within
48 hours after the person's last word; then each costs, for seven days in all; after that nothing may be sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_FOR = timedelta(hours=48)
OPEN_FOR = timedelta(days=7)

COMES_WITHIN = timedelta(minutes=5)
"""Within which the webhook brings a person's word, a repeat included."""

CAUGHT_UP_FOR = timedelta(days=1)
"""How old a word may be that is answered though the webhook never brought it."""


@dataclass(frozen=True, slots=True)
class OaTerms:
    """`free_replies` is how many messages are free after each word of a person; 0 where Zalo counts none.
    `price` is that of one more, in VND before VAT."""

    free_replies: int = 8
    price: int = 55


def may_write(heard_at: datetime | None, now: datetime) -> bool:
    """Whether a person whose last word came at `heard_at` may be written to."""
    return heard_at is not None and now - heard_at <= OPEN_FOR


@dataclass(frozen=True, slots=True)
class OaChat:
    """When a person wrote last, and how many messages they were sent since."""

    heard_at: datetime | None = None
    answered: int = 0

    def cost_of_next(self, now: datetime, terms: OaTerms) -> int | None:
        """What one more message costs; `None` where none may go."""
        if not may_write(self.heard_at, now):
            return None
        return terms.price * count_paid(self.heard_at, self.answered, 1, now, terms)


def is_missed(sent_at: datetime, heard_at: datetime, now: datetime, is_silent: bool) -> bool:
    """Whether a word sent at `sent_at` did not come by the webhook, which brought the person's last one at
    `heard_at`, or nothing at all of late."""
    age = now - sent_at
    is_due = age <= CAUGHT_UP_FOR and (is_silent or age > COMES_WITHIN)
    return is_due and sent_at > heard_at


def count_paid(heard_at: datetime | None, before: int, messages: int, now: datetime, terms: OaTerms) -> int:
    """How many of these messages cost something, where `before` others were sent since the person's last
    word."""
    if heard_at is None or now - heard_at > FREE_FOR:
        return messages
    if not terms.free_replies:
        return 0
    return min(messages, max(0, before + messages - terms.free_replies))
