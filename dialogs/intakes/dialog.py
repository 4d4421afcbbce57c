"""The windows of lists in one dialog, and the window that shows what became of a list."""

from typing import Any

from aiogram_dialog import Dialog, DialogManager, LaunchMode, StartMode
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of
from dialogs.intakes import columns, entries, fixing, summary, upload
from dialogs.lists import intake_id_of, intaking, started
from dialogs.states import Customers, Intake
from dialogs.windows import dialog, menu_button, window
from texts.intakes import summary as texts


async def _done(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = intaking(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_intake(actor, intake_id_of(dialog_manager))
    other = await ops.find_unfinished(actor)
    return {
        "unfinished": texts.unfinished(other) if other and other.intake.id != view.intake.id else "",
        "taken": view.counts.taken,
        "details": texts.taken_details(*dialog_manager.dialog_data[summary.TAKEN]),
        "left": view.counts.ready + view.counts.to_fix,
        "order_label": texts.TO_ORDER if view.intake.in_order else texts.ORDER,
        "to_fix": view.counts.to_fix,
        "fix_label": texts.fix_on_label(view.counts.to_fix),
    }


def intakes_dialog() -> Dialog:
    """The dialog that `dialogs.lists` starts. A list that comes while another is shown replaces it."""
    done = window(
        texts.DONE,
        Button(Format("{order_label}"), id="order_taken", on_click=summary.buy()),
        Start(Const(texts.CATALOGUE), id="catalogue", state=Customers.list, mode=StartMode.RESET_STACK),
        Button(Format("{unfinished}"), id="finish", on_click=upload.go_on, when="unfinished"),
        Button(Format("{fix_label}"), id="fix_on", on_click=fixing.fix, when="to_fix"),
        SwitchTo(Const(texts.TO_LIST), id="done_to_list", state=Intake.list, when="left"),
        menu_button(),
        state=Intake.done,
        getter=_done,
    )
    modules = (summary, upload, fixing, entries, columns)
    return dialog(
        *(made for module in modules for made in module.windows()),
        done,
        on_start=started,
        launch_mode=LaunchMode.SINGLE_TOP,
    )
