"""Accounting data and VAT method: one answer for all, or an exception for one customer."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Group, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.ordering.accounting_options import options_of
from dialogs.ordering.start import show_step
from dialogs.states import Ordering
from dialogs.windows import notify, text_input, window
from domain.accounting import (
    AccountingData,
    check_accounting,
    income_method_of,
    offered_regimes,
    offered_vat_methods,
)
from domain.answers.days import typed_day
from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.orders import Step
from texts import common
from texts.catalogue import accounting as customer_texts
from texts.ordering import accounting as texts
from texts.ordering.accounting import labels

CUSTOMER = "accounting_of"
"""Dialog data: the customer whose exception is being edited; absent while it is the answer for all."""

NAMED = "line_by_name"
"""Dialog data: whether that customer was named in the review, to which its exception leads back."""

FORM = "accounting"
"""Dialog data: the answer being put together, not saved yet."""


def _load(saved: dict[str, Any]) -> AccountingData:
    start = saved["data_start"]
    return AccountingData(**{**saved, "data_start": date.fromisoformat(start) if start else None})


def _dump(data: AccountingData) -> dict[str, Any]:
    return {**asdict(data), "data_start": data.data_start.isoformat() if data.data_start else None}


async def _current(manager: DialogManager) -> AccountingData:
    """The answer being edited, else the saved or offered one."""
    if FORM in manager.dialog_data:
        return _load(manager.dialog_data[FORM])
    customer_id = manager.dialog_data.get(CUSTOMER)
    if customer_id is not None:
        line = await operations(manager).review_line(actor_of(manager), customer_id)
        if line.accounting is not None:
            return line.accounting
    return await operations(manager).offer_accounting(actor_of(manager))


async def _scope(manager: DialogManager) -> tuple[CustomerKind, int]:
    view = await operations(manager).view_draft(actor_of(manager))
    if view.kind is None or view.draft.fiscal_year is None:
        raise DomainError("draft_unanswered", step=Step.PACKAGE)
    return view.kind, view.draft.fiscal_year


async def _accounting(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_draft(actor)
    kind, fiscal_year = await _scope(dialog_manager)
    data = await _current(dialog_manager)
    customer_id = dialog_manager.dialog_data.get(CUSTOMER)
    line = await ops.review_line(actor, customer_id) if customer_id is not None else None
    sums, keep = view.sums, view.draft.keep_declared
    found = await ops.overlook_accounting(actor) if line is None else None
    return {
        **labels(kind, fiscal_year, data),
        "customer": line.line.customer.called if line else None,
        "for_all": line is None,
        "has_stock": view.package is None or view.package.has_stock,
        "own_exception": line is not None and line.own_accounting,
        "keep": keep,
        "common_count": sums.lines - sums.own_accounting - (sums.saved_accounting if keep else 0),
        "common_name": found.common.name if found and found.common.count == 1 else "",
        "notes": texts.overview_lines(found, fiscal_year)[1:] if found else [],
        "offer_for_all": line is None and keep and sums.saved_accounting > 0,
        "offer_keeping": line is None and not keep and sums.saved_accounting > 0,
        "saved": sums.saved_accounting if line is None else 0,
        "own": sums.own_accounting if line is None else 0,
        **{
            f"several_{field}": len(options_of(field, kind, fiscal_year, data)) > 1
            for field in ("regime", "vat_method", "income_method", "first_month")
        },
    }


async def _choices(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    kind, fiscal_year = await _scope(dialog_manager)
    data = await _current(dialog_manager)
    field = dialog_manager.dialog_data.get("accounting_field", "regime")
    options = options_of(field, kind, fiscal_year, data)
    present = str(income_method_of(data) if field == "income_method" else getattr(data, field))
    items = [
        (place, texts.choice_label(option.label, option.id == present))
        for place, option in enumerate(options)
    ]
    return {"title": texts.CHOICES[field], "options": options, "items": items}


def _ask(field: str) -> Any:
    async def ask(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        manager.dialog_data["accounting_field"] = field
        await manager.switch_to(Ordering.accounting_choice)

    return ask


async def _chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    kind, fiscal_year = await _scope(manager)
    data = await _current(manager)
    field = manager.dialog_data.get("accounting_field", "regime")
    options = options_of(field, kind, fiscal_year, data)
    if int(item) >= len(options):
        raise DomainError("choice_gone")
    value: Any = options[int(item)].id
    if field == "first_month":
        changed = replace(data, first_month=int(value), data_start=None)
        # Another law may apply from another first month.
        offered = [o.id for o in offered_regimes(kind, fiscal_year, int(value))]
        methods = [o.id for o in offered_vat_methods(kind, fiscal_year, int(value))]
        if changed.regime not in offered:
            changed = replace(changed, regime=offered[0])
        if changed.vat_method not in methods:
            changed = replace(changed, vat_method=methods[0])
    else:
        changed = replace(data, **{field: value})
    await _take(manager, changed)


async def _take(manager: DialogManager, changed: AccountingData) -> None:
    """Keep a choice: one customer's is saved at once, the answer for all with its last button."""
    customer_id = manager.dialog_data.get(CUSTOMER)
    if customer_id is None:
        manager.dialog_data[FORM] = _dump(changed)
        await manager.switch_to(Ordering.accounting)
        return
    await operations(manager).set_line_accounting(actor_of(manager), customer_id, changed)
    _forget(manager)
    if manager.dialog_data.pop(NAMED, False):
        view = await operations(manager).review_line(actor_of(manager), customer_id)
        notify(manager, texts.OWN_KEPT.format(name=view.line.customer.called))
        await manager.switch_to(Ordering.review)
    else:
        await manager.switch_to(Ordering.line)


async def _typed_start(message: Message, _: MessageInput, manager: DialogManager) -> None:
    _kind, fiscal_year = await _scope(manager)
    await _set_start(manager, typed_day(message.text or "", fiscal_year))


async def _start_of_year(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _set_start(manager, None)


async def _set_start(manager: DialogManager, start: date | None) -> None:
    kind, fiscal_year = await _scope(manager)
    changed = replace(await _current(manager), data_start=start)
    check_accounting(kind, fiscal_year, changed)
    await _take(manager, changed)


async def _use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = await _current(manager)
    draft = await operations(manager).set_common_accounting(actor_of(manager), data)
    _forget(manager)
    await show_step(manager, draft)


async def _as_for_all(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    customer_id = manager.dialog_data[CUSTOMER]
    await operations(manager).set_line_accounting(actor_of(manager), customer_id, None)
    _forget(manager)
    await manager.switch_to(Ordering.line)


async def _for_all_anyway(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).keep_declared(actor_of(manager), keep=False)


async def _keep_declared(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).keep_declared(actor_of(manager), keep=True)


async def _back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    for_one = CUSTOMER in manager.dialog_data
    _forget(manager)
    draft = await operations(manager).open_draft(actor_of(manager))
    if for_one:
        await manager.switch_to(Ordering.line)
    else:
        await manager.switch_to(Ordering.review if draft.step is Step.REVIEW else Ordering.customers)


def _forget(manager: DialogManager) -> None:
    manager.dialog_data.pop(FORM, None)
    manager.dialog_data.pop(CUSTOMER, None)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.ACCOUNTING,
            Button(Const(texts.USE_ACCOUNTING), id="use_accounting", on_click=_use, when="for_all"),
            Button(Const(texts.AS_FOR_ALL), id="as_for_all", on_click=_as_for_all, when="own_exception"),
            Group(
                Button(
                    Const(texts.CHANGE_REGIME),
                    id="ask_regime",
                    on_click=_ask("regime"),
                    when="several_regime",
                ),
                Button(
                    Const(texts.CHANGE_VAT),
                    id="ask_vat",
                    on_click=_ask("vat_method"),
                    when="several_vat_method",
                ),
                Button(
                    Const(texts.CHANGE_INCOME),
                    id="ask_income",
                    on_click=_ask("income_method"),
                    when="several_income_method",
                ),
                Button(
                    Const(texts.CHANGE_MONTH),
                    id="ask_month",
                    on_click=_ask("first_month"),
                    when="several_first_month",
                ),
                Button(
                    Const(texts.CHANGE_COSTING),
                    id="ask_costing",
                    on_click=_ask("costing"),
                    when="has_stock",
                ),
                SwitchTo(
                    Const(texts.CHANGE_START),
                    id="ask_start",
                    state=Ordering.accounting_start,
                    when="customer",
                ),
                width=2,
            ),
            Button(
                Format(texts.FOR_ALL_ANYWAY), id="for_all", on_click=_for_all_anyway, when="offer_for_all"
            ),
            Button(
                Format(texts.KEEP_DECLARED), id="keep_declared", on_click=_keep_declared, when="offer_keeping"
            ),
            Button(Const(common.BACK), id="accounting_back", on_click=_back),
            state=Ordering.accounting,
            getter=_accounting,
        ),
        window(
            texts.ACCOUNTING_CHOICE,
            Column(
                Select(
                    Format("{item[1]}"),
                    id="choice",
                    item_id_getter=lambda item: item[0],
                    items="items",
                    on_click=_chosen,
                )
            ),
            SwitchTo(Const(common.BACK), id="choice_back", state=Ordering.accounting),
            state=Ordering.accounting_choice,
            getter=_choices,
        ),
        window(
            customer_texts.START,
            text_input(_typed_start),
            Button(Const(customer_texts.FROM_THE_YEAR), id="start_of_year", on_click=_start_of_year),
            SwitchTo(Const(common.BACK), id="start_back", state=Ordering.accounting),
            state=Ordering.accounting_start,
        ),
    )
