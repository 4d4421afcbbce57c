"""What every command and the program itself begin with."""

from bot.exposure import keep_private
from bot.logs import set_up_logs
from bot.settings import Settings, load_settings


def settings_and_logs() -> Settings:
    """The settings, with logs that hold none of their secrets; what is written from now on is private.

    Raises `SettingsError`.
    """
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format, settings.secrets)
    keep_private()
    return settings
