"""Lists of an order's customers in which one, or several, are chosen to be changed."""

from collections.abc import Callable
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.orders.opening import order_id_of
from dialogs.windows import current_page, notify, search_input
from domain.orders import OrderLine
from domain.text import search_terms
from services.paging import PAGE_SIZE
from texts import common
from texts.catalogue.customers import UNREADABLE_SEARCH
from texts.orders.orders import CLEAR_SEARCH

_QUERY = "lines_query"
_LONGEST = 80


async def listed(manager: DialogManager, scroll_id: str, item: Callable[[OrderLine], Any]) -> dict[str, Any]:
    """What a window shows of the page that was asked for: each line as an `item`."""
    ops, actor, order_id = operations(manager), actor_of(manager), order_id_of(manager)
    query: str = manager.dialog_data.get(_QUERY, "")
    scroll: Any = manager.find(scroll_id)
    asked = await scroll.get_page()
    found = await ops.find_order_lines(actor, order_id, query, asked)
    page, count = await current_page(manager, scroll_id, found.total, PAGE_SIZE)
    if page != asked:
        found = await ops.find_order_lines(actor, order_id, query, page)
    return {
        "order": found.order,
        "query": query,
        "found": found.total,
        "items": [item(line) for line in found.lines],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


def searching(scroll_id: str) -> tuple[MessageInput, Button]:
    """The widgets that narrow such a list by what is typed, and show all of it again."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        query = " ".join((message.text or "").split())[:_LONGEST]
        if not search_terms(query):
            notify(manager, UNREADABLE_SEARCH)
            return
        await _show(manager, query)

    async def cleared(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await _show(manager, "")

    async def _show(manager: DialogManager, query: str) -> None:
        manager.dialog_data[_QUERY] = query
        scroll: Any = manager.find(scroll_id)
        await scroll.set_page(0)

    clear = Button(Const(CLEAR_SEARCH), id=f"{scroll_id}_clear", on_click=cleared, when="query")
    return search_input(typed), clear
