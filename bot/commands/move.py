"""`python -m bot move --to postgresql+psycopg://…`: from SQLite to PostgreSQL."""

import asyncio
from argparse import ArgumentParser, Namespace

from bot import __version__
from bot.commands import Command
from bot.commands.start import settings_and_logs
from bot.settings import SettingsError
from storage.moving import move
from storage.one_process import alone


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="URL", help="an empty database of PostgreSQL")


def _run(arguments: Namespace) -> int:
    settings = settings_and_logs()
    if not settings.database_url.startswith("sqlite"):
        raise SettingsError("DATABASE_URL: is not SQLite, so there is nothing to move")
    if not arguments.to.startswith("postgresql+psycopg://"):
        raise SettingsError("--to: put postgresql+psycopg://user:…@host/name")
    counts = asyncio.run(_moved(settings.database_url, arguments.to))
    print(
        f"{sum(counts.values()):,} rows of {len(counts)} tables were moved, counted and compared one by one."
    )
    print("Put the new address in DATABASE_URL and start the bot. The old database is as it was.")
    return 0


async def _moved(source: str, target: str) -> dict[str, int]:
    async with alone(source):
        return await move(source, target, __version__)


MOVE = Command("move from SQLite to PostgreSQL; the bot must not run", _run, _arguments)
