"""What is counted to keep abuse small: each count has a limit, and ends with its hour, day or month."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from domain.calendar import day_of, month_of
from domain.retention import KEPT, Kept

TALLIES_KEPT = KEPT[Kept.TALLIES]
"""Longer than the month that a count may belong to."""


class Counted(StrEnum):
    """What a count is of, and whose it is."""

    STRANGER_WELCOMED = "stranger_welcomed"
    """Texts of a chat that were answered though it had not begun to register."""
    STRANGER_ANSWERED = "stranger_answered"
    """All that a chat was answered before it was registered."""
    STRANGERS_ANSWERED = "strangers_answered"
    """All that the strangers of an app were answered."""
    UPLOADED = "uploaded"
    """Bytes that the chats of a firm have sent in by the upload page."""
    RESENT = "resent"
    """How often the instruction of a request was sent again."""
    VENDOR_ASKED = "vendor_asked"
    """Tax codes of which a firm had the vendor asked whether they have a licence."""
    WRONG_LINK_CODE = "wrong_link_code"
    """Codes that a chat sent and that link nothing."""
    CHECKED = "checked"
    """How often an address of the network asked whether an instruction is genuine."""
    CHECKED_WRONG = "checked_wrong"
    """Sums that are not those of a request's code."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One count: of what, whose, and of which hour, or day or month in Vietnam."""

    counted: Counted
    key: str
    period: str

    @staticmethod
    def of_day(counted: Counted, key: object, now: datetime) -> "Tally":
        return Tally(counted, _hidden(str(key)), day_of(now).isoformat())

    @staticmethod
    def of_hour(counted: Counted, key: object, now: datetime) -> "Tally":
        return Tally(counted, _hidden(str(key)), f"{now.astimezone(UTC):%Y-%m-%dT%H}")

    @staticmethod
    def of_month(counted: Counted, key: object, now: datetime) -> "Tally":
        return Tally(counted, _hidden(str(key)), month_of(now))


def _hidden(key: str) -> str:
    """A digest: a phone or a mail address does not stand in the table."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
