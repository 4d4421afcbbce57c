"""Transfers that accountants say were made, checked by their pictures."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo
from aiogram_dialog.widgets.media import DynamicMedia
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.asking import ask_button, second_person, was_asked
from dialogs.back_office.parts import (
    TypedAction,
    desk,
    desk_button,
    listed,
    opens,
    read_page,
    started_with,
    typed_of,
)
from dialogs.back_office.payments import show_result
from dialogs.context import actor_of, operations
from dialogs.desk_states import DeskClaims, DeskPayment
from dialogs.pictures import picture_to_show
from dialogs.windows import dialog, notify, pages, text_input, window
from domain.money import parse_amount
from domain.payments import ClaimState
from domain.sign_offs import AskedAct, SignedAct
from domain.transfers import VND
from texts import common
from texts.back_office import payments as texts


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), operations(dialog_manager).list_claims
    found, page = await read_page(dialog_manager, "claims_page", lambda at: read(actor, at))
    items = [{"id": about.claim.id, "label": texts.claim_button(about)} for about in found.items]
    return {**page, "items": items}


def _claim_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("claim_id", 0))


async def _about(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    about = await desk(dialog_manager).view_claim(actor_of(dialog_manager), _claim_id(dialog_manager))
    amount = dialog_manager.dialog_data.get("amount") or about.payment.left
    return {
        "about": about,
        "state": texts.STATES[about.claim.state],
        "waits": about.claim.state is ClaimState.OPEN,
        "amount": amount,
        **await second_person(dialog_manager, amount),
    }


async def _with_picture(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    shown = await _about(dialog_manager)
    picture = await picture_to_show(dialog_manager, shown["about"].claim.picture)
    return {**shown, "picture": picture}


async def _accept(manager: DialogManager, reference: str) -> None:
    settle, amount = operations(manager).settle_claim, manager.dialog_data.get("amount")
    await settle(actor_of(manager), _claim_id(manager), True, reference, amount)
    await _settled(manager, texts.ACCEPTED)


async def _refuse(manager: DialogManager, reason: str) -> None:
    await operations(manager).settle_claim(actor_of(manager), _claim_id(manager), False, reason)
    await _settled(manager, texts.REFUSED)


async def _settled(manager: DialogManager, sentence: str) -> None:
    notify(manager, sentence)
    await manager.switch_to(DeskClaims.list)


async def _asked(manager: DialogManager) -> tuple[AskedAct, str]:
    amount = (await _about(manager))["amount"]
    return AskedAct(SignedAct.CLAIM, str(_claim_id(manager)), amount, typed_of(manager)), VND


async def _after(start_data: Any, result: Any, manager: DialogManager) -> None:
    await show_result(start_data, result, manager)
    if was_asked(result) and manager.current_context().state != DeskClaims.list:
        await manager.switch_to(DeskClaims.list)


async def _begin(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop("amount", None)


async def _amount(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data["amount"] = parse_amount(message.text or "")
    await manager.switch_to(DeskClaims.accept_check)


_ACTS = (
    TypedAction(
        "accept",
        ask=DeskClaims.accept,
        check=DeskClaims.accept_check,
        back=DeskClaims.card,
        ask_text=texts.ASK_REFERENCE,
        check_text=texts.CHECK_ACCEPT,
        label=texts.ACCEPT_FOR_GOOD,
        do=_accept,
        about=_about,
        when="alone",
        more=(
            ask_button("ask", _asked),
            SwitchTo(Const(texts.OTHER_AMOUNT), id="other_amount", state=DeskClaims.amount),
        ),
    ),
    TypedAction(
        "refuse",
        ask=DeskClaims.refuse,
        check=DeskClaims.refuse_check,
        back=DeskClaims.card,
        ask_text=texts.ASK_REASON,
        check_text=texts.CHECK_REFUSE,
        label=texts.REFUSE_FOR_GOOD,
        do=_refuse,
        about=_about,
    ),
)


def claims_dialog() -> Dialog:
    """May be started with `{"claim_id": int}`."""
    return dialog(
        window(
            texts.LIST,
            listed("claim", opens("claim_id", DeskClaims.card)),
            *pages("claims_page"),
            Start(Const(texts.ENTER), id="enter", state=DeskPayment.code),
            desk_button(),
            state=DeskClaims.list,
            getter=_list,
        ),
        window(
            texts.CARD,
            DynamicMedia("picture"),
            Row(
                SwitchTo(Const(texts.ACCEPT), id="accept", state=DeskClaims.accept, on_click=_begin),
                SwitchTo(Const(texts.REFUSE), id="refuse", state=DeskClaims.refuse),
                when="waits",
            ),
            SwitchTo(Const(common.BACK), id="to_claims", state=DeskClaims.list),
            state=DeskClaims.card,
            getter=_with_picture,
        ),
        *(one for act in _ACTS for one in act.windows()),
        window(
            texts.ASK_AMOUNT,
            text_input(_amount, number=True),
            SwitchTo(Const(common.BACK), id="to_check", state=DeskClaims.accept_check),
            state=DeskClaims.amount,
            getter=_about,
        ),
        on_start=started_with("claim_id", DeskClaims.card),
        on_process_result=_after,
    )
