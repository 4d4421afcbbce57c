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

from dialogs.logins import LOGIN_FIELDS, read_login
from dialogs.offers import OFFER, offer_labels, offer_of
from dialogs.parsers import doubtful_name
from dialogs.windows import notify, text_input
from domain.customers import CustomerField
from domain.errors import DomainError
from texts import forms as texts
from texts.customer_fields import WORDS, shown
from texts.errors import say

_FIELD = "field"

Save = Callable[[DialogManager, CustomerField, str, bool], Awaitable[None]]
"""Stores a text for a field; the last argument says that a doubtful value is meant as it stands."""


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


async def change_field(
    manager: DialogManager, save: Save, customer_id: int, text: str, as_typed: bool = False
) -> None:
    """Save a text for the field of this customer, or ask about it first if it is doubtful; `as_typed` saves
    it as it is."""
    data, field = manager.dialog_data, asked_field(manager)
    # What was proposed belongs to the text before this one.
    offered = data.pop(OFFER, None)
    try:
        if field in LOGIN_FIELDS and not as_typed:
            login = await read_login(manager, field, text, customer_id)
            if login.doubts:
                data[OFFER] = login.offer
                return
        if field is CustomerField.NAME and not as_typed and (offer := doubtful_name(text)):
            data[OFFER] = offer
            return
        await save(manager, field, text, as_typed)
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


def field_input(save: Save, whose: Callable[[DialogManager], int]) -> tuple[MessageInput, Button, Button]:
    """The widgets: an input for the text, and a button for each answer to an offer; `whose` is the
    customer."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        await change_field(manager, save, whose(manager), message.text or "")

    async def use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await change_field(manager, save, whose(manager), offer_of(manager)["better"])

    async def as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await change_field(manager, save, whose(manager), offer_of(manager)["typed"], as_typed=True)

    return (
        text_input(typed),
        Button(Format(texts.USE), id="use", on_click=use, when="use_label"),
        Button(Format(texts.AS_TYPED), id="as_typed", on_click=as_typed, when="typed_label"),
    )
