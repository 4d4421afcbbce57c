"""Each command by its name."""

from bot.commands import Command
from bot.commands.backup import BACKUP
from bot.commands.move import MOVE
from bot.commands.restore import RESTORE

COMMANDS: dict[str, Command] = {"backup": BACKUP, "restore": RESTORE, "move": MOVE}
