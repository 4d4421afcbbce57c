"""`python -m bot`: the bot in every chat app that the settings turn on."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys

from bot import __version__
from bot.concerned import COMMAND, list_concerned
from bot.exposure import close_database, keep_private, open_to_others
from bot.few_stacks import shorten_logs
from bot.running import run
from bot.settings import Role, Settings, SettingsError, env_file, load_settings
from gateways.redaction import protect_logs
from storage.migrate import UnknownRevision

log = logging.getLogger("bot")


def main() -> int:
    """Run until told to stop. The exit code is 2, after a sentence for each fault, when a setting or the
    database is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The bot. Its settings: .env.example.")
    parser.epilog = (
        f"`{COMMAND}` as the first word lists whom a breach of personal data concerns; see --help behind it."
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--role", choices=list(Role), help="what this process does; otherwise the setting ROLE"
    )
    if sys.argv[1:2] == [COMMAND]:
        return _list_concerned(sys.argv[2:])
    if role := parser.parse_args().role:
        os.environ["ROLE"] = role
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    shorten_logs()
    protect_logs(settings.secrets)
    keep_private()
    close_database(settings.database_url)
    for sentence in open_to_others(env_file(), settings.database_url):
        log.warning("%s", sentence)
    try:
        with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_run_until_told(settings))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except UnknownRevision as error:
        advice = "Put the address of a new database, or start the version that made this one."
        print(f"DATABASE_URL: {error}. {advice}", file=sys.stderr)
        return 2
    return 0


def _list_concerned(arguments: list[str]) -> int:
    try:
        asyncio.run(list_concerned(load_settings().database_url, arguments))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def _run_until_told(settings: Settings) -> None:
    """Run until SIGTERM, which ends the program as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await run(settings)


if __name__ == "__main__":
    sys.exit(main())
