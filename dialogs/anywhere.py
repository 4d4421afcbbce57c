"""What may be sent in any window that asks for nothing of the kind."""

from aiogram.types import Document, Message
from aiogram_dialog import DialogManager

from dialogs.context import ACTOR
from dialogs.documents import file_of
from dialogs.states import Import
from domain.people import RIGHTS, Actor, Right

LIST_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".txt")


async def take_anywhere(message: Message, manager: DialogManager) -> bool:
    """Open what the message is the beginning of; false when it is none of this. A list of customers opens
    the windows of lists."""
    actor: Actor | None = manager.middleware_data[ACTOR]
    if actor is None or Right.KEEP_CUSTOMERS not in RIGHTS[actor.role]:
        return False
    if message.document is not None and may_be_list(message.document):
        await manager.start(Import.upload, data=file_of(message.document))
        return True
    return False


def may_be_list(document: Document) -> bool:
    """Whether a file's name is that of a spreadsheet or a plain text; one without a name may be."""
    name = (document.file_name or "").casefold()
    return not name or name.endswith(LIST_ENDINGS)
