"""The customers of the order: search, filter, pick, unpick, pick all that match, add one."""

from dataclasses import replace
from typing import Any

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Row, Select, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, channel_of, operations
from dialogs.filtering import (
    FilterStates,
    clear_handler,
    criteria_data,
    criteria_of,
    filter_windows,
    offered_year,
    show_those,
)
from dialogs.lists import start_intake_text
from dialogs.ordering.start import show_step
from dialogs.states import Intake, NewCustomer, Ordering
from dialogs.windows import NOTICE_KEY, current_page, notify, pages, say_not_understood, search_input, window
from domain.answers.words import bare, is_talk
from domain.chats import NUMBERED
from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.intakes.looks import is_meant_as_tax_code
from domain.intakes.pasting import looks_like_list
from domain.orders import Step
from services.catalogue.customers import EVERYONE
from services.paging import PAGE_SIZE
from texts import common, filtering
from texts.ordering import picking as texts
from texts.ordering import words

QUERY_LIMIT = 100
_PICKED_TO = "picked_to"
"""Dialog data: the place of the draft's last customer when the window was opened."""


STATES = FilterStates(
    Ordering.customers,
    Ordering.filter,
    Ordering.filter_label,
    Ordering.filter_assignee,
    "customers_page",
)


async def _year(manager: DialogManager) -> int:
    """The fiscal year for which customers may have lapsed: the one being bought."""
    draft = await operations(manager).open_draft(actor_of(manager))
    return draft.fiscal_year or await offered_year(manager)


async def _customers(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    criteria = criteria_of(dialog_manager)
    scroll: Any = dialog_manager.find("customers_page")
    asked = await scroll.get_page()
    # While the window is open nobody moves: first come those who were picked before.
    found = await ops.find_to_pick(actor, criteria, asked, dialog_manager.dialog_data.get(_PICKED_TO))
    before = dialog_manager.dialog_data[_PICKED_TO] = found.picked_to
    page, count = await current_page(dialog_manager, "customers_page", found.page.total, PAGE_SIZE)
    if page != asked:
        found = await ops.find_to_pick(actor, criteria, page, before)
    total, picked = found.page.total, found.picked_total
    narrowed = criteria != EVERYONE
    all_picked, elsewhere = found.all_picked, found.elsewhere
    if narrowed:  # Only `page` tells which of the matching customers are picked.
        all_picked = count == 1 and len(found.page.picked) == total
    return {
        **await criteria_data(dialog_manager),
        "total": total,
        "kind": words.KINDS[found.kind],
        "elsewhere": elsewhere.items[0] if elsewhere and elsewhere.items else None,
        "more_elsewhere": max(0, elsewhere.total - 1) if elsewhere else 0,
        "picked_total": picked,
        "amount": found.amount,
        "items": [
            {
                # The button says what it does, so a repeated tap changes nothing.
                "id": f"{'u' if customer.id in found.page.picked else 'p'}{customer.id}",
                "label": texts.pick_button(
                    customer.called,
                    customer.tax_code,
                    picked=customer.id in found.page.picked,
                    missing=bool(customer.missing),
                ),
            }
            for customer in found.page.items
        ],
        "pages": count,
        "page_label": common.page_label(page, count),
        # Few customers leave room for more functions, and so does an app without buttons.
        "roomy": count == 1 or channel_of(dialog_manager) in NUMBERED,
        "page_scope": texts.UNPICK_MATCHING if narrowed else texts.UNPICK_EVERY,
        "some": picked > 0,
        "none": picked == 0 and total > 0,
        "more": picked > 0 and not all_picked and total > 0,
        "empty": total == 0 and not narrowed,
        "any": total > 0 or narrowed,
        "kind_value": found.kind.value,
    }


async def _tapped(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    await operations(manager).pick_customer(actor_of(manager), int(item[1:]), picked=item[0] == "p")


async def _search(message: Message, _: MessageInput, manager: DialogManager) -> None:
    text = message.text or ""
    if looks_like_list(text):
        await start_intake_text(manager, text, in_order=True)
        return
    criteria = replace(criteria_of(manager), query=bare(text)[:QUERY_LIMIT])
    if is_meant_as_tax_code(criteria.query) or is_talk(text):
        wanted = replace(EVERYONE, query=criteria.query)
        found = await operations(manager).find_to_pick(actor_of(manager), wanted, 0)
        anyone = found.page.total or (found.elsewhere and found.elsewhere.total)
        if not anyone and is_talk(text):
            await say_not_understood(message, manager)
            return
        if not anyone:
            await _add_with(manager, criteria.query)
            return
    await show_those(manager, criteria, STATES.scroll_id)


async def _pick_all(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).pick_matching(actor_of(manager), criteria_of(manager), picked=True)


async def _unpick_all(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).pick_matching(actor_of(manager), criteria_of(manager), picked=False)


async def _unpick_every(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).pick_matching(actor_of(manager), EVERYONE, picked=False)
    await manager.switch_to(Ordering.customers)


async def _pick_all_and_go(callback: CallbackQuery, button: Button, manager: DialogManager) -> None:
    await _pick_all(callback, button, manager)
    await _go_on(callback, button, manager)


async def _go_on(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    draft = await operations(manager).finish_picking(actor_of(manager))
    manager.dialog_data.pop(_PICKED_TO, None)
    await show_those(manager, EVERYONE, STATES.scroll_id)
    await show_step(manager, draft)


async def _back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop(_PICKED_TO, None)
    draft = await operations(manager).open_draft(actor_of(manager))
    await manager.switch_to(Ordering.review if draft.step is Step.REVIEW else Ordering.recipient)


async def _add(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.switch_to(Ordering.customers)
    await _start_adding(manager)


async def _add_with(manager: DialogManager, tax_code: str) -> None:
    """Add a customer whose tax code was searched for in vain. Raises `DomainError` for a wrong code."""
    try:
        tax_code = parse_tax_code(tax_code).value
    except DomainError as error:
        if error.code != "tax_code_lost_zero":
            raise
    await _start_adding(manager, tax_code=tax_code, **{NOTICE_KEY: texts.NOT_IN_CATALOGUE.format(tax_code)})


async def _start_adding(manager: DialogManager, **data: str) -> None:
    view = await operations(manager).view_draft(actor_of(manager))
    kind = view.kind.value if view.kind else None
    await manager.start(NewCustomer.tax_code, data={"in_order": True, "kind": kind, **data})


async def _added(_: Any, result: Any, manager: DialogManager) -> None:
    """Pick the customer that the form found or declared, if the form did not."""
    if isinstance(result, dict) and "customer_id" in result:
        customer_id = int(result["customer_id"])
        await operations(manager).pick_customer(actor_of(manager), customer_id, picked=True)
        customer = await operations(manager).get_customer(actor_of(manager), customer_id)
        notify(manager, texts.PICKED.format(name=customer.called))


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.CUSTOMERS,
            Column(
                Select(
                    Format(texts.CUSTOMER_BUTTON),
                    id="c",
                    item_id_getter=lambda item: item["id"],
                    items="items",
                    on_click=_tapped,
                )
            ),
            *pages("customers_page"),
            Button(Format(texts.PICK_ALL_AND_GO), id="all_go", on_click=_pick_all_and_go, when="none"),
            Button(Format(texts.GO_WITH), id="go", on_click=_go_on, when="some"),
            Button(Format(texts.PICK_ALL), id="all", on_click=_pick_all, when="more"),
            Button(
                Format(texts.UNPICK_ALL),
                id="none",
                on_click=_unpick_all,
                when=F["some"] & (~F["more"] | F["roomy"]),
            ),
            Start(
                Const(texts.UPLOAD),
                id="upload",
                state=Intake.upload,
                data={"in_order": True},
                when="empty",
            ),
            Row(
                Button(Const(common.BACK), id="customers_back", on_click=_back),
                SwitchTo(
                    Const(filtering.OPEN),
                    id="filter",
                    state=Ordering.filter,
                    when=F["any"] & (~F["narrowed"] | F["numbered"]),
                ),
                Button(
                    Format("{clear_label}"),
                    id="clear_search",
                    on_click=clear_handler(STATES.scroll_id),
                    when="narrowed",
                ),
            ),
            Button(Const(texts.ADD_CUSTOMER), id="add", on_click=_add, when="roomy"),
            search_input(_search),
            state=Ordering.customers,
            several=("c",),
            getter=_customers,
            on_process_result=_added,
        ),
        *filter_windows(
            STATES,
            _year,
            True,
            Row(
                Button(Const(texts.UNPICK), id="filter_none", on_click=_unpick_every, when=~F["numbered"]),
                Button(Const(texts.ADD_CUSTOMER), id="filter_add", on_click=_add, when=~F["numbered"]),
            ),
        ),
    )
