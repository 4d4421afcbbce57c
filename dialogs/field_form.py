"""Typing a new value for one field of a customer. A doubtful value is asked about before it is saved.

The dialog's data hold the chosen field; `save` stores the value and switches to the next window.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Format

from dialogs.offers import OFFER, offer_labels, offer_of
from dialogs.windows import notify, text_input
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.identifiers import parse_email
from texts import forms as texts
from texts.customer_fields import WORDS, shown
from texts.errors import say

_FIELD = "field"

Save = Callable[[DialogManager, CustomerField, str], Awaitable[None]]


async def ask_field(manager: DialogManager, field: CustomerField, state: State) -> None:
    """Open `state`, the window that asks for this field."""
    manager.dialog_data[_FIELD] = field.value
    manager.dialog_data.pop(OFFER, None)
    await manager.switch_to(state)


def asked_field(manager: DialogManager) -> CustomerField:
    return CustomerField(manager.dialog_data[_FIELD])


def field_data(manager: DialogManager, holder: object) -> dict[str, Any]:
    """What the window shows; `holder` has the present value as an attribute."""
    field, offer = asked_field(manager), manager.dialog_data.get(OFFER)
    return {
        "label": WORDS[field].label,
        "value": shown(field, getattr(holder, field)),
        "example": WORDS[field].example,
        "offer": offer,
        **(offer_labels(offer) if offer else {}),
    }


async def change_field(manager: DialogManager, save: Save, text: str, as_typed: bool = False) -> None:
    """Save a text for the field, or offer what was probably meant; `as_typed` saves it without an offer."""
    data, field = manager.dialog_data, asked_field(manager)
    # What was proposed belongs to the text before this one.
    offered = data.pop(OFFER, None)
    try:
        if field is CustomerField.EMAIL and not as_typed:
            email = parse_email(text)
            if email.hint:
                data[OFFER] = {"typed": email.value, "better": email.hint}
                return
        await save(manager, field, text)
    except DomainError as error:
        if error.code != "tax_code_lost_zero":
            if offered is None:
                raise
            # What a refused update changed is forgotten, so this one is answered here.
            notify(manager, say(error))
            return
        data[OFFER] = {"better": str(error.params["suggestion"])}
        notify(manager, say(error))
        return


def field_input(save: Save) -> tuple[MessageInput, Button, Button]:
    """The widgets: an input for the text, and a button for each answer to an offer."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        await change_field(manager, save, message.text or "")

    async def use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await change_field(manager, save, offer_of(manager)["better"], as_typed=True)

    async def as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await change_field(manager, save, offer_of(manager)["typed"], as_typed=True)

    return (
        text_input(typed),
        Button(Format(texts.USE), id="use", on_click=use, when="offer"),
        Button(Format(texts.AS_TYPED), id="as_typed", on_click=as_typed, when="typed_label"),
    )
