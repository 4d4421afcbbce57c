"""Settings of the program as a test gives them: no file and no surroundings are read for the rest."""

from typing import Any

from bot.settings import Settings


def settings_of(values: dict[str, Any]) -> Settings:
    """By the names of the fields."""
    return Settings(**{"_env_file": None, **values})
