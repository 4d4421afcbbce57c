"""Declaring a new customer one field at a time, for the catalogue or inside an order."""

from typing import Any

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.catalogue.accounting import declared_of, start_data
from dialogs.catalogue.customer_questions import (
    FORM,
    KIND,
    KNOWN_ID,
    NAME,
    OPTIONAL,
    TAX_CODE,
    found_for,
    in_order,
    wanted_kind,
)
from dialogs.context import actor_of, operations
from dialogs.forms import SURE_OF, Question, answers_of
from dialogs.leaving import leave_button
from dialogs.states import CustomerAccounting, NewCustomer
from dialogs.windows import dialog, notify, text_input, window
from domain.customers import CustomerData, CustomerField, CustomerKind, kind_of_name
from texts import common
from texts.catalogue import accounting as accounting_texts
from texts.catalogue import new_customer as texts
from texts.catalogue.customers import declared as declared_words
from texts.catalogue.customers import edit_label, needed

DECLARED_DATA = "accounting"
"""Dialog data: the accounting data given for the new customer, with the kind they are for."""


async def _started(start_data: Any, manager: DialogManager) -> None:
    """A tax code that was typed elsewhere answers the first question."""
    if isinstance(start_data, dict) and "tax_code" in start_data:
        await FORM.take(manager, TAX_CODE, start_data["tax_code"])


def _choose_kind(kind: CustomerKind) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await FORM.take(manager, KIND, kind.value)

    return tapped


async def _back_from_kind(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await FORM.back(manager, KIND)


async def _kinds(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    answers = answers_of(dialog_manager)
    named = answers.get("name") or found_for(dialog_manager).get("name", "")
    return {"answers": answers, "named": named, "told": kind_of_name(named)}


async def _wanted(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"wanted": wanted_kind(dialog_manager)}


async def _skip_rest(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await FORM.skip_rest(manager)


async def _known(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    known_id = dialog_manager.dialog_data[KNOWN_ID]
    customer = await operations(dialog_manager).get_customer(actor_of(dialog_manager), known_id)
    wanted = wanted_kind(dialog_manager)
    other_kind = wanted is not None and customer.kind is not wanted
    return {
        "customer": customer,
        "wanted": wanted,
        "other_kind": other_kind,
        "may_use": in_order(dialog_manager) and not other_kind,
        "may_open": not in_order(dialog_manager),
    }


async def _another_tax_code(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await manager.switch_to(NewCustomer.tax_code)
    await FORM.take(manager, TAX_CODE, message.text or "")


async def _use_known(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.done({"customer_id": manager.dialog_data[KNOWN_ID], "created": False})


def _declared(manager: DialogManager) -> CustomerData:
    answers = answers_of(manager)
    given: dict[str, Any] = {name: value for name, value in answers.items() if name != "kind"}
    given["sure_of"] = " ".join(filter(None, manager.dialog_data.get(SURE_OF, {}).values()))
    kept = manager.dialog_data.get(DECLARED_DATA)
    # Accounting data are of a kind: those given before it was changed are not the customer's.
    if kept is not None and kept["kind"] == answers["kind"]:
        given |= declared_of(kept["declared"])
    return CustomerData(kind=CustomerKind(answers["kind"]), **given)


async def _open_accounting(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(CustomerAccounting.home, data=start_data(_declared(manager)))


async def _came_back(_: Any, result: Any, manager: DialogManager) -> None:
    if isinstance(result, dict) and "declared" in result:
        kind = answers_of(manager)["kind"]
        manager.dialog_data[DECLARED_DATA] = {"kind": kind, "declared": result["declared"]}


async def _check(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    alone, declared = not in_order(dialog_manager), _declared(dialog_manager)
    return {
        "customer": declared,
        "values": needed(declared),
        "accounting": declared_words(declared) or accounting_texts.NOT_DECLARED,
        "steps": len(FORM.asked(dialog_manager)) + 1,
        "alone": alone,
        "in_order": not alone,
        "may_change_kind": wanted_kind(dialog_manager) is None,
    }


async def _save(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    declared = _declared(manager)
    added = await operations(manager).add_customer(actor_of(manager), declared)
    # A tap repeated after a kill finds the customer it added itself: still a new customer.
    await manager.done({"customer_id": added.customer.id, "created": added.customer.data == declared})


async def _save_and_add(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Save, and begin with the next customer."""
    declared = _declared(manager)
    await operations(manager).add_customer(actor_of(manager), declared)
    manager.dialog_data.clear()
    notify(manager, texts.saved_and_next(declared.name))
    await manager.switch_to(NewCustomer.tax_code)


async def _back_from_check(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.switch_to(FORM.asked(manager)[-1].state)


def _declare(in_catalogue: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        declare = operations(manager).declare_customer
        added = await declare(actor_of(manager), _declared(manager), in_catalogue=in_catalogue)
        await manager.done({"customer_id": added.customer.id, "created": added.created})

    return tapped


def _edit(question: Question, when: str | None = None) -> SwitchTo:
    label = Const(edit_label(CustomerField(question.name)))
    return SwitchTo(label, id=f"edit_{question.name}", state=question.state, when=when)


def _optional_window(question: Question) -> Window:
    skip_rest = Button(
        Const(texts.SKIP_REST), id=f"{question.name}_rest", on_click=_skip_rest, when="may_skip"
    )
    return FORM.window(question, skip_rest)


def new_customer_dialog() -> Dialog:
    return dialog(
        FORM.window(TAX_CODE, leave_button("leave", when=~F["has_back"]), getter=_wanted),
        window(
            texts.KNOWN,
            text_input(_another_tax_code),
            Button(Const(texts.USE_KNOWN), id="use_known", on_click=_use_known, when="may_use"),
            Button(Const(texts.OPEN_KNOWN), id="open_known", on_click=_use_known, when="may_open"),
            SwitchTo(Const(common.BACK), id="known_back", state=NewCustomer.tax_code),
            state=NewCustomer.known,
            getter=_known,
        ),
        window(
            texts.KIND,
            Button(Const(texts.ENTERPRISE), id="enterprise", on_click=_choose_kind(CustomerKind.ENTERPRISE)),
            Button(Const(texts.HOUSEHOLD), id="household", on_click=_choose_kind(CustomerKind.HOUSEHOLD)),
            Button(Const(common.BACK), id="kind_back", on_click=_back_from_kind),
            state=NewCustomer.kind,
            getter=_kinds,
        ),
        FORM.window(NAME),
        *(_optional_window(question) for question in OPTIONAL),
        window(
            texts.CHECK,
            Button(Const(texts.SAVE), id="save", on_click=_save, when="alone"),
            Button(Const(texts.SAVE_AND_ADD), id="save_and_add", on_click=_save_and_add, when="alone"),
            Button(Const(texts.SAVE_AND_PICK), id="keep", on_click=_declare(True), when="in_order"),
            Button(Const(texts.PICK_ONLY), id="once", on_click=_declare(False), when="in_order"),
            Group(
                _edit(NAME),
                *(_edit(question) for question in OPTIONAL),
                _edit(KIND, when="may_change_kind"),
                Button(Const(accounting_texts.OPEN), id="new_accounting", on_click=_open_accounting),
                SwitchTo(Const(texts.CHANGE_TAX_CODE), id="edit_tax_code", state=NewCustomer.tax_code),
                Button(Const(common.BACK), id="check_back", on_click=_back_from_check),
                leave_button("check_leave", texts.DO_NOT_ADD),
                width=2,
            ),
            state=NewCustomer.check,
            getter=_check,
        ),
        on_start=_started,
        on_process_result=_came_back,
    )
