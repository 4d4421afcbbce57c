"""`python -m bot`: the bot against Telegram, or whatever `TELEGRAM_API_URL` names."""

import asyncio
import contextlib
import sys

from bot.app import run
from bot.settings import SettingsError, load_settings
from gateways.redaction import configure_logging


def main() -> int:
    """Exit code 2 and one clear sentence a line when a setting is wrong."""
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    configure_logging(settings.log_level, settings.secrets)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
