"""Windows that narrow a list of customers: the catalogue, and the customers to pick for an order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.windows import choices, current_page, pages, window
from domain.customers import CustomerKind
from domain.packages import offered_fiscal_years
from services.catalogue.customers import EVERYONE, Criteria
from services.paging import PAGE_SIZE
from texts import common
from texts import filtering as texts

CRITERIA = "criteria"
"""Dialog data: the fields of `Criteria` that differ from `EVERYONE`."""

Year = Callable[[DialogManager], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class FilterStates:
    """The windows of one dialog: its list, whose pages are `scroll_id`, and the three that narrow it."""

    list: State
    filter: State
    label: State
    assignee: State
    scroll_id: str


def criteria_of(manager: DialogManager) -> Criteria:
    """Which customers the list of this dialog shows."""
    kept = dict(manager.dialog_data.get(CRITERIA, {}))
    if "kind" in kept:
        kept["kind"] = CustomerKind(kept["kind"])
    return Criteria(**kept)


async def show_those(manager: DialogManager, criteria: Criteria, scroll_id: str) -> None:
    """Show the customers of these criteria, from the first page."""
    wanted = {name: getattr(criteria, name) for name in Criteria.__dataclass_fields__}
    manager.dialog_data[CRITERIA] = {
        name: value for name, value in wanted.items() if value != getattr(EVERYONE, name)
    }
    scroll: Any = manager.find(scroll_id)
    await scroll.set_page(0)


async def _names(manager: DialogManager, criteria: Criteria) -> tuple[str, str]:
    """The names of the chosen label and the chosen person, if any."""
    ops, actor = operations(manager), actor_of(manager)
    label, assignee = texts.LABEL_GONE, texts.PERSON_GONE
    if criteria.label_id is not None:
        found = {one.label.id: one.label.name for one in await ops.list_labels(actor)}
        label = found.get(criteria.label_id, label)
    if criteria.assignee_id is not None:
        staff = {one.id: one.name for one in (await ops.show_profile(actor)).staff}
        assignee = staff.get(criteria.assignee_id, assignee)
    return label, assignee


async def criteria_data(manager: DialogManager) -> dict[str, Any]:
    """Data of `texts.SHOWING` and of the button that clears the filter."""
    criteria = criteria_of(manager)
    shown = texts.words(criteria, *await _names(manager, criteria))
    return {
        "query": criteria.query,
        "criteria": shown,
        "narrowed": criteria != EVERYONE,
        "clear_label": texts.CLEAR if shown else texts.CLEAR_SEARCH,
    }


def clear_handler(scroll_id: str) -> Any:
    """The handler of a button that shows everyone again."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await show_those(manager, EVERYONE, scroll_id)

    return tapped


async def label_items(manager: DialogManager, scroll_id: str) -> dict[str, Any]:
    """A page of the firm's labels, for `choices` and `pages`."""
    found = await operations(manager).list_labels(actor_of(manager))
    items = [
        {"id": one.label.id, "label": texts.label_button(one.label.name, one.customers)} for one in found
    ]
    return await page_of(manager, scroll_id, items)


async def staff_items(manager: DialogManager, scroll_id: str) -> dict[str, Any]:
    """A page of the firm's people."""
    staff = (await operations(manager).show_profile(actor_of(manager))).staff
    items = [{"id": one.id, "label": texts.person_button(one.name)} for one in staff]
    return await page_of(manager, scroll_id, items)


async def page_of(manager: DialogManager, scroll_id: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The current page of a list that is in memory."""
    page, count = await current_page(manager, scroll_id, len(items), PAGE_SIZE)
    return {
        "items": items[page * PAGE_SIZE :][:PAGE_SIZE],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def offered_year(manager: DialogManager) -> int:
    """The fiscal year that is offered first today."""
    return offered_fiscal_years(operations(manager).find_customers.clock.today())[0]


def filter_windows(
    states: FilterStates, year: Year = offered_year, in_order: bool = False, *more: Any
) -> tuple[Window, ...]:
    """The windows that narrow a list; each tap leads back to the list. `year` is the fiscal year for which
    customers may have lapsed; `more` are further buttons of the first."""
    label_scroll, assignee_scroll = f"{states.scroll_id}_labels", f"{states.scroll_id}_staff"

    async def show(manager: DialogManager, **changes: Any) -> None:
        await show_those(manager, replace(criteria_of(manager), **changes), states.scroll_id)
        await manager.switch_to(states.list)

    async def options(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        ops, actor = operations(dialog_manager), actor_of(dialog_manager)
        criteria = criteria_of(dialog_manager)
        names = await _names(dialog_manager, criteria)
        offered = texts.options(criteria, await year(dialog_manager), in_order, *names)
        return {
            **await criteria_data(dialog_manager),
            "items": [{"id": wish, "label": label} for wish, label in offered],
            "labels": criteria.label_id is None and bool(await ops.list_labels(actor)),
            "several": criteria.assignee_id is None and len((await ops.show_profile(actor)).staff) > 1,
        }

    async def chosen(_: CallbackQuery, __: Any, manager: DialogManager, wish: str) -> None:
        name, value = (*wish.split("="), "")[:2]
        match name:
            case "kind":
                await show(manager, kind=CustomerKind(value) if value else None)
            case "lapsed":
                await show(manager, lapsed=int(value) if value else None)
            case "missing" | "archived":
                await show(manager, **{name: bool(value)})
            case _:
                await show(manager, **{name: None})

    async def label_chosen(_: CallbackQuery, __: Any, manager: DialogManager, label_id: int) -> None:
        await show(manager, label_id=label_id)

    async def assignee_chosen(_: CallbackQuery, __: Any, manager: DialogManager, person_id: int) -> None:
        await show(manager, assignee_id=person_id)

    async def labels(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        return await label_items(dialog_manager, label_scroll)

    async def staff(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        return await staff_items(dialog_manager, assignee_scroll)

    return (
        window(
            texts.FILTER,
            choices("filter_by", chosen),
            Row(
                SwitchTo(Const(texts.LABEL), id="by_label", state=states.label, when="labels"),
                SwitchTo(Const(texts.ASSIGNEE), id="by_assignee", state=states.assignee, when="several"),
            ),
            *more,
            SwitchTo(Const(common.BACK), id="filter_back", state=states.list),
            state=states.filter,
            getter=options,
        ),
        window(
            texts.CHOOSE_LABEL,
            choices("label_is", label_chosen, type_factory=int),
            *pages(label_scroll),
            SwitchTo(Const(common.BACK), id="by_label_back", state=states.filter),
            state=states.label,
            getter=labels,
        ),
        window(
            texts.CHOOSE_ASSIGNEE,
            choices("assignee_is", assignee_chosen, type_factory=int),
            *pages(assignee_scroll),
            SwitchTo(Const(common.BACK), id="by_assignee_back", state=states.filter),
            state=states.assignee,
            getter=staff,
        ),
    )
