"""`python -m bot concerned`: whom a breach of personal data concerns, as CSV for the operator."""

import argparse
import csv
import sys
from datetime import datetime
from typing import TextIO

from domain.calendar import VIETNAM
from storage.concerned import Concerned, concerned
from storage.database import Database

COMMAND = "concerned"


async def list_concerned(database_url: str, arguments: list[str], out: TextIO = sys.stdout) -> int:
    """Write a line for each person; returns how many. Needs no running bot, and changes nothing."""
    parser = argparse.ArgumentParser(prog=f"python -m bot {COMMAND}", description=__doc__)
    parser.add_argument("--firm", help="the tax code of the firm whose data are concerned; else all firms")
    parser.add_argument(
        "--since", type=datetime.fromisoformat, help="only data that came or changed since then: 2026-11-29"
    )
    asked = parser.parse_args(arguments)
    since = asked.since.replace(tzinfo=asked.since.tzinfo or VIETNAM) if asked.since else None
    rows = csv.writer(out)
    rows.writerow(Concerned._fields)
    database, count = Database(database_url), 0
    try:
        async for person in concerned(database, asked.firm, since):
            rows.writerow(person)
            count += 1
    finally:
        await database.close()
    return count
