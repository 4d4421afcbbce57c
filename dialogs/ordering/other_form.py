"""Questions about another recipient: who gets the notice, and in whose name the invoice is."""

from collections.abc import Callable
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Back, Button, Cancel
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.states import OtherForm
from dialogs.windows import dialog, notify, text_input, window
from domain.customers import ADDRESS_LIMIT, NAME_LIMIT
from domain.identifiers import parse_budget_or_personal_id, parse_email, parse_phone
from domain.recipients import InvoiceRecipient, NoticeRecipient
from domain.text import clean_line
from texts import common
from texts.ordering import other_form as texts


def _customer_id(manager: DialogManager) -> int | None:
    data = manager.start_data
    return data.get("customer_id") if isinstance(data, dict) else None


async def _form(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = None
    customer_id = _customer_id(dialog_manager)
    if customer_id is not None:
        line = await operations(dialog_manager).review_line(actor_of(dialog_manager), customer_id)
        customer = line.line.customer.called
    return {"form": dict(dialog_manager.dialog_data), "customer": customer}


def _answer(field: str, parse: Callable[[str], str]) -> MessageInput:
    """Take one typed field and go on to the next question."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        manager.dialog_data[field] = parse(message.text or "")
        await manager.next()

    return text_input(typed)


async def _save(manager: DialogManager, invoice: InvoiceRecipient | None) -> None:
    form = manager.dialog_data
    notice = NoticeRecipient(form["name"], form["email"], form["phone"])
    other = await operations(manager).declare_other(actor_of(manager), notice, invoice, _customer_id(manager))
    await manager.done({"other_id": other.id})


async def _in_customers_name(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _save(manager, None)


async def _in_other_name(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.switch_to(OtherForm.unit_name)


async def _save_with_invoice(manager: DialogManager, email: str) -> None:
    form = manager.dialog_data
    await _save(manager, InvoiceRecipient(form["unit_name"], form["tax_id"], form["address"], email))


async def _same_email(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _save_with_invoice(manager, manager.dialog_data["email"])


async def _invoice_email(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _save_with_invoice(manager, parse_email(message.text or "").value)


async def _email_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Keep an address that looks mistyped, but ask about it: the payment instruction goes there."""
    email = parse_email(message.text or "")
    manager.dialog_data["email"] = email.value
    if email.hint:
        notify(manager, texts.EMAIL_HINT.format(value=email.value, hint=email.hint))
    await manager.next()


def _name(text: str) -> str:
    return clean_line(text, NAME_LIMIT)


def _address(text: str) -> str:
    return clean_line(text, ADDRESS_LIMIT)


def _phone(text: str) -> str:
    return parse_phone(text).e164


def _back(step: int) -> Back:
    return Back(Const(common.BACK), id=f"form_back_{step}")


def other_form_dialog() -> Dialog:
    """Ends with `{"other_id": …}`, or with nothing when left."""
    return dialog(
        window(
            texts.NAME,
            Cancel(Const(common.CANCEL), id="form_cancel"),
            _answer("name", _name),
            state=OtherForm.name,
            getter=_form,
        ),
        window(texts.EMAIL, _back(1), text_input(_email_typed), state=OtherForm.email, getter=_form),
        window(texts.PHONE, _back(2), _answer("phone", _phone), state=OtherForm.phone, getter=_form),
        window(
            texts.INVOICE,
            Button(Const(texts.INVOICE_CUSTOMER), id="in_customers_name", on_click=_in_customers_name),
            Button(Const(texts.INVOICE_OTHER), id="in_other_name", on_click=_in_other_name),
            _back(3),
            state=OtherForm.invoice,
            getter=_form,
        ),
        window(
            texts.UNIT_NAME, _back(4), _answer("unit_name", _name), state=OtherForm.unit_name, getter=_form
        ),
        window(
            texts.TAX_ID,
            _back(5),
            _answer("tax_id", parse_budget_or_personal_id),
            state=OtherForm.tax_id,
            getter=_form,
        ),
        window(texts.ADDRESS, _back(6), _answer("address", _address), state=OtherForm.address, getter=_form),
        window(
            texts.INVOICE_EMAIL,
            Button(Format(texts.SAME_EMAIL), id="same_email", on_click=_same_email),
            _back(7),
            text_input(_invoice_email),
            state=OtherForm.invoice_email,
            getter=_form,
        ),
    )
