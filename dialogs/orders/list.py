"""The list of orders: searched by typing, filtered by state, page by page."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.money.account_statements import own_statement_button
from dialogs.orders.opening import open_order
from dialogs.states import Orders
from dialogs.windows import choices, current_page, menu_button, notify, pages, search_input, window
from domain.codes import find_codes
from domain.text import search_terms
from services.paging import PAGE_SIZE
from texts import common
from texts.catalogue.customers import UNREADABLE_SEARCH
from texts.common import page_label
from texts.orders import orders as texts

QUERY_LIMIT = 80
_SCROLL = "orders_page"


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data, actor = dialog_manager.dialog_data, actor_of(dialog_manager)
    find = operations(dialog_manager).list_orders
    query, chosen = data.get("query", ""), data.get("filter", "all")
    _label, states = texts.FILTERS[chosen]
    scroll: Any = dialog_manager.find(_SCROLL)
    asked = await scroll.get_page()
    found = await find(actor, asked, query, states)
    page, count = await current_page(dialog_manager, _SCROLL, found.total, PAGE_SIZE)
    if page != asked:
        found = await find(actor, page, query, states)
    some = found.total or query or states
    unpaid = await operations(dialog_manager).count_open_orders(actor)
    return {
        "total": found.total,
        "items": [{"id": order.id, "label": texts.order_button(order)} for order in found.items],
        "join": texts.join(unpaid.count) if unpaid.may_join else "",
        "query": query,
        "filtered": bool(states),
        "filter_label": texts.filter_button(chosen) if some else "",
        "may_state": bool(some) and not query,
        "pages": count,
        "page_label": page_label(page, count),
    }


async def _filters(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    chosen = dialog_manager.dialog_data.get("filter", "all")
    return {"filters": [(name, texts.filter_label(name, name == chosen)) for name in texts.FILTERS]}


async def _from_the_start(manager: DialogManager) -> None:
    scroll: Any = manager.find(_SCROLL)
    await scroll.set_page(0)


async def _search(message: Message, _: MessageInput, manager: DialogManager) -> None:
    query = " ".join((message.text or "").split())[:QUERY_LIMIT]
    if not search_terms(query):
        notify(manager, UNREADABLE_SEARCH)
        return
    found = await operations(manager).list_orders(actor_of(manager), 0, query)
    if found.total == 1 and find_codes(query) == [found.items[0].code]:
        await open_order(manager, found.items[0].id)
        return
    manager.dialog_data["query"] = query
    await _from_the_start(manager)


async def _clear_search(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop("query", None)
    await _from_the_start(manager)


async def _filter(_: CallbackQuery, __: Any, manager: DialogManager, name: str) -> None:
    manager.dialog_data["filter"] = name if name in texts.FILTERS else "all"
    await _from_the_start(manager)
    await manager.switch_to(Orders.list)


async def _join(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).ask_joint_instruction(actor_of(manager))
    notify(manager, texts.JOINT_COMING)


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, order_id: int) -> None:
    await open_order(manager, order_id)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.LIST,
            search_input(_search),
            choices("order", _open, type_factory=int),
            *pages(_SCROLL),
            Button(Format(texts.JOIN), id="join", on_click=_join, when="join"),
            Button(Const(texts.CLEAR_SEARCH), id="orders_clear", on_click=_clear_search, when="query"),
            own_statement_button(when="may_state"),
            Row(
                SwitchTo(Format("{filter_label}"), id="filter", state=Orders.filter, when="filter_label"),
                menu_button(),
            ),
            state=Orders.list,
            getter=_list,
        ),
        window(
            texts.FILTER,
            Column(
                Select(
                    Format("{item[1]}"),
                    id="orders_show",
                    item_id_getter=lambda item: item[0],
                    items="filters",
                    on_click=_filter,
                )
            ),
            SwitchTo(Const(common.BACK), id="filter_back", state=Orders.list),
            state=Orders.filter,
            getter=_filters,
        ),
    )
