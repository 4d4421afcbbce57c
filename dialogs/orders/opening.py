"""Which order, line and page the windows of orders show."""

from typing import Any

from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.states import Orders
from domain.errors import DomainError
from texts.orders import orders as texts


def order_id_of(manager: DialogManager) -> int:
    """The order opened from the list, else that of the start data. Raises `DomainError("order_unknown")`."""
    data = manager.start_data
    found = manager.dialog_data.get("order_id")
    if found is None and isinstance(data, dict):
        found = data.get("order_id")
    if found is None:
        raise DomainError("order_unknown")
    return int(found)


async def open_order(manager: DialogManager, order_id: int) -> None:
    """Switch to the order's page; its lists begin anew."""
    manager.dialog_data["order_id"] = order_id
    for scroll_id in ("order_lines_page", "timeline_page"):
        scroll: Any = manager.find(scroll_id)
        await scroll.set_page(0)
    await manager.switch_to(Orders.card)


def order_button(widget_id: str, label: str = texts.TO_ORDER) -> SwitchTo:
    """Back to the order's page."""
    return SwitchTo(Const(label), id=widget_id, state=Orders.card)
