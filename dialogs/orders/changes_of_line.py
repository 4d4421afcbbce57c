"""Mending what a placed order says of one customer."""

from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.catalogue.accounting import declared_of, start_data_of_line, stored
from dialogs.context import actor_of, operations
from dialogs.field_form import ask_field, asked_field, field_data, field_input
from dialogs.orders.changes_lists import listed, searching
from dialogs.orders.changes_shown import show_change
from dialogs.orders.opening import order_id_of
from dialogs.states import Changing, CustomerAccounting
from dialogs.windows import choices, notify, pages, window
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.licences import LicenceLine
from domain.order_changes import LINE_FIELDS
from domain.orders import Order, OrderLine
from texts import common, forms
from texts.catalogue import customers
from texts.common import name_label
from texts.customer_fields import WORDS, shown
from texts.orders import changes as texts

_SCROLL = "mend_page"
_CUSTOMER = "mended_customer"


def _position(manager: DialogManager) -> int:
    data = manager.start_data
    found = manager.dialog_data.get("position")
    if found is None and isinstance(data, dict):
        found = data.get("position")
    if found is None:
        raise DomainError("line_gone")
    return int(found)


async def _found(manager: DialogManager) -> tuple[Order, LicenceLine]:
    return await operations(manager).view_mendable(
        actor_of(manager), order_id_of(manager), _position(manager)
    )


async def _lines(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    def item(line: OrderLine) -> dict[str, Any]:
        return {"id": line.position, "label": name_label(line.name)}

    return await listed(dialog_manager, _SCROLL, item)


async def _line_chosen(_: CallbackQuery, __: Any, manager: DialogManager, position: int) -> None:
    manager.dialog_data["position"] = position
    await manager.switch_to(Changing.line)


async def _line(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    _order, found = await _found(dialog_manager)
    line = found.line
    return {
        "line": line,
        "values": [(WORDS[field].label, shown(field, getattr(line, field.value))) for field in LINE_FIELDS],
        "fields": [(field.value, customers.edit_label(field)) for field in LINE_FIELDS],
    }


async def _field_chosen(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    _order, found = await _found(manager)
    manager.dialog_data[_CUSTOMER] = found.line.customer_id
    await ask_field(manager, CustomerField(field), Changing.field)


def _customer(manager: DialogManager) -> int:
    customer_id: int = manager.dialog_data[_CUSTOMER]
    return customer_id


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    _order, found = await _found(dialog_manager)
    data = field_data(dialog_manager, found.line)
    return {**data, "name": found.line.name, "inside": WORDS[asked_field(dialog_manager)].inside}


async def _typed(manager: DialogManager, field: CustomerField, text: str, _: bool) -> None:
    position = _position(manager)
    mend = await operations(manager).preview_mend(
        actor_of(manager), order_id_of(manager), position, field, text
    )
    before, after = getattr(mend.before, field.value), getattr(mend.after, field.value)
    if before == after:
        notify(manager, texts.NOTHING)
        await manager.switch_to(Changing.line)
        return
    about = {"kind": "mend", "position": position, "field": field.value}
    await show_change(
        manager,
        mend.before.name,
        [texts.mended(field, before, after)],
        [texts.TOLD_ELSEWHERE] if mend.told else [],
        {**about, "text": after, "shown": before},
        {**about, "text": before, "shown": after},
    )


async def _open_accounting(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    order, found = await _found(manager)
    data = start_data_of_line(found.line, order.fiscal_year)
    await manager.start(CustomerAccounting.home, data=data)


async def accounting_chosen(_: Any, result: Any, manager: DialogManager) -> None:
    """Show what the dialog of accounting data came back with beside what the order says."""
    if not isinstance(result, dict) or "declared" not in result:
        return
    _order, found = await _found(manager)
    before = found.line.accounting
    after = replace(before, **declared_of(result["declared"]))
    changes = texts.accounting_changes(before, after)
    if not changes:
        notify(manager, texts.NOTHING)
        return
    about = {"kind": "accounting", "position": _position(manager)}
    old, new = stored(before), stored(after)
    await show_change(
        manager,
        found.line.name,
        changes,
        [],
        {**about, "data": new, "shown": old},
        {**about, "data": old, "shown": new},
    )


def line_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.WHOM_TO_MEND,
            *searching(_SCROLL),
            choices("mended", _line_chosen, type_factory=int),
            *pages(_SCROLL),
            SwitchTo(Const(common.BACK), id="mend_back", state=Changing.home),
            state=Changing.lines,
            getter=_lines,
        ),
        window(
            texts.LINE,
            Group(
                Select(
                    Format("{item[1]}"),
                    id="line_field",
                    item_id_getter=lambda item: item[0],
                    items="fields",
                    on_click=_field_chosen,
                ),
                Button(Const(texts.ACCOUNTING), id="line_accounting", on_click=_open_accounting),
                width=2,
            ),
            Row(
                SwitchTo(Const(texts.OTHERS), id="other_line", state=Changing.lines),
                SwitchTo(Const(common.BACK), id="line_back", state=Changing.home),
            ),
            state=Changing.line,
            getter=_line,
        ),
        window(
            texts.FIELD + forms.OFFER,
            *field_input(_typed, _customer),
            SwitchTo(Const(common.BACK), id="field_cancel", state=Changing.line),
            state=Changing.field,
            getter=_field,
        ),
    )
