"""How long what is kept, in one table: house-keeping reads it, and docs/du-lieu-ca-nhan.md repeats it."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Kept(StrEnum):
    """What the program drops by itself, by the name that the document gives it."""

    UPDATES = "updates"
    """What came in from the chat apps, once it was handled. Its text goes at once."""
    CODES = "codes"
    """Codes put aside for orders that are being placed."""
    PROOFS = "proofs"
    """A phone and an e-mail address that a chat proves before it is registered."""
    LINKED_FILES = "linked_files"
    """Files that go out by a link: workbooks, pictures."""
    INVITATIONS = "invitations"
    """How long an invitation may be taken up."""
    TICKETS = "tickets"
    """Links of the upload page, after their end."""
    UPLOADS = "uploads"
    """Files that were sent in by the upload page."""
    DRAFTS = "drafts"
    LISTS = "lists"
    REGISTRY_ANSWERS = "registry_answers"
    JOBS = "jobs"
    """Work that was done, after its end."""
    TALLIES = "tallies"
    """Counts that limits are compared with; whose they are is kept as a digest."""
    MENUS = "menus"
    """What the numbers under a message on Zalo mean."""
    DIALOGS = "dialogs"
    """What a window remembers, since it was last used."""


KEPT: Mapping[Kept, timedelta] = {
    Kept.UPDATES: timedelta(days=3),
    Kept.CODES: timedelta(days=1),
    Kept.PROOFS: timedelta(days=1),
    Kept.LINKED_FILES: timedelta(days=1),
    Kept.INVITATIONS: timedelta(days=2),
    Kept.TICKETS: timedelta(days=7),
    Kept.UPLOADS: timedelta(days=30),
    Kept.DRAFTS: timedelta(days=30),
    Kept.LISTS: timedelta(days=30),
    Kept.REGISTRY_ANSWERS: timedelta(days=30),
    Kept.JOBS: timedelta(days=30),
    Kept.MENUS: timedelta(days=30),
    Kept.DIALOGS: timedelta(days=60),
    Kept.TALLIES: timedelta(days=62),
}

LEGAL_YEARS = 10
"""Accounting documents and invoices (Law on Accounting 88/2015, Decree 174/2016): orders, payments, invoices
and the log of who did what. The program drops none of them."""
