"""A change of an order before it is made, the one tap that makes it, and the one that takes it back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.catalogue.accounting import declared_of
from dialogs.context import actor_of, operations
from dialogs.orders.opening import order_id_of
from dialogs.states import Changing
from dialogs.windows import notify, window
from domain.customers import CustomerField
from domain.recipients import NoticeRecipient, RecipientMode
from texts.common import DONE
from texts.orders import changes as texts

_ACT, _BACK, _SHOWN = "act", "back", "shown_change"
"""Dialog data: the change to make, the one that takes it back, and what is said of it."""


async def show_change(
    manager: DialogManager,
    title: str,
    changes: Sequence[tuple[str, str, str]],
    notes: Sequence[str],
    act: Mapping[str, Any],
    back: Mapping[str, Any] | None,
) -> None:
    """Show each of the `changes` (label, before, after) with these `notes`; a tap then does `act`, and one
    more `back`, if it can be taken back."""
    data = manager.dialog_data
    data[_ACT], data[_BACK] = dict(act), dict(back) if back else None
    data[_SHOWN] = {
        "title": title,
        "changes": [list(one) for one in changes],
        "notes": [note for note in notes if note],
    }
    await manager.switch_to(Changing.shown)


async def _shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return dict(dialog_manager.dialog_data[_SHOWN])


async def _make(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _do(manager, manager.dialog_data[_ACT])
    await manager.switch_to(Changing.done)


async def _done(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    shown = dialog_manager.dialog_data[_SHOWN]
    said = [f"{DONE} {label}: {after}" for label, _before, after in shown["changes"]]
    return {"said": said, "back": dialog_manager.dialog_data[_BACK] is not None}


async def _take_back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    back = manager.dialog_data[_BACK]
    if back is not None:
        await _do(manager, back)
        manager.dialog_data[_BACK] = None
    notify(manager, texts.TAKEN_BACK)
    await manager.switch_to(Changing.home)


async def _do(manager: DialogManager, act: dict[str, Any]) -> None:
    ops, actor, order_id = operations(manager), actor_of(manager), order_id_of(manager)
    match act["kind"]:
        case "package":
            await ops.change_package(actor, order_id, act["package_id"], act["before"], act["after"])
        case "payer":
            mode, notice = RecipientMode(act["mode"]), act["notice"] and NoticeRecipient(*act["notice"])
            shown = act.get("shown")
            if shown is None:
                shown = (await ops.preview_recipient(actor, order_id, mode, notice)).shown
            await ops.change_recipient(actor, order_id, mode, notice, shown)
        case "mend":
            field = CustomerField(act["field"])
            await ops.mend_line(actor, order_id, act["position"], field, act["text"], act["shown"])
        case "accounting":
            _order, found = await ops.view_mendable(actor, order_id, act["position"])
            data, shown = (
                replace(found.line.accounting, **declared_of(act[name])) for name in ("data", "shown")
            )
            await ops.mend_line_accounting(actor, order_id, act["position"], data, shown)


def shown_windows(to_order: Button) -> tuple[Window, ...]:
    return (
        window(
            texts.BEFORE_AND_AFTER,
            Row(
                Button(Const(texts.CHANGE), id="change", on_click=_make),
                SwitchTo(Const(texts.DO_NOT), id="do_not", state=Changing.home),
            ),
            state=Changing.shown,
            getter=_shown,
        ),
        window(
            texts.MADE,
            Button(Const(texts.BACK_TO), id="take_back", on_click=_take_back, when="back"),
            to_order,
            state=Changing.done,
            getter=_done,
        ),
    )
