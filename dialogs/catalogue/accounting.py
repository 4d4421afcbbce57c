"""The accounting data that are kept of a customer, old or new: seen, proposed and changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.filtering import offered_year
from dialogs.leaving import leave_button
from dialogs.states import CustomerAccounting
from dialogs.windows import choices, dialog, text_input, window
from domain.accounting import (
    AccountingData,
    default_accounting,
    offered_costings,
    offered_first_months,
    offered_income_methods,
    offered_regimes,
    offered_vat_methods,
)
from domain.answers.days import typed_day
from domain.customers import DECLARED, CustomerData, CustomerKind
from domain.errors import DomainError
from domain.orders import OrderLine
from texts import common
from texts.catalogue import accounting as texts
from texts.ordering.accounting import CHOICES, choice_label, month_label

_CHANGED = "changed"
"""Dialog data: what was chosen here, by field, not saved yet."""


def start_data(customer: CustomerData) -> dict[str, Any]:
    """What the dialog is started with."""
    return {"name": customer.called, "kind": customer.kind.value, "declared": stored(customer)}


def start_data_of_line(line: OrderLine, fiscal_year: int) -> dict[str, Any]:
    """What the dialog is started with for one line of an order of this year."""
    declared = stored(line.accounting)
    return {"name": line.name, "kind": line.kind.value, "declared": declared, "year": fiscal_year}


def stored(customer: CustomerData | AccountingData) -> dict[str, Any]:
    """The declared data as a dialog keeps them."""
    start = customer.data_start.isoformat() if customer.data_start else None
    return {name: getattr(customer, name) for name in DECLARED} | {"data_start": start}


def declared_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The declared data that a dialog kept."""
    start = kept.get("data_start")
    return {**kept, "data_start": date.fromisoformat(start) if start else None}


def _started(manager: DialogManager) -> dict[str, Any]:
    if not isinstance(manager.start_data, dict):
        raise DomainError("choice_gone")
    return manager.start_data


async def _year(manager: DialogManager) -> int:
    return int(_started(manager).get("year") or await offered_year(manager))


async def _values(manager: DialogManager) -> tuple[dict[str, Any], set[str]]:
    """What is chosen, declared or proposed, and the names of what is proposed."""
    data = _started(manager)
    kind = CustomerKind(data["kind"])
    said = {**data["declared"], **manager.dialog_data.get(_CHANGED, {})}
    usual = default_accounting(kind, await _year(manager))
    open_fields = {name for name in DECLARED if said[name] is None and name != "data_start"}
    values = {**said, **{name: getattr(usual, name) for name in open_fields}}
    offered = [one.id for one in offered_income_methods(values["regime"], values["vat_method"])]
    if values["income_method"] not in offered:
        values["income_method"] = offered[0] if offered else None
    return values, open_fields


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    values, proposed = await _values(dialog_manager)
    shown = declared_of(values)
    return {
        "name": _started(dialog_manager)["name"],
        "ordered": "year" in _started(dialog_manager),
        "values": [
            (texts.LABELS[name], texts.value(name, shown), name in proposed)
            for name in DECLARED
            if shown[name] is not None or name == "data_start"
        ],
        "proposing": any(shown[name] is not None for name in proposed),
        "fields": [
            {"id": name, "label": texts.LABELS[name]}
            for name in DECLARED
            if name == "data_start" or len(await _options(dialog_manager, name, values)) > 1
        ],
    }


async def _options(manager: DialogManager, field: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ids and labels to choose from; none for what is typed."""
    kind, year = CustomerKind(_started(manager)["kind"]), await _year(manager)
    match field:
        case "regime":
            return [(one.id, one.label) for one in offered_regimes(kind, year, values["first_month"])]
        case "vat_method":
            return [(one.id, one.label) for one in offered_vat_methods(kind, year, values["first_month"])]
        case "income_method":
            offered = offered_income_methods(values["regime"], values["vat_method"])
            return [(one.id, one.label) for one in offered]
        case "first_month":
            return [(str(month), month_label(month)) for month in offered_first_months(kind)]
        case "costing":
            return [(one.id, one.label) for one in offered_costings()]
        case _:
            return []


async def _choice(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    field = dialog_manager.dialog_data["field"]
    values, _proposed = await _values(dialog_manager)
    present = str(values[field])
    options = await _options(dialog_manager, field, values)
    items = [{"id": one, "label": choice_label(label, one == present)} for one, label in options]
    return {"title": CHOICES[field], "options": [], "items": items}


async def _ask(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    manager.dialog_data["field"] = field
    typed = field == "data_start"
    await manager.switch_to(CustomerAccounting.start if typed else CustomerAccounting.choice)


async def _keep(manager: DialogManager, field: str, value: Any) -> None:
    manager.dialog_data.setdefault(_CHANGED, {})[field] = value
    await manager.switch_to(CustomerAccounting.home)


async def _chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    field = manager.dialog_data["field"]
    await _keep(manager, field, int(item) if field == "first_month" else item)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _keep(manager, "data_start", typed_day(message.text or "").isoformat())


async def _from_the_year(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _keep(manager, "data_start", None)


async def _save(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    values, _proposed = await _values(manager)
    await manager.done({"declared": values})


def accounting_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Button(Const(texts.SAVE), id="save_accounting", on_click=_save),
            Group(choices("field", _ask, items="fields"), width=2),
            leave_button("leave_accounting"),
            state=CustomerAccounting.home,
            getter=_home,
        ),
        window(
            "{{ title|safe }}",
            choices("option", _chosen),
            SwitchTo(Const(common.BACK), id="option_back", state=CustomerAccounting.home),
            state=CustomerAccounting.choice,
            getter=_choice,
        ),
        window(
            texts.START,
            text_input(_typed),
            Button(Const(texts.FROM_THE_YEAR), id="from_the_year", on_click=_from_the_year),
            SwitchTo(Const(common.BACK), id="start_back", state=CustomerAccounting.home),
            state=CustomerAccounting.start,
        ),
    )
