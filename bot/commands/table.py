"""Each command by its name."""

from bot.commands import Command
from bot.commands.doctor import DOCTOR

COMMANDS: dict[str, Command] = {
    "doctor": DOCTOR,
}
