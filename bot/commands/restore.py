"""`python -m bot restore FILE`: put a backup in the place of the database."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.commands import Command
from bot.commands.start import settings_and_logs
from bot.restoring import restore
from bot.wiring import system_clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the backup")
    parser.add_argument(
        "--force", action="store_true", help="also where a database is there already; it is kept"
    )


def _run(arguments: Namespace) -> int:
    settings = settings_and_logs()
    now = system_clock(settings).now()
    manifest, kept = asyncio.run(restore(settings, arguments.file, now, arguments.force))
    print(
        f"The database is as it was at {manifest.made_at}: {sum(manifest.counts.values()):,} rows, compared."
    )
    if kept:
        print(f"What was there before is kept in {kept}")
    print("Start the bot. Messages that left after that moment may come once more.")
    return 0


RESTORE = Command("put a backup in the place of the database; the bot must not run", _run, _arguments)
