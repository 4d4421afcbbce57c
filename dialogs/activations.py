"""Bulk activation: what to activate, and mending what failed."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.forms import OFFER, offer_labels, offer_of, shown
from dialogs.states import Activation, Orders
from dialogs.texts import activations as texts
from dialogs.texts import common, customers, forms, orders
from dialogs.windows import current_page, dialog, menu_button, notify, pages, text_input, window
from domain.activations import RunState
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.identifiers import parse_email
from services.activations import MENDABLE, PAGE_SIZE


def _started_with(manager: DialogManager, key: str) -> int:
    """An id of this dialog: chosen in it, or what it was started with."""
    data = manager.start_data if isinstance(manager.start_data, dict) else {}
    found = manager.dialog_data.get(key, data.get(key))
    if found is None:
        raise DomainError("order_unknown")
    return int(found)


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
    """The run that is picked for; begun with everything when the window opens."""
    run_id = manager.dialog_data.get("run_id")
    if run_id is None:
        run = await operations(manager).open_activation(actor_of(manager), _started_with(manager, "order_id"))
        run_id = manager.dialog_data["run_id"] = run.id
    return int(run_id)


async def _confirm(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_activation(
        actor_of(dialog_manager), await _run_id(dialog_manager)
    )
    dialog_manager.dialog_data["order_id"] = view.order.id
    begun = view.run.state is not RunState.PICKING
    return {
        "order": view.order,
        "picked": view.picked,
        "possible": view.possible,
        "begun": begun,
        "may_start": view.picked > 0 and not begun,
        "may_pick": view.possible > 1 and not begun,
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
        # A tap may come twice, so a button says what it wants: p12 picks, u12 leaves out.
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


async def _start(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).start_run(actor_of(manager), await _run_id(manager))
    await manager.switch_to(Activation.begun)


async def _begun(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_activation(
        actor_of(dialog_manager), await _run_id(dialog_manager)
    )
    return {"order": view.order, "picked": view.picked}


# What failed
async def _failed(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    run_id = _started_with(dialog_manager, "run_id")
    scroll: Any = dialog_manager.find("failed_page")
    asked = await scroll.get_page()
    view = await ops.list_failed(actor, run_id, asked)
    page, count = await current_page(dialog_manager, "failed_page", view.count, PAGE_SIZE)
    if page != asked:
        view = await ops.list_failed(actor, run_id, page)
    dialog_manager.dialog_data["order_id"] = view.order.id
    return {
        "order": view.order,
        "count": view.count,
        "failures": [texts.failure_line(item) for item in view.items],
        "items": [{"id": f"{item.licence.id}", "label": texts.failed_button(item)} for item in view.items],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _failed_chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """Straight to the field that is wrong, where the vendor named one."""
    manager.dialog_data["licence_id"] = int(item)
    found = await operations(manager).show_licence(actor_of(manager), int(item))
    failure = found.licence.failure
    if failure is not None and failure.field in MENDABLE:
        await _ask(manager, failure.field)
    else:
        await manager.switch_to(Activation.mend)


async def _retry(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    run = await operations(manager).retry_failed(actor_of(manager), _started_with(manager, "run_id"))
    manager.dialog_data["run_id"] = run.id
    await manager.switch_to(Activation.begun)


async def _mend(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).show_licence(
        actor_of(dialog_manager), dialog_manager.dialog_data["licence_id"]
    )
    return {
        "line": found.line,
        "why": texts.why(found.licence),
        "fields": [(field.value, customers.edit_label(field)) for field in MENDABLE],
    }


async def _field_chosen(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    await _ask(manager, CustomerField(field))


async def _ask(manager: DialogManager, field: CustomerField) -> None:
    manager.dialog_data["field"] = field.value
    manager.dialog_data.pop(OFFER, None)
    await manager.switch_to(Activation.mend_field)


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    found = await operations(dialog_manager).show_licence(actor_of(dialog_manager), data["licence_id"])
    field = CustomerField(data["field"])
    offer = data.get(OFFER)
    return {
        "line": found.line,
        "why": texts.why(found.licence),
        "label": customers.FIELDS[field],
        "value": shown(field.value, getattr(found.line, field.value)),
        "example": customers.EXAMPLES[field],
        "offer": offer,
        **(offer_labels(offer) if offer else {}),
    }


async def _change(manager: DialogManager, text: str, as_typed: bool = False) -> None:
    data = manager.dialog_data
    field = CustomerField(data["field"])
    if field is CustomerField.EMAIL and not as_typed:
        email = parse_email(text)
        if email.hint:
            data[OFFER] = {"typed": email.value, "better": email.hint}
            return
    mended = await operations(manager).mend_licence(actor_of(manager), data["licence_id"], field, text)
    data.pop(OFFER, None)
    notify(manager, texts.mended(mended.line, field))
    await manager.switch_to(Activation.failed)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _change(manager, message.text or "")


async def _use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _change(manager, offer_of(manager)["better"], as_typed=True)


async def _as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _change(manager, offer_of(manager)["typed"], as_typed=True)


async def _to_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(Orders.card, data={"order_id": manager.dialog_data["order_id"]})


def _list(widget_id: str, chosen: Any) -> Column:
    select = Select(
        Format("{item[label]}"),
        id=widget_id,
        item_id_getter=lambda item: item["id"],
        items="items",
        on_click=chosen,
    )
    return Column(select)


def activations_dialog() -> Dialog:
    """`Activation.confirm` starts with `{"order_id": int}`, `Activation.failed` with `{"run_id": int}`."""
    return dialog(
        window(
            texts.ORDERS,
            _list("order", _order_chosen),
            *pages("act_orders_page"),
            menu_button(),
            state=Activation.orders,
            getter=_orders,
        ),
        window(
            texts.CONFIRM,
            Button(Format(texts.ACTIVATE), id="start", on_click=_start, when="may_start"),
            SwitchTo(Const(texts.PICK), id="pick", state=Activation.pick, when="may_pick"),
            Row(Button(Const(texts.TO_ORDER), id="to_order", on_click=_to_order), menu_button()),
            state=Activation.confirm,
            getter=_confirm,
        ),
        window(
            texts.PICKING,
            _list("licence", _tapped),
            *pages("licences_page"),
            Button(Format(texts.ACTIVATE), id="start_picked", on_click=_start, when="may_start"),
            Row(
                Button(Const(texts.PICK_ALL), id="all", on_click=_all(True), when="may_pick_all"),
                Button(Const(texts.PICK_NONE), id="none", on_click=_all(False), when="may_start"),
            ),
            SwitchTo(Const(common.BACK), id="to_confirm", state=Activation.confirm),
            state=Activation.pick,
            getter=_picking,
        ),
        window(
            texts.BEGUN,
            Row(Button(Const(texts.TO_ORDER), id="begun_to_order", on_click=_to_order), menu_button()),
            state=Activation.begun,
            getter=_begun,
        ),
        window(
            texts.FAILED,
            _list("failed", _failed_chosen),
            *pages("failed_page"),
            Button(Format(texts.RETRY), id="retry", on_click=_retry, when="count"),
            Row(Button(Const(texts.TO_ORDER), id="failed_to_order", on_click=_to_order), menu_button()),
            state=Activation.failed,
            getter=_failed,
        ),
        window(
            texts.MEND,
            Column(
                Select(
                    Format("{item[1]}"),
                    id="mend_field",
                    item_id_getter=lambda item: item[0],
                    items="fields",
                    on_click=_field_chosen,
                )
            ),
            SwitchTo(Const(common.BACK), id="to_failed", state=Activation.failed),
            state=Activation.mend,
            getter=_mend,
        ),
        window(
            texts.MEND_FIELD + forms.OFFER,
            text_input(_typed),
            Button(Format(forms.USE), id="use", on_click=_use, when="offer"),
            Button(Format(forms.AS_TYPED), id="as_typed", on_click=_as_typed, when="typed_label"),
            Row(
                SwitchTo(Const(texts.OTHER_FIELD), id="other_field", state=Activation.mend),
                SwitchTo(Const(common.CANCEL), id="mend_cancel", state=Activation.failed),
            ),
            state=Activation.mend_field,
            getter=_field,
        ),
    )
