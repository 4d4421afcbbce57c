"""Mailing an issued invoice to another address than the one that it went to, typed as one answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.kbd.button import OnClick
from aiogram_dialog.widgets.text import Const, Format

from dialogs.offers import OFFER, offer_labels, offer_of
from dialogs.windows import notify, text_input, window
from domain.identifiers import parse_email
from texts import common, forms
from texts.invoices import card as texts

Ask = Callable[[DialogManager], Awaitable[str]]
Send = Callable[[DialogManager, str], Awaitable[str]]


def asks_for_address(state: State) -> OnClick:
    """The handler of the button that leads to the window."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        manager.dialog_data.pop(OFFER, None)
        await manager.switch_to(state)

    return tapped


def address_window(state: State, card: State, current: Ask, send: Send) -> Window:
    """Asks for the right address; `current` tells the one that stands there, `send` mails to the typed one
    and returns it."""

    async def shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        offer = dialog_manager.dialog_data.get(OFFER)
        labels = offer_labels(offer) if offer else {}
        return {"email": await current(dialog_manager), "offer": offer, **labels}

    async def sent(manager: DialogManager, address: str) -> None:
        notify(manager, texts.resent(await send(manager, address)))
        manager.dialog_data.pop(OFFER, None)
        await manager.switch_to(card)

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        email = parse_email(message.text or "")
        if email.hint:
            manager.dialog_data[OFFER] = {"typed": email.value, "better": email.hint}
        else:
            await sent(manager, email.value)

    async def use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await sent(manager, offer_of(manager)["better"])

    async def as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await sent(manager, offer_of(manager)["typed"])

    return window(
        texts.ASK_ADDRESS + forms.OFFER,
        text_input(typed),
        Button(Format(forms.USE), id="use_address", on_click=use, when="offer"),
        Button(Format(forms.AS_TYPED), id="address_as_typed", on_click=as_typed, when="typed_label"),
        SwitchTo(Const(common.BACK), id="address_cancel", state=card),
        state=state,
        getter=shown,
    )
