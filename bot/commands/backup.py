"""`python -m bot backup`: one backup, now."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.backing_up import back_up
from bot.commands import Command
from bot.commands.start import settings_and_logs
from bot.wiring import system_clock
from storage.backups import new_key


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="instead of BACKUP_FOLDER")
    parser.add_argument(
        "--new-key", action="store_true", help="print a key for BACKUP_KEY, and do nothing else"
    )


def _run(arguments: Namespace) -> int:
    if arguments.new_key:
        print(new_key())
        return 0
    settings = settings_and_logs()
    if arguments.to:
        settings = settings.model_copy(update={"backup_folder": arguments.to})
    print(asyncio.run(back_up(settings, system_clock(settings).now())))
    return 0


BACKUP = Command("make a backup of the database now; the bot may run", _run, _arguments)
