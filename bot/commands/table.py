"""Each command by its name."""

from bot.commands import Command

COMMANDS: dict[str, Command] = {}
