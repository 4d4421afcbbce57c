"""What the messages of a month cost, and what is left."""

from datetime import date, timedelta
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, Row
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import desk, desk_button
from dialogs.context import actor_of
from dialogs.desk_states import DeskMessages
from dialogs.windows import dialog, window
from texts.back_office import messages as texts
from texts.back_office.totals import LAST_MONTH, THIS_MONTH


def _day(manager: DialogManager) -> date:
    shown = manager.dialog_data.get("day")
    return date.fromisoformat(shown) if shown else desk(manager).show_messages.clock.today()


async def _before(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data["day"] = (_day(manager).replace(day=1) - timedelta(days=1)).isoformat()


async def _this(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop("day", None)


async def _shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await desk(dialog_manager).show_messages(actor_of(dialog_manager), _day(dialog_manager))
    return texts.shown(found)


def messages_dialog() -> Dialog:
    return dialog(
        window(
            texts.WINDOW,
            Row(
                Button(Const(LAST_MONTH), id="before", on_click=_before),
                Button(Const(THIS_MONTH), id="this", on_click=_this),
            ),
            desk_button(),
            state=DeskMessages.month,
            getter=_shown,
        ),
    )
