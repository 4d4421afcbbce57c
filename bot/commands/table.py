"""Each command by its name."""

from bot.commands import Command
from bot.commands.backup import BACKUP
from bot.commands.concerned import CONCERNED
from bot.commands.doctor import DOCTOR
from bot.commands.move import MOVE
from bot.commands.restore import RESTORE
from bot.commands.setup import SETUP

COMMANDS: dict[str, Command] = {
    "setup": SETUP,
    "doctor": DOCTOR,
    "backup": BACKUP,
    "restore": RESTORE,
    "move": MOVE,
    "concerned": CONCERNED,
}
