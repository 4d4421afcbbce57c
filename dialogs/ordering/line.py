"""One customer of the order: view, correct, declare exceptions, take out."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Group, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.field_form import ask_field, asked_field, field_data, field_input
from dialogs.ordering import accounting
from dialogs.ordering.buyers import keep_as_written
from dialogs.ordering.getters import gap_names
from dialogs.ordering.other_form import OFFERED
from dialogs.states import Ordering, OtherForm
from dialogs.windows import choices, notify, window
from domain.customers import CustomerField
from domain.errors import DomainError
from services.ordering.draft_lines import LineView
from texts import common
from texts import forms as form_texts
from texts.catalogue.customers import MISSING
from texts.customer_fields import WORDS
from texts.ordering import line as texts
from texts.ordering.accounting import labels
from texts.widths import fit


def _line_id(manager: DialogManager) -> int:
    customer_id = manager.dialog_data.get("line")
    if customer_id is None:
        raise DomainError("line_gone")
    return int(customer_id)


async def _view(manager: DialogManager) -> LineView:
    return await operations(manager).review_line(actor_of(manager), _line_id(manager))


async def _line(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    view, draft = await _view(dialog_manager), await ops.view_draft(actor)
    customer = view.line.customer
    shared = await ops.find_shared_logins(actor, customer.id)
    answered: dict[str, Any] = {}
    if view.accounting is not None and draft.draft.fiscal_year is not None:
        answered = labels(customer.kind, draft.draft.fiscal_year, view.accounting)
    return {
        **answered,
        "customer": customer,
        "missing": MISSING,
        "gaps": ", ".join(gap_names(view.gaps)),
        "accounting": view.accounting,
        "has_stock": draft.package is None or draft.package.has_stock,
        "own_accounting": view.own_accounting,
        "other_mode": draft.draft.has_others,
        "receives_itself": view.other is None and draft.draft.rest_to_customers,
        "other": view.other,
        "fiscal_year": draft.draft.fiscal_year,
        "amount": draft.package.amount if draft.package else 0,
        "shared": ", ".join(common.named(other.name, 60) for other in shared),
    }


def _edit(field: CustomerField) -> Any:
    async def edit(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await ask_field(manager, field, Ordering.line_edit)

    return edit


async def _editing(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = (await _view(dialog_manager)).line.customer
    return {
        **field_data(dialog_manager, customer),
        "customer": customer.called,
        "field": WORDS[asked_field(dialog_manager)].inside,
    }


async def _save(manager: DialogManager, field: CustomerField, text: str, sure: bool) -> None:
    await operations(manager).edit_customer(actor_of(manager), _line_id(manager), field, text, sure)
    await manager.switch_to(Ordering.line)


async def _own_accounting(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data[accounting.CUSTOMER] = _line_id(manager)
    manager.dialog_data.pop(accounting.FORM, None)
    await manager.switch_to(Ordering.accounting)


async def _remove(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    customer_id = _line_id(manager)
    # The catalogue is asked: a repeated tap finds no such line in the order any more.
    name = (await operations(manager).get_customer(actor_of(manager), customer_id)).name
    await operations(manager).pick_customer(actor_of(manager), customer_id, picked=False)
    manager.dialog_data["removed"] = customer_id
    notify(manager, texts.REMOVED.format(name=name))
    await manager.switch_to(Ordering.lines)


async def _recipients(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    others = await operations(dialog_manager).list_others(actor_of(dialog_manager))
    view = await _view(dialog_manager)
    return {
        "customer": view.line.customer.called,
        # Only the latest are offered; an older one is quickly declared again.
        "others": [
            {"id": other.id, "label": fit(f"{other.notice.name} · {other.notice.email}")}
            for other in list(others)[:-7:-1]
        ],
    }


async def _recipient_chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    await operations(manager).use_other(actor_of(manager), _line_id(manager), int(item))
    await manager.switch_to(Ordering.line)


async def _new_recipient(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(OtherForm.name, data={"customer_id": _line_id(manager)})


async def _recipient_declared(_: Any, result: Any, manager: DialogManager) -> None:
    if result:
        keep_as_written(manager, *result[OFFERED])
        await manager.switch_to(Ordering.line)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.LINE,
            Group(
                *(
                    Button(Const(label), id=f"edit_{field.value}", on_click=_edit(field))
                    for field, label in texts.EDIT_FIELDS
                ),
                Button(Const(texts.LINE_ACCOUNTING), id="own_accounting", on_click=_own_accounting),
                width=2,
            ),
            Row(
                SwitchTo(
                    Const(texts.LINE_RECIPIENT),
                    id="line_recipient",
                    state=Ordering.line_recipient,
                    when="other_mode",
                ),
                Button(Const(texts.REMOVE), id="remove", on_click=_remove),
            ),
            Row(
                SwitchTo(Const(texts.TO_LINES), id="to_lines", state=Ordering.lines),
                SwitchTo(Const(texts.TO_REVIEW), id="line_to_review", state=Ordering.review),
            ),
            state=Ordering.line,
            getter=_line,
        ),
        window(
            texts.LINE_EDIT + form_texts.OFFER,
            *field_input(_save, _line_id),
            SwitchTo(Const(common.BACK), id="edit_cancel", state=Ordering.line),
            state=Ordering.line_edit,
            getter=_editing,
        ),
        window(
            texts.LINE_RECIPIENT_TEXT,
            choices("recipient", _recipient_chosen, items="others"),
            Button(Const(texts.NEW_RECIPIENT), id="new_recipient", on_click=_new_recipient),
            SwitchTo(Const(common.BACK), id="recipient_to_line", state=Ordering.line),
            state=Ordering.line_recipient,
            getter=_recipients,
            on_process_result=_recipient_declared,
        ),
    )
