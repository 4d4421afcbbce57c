"""A payment entered by hand: the code it is for, the amount, the bank's reference."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.asking import ask_button, second_person, was_asked
from dialogs.back_office.parts import desk
from dialogs.context import actor_of
from dialogs.desk_states import DeskPayment
from dialogs.windows import NOTICE_KEY, dialog, text_input, window
from domain.errors import DomainError
from domain.money import parse_amount, vnd
from domain.recipients import RecipientMode
from domain.sign_offs import AskedAct, SignedAct
from domain.text import clean_line
from domain.transfers import VND
from services.back_office.payments import REFERENCE_LIMIT
from texts import common, numbered
from texts.back_office import payments as texts


async def _about(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    payable = await desk(dialog_manager).find_payable(actor_of(dialog_manager), data["code"])
    return {
        "payable": payable,
        "left": vnd(payable.left),
        "amount": data.get("amount", 0),
        "reference": data.get("reference", ""),
        **await second_person(dialog_manager, data.get("amount", 0)),
    }


async def _code(message: Message, _: MessageInput, manager: DialogManager) -> None:
    payable = await desk(manager).find_payable(actor_of(manager), message.text or "")
    payers = payable.entries
    if payable.count > 1 and payable.order.recipient is not RecipientMode.ACCOUNTANT:
        raise DomainError("several_payments")
    manager.dialog_data["code"] = payable.code if payable.count > 1 else payers[0].payment.code
    await manager.switch_to(DeskPayment.amount)


async def _take_amount(manager: DialogManager, amount: int) -> None:
    if not amount:
        raise DomainError("amount_not_positive")
    manager.dialog_data["amount"] = amount
    await manager.switch_to(DeskPayment.reference)


async def _amount(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _take_amount(manager, parse_amount(message.text or ""))


async def _all_left(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    payable = await desk(manager).find_payable(actor_of(manager), manager.dialog_data["code"])
    await _take_amount(manager, payable.left)


async def _reference(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data["reference"] = clean_line(message.text or "", REFERENCE_LIMIT)
    await manager.switch_to(DeskPayment.check)


async def _enter(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = manager.dialog_data
    await desk(manager).enter_payment(actor_of(manager), data["code"], data["amount"], data["reference"])
    await manager.done({NOTICE_KEY: texts.ACCEPTED})


async def _asked(manager: DialogManager) -> tuple[AskedAct, str]:
    data = manager.dialog_data
    return AskedAct(SignedAct.PAYMENT, data["code"], data["amount"], data["reference"]), VND


async def _after_asking(_: Any, result: Any, manager: DialogManager) -> None:
    if was_asked(result):
        await manager.done(result)


def payment_dialog() -> Dialog:
    """This dialog lies over the list of claims, which shows its result."""
    return dialog(
        window(
            texts.ENTER_CODE,
            text_input(_code),
            Cancel(Const(common.BACK), id="leave_code"),
            state=DeskPayment.code,
        ),
        window(
            texts.ENTER_AMOUNT,
            text_input(_amount, number=True),
            Button(Format(texts.ALL_LEFT), id="all_left", on_click=_all_left),
            SwitchTo(Const(common.BACK), id="to_code", state=DeskPayment.code),
            state=DeskPayment.amount,
            getter=_about,
        ),
        window(
            texts.ENTER_REFERENCE,
            text_input(_reference, free=True),
            SwitchTo(Const(common.BACK), id="to_amount", state=DeskPayment.amount),
            state=DeskPayment.reference,
            getter=_about,
        ),
        window(
            texts.ENTER_CHECK,
            text_input(_reference, free=True),
            Button(Const(texts.ENTER_FOR_GOOD), id="enter", on_click=_enter, when="alone"),
            ask_button("ask", _asked),
            SwitchTo(Const(common.BACK), id="to_reference", state=DeskPayment.reference),
            state=DeskPayment.check,
            words={"enter": numbered.RECORD},
            getter=_about,
        ),
        on_process_result=_after_asking,
    )


async def show_result(_: Any, result: Any, manager: DialogManager) -> None:
    """The result handler of the dialog below: say what was recorded."""
    if isinstance(result, dict) and NOTICE_KEY in result:
        manager.dialog_data[NOTICE_KEY] = result[NOTICE_KEY]
