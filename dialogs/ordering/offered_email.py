"""A typed e-mail address or name of a unit, and the question what was meant where it is doubtful."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Format

from dialogs.offers import OFFER, offer_labels, offer_of
from dialogs.parsers import doubtful_name
from dialogs.windows import Taking, text_input
from domain.answers.words import bare
from domain.customers import NAME_LIMIT
from domain.identifiers import parse_email
from domain.names import parse_legal_name
from texts import forms as texts

Keep = Callable[[DialogManager, str], Awaitable[None]]


def email_input(keep: Keep) -> Taking:
    """Keep a typed address, or offer what was probably meant."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        manager.dialog_data.pop(OFFER, None)
        email = parse_email(bare(message.text or ""))
        if email.hint:
            manager.dialog_data[OFFER] = {"typed": email.value, "better": email.hint}
        else:
            await keep(manager, email.value)

    return text_input(typed)


def unit_name_input(keep: Keep) -> Taking:
    """Keep a typed name of a business, or ask whether a doubtful one is meant."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        manager.dialog_data.pop(OFFER, None)
        text = message.text or ""
        if offer := doubtful_name(text):
            manager.dialog_data[OFFER] = offer
        else:
            await keep(manager, parse_legal_name(text, NAME_LIMIT))

    return text_input(typed)


def email_buttons(name: str, keep: Keep) -> tuple[Button, Button]:
    """A button for each answer to the offer."""

    def taking(which: str) -> Any:
        async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            email = offer_of(manager)[which]
            manager.dialog_data.pop(OFFER, None)
            await keep(manager, email)

        return tapped

    return (
        Button(Format(texts.USE), id=f"{name}_use", on_click=taking("better"), when="offer"),
        Button(Format(texts.AS_TYPED), id=f"{name}_typed", on_click=taking("typed"), when="offer"),
    )


async def offer_data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What the offer shows."""
    offer = dialog_manager.dialog_data.get(OFFER)
    return {"offer": offer, **(offer_labels(offer) if offer else {})}
