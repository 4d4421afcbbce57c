"""The tax invoices of an order, page by page, and all of their files."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, Group, Select
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, chosen_id, operations
from dialogs.documents import send_archives
from dialogs.invoices.opening import open_invoice
from dialogs.states import Invoices, Orders
from dialogs.windows import current_page, pages, window
from domain.invoices import Invoice
from services.paging import PAGE_SIZE
from texts.common import page_label
from texts.invoices import list as texts
from texts.invoices.words import file_name

_SCROLL = "invoices_page"


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    order_id = chosen_id(dialog_manager, "order_id")
    scroll: Any = dialog_manager.find(_SCROLL)
    asked = await scroll.get_page()
    view = await ops.list_invoices(actor, order_id, asked)
    page, count = await current_page(dialog_manager, _SCROLL, view.counts.total, PAGE_SIZE)
    if page != asked:
        view = await ops.list_invoices(actor, order_id, page)
    return {
        "order": view.order,
        "counts": view.counts,
        "rule": texts.rule(view.moment),
        "items": [
            {
                "id": invoice.id,
                "label": texts.button(invoice),
                "invoice": invoice,
                "number": texts.number(invoice),
                "state": texts.state(invoice),
            }
            for invoice in view.items
        ],
        "has_files": view.has_files,
        "pages": count,
        "page_label": page_label(page, count),
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, invoice_id: int) -> None:
    await open_invoice(manager, invoice_id)


async def _all_files(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    export = operations(manager).export_invoices
    order, found = await export(actor_of(manager), chosen_id(manager, "order_id"))
    await send_archives(manager, _files(manager, found), partial(texts.archive_name, order.code))


async def _files(manager: DialogManager, found: Sequence[Invoice]) -> AsyncIterator[tuple[str, bytes]]:
    """The files of these documents, read one after the other."""
    take, actor = operations(manager).take_invoice_files, actor_of(manager)
    for one in found:
        invoice, files = await take(actor, one.id)
        assert invoice.number is not None
        for ending, content in (("pdf", files.pdf), ("xml", files.xml)):
            if content:
                yield file_name(invoice.number, ending), content


async def _to_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    # The list may have been opened from a push, with nothing below it.
    data = {"order_id": chosen_id(manager, "order_id")}
    await manager.start(Orders.card, data=data, mode=StartMode.RESET_STACK)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.LIST,
            Group(
                Select(
                    Format("{item[label]}"),
                    id="invoice",
                    item_id_getter=lambda item: item["id"],
                    items="items",
                    type_factory=int,
                    on_click=_open,
                ),
                width=2,
            ),
            *pages(_SCROLL),
            Button(Const(texts.ALL_FILES), id="all_files", on_click=_all_files, when="has_files"),
            Button(Const(texts.TO_ORDER), id="to_order", on_click=_to_order),
            state=Invoices.list,
            getter=_list,
        ),
    )
