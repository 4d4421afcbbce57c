"""The catalogue: a searched, filtered list, page by page, and the way to everything done with customers."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Row, Select, Start
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.customer_card import card_windows, open_card
from dialogs.importing import start_import
from dialogs.ordering.start import start_ordering
from dialogs.states import Customers, Import, NewCustomer
from dialogs.texts import customers as texts
from dialogs.texts.common import page_label
from dialogs.texts.errors import say
from dialogs.windows import current_page, dialog, menu_button, notify, pages, text_input, window
from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.text import search_terms
from services.customers import PAGE_SIZE, Criteria

QUERY_LIMIT = 80
SCROLLS = {Customers.list: "at", Customers.archived: "archived_at"}
"""The page shown of each list."""


def _list_of(archived: bool) -> Any:
    scroll_id = SCROLLS[Customers.archived if archived else Customers.list]

    async def getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        data, actor = dialog_manager.dialog_data, actor_of(dialog_manager)
        query, kind = data.get("query", ""), None if archived else data.get("kind")
        criteria = Criteria(query, CustomerKind(kind) if kind else None, archived)
        find = operations(dialog_manager).find_customers
        scroll: Any = dialog_manager.find(scroll_id)
        asked = await scroll.get_page()
        found = await find(actor, criteria, asked)
        page, count = await current_page(dialog_manager, scroll_id, found.total, PAGE_SIZE)
        if page != asked:
            await scroll.set_page(page)
            found = await find(actor, criteria, page)
        chosen = "archived" if archived else kind or "all"
        empty = not found.total and not query and chosen == "all"
        if empty:  # The archived ones stay within reach.
            empty = not (await find(actor, Criteria(archived=True))).total
        return {
            "items": [(customer.id, texts.item(customer)) for customer in found.items],
            "total": found.total,
            "pages": count,
            "page_label": page_label(page, count),
            "query": query,
            "archived": archived,
            "filtered": kind is not None,
            "filters": [] if empty else [(n, texts.filter_label(n, n == chosen)) for n in texts.FILTERS],
        }

    return getter


async def _show_from_start(manager: DialogManager) -> None:
    for scroll_id in SCROLLS.values():
        scroll: Any = manager.find(scroll_id)
        await scroll.set_page(0)


async def _search(message: Message, _: MessageInput, manager: DialogManager) -> None:
    query = " ".join((message.text or "").split())[:QUERY_LIMIT]
    if not search_terms(query):
        notify(manager, texts.UNREADABLE_SEARCH)
        return
    manager.dialog_data["query"] = query
    await _show_from_start(manager)


async def _clear_search(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop("query", None)
    await _show_from_start(manager)


async def _filter(_: CallbackQuery, __: Any, manager: DialogManager, name: str) -> None:
    if name == "archived":
        await manager.switch_to(Customers.archived)
        return
    manager.dialog_data["kind"] = None if name == "all" else CustomerKind(name).value
    await _show_from_start(manager)
    await manager.switch_to(Customers.list)


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, customer_id: int) -> None:
    await open_card(manager, customer_id)


async def _file(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await start_import(manager, message.document)


async def _order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await start_ordering(manager)


def _list_window(state: State) -> Window:
    archived = state is Customers.archived
    prefix = "archived_" if archived else ""
    return window(
        texts.LIST,
        text_input(_search),
        MessageInput(_file, content_types=ContentType.DOCUMENT),
        Column(
            Select(
                Format("{item[1]}"),
                id=f"{prefix}open",
                item_id_getter=lambda item: item[0],
                items="items",
                type_factory=int,
                on_click=_open,
            )
        ),
        *pages(SCROLLS[state]),
        Select(
            Format("{item[1]}"),
            id=f"{prefix}show",
            item_id_getter=lambda item: item[0],
            items="filters",
            on_click=_filter,
        ),
        Button(Const(texts.CLEAR_SEARCH), id=f"{prefix}clear", on_click=_clear_search, when="query"),
        Row(
            Start(Const(texts.ADD), id=f"{prefix}add", state=NewCustomer.tax_code),
            Start(Const(texts.UPLOAD), id=f"{prefix}upload", state=Import.upload),
        ),
        Row(Button(Const(texts.ORDER), id=f"{prefix}order", on_click=_order), menu_button()),
        state=state,
        getter=_list_of(archived),
    )


async def _started(start_data: Any, manager: DialogManager) -> None:
    customer_id = start_data.get("customer_id") if isinstance(start_data, dict) else None
    if customer_id is None:
        return
    try:
        await operations(manager).get_customer(actor_of(manager), customer_id)
    except DomainError as refusal:
        # A link to a customer that is not there leads to those that are.
        notify(manager, say(refusal))
        await manager.switch_to(Customers.list)
    else:
        await open_card(manager, customer_id)


async def _came_back(_: Any, result: Any, manager: DialogManager) -> None:
    """A customer was declared (or found to be known): show it."""
    if isinstance(result, dict) and "customer_id" in result:
        notify(manager, texts.ADDED if result.get("created") else texts.KNOWN)
        await open_card(manager, result["customer_id"])


def customers_dialog() -> Dialog:
    return dialog(
        _list_window(Customers.list),
        *card_windows(),
        _list_window(Customers.archived),
        on_start=_started,
        on_process_result=_came_back,
    )
