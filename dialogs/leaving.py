"""Going back out of a dialog."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.states import Menu
from texts import common


async def leave(manager: DialogManager) -> None:
    """Go back to the dialog below, or to the menu if there is none."""
    if len(manager.current_stack().intents) > 1:
        await manager.done()
    else:
        await manager.start(Menu.home, mode=StartMode.RESET_STACK)


def leave_button(widget_id: str, text: str = common.BACK, when: Any = None) -> Button:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await leave(manager)

    return Button(Const(text), id=widget_id, on_click=tapped, when=when)
