"""The question for the firm's address, which invoices in its name need; the registry's answer is offered."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.busy import show_busy
from dialogs.context import actor_of, operations
from dialogs.windows import notify, text_input, window
from domain.errors import DomainError
from texts import common
from texts.people import firm_address as texts

_REGISTERED = "registered"
"""Dialog data: the firm's name and address as the registry has them, if it has them."""

Then = Callable[[DialogManager], Awaitable[None]]


async def ask_firm_address(manager: DialogManager, state: State) -> None:
    """Open `state`, the window that asks for it."""
    firm = (await operations(manager).show_profile(actor_of(manager))).firm
    show_busy(manager)
    found = await operations(manager).look_up_firm(firm.tax_code)
    manager.dialog_data[_REGISTERED] = [found.name, found.address] if found else []
    await manager.switch_to(state)


def firm_address_window(state: State, back: State, then: Then) -> Window:
    """The window; once the address is kept, `then` shows what comes next."""

    async def getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        profile = await operations(dialog_manager).show_profile(actor_of(dialog_manager))
        found = dialog_manager.dialog_data.get(_REGISTERED, [])
        known = found == [profile.firm.name, profile.firm.address]
        return {"firm": profile.firm, "found": [] if known else found}

    async def keep(manager: DialogManager, address: str, name: str = "") -> None:
        await operations(manager).change_firm(actor_of(manager), address, name)
        notify(manager, texts.KEPT)
        await then(manager)

    async def use_found(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        found = manager.dialog_data.get(_REGISTERED)
        if not found:
            raise DomainError("choice_gone")
        name, address = found
        await keep(manager, address, name)

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        await keep(manager, message.text or "")

    return window(
        texts.ASK,
        text_input(typed),
        Button(Const(texts.RIGHT), id="firm_found", on_click=use_found, when="found"),
        SwitchTo(Const(common.BACK), id="firm_address_back", state=back),
        state=state,
        getter=getter,
    )
