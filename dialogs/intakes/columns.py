"""The columns of a file: show the field that each was taken for, and choose another."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, screen_of
from dialogs.lists import intake_id_of, intaking
from dialogs.states import Intake
from dialogs.windows import choices, current_page, pages, window
from domain.errors import DomainError
from domain.intakes.entries import EntryField, ListColumn, ListSheet
from texts import common
from texts.intakes import columns as texts

PAGE_SIZE = 7
FIELDS_SHOWN = 5
_COMMON = (
    EntryField.TAX_CODE,
    EntryField.NAME,
    EntryField.ADDRESS,
    EntryField.EMAIL,
    EntryField.PHONE,
    EntryField.REPRESENTATIVE,
)
FIELDS = (*_COMMON, *(field for field in EntryField if field not in _COMMON))
"""The fields in the order they are offered, those of most lists first."""

_COLUMN = "column"
"""Dialog data: sheet and place of the column that is asked about."""

_OFFERED = "fields_from"
"""Dialog data: the first of the fields that are offered."""

_SCROLL = "columns_page"


async def _sheets(manager: DialogManager) -> tuple[ListSheet, ...]:
    view = await intaking(manager).view_intake(actor_of(manager), intake_id_of(manager))
    return view.intake.sheets


async def _columns(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    sheets = await _sheets(dialog_manager)
    every = [
        {
            "id": f"{at}-{column.place}",
            "label": texts.column_label(column, sheet.name if len(sheets) > 1 else ""),
        }
        for at, sheet in enumerate(sheets)
        for column in sheet.columns
    ]
    page, count = await current_page(dialog_manager, _SCROLL, len(every), PAGE_SIZE)
    return {
        "items": every[page * PAGE_SIZE : (page + 1) * PAGE_SIZE],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    manager.dialog_data[_COLUMN] = item
    manager.dialog_data.pop(_OFFERED, None)
    await manager.switch_to(Intake.column)


async def _chosen(manager: DialogManager) -> tuple[int, ListColumn]:
    """The column that is asked about, and the sheet it stands in."""
    sheet, _, place = str(manager.dialog_data.get(_COLUMN, "")).partition("-")
    sheets = await _sheets(manager)
    if sheet.isdecimal() and int(sheet) < len(sheets):
        for column in sheets[int(sheet)].columns:
            if str(column.place) == place:
                return int(sheet), column
    raise DomainError("choice_gone")


async def _column(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    column = (await _chosen(dialog_manager))[1]
    start = int(dialog_manager.dialog_data.get(_OFFERED, 0))
    return {
        "heading": texts.heading(column),
        "taken_for": texts.taken_for(column.field),
        "samples": texts.samples(column),
        "fields": [
            (field.value, texts.field_label(field, field is column.field))
            for field in FIELDS[start : start + FIELDS_SHOWN]
        ],
    }


async def _more(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    start = int(manager.dialog_data.get(_OFFERED, 0)) + FIELDS_SHOWN
    manager.dialog_data[_OFFERED] = start if start < len(FIELDS) else 0


async def _take_for(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    await _set(manager, EntryField(field))


async def _leave(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _set(manager, None)


async def _set(manager: DialogManager, field: EntryField | None) -> None:
    """Have the file read again with this choice, unless the column is taken for that field already."""
    ops, actor, intake_id = intaking(manager), actor_of(manager), intake_id_of(manager)
    sheet, column = await _chosen(manager)
    if field is not column.field:
        await ops.show_on(actor, intake_id, screen_of(manager))
        await ops.set_column(actor, intake_id, sheet, column.place, field)
    await manager.switch_to(Intake.list)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.COLUMNS,
            choices("column", _open),
            *pages(_SCROLL),
            SwitchTo(Const(common.BACK), id="columns_to_list", state=Intake.list),
            state=Intake.columns,
            getter=_columns,
        ),
        window(
            texts.COLUMN,
            Group(
                Select(
                    Format("{item[1]}"),
                    id="field",
                    item_id_getter=lambda item: item[0],
                    items="fields",
                    on_click=_take_for,
                ),
                Button(Const(texts.MORE), id="more_fields", on_click=_more),
                width=2,
            ),
            Row(
                Button(Const(texts.LEAVE_COLUMN), id="leave_column", on_click=_leave),
                SwitchTo(Const(common.BACK), id="to_columns", state=Intake.columns),
            ),
            state=Intake.column,
            getter=_column,
        ),
    )
