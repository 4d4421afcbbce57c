"""Declaring a new customer one field at a time, for the catalogue or inside an order."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.forms import (
    Answer,
    Question,
    Questionnaire,
    answers_of,
    email_answer,
    line_of,
    phone_answer,
)
from dialogs.leaving import leave_button
from dialogs.states import NewCustomer
from dialogs.windows import dialog, notify, text_input, window
from domain.answers.words import bare
from domain.customers import ADDRESS_LIMIT, NAME_LIMIT, CustomerData, CustomerField, CustomerKind
from domain.identifiers import TaxCode, parse_tax_code
from domain.intakes.contacts import read_party
from texts import common
from texts.catalogue import new_customer as texts
from texts.catalogue.customers import edit_label, needed

KNOWN_ID = "known_id"
FOUND = "found"
"""Questions that the registry of taxpayers can answer."""


def _start(manager: DialogManager) -> dict[str, Any]:
    return manager.start_data if isinstance(manager.start_data, dict) else {}


def wanted_kind(manager: DialogManager) -> CustomerKind | None:
    """The kind that the order's package asks of every customer; `None` outside an order."""
    kind = _start(manager).get("kind")
    return CustomerKind(kind) if kind else None


def in_order(manager: DialogManager) -> bool:
    return bool(_start(manager).get("in_order"))


def _warned(tax_code: TaxCode) -> str:
    """The warnings about an accepted but doubtful tax code, in words."""
    return " ".join(texts.WARNINGS[warning] for warning in tax_code.warnings)


async def _tax_code(manager: DialogManager, text: str) -> Answer:
    tax_code = parse_tax_code(bare(text), wanted_kind(manager))
    known = await operations(manager).find_by_tax_code(actor_of(manager), tax_code.value)
    manager.dialog_data[KNOWN_ID] = known.id if known is not None else None
    manager.dialog_data[FOUND] = {} if known is not None else await _look_up(manager, tax_code.value)
    kind = wanted_kind(manager) or tax_code.kind_hint
    remark = _warned(tax_code) if known is None else ""
    return Answer(tax_code.value, also={"kind": kind.value} if kind else {}, remark=remark)


async def _look_up(manager: DialogManager, tax_code: str) -> dict[str, str]:
    found = await operations(manager).look_up_tax_code(actor_of(manager), tax_code)
    answers = {"name": found.name, "address": found.address} if found is not None else {}
    return {name: value for name, value in answers.items() if value}


def _found(manager: DialogManager) -> dict[str, str]:
    found: dict[str, str] = manager.dialog_data.get(FOUND, {})
    return found


async def _show_known(manager: DialogManager) -> bool:
    if manager.dialog_data.get(KNOWN_ID) is None:
        return False
    for name in ("tax_code", "kind"):
        answers_of(manager).pop(name, None)
    await manager.switch_to(NewCustomer.known)
    return True


async def _kind_answer(manager: DialogManager, text: str) -> Answer:
    kind = CustomerKind(text)
    tax_code = parse_tax_code(answers_of(manager)["tax_code"], kind)
    return Answer(kind.value, remark=_warned(tax_code))


TAX_CODE = Question("tax_code", NewCustomer.tax_code, texts.TAX_CODE, _tax_code, then=_show_known)
KIND = Question("kind", NewCustomer.kind, texts.KIND, _kind_answer)
NAME = Question("name", NewCustomer.name, texts.NAME, line_of(NAME_LIMIT))
OPTIONAL = (
    Question("address", NewCustomer.address, texts.ADDRESS, line_of(ADDRESS_LIMIT), optional=True),
    Question(
        "representative",
        NewCustomer.representative,
        texts.REPRESENTATIVE,
        line_of(NAME_LIMIT),
        optional=True,
    ),
    Question("email", NewCustomer.email, texts.EMAIL, email_answer, optional=True),
    Question("phone", NewCustomer.phone, texts.PHONE, phone_answer, optional=True),
)


def _asked(manager: DialogManager, question: Question) -> bool:
    """Ask for the kind only if the tax code does not tell it."""
    answers = answers_of(manager)
    return question is not KIND or ("tax_code" in answers and "kind" not in answers)


def _several(text: str) -> dict[str, str]:
    party = read_party(text)
    return {
        "tax_code": party.tax_code,
        "name": party.business,
        "address": party.address,
        "representative": party.person,
        "email": party.email,
        "phone": party.phone,
    }


FORM = Questionnaire(
    (TAX_CODE, KIND, NAME, *OPTIONAL), NewCustomer.check, _asked, found=_found, several=_several
)


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


async def _answers(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"answers": answers_of(dialog_manager)}


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
    return CustomerData(kind=CustomerKind(answers["kind"]), **given)


async def _check(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    alone, declared = not in_order(dialog_manager), _declared(dialog_manager)
    return {
        "customer": declared,
        "values": needed(declared),
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
        FORM.window(TAX_CODE, leave_button("leave", common.CANCEL), getter=_wanted),
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
            getter=_answers,
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
                SwitchTo(Const(texts.CHANGE_TAX_CODE), id="edit_tax_code", state=NewCustomer.tax_code),
                Button(Const(common.BACK), id="check_back", on_click=_back_from_check),
                leave_button("check_leave", common.CANCEL),
                width=2,
            ),
            state=NewCustomer.check,
            getter=_check,
        ),
        on_start=_started,
    )
