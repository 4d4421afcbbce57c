"""How the program and all around it are, one line for each part."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import desk, desk_button
from dialogs.busy import show_busy
from dialogs.context import actor_of
from dialogs.desk_states import DeskCheckup
from dialogs.windows import dialog, window
from domain.calendar import VIETNAM
from texts import checkups as texts


async def _look(manager: DialogManager) -> None:
    show_busy(manager)
    found = await desk(manager).examine(actor_of(manager))
    manager.dialog_data["at"] = f"{desk(manager).examine.clock.now().astimezone(VIETNAM):%H:%M:%S}"
    manager.dialog_data["lines"] = [*texts.lines(found), "", texts.summary(found)]


async def _started(_: Any, manager: DialogManager) -> None:
    await _look(manager)


async def _again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _look(manager)


async def _shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    return {"at": data["at"], "lines": data["lines"]}


def checkup_dialog() -> Dialog:
    return dialog(
        window(
            texts.WINDOW,
            Button(Const(texts.AGAIN), id="again", on_click=_again),
            desk_button(),
            state=DeskCheckup.lines,
            getter=_shown,
        ),
        on_start=_started,
    )
