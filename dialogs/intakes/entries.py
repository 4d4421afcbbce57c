"""The entries of a list that are not ready, page by page: to fix, repeated, left out."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of
from dialogs.intakes.fixing import show_entry
from dialogs.intakes.returned import send_to_fix
from dialogs.lists import intake_id_of, intaking
from dialogs.states import Intake
from dialogs.windows import current_page, pages, window
from services.paging import PAGE_SIZE
from texts.common import page_label
from texts.intakes import entries as texts
from texts.intakes import summary as list_texts

_GROUP = "group"
"""Dialog data: which of the entries are listed."""

_SCROLL = "to_fix_page"


async def show_others(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """List the entries that repeat another or, where there are none, those that were left out."""
    counts = (await intaking(manager).view_intake(actor_of(manager), intake_id_of(manager))).counts
    await _show_group(manager, "repeated" if counts.repeated else "skipped")


async def _group_chosen(_: CallbackQuery, __: Any, manager: DialogManager, group: str) -> None:
    await _show_group(manager, group)


async def _show_group(manager: DialogManager, group: str) -> None:
    manager.dialog_data[_GROUP] = group
    scroll: Any = manager.find(_SCROLL)
    await scroll.set_page(0)
    await manager.switch_to(Intake.to_fix)


async def _to_fix(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor, intake_id = intaking(dialog_manager), actor_of(dialog_manager), intake_id_of(dialog_manager)
    view = await ops.view_intake(actor, intake_id)
    group = dialog_manager.dialog_data.get(_GROUP, "fix")
    counts = {
        "fix": view.counts.to_fix,
        "repeated": view.counts.repeated,
        "skipped": view.counts.skipped,
    }
    page, count = await current_page(dialog_manager, _SCROLL, counts[group], PAGE_SIZE)
    found = await ops.list_entries(actor, intake_id, texts.GROUPS[group], page)
    sign, heading = texts.HEADINGS[group]
    others = [
        (name, texts.group_label(name, size)) for name, size in counts.items() if size and name != group
    ]
    return {
        "sign": sign,
        "heading": heading,
        "total": counts[group],
        "entries": [
            {
                "id": one.entry.position,
                "number": texts.number(view.intake, one.entry),
                "where": texts.where(view.intake, one.entry),
                "name": texts.name(one.entry),
                "why": texts.why(view.intake, one),
            }
            for one in found.entries
        ],
        "groups": others,
        "to_fix": view.counts.to_fix,
        "pages": count,
        "page_label": page_label(page, count),
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, position: int) -> None:
    await show_entry(manager, position)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.TO_FIX,
            Group(
                Select(
                    Format("{item[number]}"),
                    id="row",
                    item_id_getter=lambda item: item["id"],
                    items="entries",
                    type_factory=int,
                    on_click=_open,
                ),
                width=4,
            ),
            *pages(_SCROLL),
            Row(
                Select(
                    Format("{item[1]}"),
                    id="group",
                    item_id_getter=lambda item: item[0],
                    items="groups",
                    on_click=_group_chosen,
                )
            ),
            Button(Const(list_texts.WORKBOOK), id="rows_workbook", on_click=send_to_fix, when="to_fix"),
            SwitchTo(Const(texts.TO_LIST), id="rows_to_list", state=Intake.list),
            state=Intake.to_fix,
            getter=_to_fix,
        ),
    )
