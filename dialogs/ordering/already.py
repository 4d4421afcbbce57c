"""Customers of the draft that are in an order of the firm already."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.states import Ordering, Orders
from dialogs.windows import choices, notify, window
from texts.ordering import already as texts
from texts.ordering import line as line_texts

_ORDERS_SHOWN = 5


async def _already(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    found = await ops.find_already_ordered(actor)
    orders = {one.before.order_id: one.before.order_code for one in found.items if one.may_open}
    return {
        "view": await ops.view_draft(actor),
        "items": found.items,
        "total": found.total,
        "orders": [
            {"id": order_id, "label": texts.OPEN_ORDER_OF.format(code=code)}
            for order_id, code in list(orders.items())[:_ORDERS_SHOWN]
        ],
    }


async def _open_order(_: CallbackQuery, __: Any, manager: DialogManager, order_id: int) -> None:
    await manager.start(Orders.card, data={"order_id": order_id}, mode=StartMode.RESET_STACK)


async def _drop(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    count = await operations(manager).drop_already_ordered(actor_of(manager))
    notify(manager, texts.DROPPED_ALREADY.format(count=count) if count else texts.NONE_ALREADY)
    await manager.switch_to(Ordering.review)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.ALREADY,
            Button(Format(texts.DROP_ALREADY), id="drop_already", on_click=_drop, when="total"),
            choices("ordered_in", _open_order, items="orders", type_factory=int),
            SwitchTo(Const(line_texts.TO_REVIEW), id="already_to_review", state=Ordering.review),
            state=Ordering.already,
            getter=_already,
        ),
    )
