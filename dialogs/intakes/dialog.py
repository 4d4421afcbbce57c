"""The windows of lists in one dialog, and the window that shows what became of a list."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, LaunchMode, StartMode
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.intakes import columns, entries, fixing, summary, upload
from dialogs.lists import intake_id_of, intaking, started
from dialogs.states import Customers, Intake
from dialogs.windows import dialog, menu_button, notify, window
from texts.catalogue import logins as login_texts
from texts.intakes import done as texts
from texts.intakes import summary as summary_texts


async def _done(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = intaking(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_intake(actor, intake_id_of(dialog_manager))
    other = await ops.find_unfinished(actor)
    doubts = await ops.find_doubts(actor, view.intake.id)
    return {
        "unfinished": summary_texts.unfinished(other) if other and other.intake.id != view.intake.id else "",
        "taken": view.counts.taken,
        "details": texts.taken_details(*dialog_manager.dialog_data[summary.TAKEN]),
        "left": view.counts.ready + view.counts.to_fix,
        "order_label": texts.TO_ORDER if view.intake.in_order else texts.ORDER,
        "doubts": texts.doubts(doubts),
        "doubtful": len(doubts),
        "to_fix": view.counts.to_fix,
        "fix_label": texts.fix_on_label(view.counts.to_fix),
    }


async def _sure(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    found = await intaking(manager).find_doubts(actor_of(manager), intake_id_of(manager))
    accept = operations(manager).accept_logins
    await accept(actor_of(manager), [customer.id for customer, _ in found])
    notify(manager, login_texts.SURE_SAVED)


def intakes_dialog() -> Dialog:
    """The dialog that `dialogs.lists` starts. A list that comes while another is shown replaces it."""
    done = window(
        texts.DONE,
        Button(Format("{order_label}"), id="order_taken", on_click=summary.buy()),
        Button(Const(login_texts.SURE), id="logins_sure", on_click=_sure, when="doubtful"),
        Start(Const(texts.CATALOGUE), id="catalogue", state=Customers.list, mode=StartMode.RESET_STACK),
        Button(Format("{unfinished}"), id="finish", on_click=upload.go_on, when="unfinished"),
        Button(Format("{fix_label}"), id="fix_on", on_click=fixing.fix, when="to_fix"),
        SwitchTo(Const(summary_texts.TO_LIST), id="done_to_list", state=Intake.list, when="left"),
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
