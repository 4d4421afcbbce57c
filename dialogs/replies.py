"""Corrects one field of a customer by a reply to a message about that customer."""

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Message
from aiogram_dialog import DialogManager

from dialogs.context import ACTOR, operations
from dialogs.opening import open_over
from dialogs.states import Correction
from domain.customers import Customer, CustomerField
from domain.errors import DomainError
from domain.people import RIGHTS, Actor, Right
from services.corrections import Corrected
from texts.catalogue import logins as texts
from texts.forms import NAME_DOUBTFUL

_DOUBTFUL = ("email_doubtful", "phone_landline", "login_shared", "name_doubtful")
"""Refusals of a value that may also be kept as typed."""


async def take_correction(message: Message, manager: DialogManager) -> bool:
    """Carry out a correction; false if the message is no reply to one of ours about a customer. Raises
    `DomainError` if it is not clear what to change, or the value is not right."""
    told, actor = message.reply_to_message, manager.middleware_data[ACTOR]
    if message.text is None or told is None or told.from_user is None or not told.from_user.is_bot:
        return False
    if not isinstance(actor, Actor) or Right.KEEP_CUSTOMERS not in RIGHTS[actor.role]:
        return False
    ops = operations(manager)
    meant = await ops.find_corrected(actor, told.text or told.caption or "", message.text)
    if meant is None:
        return False
    try:
        corrected = await ops.correct_customer(actor, meant.customer.id, meant.text)
    except DomainError as error:
        if error.code not in (*_DOUBTFUL, "tax_code_lost_zero"):
            raise
        await _ask(manager, meant.customer, error)
    else:
        await open_over(manager, Correction.done, change(corrected))
    return True


async def _ask(manager: DialogManager, customer: Customer, error: DomainError) -> None:
    """Show what was probably meant; a login that is only doubtful may also be kept as typed."""
    field = CustomerField(str(error.params.get("field", CustomerField.TAX_CODE)))
    data = {"customer_id": customer.id, "field": field.value, "better": error.params.get("suggestion")}
    if error.code in _DOUBTFUL:
        data["typed"] = error.params["value"]
        data["why"] = _why(field, error)
    await open_over(manager, Correction.doubtful, data)


def _why(field: CustomerField, error: DomainError) -> str:
    if error.code == "phone_landline":
        return texts.LANDLINE
    if error.code == "name_doubtful":
        return NAME_DOUBTFUL
    return texts.shared(field) if error.code == "login_shared" else ""


def change(corrected: Corrected) -> dict[str, Any]:
    """A correction as data of a dialog."""
    return {
        "customer_id": corrected.customer.id,
        "field": corrected.field.value,
        "before": corrected.before,
        "after": corrected.after,
        "mended": corrected.mended,
    }


async def _reply(message: Message, dialog_manager: DialogManager) -> None:
    """A reply to another message than the live window is taken before the window's own question."""
    told = message.reply_to_message
    live = dialog_manager.current_stack().last_message_id if dialog_manager.has_context() else None
    if told is None or told.message_id == live or not await take_correction(message, dialog_manager):
        raise SkipHandler


def build() -> Router:
    router = Router(name="corrections")
    router.message.register(_reply)
    return router
