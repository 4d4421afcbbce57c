"""Opens a customer when its tax code is typed in any window."""

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations
from dialogs.opening import open_over
from dialogs.states import Timeline
from domain.answers.words import bare
from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.intakes.looks import is_meant_as_tax_code, is_phone


async def open_timeline(manager: DialogManager, customer_id: int) -> None:
    """Show what was bought for a customer, over the open window."""
    await open_over(manager, Timeline.customer, {"customer_id": customer_id})


async def take_tax_code(manager: DialogManager, text: str) -> bool:
    """Open the timeline of a tax code, or offer to add a customer with it; false for any other text.

    Raises `DomainError` for a wrong tax code, and "number_unclear" (value) for a phone number.
    """
    text = bare(text)
    if not is_meant_as_tax_code(text):
        if is_phone(text):
            raise DomainError("number_unclear", value=text.strip())
        return False
    try:
        tax_code = parse_tax_code(text).value
    except DomainError as error:
        if error.code != "tax_code_lost_zero":
            raise
        data = {"typed": str(error.params["value"]), "better": str(error.params["suggestion"])}
        await open_over(manager, Timeline.lost_zero, data)
        return True
    await open_tax_code(manager, tax_code)
    return True


async def open_if_known(manager: DialogManager, text: str) -> bool:
    """Open the timeline if `text` is the tax code of one of the firm's customers; returns whether it is."""
    try:
        tax_code = parse_tax_code(bare(text)).value
    except DomainError:
        return False
    known = await operations(manager).find_by_tax_code(actor_of(manager), tax_code)
    if known is not None:
        await open_timeline(manager, known.id)
    return known is not None


async def open_tax_code(manager: DialogManager, tax_code: str) -> None:
    """Open the timeline of a valid tax code, or offer to add a customer with it."""
    if not await open_if_known(manager, tax_code):
        await open_over(manager, Timeline.unknown, {"tax_code": tax_code})
