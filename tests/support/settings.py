"""Settings from a test alone: neither a file nor the environment is read."""

from typing import Any

from bot.settings import Settings


def settings_of(values: dict[str, Any]) -> Settings:
    """Settings with these values, by the fields' names."""
    return Settings(**{"_env_file": None, **values})
