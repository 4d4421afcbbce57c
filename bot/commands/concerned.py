"""`python -m bot concerned`: whom a breach of personal data concerns, as CSV for the operator."""

import asyncio
import csv
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import TextIO

from bot.commands import Command
from bot.commands.start import settings_and_logs
from domain.calendar import VIETNAM
from storage.concerned import Concerned, concerned
from storage.database import Database


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--firm", help="the tax code of the firm whose data are concerned; else all firms")
    parser.add_argument(
        "--since", type=datetime.fromisoformat, help="only data that came or changed since then: 2026-11-29"
    )


def _run(arguments: Namespace) -> int:
    asyncio.run(list_concerned(settings_and_logs().database_url, arguments.firm, arguments.since, sys.stdout))
    return 0


async def list_concerned(database_url: str, firm: str | None, since: datetime | None, out: TextIO) -> int:
    """Write a line for each person; returns how many. Changes nothing."""
    moment = since.replace(tzinfo=since.tzinfo or VIETNAM) if since else None
    rows = csv.writer(out)
    rows.writerow(Concerned._fields)
    database, count = Database(database_url), 0
    try:
        async for person in concerned(database, firm, moment):
            rows.writerow(person)
            count += 1
    finally:
        await database.close()
    return count


CONCERNED = Command("list whom a breach of personal data concerns, as CSV", _run, _arguments)
