"""Leaves nothing of what was erased beside the tables: in SQLite's log, or as dead rows of PostgreSQL."""

import contextlib
import sqlite3

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialog_tables import dialog_states
from storage.tables.activation import activation_items, licences
from storage.tables.catalogue import customer_labels, customers, registry_answers
from storage.tables.files import shared_files
from storage.tables.inbox import inbox
from storage.tables.intakes import intake_entries, intakes
from storage.tables.invoices import invoices
from storage.tables.messaging import preferences, pushes
from storage.tables.money import monthly_statements, payment_requests
from storage.tables.ordering import draft_lines, draft_others, drafts
from storage.tables.orders import order_lines
from storage.tables.people import accountants, chats, firms, link_codes, proofs
from storage.tables.zalo import zalo_chats, zalo_menus

_PATIENCE = 1.0
"""Seconds that a reader is waited for; all writers wait as long."""

_ERASED = [
    *(customers, customer_labels, registry_answers, intakes, intake_entries, drafts, draft_lines),
    *(draft_others, order_lines, licences, activation_items, payment_requests, monthly_statements, invoices),
    *(pushes, preferences, firms, accountants, chats, link_codes, proofs, zalo_chats, zalo_menus, inbox),
    *(dialog_states, shared_files),
]
"""Where an erasure deletes or blanks."""

_OF_JOBS = ("procrastinate_jobs", "procrastinate_events")


def empty_log(path: str) -> bool:
    """Bring the write-ahead log into the file and cut it to nothing. What was deleted is overwritten there
    (`secure_delete`). Returns whether nobody was still reading from the log."""
    with contextlib.closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as raw:
        busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


async def vacuum(connection: AsyncConnection) -> None:
    """Take the dead rows out of the tables that an erasure touches."""
    alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
    for name in (*(table.name for table in _ERASED), *_OF_JOBS):
        await alone.exec_driver_sql(f"VACUUM {name}")
