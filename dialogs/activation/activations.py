"""Bulk activation: choosing the order, and which of its customers."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.activation.failed_activations import failed_windows, show_begun, to_order
from dialogs.bottom import hand_over
from dialogs.context import actor_of, chosen_id, operations
from dialogs.looking import look_at
from dialogs.states import AT_ONCE, Activation
from dialogs.windows import choices, current_page, dialog, menu_button, pages, window
from domain.activations import RunState
from services.paging import PAGE_SIZE
from texts import common, numbered
from texts.activation import activations as texts
from texts.orders import orders


# Orders with something to activate
async def _orders(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    scroll: Any = dialog_manager.find("act_orders_page")
    found = await ops.list_to_activate(actor, await scroll.get_page())
    page, count = await current_page(dialog_manager, "act_orders_page", found.total, PAGE_SIZE)
    return {
        "total": found.total,
        "items": [{"id": order.id, "label": orders.order_button(order)} for order in found.items],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _order_chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    manager.dialog_data["order_id"] = int(item)
    manager.dialog_data.pop("run_id", None)
    await manager.switch_to(Activation.confirm)


# What to activate
async def _run_id(manager: DialogManager) -> int:
    """The run that licences are picked for. It is begun, with all of them picked, when the window opens."""
    run_id = manager.dialog_data.get("run_id")
    if run_id is None:
        run = await operations(manager).open_activation(actor_of(manager), chosen_id(manager, "order_id"))
        run_id = manager.dialog_data["run_id"] = run.id
    return int(run_id)


async def _confirm(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_activation(
        actor_of(dialog_manager), await _run_id(dialog_manager)
    )
    dialog_manager.dialog_data["order_id"] = view.order.id
    await look_at(dialog_manager, view.order.id)
    begun = view.run.state is not RunState.PICKING
    return {
        "order": view.order,
        "picked": view.picked,
        "possible": view.possible,
        "begun": begun,
        "may_start": view.picked > 0 and not begun,
        "may_pick": view.possible > 1 and not begun,
        "any_used": view.any_used,
        "states": texts.state_counts(view.states),
    }


async def _picking(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor, run_id = operations(dialog_manager), actor_of(dialog_manager), await _run_id(dialog_manager)
    scroll: Any = dialog_manager.find("licences_page")
    asked = await scroll.get_page()
    view = await ops.view_activation(actor, run_id, asked)
    page, count = await current_page(dialog_manager, "licences_page", view.possible, PAGE_SIZE)
    if page != asked:
        view = await ops.view_activation(actor, run_id, page)
    return {
        "order": view.order,
        "picked": view.picked,
        "possible": view.possible,
        "may_start": view.picked > 0,
        "may_pick_all": view.picked < view.possible,
        # A tap may come twice, so the button says what it does: p12 picks, u12 leaves out.
        "items": [
            {
                "id": f"{'u' if one.licence.id in view.picked_here else 'p'}{one.licence.id}",
                "label": texts.licence_button(one, one.licence.id in view.picked_here),
            }
            for one in view.licences
        ],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _tapped(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    run_id = await _run_id(manager)
    await operations(manager).pick_licence(actor_of(manager), run_id, int(item[1:]), item[0] == "p")


def _all(picked: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await operations(manager).pick_all_licences(actor_of(manager), await _run_id(manager), picked)

    return tapped


async def _started(start_data: Any, manager: DialogManager) -> None:
    """Begin at once with all of an order where its window has asked already."""
    if isinstance(start_data, dict) and start_data.get(AT_ONCE):
        await _begin(manager)


async def _start(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _begin(manager)


async def _begin(manager: DialogManager) -> None:
    window = await hand_over(manager)
    await operations(manager).start_run(actor_of(manager), await _run_id(manager), window)
    await show_begun(manager, window)


async def _begun(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_activation(
        actor_of(dialog_manager), await _run_id(dialog_manager)
    )
    return {"order": view.order, "picked": view.picked, "over": view.run.state is RunState.FINISHED}


def activations_dialog() -> Dialog:
    """`Activation.confirm` starts with `{"order_id": int}`, with `AT_ONCE` if it was agreed to, and
    `Activation.failed` with `{"run_id": int}`."""
    return dialog(
        window(
            texts.ORDERS,
            choices("order", _order_chosen),
            *pages("act_orders_page"),
            menu_button(),
            state=Activation.orders,
            getter=_orders,
        ),
        window(
            texts.CONFIRM,
            Button(Format(texts.ACTIVATE), id="start", on_click=_start, when="may_start"),
            SwitchTo(Const(texts.PICK), id="pick", state=Activation.pick, when="may_pick"),
            Row(Button(Const(texts.TO_ORDER), id="to_order", on_click=to_order), menu_button()),
            state=Activation.confirm,
            words={"start": numbered.ACTIVATE},
            getter=_confirm,
        ),
        window(
            texts.PICKING,
            choices("licence", _tapped),
            *pages("licences_page"),
            Button(Format(texts.ACTIVATE), id="start_picked", on_click=_start, when="may_start"),
            Row(
                Button(Const(texts.PICK_ALL), id="all", on_click=_all(True), when="may_pick_all"),
                Button(Const(texts.PICK_NONE), id="none", on_click=_all(False), when="may_start"),
            ),
            SwitchTo(Const(common.BACK), id="to_confirm", state=Activation.confirm),
            state=Activation.pick,
            several=("licence",),
            words={"start_picked": numbered.ACTIVATE},
            getter=_picking,
        ),
        window(
            texts.BEGUN,
            Row(Button(Const(texts.TO_ORDER), id="begun_to_order", on_click=to_order), menu_button()),
            state=Activation.begun,
            getter=_begun,
        ),
        *failed_windows(),
        on_start=_started,
    )
