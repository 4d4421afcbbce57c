"""Questions about another recipient: who gets the notice, and in whose name the invoice is."""

from collections.abc import Mapping
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Back, Button, Cancel, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.busy import show_busy
from dialogs.context import actor_of, operations
from dialogs.offers import OFFER
from dialogs.ordering.offered_email import email_buttons, email_input, offer_data, unit_name_input
from dialogs.ordering.person import next_of, person_in
from dialogs.states import OtherForm
from dialogs.windows import choices, dialog, text_input, window
from domain.customers import ADDRESS_LIMIT, Customer, CustomerKind
from domain.identifiers import parse_budget_or_personal_id
from domain.invoices import BuyerKind
from domain.recipients import InvoiceRecipient, NoticeRecipient, buyer_kinds
from domain.text import clean_line
from texts import common
from texts import forms as form_texts
from texts.ordering import other_form as texts

_FOUND = "found"
"""Dialog data: name and address that the registry has under the number; empty if it has none."""

_GIVEN = "given"
"""Start data: what was said of the person before the form was opened."""

OFFERED = "offered"
"""In the result: the number of the buyer, if its registered name and address were offered."""

_ASKED = "kind_asked"
"""Dialog data: whether the number may be of two kinds."""


def _customer_id(manager: DialogManager) -> int | None:
    data = manager.start_data
    return data.get("customer_id") if isinstance(data, dict) else None


async def _form(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = await _customer(dialog_manager)
    form = dict(dialog_manager.dialog_data)
    return {
        "form": form,
        "found": list(form.get(_FOUND, {}).values()),
        "registered": _is_registered(form),
        "customer": customer.called if customer else None,
        "own_email": customer.email if customer else "",
    }


async def _customer(manager: DialogManager) -> Customer | None:
    """The customer for whom alone the recipient is declared, if it is for one."""
    customer_id = _customer_id(manager)
    if customer_id is None:
        return None
    return (await operations(manager).review_line(actor_of(manager), customer_id)).line.customer


async def _save(
    manager: DialogManager, invoice: InvoiceRecipient | None, invoice_email: str | None = None
) -> None:
    form, actor = manager.dialog_data, actor_of(manager)
    notice = NoticeRecipient(form["name"], form["email"], form["phone"])
    declare = operations(manager).declare_other
    other = await declare(actor, notice, invoice, _customer_id(manager), invoice_email)
    offered = [form["tax_id"]] if invoice is not None and form[_FOUND] else []
    await manager.done({"other_id": other.id, OFFERED: offered})


async def _mail_to_recipient(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _save(manager, None)


async def _mail_to_customers(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _save(manager, None, "")


async def _save_mail_to(manager: DialogManager, email: str) -> None:
    await _save(manager, None, email)


async def _number_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take the buyer's number, look up whose it is, and ask of what kind it is where it may be of two."""
    form, actor = manager.dialog_data, actor_of(manager)
    number = parse_budget_or_personal_id(message.text or "")
    show_busy(manager)
    found = await operations(manager).look_up_tax_code(actor, number)
    kinds = buyer_kinds(number, "", await _customer(manager))
    form["tax_id"] = number
    form[_FOUND] = {"unit_name": found.name, "address": found.address} if found and found.address else {}
    form[_ASKED] = len(kinds) > 1
    if form[_ASKED]:
        await manager.switch_to(OtherForm.buyer_kind)
        return
    form["kind"] = kinds[0].value
    await _ask_for_the_unit(manager)


async def _ask_for_the_unit(manager: DialogManager) -> None:
    """What is registered under the number is taken, and shown with the next question."""
    form = manager.dialog_data
    form.update(form[_FOUND])
    await manager.switch_to(OtherForm.invoice_email if form[_FOUND] else OtherForm.unit_name)


async def _kinds(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Both kinds, the probable one first: that of the order's customers."""
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    kinds = list(texts.KINDS) if view.kind is CustomerKind.HOUSEHOLD else list(texts.KINDS)[::-1]
    items = [{"id": kind.value, "label": texts.KINDS[kind]} for kind in kinds]
    return {"form": dict(dialog_manager.dialog_data), "items": items}


async def _kind_chosen(_: CallbackQuery, __: Any, manager: DialogManager, kind: str) -> None:
    manager.dialog_data["kind"] = kind
    await _ask_for_the_unit(manager)


async def _back_to_number(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    asked = manager.dialog_data.get(_ASKED)
    await manager.switch_to(OtherForm.buyer_kind if asked else OtherForm.tax_id)


async def _back_to_unit(_: CallbackQuery, button: Button, manager: DialogManager) -> None:
    if _is_registered(manager.dialog_data):
        await _back_to_number(_, button, manager)
    else:
        await manager.switch_to(OtherForm.address)


def _is_registered(form: Mapping[str, Any]) -> bool:
    found = form.get(_FOUND) or {}
    return bool(found) and all(form.get(field) == value for field, value in found.items())


async def _use_found(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.update(manager.dialog_data[_FOUND])
    await manager.switch_to(OtherForm.invoice_email)


async def _save_with_invoice(manager: DialogManager, email: str) -> None:
    form = manager.dialog_data
    kind = BuyerKind(form["kind"])
    await _save(manager, InvoiceRecipient(form["unit_name"], form["tax_id"], form["address"], email, kind))


async def _same_email(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _save_with_invoice(manager, manager.dialog_data["email"])


def _contact(asked: str) -> MessageInput:
    """Take what was `asked` for, with all else that the line says of the person, and ask for what is missing.

    An address that looks mistyped is asked about first: the payment instruction goes there.
    """

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        data = manager.dialog_data
        read = person_in(message.text or "", asked)
        data.pop(OFFER, None)
        if OFFER in read:
            data.pop("email", None)
        data.update(read)
        await manager.switch_to(next_of(data))

    return text_input(typed)


async def start_with(manager: DialogManager, text: str) -> None:
    """Open the form with what a line says of the person who is told for all."""
    read = person_in(text, "name")
    await manager.start(next_of(read), data={_GIVEN: read})


async def _started(start_data: Any, manager: DialogManager) -> None:
    if isinstance(start_data, dict):
        manager.dialog_data.update(start_data.get(_GIVEN, {}))


async def _keep_email(manager: DialogManager, email: str) -> None:
    manager.dialog_data["email"] = email
    await manager.switch_to(next_of(manager.dialog_data))


async def _keep_unit(manager: DialogManager, name: str) -> None:
    manager.dialog_data["unit_name"] = name
    await manager.switch_to(OtherForm.address)


async def _address_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data["address"] = clean_line(message.text or "", ADDRESS_LIMIT)
    await manager.next()


def _back(step: int) -> Back:
    return Back(Const(common.BACK), id=f"form_back_{step}")


def other_form_dialog() -> Dialog:
    """Ends with `{"other_id": …, OFFERED: […]}`, or with nothing when left."""
    return dialog(
        window(
            texts.NAME,
            Cancel(Const(common.BACK), id="form_cancel"),
            _contact("name"),
            state=OtherForm.name,
            getter=_form,
        ),
        window(
            texts.EMAIL + form_texts.OFFER,
            *email_buttons("person", _keep_email),
            _back(1),
            _contact("email"),
            state=OtherForm.email,
            getter=[_form, offer_data],
        ),
        window(texts.PHONE, _back(2), _contact("phone"), state=OtherForm.phone, getter=_form),
        window(
            texts.INVOICE,
            SwitchTo(Const(texts.INVOICE_CUSTOMER), id="in_customers_name", state=OtherForm.mail_to),
            SwitchTo(Const(texts.INVOICE_OTHER), id="in_other_name", state=OtherForm.tax_id),
            _back(3),
            text_input(_number_typed),
            state=OtherForm.invoice,
            getter=_form,
        ),
        window(
            texts.MAIL_TO + form_texts.OFFER,
            *email_buttons("mail", _save_mail_to),
            Button(Format(texts.SAME_EMAIL), id="mail_to_recipient", on_click=_mail_to_recipient),
            Button(
                Format(texts.OWN_EMAIL), id="mail_to_customer", on_click=_mail_to_customers, when="own_email"
            ),
            Button(
                Const(texts.OWN_EMAILS),
                id="mail_to_customers",
                on_click=_mail_to_customers,
                when=lambda data, *_: not data["customer"],
            ),
            SwitchTo(Const(common.BACK), id="form_back_4", state=OtherForm.invoice),
            email_input(_save_mail_to),
            state=OtherForm.mail_to,
            getter=[_form, offer_data],
        ),
        window(
            texts.TAX_ID,
            SwitchTo(Const(common.BACK), id="form_back_5", state=OtherForm.invoice),
            text_input(_number_typed),
            state=OtherForm.tax_id,
            getter=_form,
        ),
        window(
            texts.BUYER_KIND,
            choices("kind", _kind_chosen),
            _back(6),
            state=OtherForm.buyer_kind,
            getter=_kinds,
        ),
        window(
            texts.UNIT_NAME + form_texts.OFFER,
            email_buttons("unit", _keep_unit)[1],
            Button(Const(form_texts.USE_FOUND), id="use_found", on_click=_use_found, when="found"),
            Button(Const(common.BACK), id="form_back_7", on_click=_back_to_number),
            unit_name_input(_keep_unit),
            state=OtherForm.unit_name,
            getter=[_form, offer_data],
        ),
        window(texts.ADDRESS, _back(8), text_input(_address_typed), state=OtherForm.address, getter=_form),
        window(
            texts.INVOICE_EMAIL + form_texts.OFFER,
            *email_buttons("invoice", _save_with_invoice),
            Button(Format(texts.SAME_EMAIL), id="same_email", on_click=_same_email),
            SwitchTo(Const(texts.OTHER_UNIT), id="other_unit", state=OtherForm.unit_name, when="registered"),
            Button(Const(common.BACK), id="form_back_9", on_click=_back_to_unit),
            email_input(_save_with_invoice),
            state=OtherForm.invoice_email,
            getter=[_form, offer_data],
        ),
        on_start=_started,
    )
