"""Putting right what is wrong on an issued invoice: asked step by step, shown before and after, then done."""

from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.back_office import invoice_adjusting, invoice_agreement
from dialogs.back_office.invoice_agreement import FIX, agreed_words, agreement_of, fix_of, leave
from dialogs.back_office.invoice_notices import change
from dialogs.back_office.parts import desk
from dialogs.context import actor_of
from dialogs.desk_states import DeskCorrection
from dialogs.windows import (
    NOTICE_KEY,
    choices,
    dialog,
    text_input,
    window,
)
from domain.identifiers import parse_budget_or_personal_id
from domain.invoice_corrections import check_replaceable
from domain.invoices import Buyer, BuyerKind, kinds_of_number
from domain.text import clean_line
from services.back_office.invoices import InvoiceView
from services.invoices.correcting import NewRate, Replacement
from services.invoices.mending import ADDRESS_LIMIT, NAME_LIMIT
from texts import numbered
from texts.back_office import invoice_adjusting as adjusting
from texts.back_office import invoice_corrections as texts
from texts.invoices import card


async def _view(manager: DialogManager) -> InvoiceView:
    return await desk(manager).view_invoice(actor_of(manager), _invoice_id(manager))


def _invoice_id(manager: DialogManager) -> int:
    assert isinstance(manager.start_data, dict)
    return int(manager.start_data["invoice_id"])


async def _about(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What every question shows: the invoice as it is."""
    view = await _view(dialog_manager)
    return {
        "buyer": view.invoice.buyer,
        "number": view.invoice.number,
        "rates": texts.rates_of(view.lines),
        "fix": fix_of(dialog_manager),
    }


def _asks(name: str, after: Any) -> Any:
    """The handler of a typed text: check and keep it, then `after`."""

    async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
        limit = ADDRESS_LIMIT if name == "address" else NAME_LIMIT
        fix_of(manager)[name] = clean_line(message.text or "", limit)
        await after(manager)

    return typed


def _keeps(name: str, after: Any) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        fix_of(manager)[name] = getattr((await _view(manager)).invoice.buyer, name)
        await after(manager)

    return tapped


async def _begin_notice(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data[FIX] = {}
    await manager.switch_to(DeskCorrection.name)


async def _begin_replacement(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    check_replaceable((await _view(manager)).invoice)
    manager.dialog_data[FIX] = {}
    await manager.switch_to(DeskCorrection.tax_id)


async def _tax_id(message: Message, _: MessageInput, manager: DialogManager) -> None:
    fix_of(manager)["tax_id"] = parse_budget_or_personal_id(message.text or "")
    await _to_kind(manager)


async def _to_kind(manager: DialogManager) -> None:
    """Ask whose another number is where several kinds have such numbers."""
    fix, buyer = fix_of(manager), (await _view(manager)).invoice.buyer
    kinds = (buyer.kind,) if fix["tax_id"] == buyer.tax_id else kinds_of_number(fix["tax_id"])
    if len(kinds) > 1:
        await manager.switch_to(DeskCorrection.kind)
        return
    fix["kind"] = kinds[0]
    await manager.switch_to(DeskCorrection.name)


async def _kinds(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    kinds = kinds_of_number(fix_of(dialog_manager)["tax_id"])
    return {"items": [{"id": str(kind), "label": card.BUYERS[kind]} for kind in kinds]}


async def _kind(_: CallbackQuery, __: Any, manager: DialogManager, kind: str) -> None:
    fix_of(manager)["kind"] = kind
    await manager.switch_to(DeskCorrection.name)


async def _to_address(manager: DialogManager) -> None:
    await manager.switch_to(DeskCorrection.address)


async def _after_address(manager: DialogManager) -> None:
    replaces = "tax_id" in fix_of(manager)
    await manager.switch_to(DeskCorrection.rate if replaces else DeskCorrection.notice_check)


async def _rate_items(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"items": [{"id": word, "label": word} for word in texts.RATES]}


async def _rate(_: CallbackQuery, __: Any, manager: DialogManager, word: str) -> None:
    fix_of(manager)["rate"] = word
    await _to_agreement(manager)


async def _keep_rate(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    fix_of(manager)["rate"] = ""
    await _to_agreement(manager)


async def _to_agreement(manager: DialogManager) -> None:
    await _preview(manager)  # What cannot be is said before more is asked.
    is_person = (await _view(manager)).invoice.buyer.kind is BuyerKind.PERSON
    await manager.switch_to(DeskCorrection.replace_check if is_person else DeskCorrection.agreed_by)


async def _check_notice(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view, fix = await _view(dialog_manager), fix_of(dialog_manager)
    before = view.invoice.buyer
    return change(before, replace(before, name=fix["name"], address=fix["address"]))


async def _check_replacement(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    seen = await _preview(dialog_manager)
    return {
        **change(seen.before.buyer, seen.buyer),
        "amount": seen.before.amount,
        "vat_before": seen.before.vat,
        "vat_after": seen.vat,
        "rates_before": texts.rates_of(seen.lines_before),
        "rates_after": texts.rates_of(seen.lines),
        "agreed": agreed_words(dialog_manager),
    }


def _wanted(manager: DialogManager) -> tuple[int, Buyer, NewRate | None]:
    fix = fix_of(manager)
    buyer = Buyer(BuyerKind(fix["kind"]), fix["name"], fix["tax_id"], fix["address"])
    rate = NewRate(texts.RATES[fix["rate"]]) if fix["rate"] else None
    return _invoice_id(manager), buyer, rate


async def _preview(manager: DialogManager) -> Replacement:
    return await desk(manager).preview_replacement(actor_of(manager), *_wanted(manager))


async def _make_notice(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    fix, invoice_id = fix_of(manager), _invoice_id(manager)
    await desk(manager).make_notice(actor_of(manager), invoice_id, fix["name"], fix["address"])
    await manager.done({NOTICE_KEY: texts.NOTICE_MADE})


async def _replace(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    agreement = await agreement_of(manager)
    await desk(manager).replace_invoice(actor_of(manager), *_wanted(manager), agreement)
    await manager.done({NOTICE_KEY: texts.REPLACED})


async def _check_agreement(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    amount = (await _view(dialog_manager)).invoice.amount
    return {"amount": amount, "agreed": agreed_words(dialog_manager)}


async def _agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    agreement = await agreement_of(manager)
    assert agreement is not None
    await desk(manager).keep_agreement(actor_of(manager), _invoice_id(manager), agreement)
    await manager.done({NOTICE_KEY: texts.AGREED})


def _question(text: str, name: str, state: Any, after: Any) -> Window:
    """A typed text of the buyer, or the one that stands there."""
    return window(
        text,
        text_input(_asks(name, after), free=True),
        Button(Const(texts.KEEP), id=f"keep_{name}", on_click=_keeps(name, after)),
        leave(name),
        state=state,
        getter=_about,
    )


def correction_dialog() -> Dialog:
    """Started with `{"invoice_id": int}` over the invoice's card, which shows what came of it. With `alone`
    only the agreement on an adjustment is asked for, from `agreed_by` on."""
    return dialog(
        window(
            texts.WHAT,
            Button(Const(texts.ONLY_NAME), id="only_name", on_click=_begin_notice),
            Button(Const(texts.CODE_OR_RATE), id="code_or_rate", on_click=_begin_replacement),
            Button(Const(adjusting.ADJUST), id="adjust_it", on_click=invoice_adjusting.begin),
            leave("what"),
            state=DeskCorrection.what,
            getter=_about,
        ),
        window(
            texts.ASK_TAX_ID,
            text_input(_tax_id),
            Button(Const(texts.KEEP), id="keep_tax_id", on_click=_keeps("tax_id", _to_kind)),
            leave("tax_id"),
            state=DeskCorrection.tax_id,
            getter=_about,
        ),
        window(
            texts.ASK_KIND,
            choices("kind", _kind),
            leave("kind"),
            state=DeskCorrection.kind,
            getter=[_about, _kinds],
        ),
        _question(texts.ASK_NAME, "name", DeskCorrection.name, _to_address),
        _question(texts.ASK_ADDRESS, "address", DeskCorrection.address, _after_address),
        window(
            texts.ASK_RATE,
            Button(Const(texts.KEEP), id="keep_rate", on_click=_keep_rate),
            choices("rate", _rate),
            leave("rate"),
            state=DeskCorrection.rate,
            getter=[_about, _rate_items],
        ),
        *invoice_adjusting.windows(),
        *invoice_agreement.windows(),
        window(
            texts.CHECK_NOTICE,
            Button(Const(texts.NOTICE_FOR_GOOD), id="make_notice", on_click=_make_notice),
            leave("notice_check"),
            state=DeskCorrection.notice_check,
            words={"make_notice": numbered.RECORD},
            getter=[_about, _check_notice],
        ),
        window(
            texts.CHECK_REPLACE,
            Button(Const(texts.REPLACE_FOR_GOOD), id="replace", on_click=_replace),
            leave("replace_check"),
            state=DeskCorrection.replace_check,
            words={"replace": numbered.REPLACE},
            getter=[_about, _check_replacement],
        ),
        window(
            texts.CHECK_AGREEMENT,
            Button(Const(texts.AGREE_FOR_GOOD), id="agree", on_click=_agree),
            leave("agreement_check"),
            state=DeskCorrection.agreement_check,
            words={"agree": numbered.RECORD},
            getter=[_about, _check_agreement],
        ),
    )
