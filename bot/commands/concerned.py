"""`python -m bot concerned`: whom a breach of personal data concerns, as CSV for the operator."""

import asyncio
import csv
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import TextIO

from bot.commands import Command
from bot.settings import load_settings
from domain.calendar import VIETNAM
from storage.concerned import Concerned, concerned
from storage.database import Database


async def list_concerned(
    database_url: str, firm: str | None, since: datetime | None, out: TextIO = sys.stdout
) -> int:
    """Write a line for each person of a firm, by its tax code, or of all firms; returns how many. With
    `since`, only those whose data came or changed since then. Needs no running bot, and changes nothing."""
    rows = csv.writer(out)
    rows.writerow(Concerned._fields)
    database, count = Database(database_url), 0
    try:
        async for person in concerned(database, firm, since):
            rows.writerow(person)
            count += 1
    finally:
        await database.close()
    return count


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--firm", help="the tax code of the firm whose data are concerned; else all firms")
    parser.add_argument("--since", type=_moment, help="only data that came or changed since then: 2026-11-29")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or VIETNAM)


def _run(arguments: Namespace) -> int:
    asyncio.run(list_concerned(load_settings().database_url, arguments.firm, arguments.since))
    return 0


CONCERNED = Command("list whom a breach of personal data concerns, as CSV", _run, _arguments)
