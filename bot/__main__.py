"""`python -m bot`: the bot in every chat app that the settings turn on."""

import asyncio
import contextlib
import logging
import signal
import sys

from bot.app import run
from bot.settings import Settings, SettingsError, load_settings
from gateways.redaction import protect_logs


def main() -> int:
    """The exit code: 2 when settings are wrong, after one sentence for each, else 0."""
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    protect_logs(settings.secrets)
    try:
        with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_run_until_told(settings))
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
