"""Mending the buyer of a document that was refused: typed anew, shown before and after, then issued."""

from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.invoices.opening import MENDED, shown_invoice
from dialogs.offers import OFFER, offer_labels, offer_of
from dialogs.states import Invoices
from dialogs.windows import choices, notify, text_input, window
from domain.identifiers import parse_budget_or_personal_id, parse_email
from domain.invoices import Buyer, BuyerKind, Invoice, kinds_of_number
from domain.invoicing import missing_in
from domain.text import clean_line
from services.invoices.mending import ADDRESS_LIMIT, NAME_LIMIT
from texts import common, forms, numbered
from texts.invoices import card as texts

_FIELD = "field"
_KIND = "kind"


def _mended(manager: DialogManager, invoice: Invoice) -> tuple[Buyer, str]:
    """Buyer and e-mail as they are to be."""
    typed = dict(manager.dialog_data.get(MENDED, {}))
    email = typed.pop("email", invoice.email)
    if _KIND in typed:
        typed[_KIND] = BuyerKind(typed[_KIND])
    return replace(invoice.buyer, **typed), email


async def _mend(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    invoice = (await shown_invoice(dialog_manager)).invoice
    buyer, email = _mended(dialog_manager, invoice)
    before, after = _shown(invoice.buyer, invoice.email), _shown(buyer, email)
    return {
        "invoice": invoice,
        "why": texts.why(invoice),
        "rows": [
            {
                "label": label,
                "before": before[label],
                "after": after[label] if after[label] != before[label] else "",
            }
            for label in after
            if label != texts.KIND_LABEL or after[label] != before[label]
        ],
        "fields": [
            (field, texts.field_button(field, field == invoice.refused_field)) for field in texts.LABELS
        ],
        "whole": email and not missing_in(buyer),
    }


def _shown(buyer: Buyer, email: str) -> dict[str, str]:
    labels = texts.LABELS
    return {
        labels["name"]: buyer.name,
        labels["tax_id"]: buyer.tax_id,
        texts.KIND_LABEL: texts.BUYERS[buyer.kind],
        labels["address"]: buyer.address,
        labels["email"]: email,
    }


async def _field_chosen(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    manager.dialog_data[_FIELD] = field
    manager.dialog_data.pop(OFFER, None)
    await manager.switch_to(Invoices.mend_field)


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    invoice = (await shown_invoice(dialog_manager)).invoice
    buyer, email = _mended(dialog_manager, invoice)
    field, offer = dialog_manager.dialog_data[_FIELD], dialog_manager.dialog_data.get(OFFER)
    return {
        "why": texts.why(invoice),
        "label": texts.LABELS[field],
        "value": email if field == "email" else getattr(buyer, field),
        "example": texts.EXAMPLES[field],
        "offer": offer,
        **(offer_labels(offer) if offer else {}),
    }


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _take(manager, message.text or "")


async def _use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _take(manager, offer_of(manager)["better"], as_typed=True)


async def _as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _take(manager, offer_of(manager)["typed"], as_typed=True)


async def _take(manager: DialogManager, text: str, as_typed: bool = False) -> None:
    """Keep a text for the asked field, or offer what was probably meant."""
    data, field = manager.dialog_data, manager.dialog_data[_FIELD]
    match field:
        case "email":
            email = parse_email(text)
            if email.hint and not as_typed:
                data[OFFER] = {"typed": email.value, "better": email.hint}
                return
            value = email.value
        case "tax_id":
            value = parse_budget_or_personal_id(text)
        case _:
            value = clean_line(text, NAME_LIMIT if field == "name" else ADDRESS_LIMIT)
    data.pop(OFFER, None)
    data[MENDED] = {**data.get(MENDED, {}), field: value}
    if field == "tax_id":
        buyer, _ = _mended(manager, (await shown_invoice(manager)).invoice)
        possible = kinds_of_number(value, buyer.name)
        # Households have old codes that look like a company's.
        stays = buyer.kind in possible or (
            buyer.kind is BuyerKind.HOUSEHOLD and BuyerKind.COMPANY in possible
        )
        if not stays:
            await _keep_kind(manager, possible[0])
            if len(possible) > 1:
                await manager.switch_to(Invoices.mend_kind)
                return
    await manager.switch_to(Invoices.mend)


async def _kind(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    number = dialog_manager.dialog_data[MENDED]["tax_id"]
    possible = kinds_of_number(number)
    return {"tax_id": number, "items": [{"id": kind.value, "label": texts.BUYERS[kind]} for kind in possible]}


async def _kind_chosen(_: CallbackQuery, __: Any, manager: DialogManager, kind: str) -> None:
    await _keep_kind(manager, BuyerKind(kind))
    await manager.switch_to(Invoices.mend)


async def _keep_kind(manager: DialogManager, kind: BuyerKind) -> None:
    manager.dialog_data[MENDED] = {**manager.dialog_data.get(MENDED, {}), _KIND: kind.value}


async def _send(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    invoice = (await shown_invoice(manager)).invoice
    buyer, email = _mended(manager, invoice)
    sent = await operations(manager).mend_invoice(actor_of(manager), invoice.id, buyer, email)
    manager.dialog_data.pop(MENDED, None)
    notify(manager, texts.sent_again(sent.email))
    await manager.switch_to(Invoices.card)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.MENDING,
            Group(
                Select(
                    Format("{item[1]}"),
                    id="mend_field",
                    item_id_getter=lambda item: item[0],
                    items="fields",
                    on_click=_field_chosen,
                ),
                width=2,
            ),
            Button(Const(texts.SEND), id="send_again", on_click=_send, when="whole"),
            SwitchTo(Const(common.BACK), id="mend_back", state=Invoices.card),
            state=Invoices.mend,
            words={"send_again": numbered.ISSUE},
            getter=_mend,
        ),
        window(
            texts.FIELD + forms.OFFER,
            text_input(_typed),
            Button(Format(forms.USE), id="use", on_click=_use, when="offer"),
            Button(Format(forms.AS_TYPED), id="as_typed", on_click=_as_typed, when="typed_label"),
            SwitchTo(Const(common.BACK), id="mend_cancel", state=Invoices.mend),
            state=Invoices.mend_field,
            getter=_field,
        ),
        window(
            texts.KIND,
            choices("buyer_kind", _kind_chosen),
            SwitchTo(Const(common.BACK), id="kind_back", state=Invoices.mend_field),
            state=Invoices.mend_kind,
            getter=_kind,
        ),
    )
