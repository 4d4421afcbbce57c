"""`python -m bot` runs the bot in every chat app that is on; `python -m bot <command>` does the rest."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys

from bot import __version__
from bot.commands.start import settings_and_logs
from bot.commands.table import COMMANDS
from bot.exposure import close_database, open_to_others
from bot.running import run
from bot.settings import Role, Settings, SettingsError, env_file
from bot.told_outside import told_outside
from storage.backups import BackupError
from storage.copies import CopyError
from storage.migrate import UnknownRevision
from storage.one_process import OtherProcess

log = logging.getLogger("bot")


def main() -> int:
    """Run until told to stop, or do what the command says. The exit code is 2, after a sentence for each
    fault, when a setting or the database is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The bot. Its settings: .env.example.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--role", choices=list(Role), help="what this process does; otherwise the setting ROLE"
    )
    commands = parser.add_subparsers(dest="command", metavar="command", help="without one the bot runs")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=command.help, description=command.help))
    arguments = parser.parse_args()
    if arguments.role:
        os.environ["ROLE"] = arguments.role
    try:
        return COMMANDS[arguments.command].run(arguments) if arguments.command else _serve()
    except SettingsError as error:
        print(error, file=sys.stderr)
    except (BackupError, CopyError, OtherProcess) as error:
        print(error, file=sys.stderr)
    except UnknownRevision as error:
        advice = "Put the address of a new database, or start the version that made this one."
        print(f"DATABASE_URL: {error}. {advice}", file=sys.stderr)
    return 2


def _serve() -> int:
    settings = settings_and_logs()
    close_database(settings.database_url)
    for sentence in open_to_others(env_file(), settings.database_url):
        log.warning("%s", sentence)
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_run_until_told(settings))
    return 0


async def _run_until_told(settings: Settings) -> None:
    """Run until SIGTERM, which ends the program as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with told_outside(settings):
        await run(settings)


if __name__ == "__main__":
    sys.exit(main())
