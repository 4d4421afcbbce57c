"""Messages that are understood in every window, though the window did not ask for them."""

from aiogram.types import Document, Message
from aiogram_dialog import DialogManager

from dialogs.claiming import take_claim
from dialogs.context import ACTOR
from dialogs.lists import start_intake_file, start_intake_text
from dialogs.named import take_name, take_order_code
from dialogs.replies import take_correction
from dialogs.statements import open_statement
from dialogs.states import Ordering
from dialogs.typed_codes import take_tax_code
from domain.intakes.pasting import looks_like_list
from domain.people import RIGHTS, Actor, Right

LIST_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".txt")


async def take_anywhere(message: Message, manager: DialogManager) -> bool:
    """Act on a message that no window asked for; returns whether it was understood. A list of customers opens
    the windows of lists, a tax code or a name that customer's timeline, an order's code the order; a reply
    corrects the message it quotes, a photo or words that say so claim a transfer, and a bank's statement from
    back office is compared with the books. Raises `DomainError` for a value that is not right."""
    actor: Actor | None = manager.middleware_data[ACTOR]
    rights = RIGHTS[actor.role] if actor is not None else frozenset()
    if Right.RUN_BACK_OFFICE in rights and message.document is not None and may_be_list(message.document):
        await open_statement(manager, message.document)
        return True
    if Right.KEEP_CUSTOMERS not in rights:
        return False
    if message.document is not None and may_be_list(message.document):
        await start_intake_file(manager, message.document, _in_order(manager))
        return True
    if await take_correction(message, manager):
        return True
    if message.text is not None and looks_like_list(message.text):
        await start_intake_text(manager, message.text, _in_order(manager))
        return True
    text = message.text
    if text is not None and (await take_order_code(manager, text) or await take_tax_code(manager, text)):
        return True
    if await take_claim(message, manager):
        return True
    return text is not None and await take_name(manager, text)


def may_be_list(document: Document) -> bool:
    """Whether a file may be a list by its name: a spreadsheet, a plain text, or no name at all."""
    name = (document.file_name or "").casefold()
    return not name or name.endswith(LIST_ENDINGS)


def _in_order(manager: DialogManager) -> bool:
    """Whether the open window belongs to a draft, or was opened from one."""
    if not manager.has_context():
        return False
    context = manager.current_context()
    if isinstance(context.start_data, dict) and context.start_data.get("in_order"):
        return True
    return context.state.group is Ordering and context.state not in (
        Ordering.resume,
        Ordering.in_the_way,
        Ordering.placed,
    )
