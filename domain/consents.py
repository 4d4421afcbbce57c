"""What people agreed to, and when they took it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel

CONSENT_VERSION = "2026-12"
"""Names the text of `texts.people.consents`; change both together. Whoever agreed to an older one is asked
again, once."""


@dataclass(frozen=True, slots=True)
class Consent:
    text_version: str
    channel: Channel
    given_at: datetime
    withdrawn_at: datetime | None = None


def is_due(consents: Sequence[Consent]) -> bool:
    """Whether the present text was never agreed to."""
    return all(one.text_version != CONSENT_VERSION for one in consents)


@dataclass(frozen=True, slots=True)
class Controller:
    """Who decides what personal data are used for, as the consent names them; empty without the settings. For
    `backup_days` the program keeps its own backups; 0 where it makes none."""

    name: str = ""
    contact: str = ""
    backup_days: int = 0
