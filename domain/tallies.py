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
    WRONG_MAIL_LINK = "wrong_mail_link"
    """Links of mails that an address of the network tried and that are none."""
    WRONG_LINK_CODE = "wrong_link_code"
    """Codes that a chat sent and that link nothing."""
    PROOF_SENT_TO = "proof_sent_to"
    """Codes that a phone number or an e-mail address was sent to prove itself."""
    PROOF_ASKED_BY = "proof_asked_by"
    """Codes that a chat has had sent."""
    PROOFS_SENT = "proofs_sent"
    """Codes that all strangers together had sent by a channel."""
    FIRM_CODE_TYPED = "firm_code_typed"
    """Tax codes of firms that a chat has typed before it was registered."""
    ZALO_PAID = "zalo_paid"
    """Messages of an Official Account that cost something."""
    SPENT = "spent"
    """VND that messages cost."""
    SPENT_ON_CODES = "spent_on_codes"
    """VND of these for the codes by which strangers prove an address."""
    ORDERED = "ordered"
    """Orders that a firm has placed."""
    LISTED = "listed"
    """Lists, and additions to them, that a firm has sent."""
    LIST_READ = "list_read"
    """How often a list of a firm was read, or completed from the registry."""
    RUN_BEGUN = "run_begun"
    """Bulk activations that a firm has begun."""
    EXPORTED = "exported"
    """How often people of a firm took the catalogue as a workbook."""
    CHECKED = "checked"
    """How often an address of the network asked whether an instruction is genuine."""
    CHECKED_WRONG = "checked_wrong"
    """Sums that are not those of a request's code."""
    SENT_TO = "sent_to"
    """Messages of a channel to an address outside of the firms."""
    SENT_FOR = "sent_for"
    """Messages of a channel to others that a firm caused."""
    SENT_IN_ALL = "sent_in_all"
    """Messages of a channel to all who have no account."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One count: of what, whose, and of which hour, or day or month in Vietnam."""

    counted: Counted
    key: str
    period: str

    @staticmethod
    def of_day(counted: Counted, key: object, now: datetime) -> "Tally":
        return Tally(counted, hidden(str(key)), day_of(now).isoformat())

    @staticmethod
    def of_hour(counted: Counted, key: object, now: datetime) -> "Tally":
        return Tally(counted, hidden(str(key)), f"{now.astimezone(UTC):%Y-%m-%dT%H}")

    @staticmethod
    def of_month(counted: Counted, key: object, now: datetime) -> "Tally":
        return Tally.of_period(counted, key, month_of(now))

    @staticmethod
    def of_period(counted: Counted, key: object, period: str) -> "Tally":
        return Tally(counted, hidden(str(key)), period)


def hidden(key: str) -> str:
    """A digest: no phone and no mail address stands in a table of counts or wishes."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
