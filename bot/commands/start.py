"""What every command and the program itself begin with."""

import logging

from bot.exposure import keep_private
from bot.few_stacks import shorten_logs
from bot.settings import Settings, load_settings
from gateways.redaction import protect_logs


def settings_and_logs() -> Settings:
    """The settings, with logs that hold none of their secrets; what is written from now on is private.

    Raises `SettingsError`.
    """
    settings = load_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    shorten_logs()
    protect_logs(settings.secrets)
    keep_private()
    return settings
