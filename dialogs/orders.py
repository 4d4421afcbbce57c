"""Placed orders: the list, one order, its customers."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Column, CopyText, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.states import Orders
from dialogs.texts import common
from dialogs.texts import ordering as ordering_texts
from dialogs.texts import orders as texts
from dialogs.windows import current_page, dialog, menu_button, pages, window
from domain.banks import bank_by_bin
from domain.errors import DomainError
from services.orders import PAGE_SIZE


def _order_id(manager: DialogManager) -> int:
    data = manager.start_data
    found = manager.dialog_data.get("order_id")
    if found is None and isinstance(data, dict):
        found = data.get("order_id")
    if found is None:
        raise DomainError("order_unknown")
    return int(found)


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    scroll: Any = dialog_manager.find("orders_page")
    found = await ops.list_orders(actor, await scroll.get_page())
    page, count = await current_page(dialog_manager, "orders_page", found.total, PAGE_SIZE)
    return {
        "total": found.total,
        "items": [{"id": order.id, "label": texts.order_button(order)} for order in found.items],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    manager.dialog_data["order_id"] = int(item)
    await manager.switch_to(Orders.card)


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_order(actor_of(dialog_manager), _order_id(dialog_manager))
    payment = view.payment
    bank = bank_by_bin(payment.payee.bank_bin) if payment else None
    return {
        "order": view.order,
        "state": texts.STATES[view.order.state],
        "recipient": ordering_texts.RECIPIENTS[view.order.recipient],
        "payment": payment,
        "bank": bank.short_name if bank else "",
        "listed": bool(dialog_manager.dialog_data.get("order_id")),
    }


async def _lines(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor, order_id = operations(dialog_manager), actor_of(dialog_manager), _order_id(dialog_manager)
    order = (await ops.view_order(actor, order_id)).order
    page, count = await current_page(dialog_manager, "order_lines_page", order.line_count, PAGE_SIZE)
    view = await ops.view_order(actor, order_id, page)
    return {
        "order": view.order,
        "lines": view.lines,
        "one_payment": view.payment is not None,
        "pages": count,
        "page_label": common.page_label(page, count),
    }


def orders_dialog() -> Dialog:
    """`Orders.card` may be started with `{"order_id": int}`."""
    return dialog(
        window(
            texts.LIST,
            Column(
                Select(
                    Format("{item[label]}"),
                    id="order",
                    item_id_getter=lambda item: item["id"],
                    items="items",
                    on_click=_open,
                )
            ),
            *pages("orders_page"),
            menu_button(),
            state=Orders.list,
            getter=_list,
        ),
        window(
            texts.CARD,
            Row(
                CopyText(Const(texts.COPY_AMOUNT), Format("{payment.amount}")),
                CopyText(Const(texts.COPY_CONTENT), Format("{payment.code}")),
                when="payment",
            ),
            SwitchTo(Format(texts.SEE_LINES), id="order_lines", state=Orders.lines),
            SwitchTo(Const(texts.TO_LIST), id="to_orders", state=Orders.list),
            menu_button(),
            state=Orders.card,
            getter=_card,
        ),
        window(
            texts.LINES,
            *pages("order_lines_page"),
            SwitchTo(Const(common.BACK), id="to_order", state=Orders.card),
            state=Orders.lines,
            getter=_lines,
        ),
    )
