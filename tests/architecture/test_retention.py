"""The document says how long everything is kept, as house-keeping reads it; what people are told is so."""

import re
from datetime import timedelta
from pathlib import Path

from bot.chat_app import UPDATES_KEPT
from bot.files import SHARED_FOR
from bot.housekeeping import CODES_KEPT, IDLE_DIALOGS_KEPT, SETTLED_JOBS_KEPT
from bot.zalo.app import MENUS_KEPT
from domain.intakes.entries import INTAKE_DAYS
from domain.orders import DRAFT_DAYS
from domain.proofs import HOLDS_FOR
from domain.retention import KEPT, LEGAL_YEARS, Kept
from domain.tallies import TALLIES_KEPT
from services.catalogue.registry import KEEP_FOUND
from services.people.people import INVITATION_HOURS
from storage.shared_files import TICKET_TOLD, UPLOAD_KEPT
from texts.catalogue.personal_data import ERASE_TEXT
from texts.people.accounts import CLOSE_TEXT
from texts.people.consents import PRIVACY

DOCUMENT = Path(__file__).parents[2] / "docs" / "du-lieu-ca-nhan.md"


def test_the_document_repeats_the_table() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| (\d+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert {Kept(name): timedelta(days=int(days)) for name, days in rows} == KEPT
    assert len(rows) == len(Kept)


def test_what_sweeps_reads_the_table() -> None:
    read = {
        Kept.UPDATES: UPDATES_KEPT,
        Kept.CODES: CODES_KEPT,
        Kept.PROOFS: HOLDS_FOR,
        Kept.LINKED_FILES: SHARED_FOR,
        Kept.INVITATIONS: timedelta(hours=INVITATION_HOURS),
        Kept.TICKETS: TICKET_TOLD,
        Kept.UPLOADS: UPLOAD_KEPT,
        Kept.DRAFTS: timedelta(days=DRAFT_DAYS),
        Kept.LISTS: timedelta(days=INTAKE_DAYS),
        Kept.REGISTRY_ANSWERS: KEEP_FOUND,
        Kept.JOBS: SETTLED_JOBS_KEPT,
        Kept.MENUS: MENUS_KEPT,
        Kept.DIALOGS: IDLE_DIALOGS_KEPT,
        Kept.TALLIES: TALLIES_KEPT,
    }
    assert read == KEPT


def test_people_are_told_the_years_of_the_law() -> None:
    for text in (PRIVACY, CLOSE_TEXT, ERASE_TEXT, DOCUMENT.read_text()):
        assert f"{LEGAL_YEARS} năm" in text
