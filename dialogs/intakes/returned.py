"""The entries to fix as a workbook, to be sent back once it is mended."""

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button

from dialogs.context import actor_of
from dialogs.documents import send_workbook
from dialogs.lists import intake_id_of, intaking
from domain.errors import DomainError
from texts.intakes import returned as texts


async def send_to_fix(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Send the entries to fix, their bad cells marked. Raises `DomainError("nothing_to_fix")`."""
    entries = await intaking(manager).entries_to_fix(actor_of(manager), intake_id_of(manager))
    if not entries:
        raise DomainError("nothing_to_fix")
    caption = texts.CAPTION.format(count=len(entries))
    await send_workbook(manager, [texts.table(entries)], texts.FILE_NAME, caption)
