"""Customers kept twice: list pairs that look alike, compare two, merge them, undo a merge."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, chosen_id, operations
from dialogs.leaving import leave_button
from dialogs.states import Merging
from dialogs.windows import choices, current_page, dialog, notify, pages, search_input, window
from domain.errors import DomainError
from services.catalogue.customers import Criteria, CustomerView
from services.paging import PAGE_SIZE
from texts import common
from texts.catalogue import merging as texts

_QUERY_LIMIT = 200
_SCROLL = "pairs_at"


async def _pairs(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    find, actor = operations(dialog_manager).find_look_alikes, actor_of(dialog_manager)
    scroll: Any = dialog_manager.find(_SCROLL)
    asked = await scroll.get_page()
    found = await find(actor, asked)
    page, count = await current_page(dialog_manager, _SCROLL, found.total, PAGE_SIZE)
    if page != asked:
        found = await find(actor, page)
    return {
        "items": [
            {"id": f"{pair.first.id}-{pair.second.id}", "label": texts.pair_button(pair)}
            for pair in found.pairs
        ],
        "total": found.total,
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _pair_chosen(_: CallbackQuery, __: Any, manager: DialogManager, pair: str) -> None:
    first, second = map(int, pair.split("-"))
    await _compare(manager, first, second)


async def _compare(manager: DialogManager, first: int, second: int) -> None:
    manager.dialog_data.update(first=first, second=second)
    await manager.switch_to(Merging.compare)


async def _search(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_customer(actor, chosen_id(dialog_manager, "customer_id"))
    customer = view.customer
    # Before anything is typed, the customer's own name is the search.
    query = dialog_manager.dialog_data.get("query", "")
    found = await ops.find_customers(actor, Criteria(query or customer.name), page_size=PAGE_SIZE + 1)
    return {
        "customer": customer,
        "query": query,
        "items": [
            {"id": one.id, "label": texts.found_button(one)} for one in found.items if one.id != customer.id
        ][:PAGE_SIZE],
        "merged": [{"id": one.id, "label": texts.split_button(one)} for one in view.merged],
    }


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data["query"] = " ".join((message.text or "").split())[:_QUERY_LIMIT]


async def _found(_: CallbackQuery, __: Any, manager: DialogManager, other_id: int) -> None:
    await _compare(manager, chosen_id(manager, "customer_id"), other_id)


async def _split(_: CallbackQuery, __: Any, manager: DialogManager, drop_id: int) -> None:
    await operations(manager).undo_merge(actor_of(manager), drop_id)
    notify(manager, texts.UNDONE)


async def _views(manager: DialogManager) -> tuple[CustomerView, CustomerView]:
    ops, actor = operations(manager), actor_of(manager)
    first, second = (chosen_id(manager, name) for name in ("first", "second"))
    return await ops.view_customer(actor, first), await ops.view_customer(actor, second)


async def _comparison(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    first, second = await _views(dialog_manager)
    return {"first": first, "second": second, "rows": texts.rows(first, second)}


def _merge(keep: str, drop: str) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        keep_id, drop_id = chosen_id(manager, keep), chosen_id(manager, drop)
        await operations(manager).merge_customers(actor_of(manager), keep_id, drop_id)
        manager.dialog_data.update(kept=keep_id, dropped=drop_id)
        await manager.switch_to(Merging.merged)

    return tapped


async def _merged(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    return {
        "kept": await ops.get_customer(actor, chosen_id(dialog_manager, "kept")),
        "dropped": await ops.get_customer(actor, chosen_id(dialog_manager, "dropped")),
    }


async def _undo(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).undo_merge(actor_of(manager), chosen_id(manager, "dropped"))
    notify(manager, texts.UNDONE)
    await manager.switch_to(Merging.compare)


async def _open(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """End with the kept customer, which the catalogue below then shows."""
    await manager.done({"customer_id": chosen_id(manager, "kept")})


async def _back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Go back to the window where the two were chosen."""
    try:
        chosen_id(manager, "customer_id")
    except DomainError:
        await manager.switch_to(Merging.pairs)
    else:
        await manager.switch_to(Merging.search)


def merging_dialog() -> Dialog:
    return dialog(
        window(
            texts.PAIRS,
            choices("pair", _pair_chosen),
            *pages(_SCROLL),
            leave_button("pairs_back"),
            state=Merging.pairs,
            getter=_pairs,
        ),
        window(
            texts.SEARCH,
            search_input(_typed),
            choices("found", _found, type_factory=int),
            choices("split", _split, items="merged", type_factory=int),
            leave_button("search_back"),
            state=Merging.search,
            getter=_search,
        ),
        window(
            texts.COMPARE,
            Button(Const(texts.KEEP_FIRST), id="keep_first", on_click=_merge("first", "second")),
            Button(Const(texts.KEEP_SECOND), id="keep_second", on_click=_merge("second", "first")),
            Button(Const(common.BACK), id="compare_back", on_click=_back),
            state=Merging.compare,
            getter=_comparison,
        ),
        window(
            texts.MERGED,
            Button(Const(texts.UNDO), id="undo", on_click=_undo),
            Row(
                Button(Const(texts.OPEN), id="open", on_click=_open),
                SwitchTo(Const(texts.NEXT), id="next", state=Merging.pairs),
            ),
            state=Merging.merged,
            getter=_merged,
        ),
    )
