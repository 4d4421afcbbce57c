"""The list of the catalogue: search, filters, and the ways to all that is done with customers."""

from dataclasses import replace
from typing import Any

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.catalogue.card import open_card
from dialogs.context import actor_of, operations
from dialogs.filtering import FilterStates, clear_handler, criteria_data, criteria_of, show_those
from dialogs.lists import start_intake_file, start_intake_text
from dialogs.ordering.start import order_tapped
from dialogs.states import Customers, Intake, NewCustomer
from dialogs.typed_codes import open_if_known
from dialogs.windows import (
    choices,
    current_page,
    file_input,
    menu_button,
    notify,
    pages,
    say_not_understood,
    search_input,
    window,
)
from domain.answers.words import is_talk
from domain.intakes.pasting import looks_like_list
from domain.text import search_terms
from services.catalogue.customers import EVERYONE, Criteria
from services.paging import PAGE_SIZE
from texts import filtering
from texts.catalogue import customers as texts
from texts.common import page_label

QUERY_LIMIT = 80
SCROLL = "at"
STATES = FilterStates(
    Customers.list, Customers.filter, Customers.filter_label, Customers.filter_assignee, SCROLL
)


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    criteria, actor = criteria_of(dialog_manager), actor_of(dialog_manager)
    find = operations(dialog_manager).find_customers
    scroll: Any = dialog_manager.find(SCROLL)
    asked = await scroll.get_page()
    found = await find(actor, criteria, asked)
    page, count = await current_page(dialog_manager, SCROLL, found.total, PAGE_SIZE)
    if page != asked:
        found = await find(actor, criteria, page)
    some = found.total > 0 or criteria != EVERYONE
    if not some:  # The list stays open if all customers are archived.
        some = (await find(actor, Criteria(archived=True))).total > 0
    return {
        **await criteria_data(dialog_manager),
        "items": [{"id": customer.id, "label": texts.item(customer)} for customer in found.items],
        "total": found.total,
        "pages": count,
        "page_label": page_label(page, count),
        "some": some,
        "not_found": bool(criteria.query) and not found.total,
        "few": count == 1 and criteria == EVERYONE,
    }


async def _search(message: Message, _: MessageInput, manager: DialogManager) -> None:
    if await open_if_known(manager, message.text or ""):
        return
    if looks_like_list(message.text or ""):
        await start_intake_text(manager, message.text or "")
        return
    query = " ".join((message.text or "").split())[:QUERY_LIMIT]
    if (
        is_talk(query)
        and not (await operations(manager).find_customers(actor_of(manager), Criteria(query))).total
    ):
        await say_not_understood(message, manager)
        return
    if not search_terms(query):
        notify(manager, texts.UNREADABLE_SEARCH)
        return
    await show_those(manager, replace(criteria_of(manager), query=query), SCROLL)


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, customer_id: int) -> None:
    await open_card(manager, customer_id)


async def _file(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await start_intake_file(manager, message.document)


def list_window() -> Window:
    return window(
        texts.LIST,
        search_input(_search),
        file_input(_file, beside=True),
        choices("open", _open, type_factory=int),
        *pages(SCROLL),
        Row(
            SwitchTo(Const(filtering.OPEN), id="filter", state=Customers.filter, when="some"),
            Button(Format("{clear_label}"), id="clear", on_click=clear_handler(SCROLL), when="narrowed"),
            Start(Const(texts.ADD), id="add", state=NewCustomer.tax_code, when=~F["narrowed"]),
        ),
        Start(Const(texts.ADD), id="add_new", state=NewCustomer.tax_code, when="not_found"),
        Start(Const(texts.UPLOAD), id="upload", state=Intake.upload, when="few"),
        Button(Const(texts.ORDER), id="order", on_click=order_tapped, when="few"),
        Row(
            SwitchTo(Const(texts.MORE_WORK), id="work", state=Customers.work, when="some"),
            menu_button(),
        ),
        state=Customers.list,
        getter=_list,
    )
