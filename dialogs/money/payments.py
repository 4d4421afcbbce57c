"""The payment requests of an order: the list, one of them, and "I have transferred"."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.looking import look_at
from dialogs.states import Choosing, Orders, Payments
from dialogs.windows import choices, current_page, dialog, notify, pages, photo_input, window
from domain.chats import channel_of
from domain.errors import DomainError
from domain.files import picture_reference
from domain.orders import OrderState
from domain.recipients import RecipientMode
from services.money.payments import PAGE_SIZE, PaymentPage
from texts import common
from texts.money import payments as texts


def _order_id(manager: DialogManager) -> int:
    data = manager.start_data
    if not isinstance(data, dict) or "order_id" not in data:
        raise DomainError("order_unknown")
    return int(data["order_id"])


def _code(manager: DialogManager) -> str:
    return str(manager.dialog_data.get("code", ""))


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    scroll: Any = dialog_manager.find("payments_page")
    asked = await scroll.get_page()
    await look_at(dialog_manager, _order_id(dialog_manager), reminders=True)
    view = await ops.list_payments(actor, _order_id(dialog_manager), asked)
    page, count = await current_page(dialog_manager, "payments_page", view.sums.requests, PAGE_SIZE)
    return {
        "order": view.order,
        "sums": view.sums,
        "bundle": view.bundle,
        "waiting": view.waiting,
        "get_cards": texts.get_cards(view.sums) if _has_cards(view) else "",
        "held": view.held,
        "resend_all": texts.resend_all(view.resends) if view.order.state is not OrderState.CANCELLED else "",
        "pay_all": texts.pay_all(view.bundle) if view.bundle and view.bundle.left else "",
        "items": [
            {"id": entry.payment.code, "label": texts.payment_button(entry.payment, entry.name)}
            for entry in view.items
        ],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


def _has_cards(view: PaymentPage) -> bool:
    """Whether cards are offered; who paid is chosen first where money waits for that."""
    return view.order.state is not OrderState.CANCELLED and view.to_choose is None


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_payment(actor_of(dialog_manager), _code(dialog_manager))
    return {
        "payment": view.payment,
        "name": view.name,
        "lines": view.lines,
        "claim": view.claim,
        "deadline": view.deadline,
        "mark": texts.PAYMENT_MARKS[view.payment.state],
        "state": texts.PAYMENT_STATES[view.payment.state],
        "addresses": texts.addresses(view.payment),
        "owed": view.payment.left > 0,
        "claim_label": texts.claim(view.order.recipient is RecipientMode.ACCOUNTANT),
        "whole": view.payment.code == view.order.code and view.payment.line_count > 1,
        "held": view.held,
        # An accountant is asked for one sum: a customer's own card goes by hand.
        "told": view.payment.left > 0 and not view.bundled and view.resent,
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, code: str) -> None:
    manager.dialog_data["code"] = code
    await manager.switch_to(Payments.card)


async def _open_bundle(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    page = await operations(manager).list_payments(actor_of(manager), _order_id(manager))
    manager.dialog_data["code"] = page.order.code
    await manager.switch_to(Payments.card)


async def _get_cards(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    sent, more = await operations(manager).ask_payment_cards(actor_of(manager), _order_id(manager))
    notify(manager, texts.cards_coming(sent, more))


async def _resend_all(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    sent = await operations(manager).resend_instructions(actor_of(manager), _order_id(manager))
    notify(manager, texts.all_resent(*sent))


async def _choose(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    page = await operations(manager).list_payments(actor_of(manager), _order_id(manager))
    if page.to_choose is not None:
        data = {"transfer_id": page.to_choose}
        await manager.start(Choosing.who, data=data, mode=StartMode.RESET_STACK)


async def _roll_call(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).ask_roll_call(actor_of(manager), _order_id(manager))
    notify(manager, texts.ROLL_CALL_COMING)


async def _get_card(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).ask_payment_card(actor_of(manager), _code(manager))
    notify(manager, texts.CARD_COMING)


async def _resend(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    channels = await operations(manager).resend_instruction(actor_of(manager), _code(manager))
    notify(manager, texts.resent(channels))


async def _picture(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.photo
    picture = picture_reference(channel_of(message.chat.id), message.photo[-1].file_id)
    await operations(manager).claim_transfer(actor_of(manager), _code(manager), picture)
    notify(manager, texts.CLAIMED)
    await manager.switch_to(Payments.card)


async def _no_picture(_: Message, __: MessageInput, manager: DialogManager) -> None:
    notify(manager, texts.WANT_PICTURE)


async def _to_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    # The list may have been opened from a push, with nothing below it.
    data = {"order_id": _order_id(manager)}
    await manager.start(Orders.card, data=data, mode=StartMode.RESET_STACK)


def payments_dialog() -> Dialog:
    return dialog(
        window(
            texts.LIST,
            Button(Const(texts.CHOOSE), id="choose", on_click=_choose, when="waiting"),
            Button(Format(texts.PAY_ALL), id="pay_all", on_click=_open_bundle, when="pay_all"),
            choices("payment", _open),
            *pages("payments_page"),
            Button(Format(texts.GET_CARDS), id="get_cards", on_click=_get_cards, when="get_cards"),
            Button(Format(texts.RESEND_ALL), id="resend_all", on_click=_resend_all, when="resend_all"),
            Button(Const(texts.ROLL_CALL), id="roll_call", on_click=_roll_call),
            Button(Const(texts.TO_ORDER), id="to_order", on_click=_to_order),
            state=Payments.list,
            getter=_list,
        ),
        window(
            texts.CARD,
            Button(Const(texts.GET_CARD), id="get_card", on_click=_get_card, when="owed"),
            Button(Const(texts.RESEND), id="resend", on_click=_resend, when="told"),
            SwitchTo(Format(texts.CLAIM), id="claim", state=Payments.picture, when="owed"),
            SwitchTo(Const(texts.TO_LIST), id="to_payments", state=Payments.list),
            state=Payments.card,
            getter=_card,
        ),
        window(
            texts.PICTURE,
            photo_input(_picture),
            MessageInput(_no_picture, content_types=[ContentType.TEXT, ContentType.DOCUMENT]),
            SwitchTo(Const(common.BACK), id="no_claim", state=Payments.card),
            state=Payments.picture,
            getter=_card,
        ),
    )
