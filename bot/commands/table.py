"""Each command by its name."""

from bot.commands import Command
from bot.commands.doctor import DOCTOR
from bot.commands.setup import SETUP

COMMANDS: dict[str, Command] = {
    "setup": SETUP,
    "doctor": DOCTOR,
}
