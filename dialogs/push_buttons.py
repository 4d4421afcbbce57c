"""Buttons under pushes. They belong to no dialog, so they never grow stale: each opens a window or acts."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiogram import Router
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InaccessibleMessage
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, channel_of, operations
from dialogs.desk_states import (
    DeskActivations,
    DeskClaims,
    DeskFirms,
    DeskInvoices,
    DeskPeople,
    DeskSignOffs,
    DeskTransfers,
)
from dialogs.states import (
    Activation,
    Chats,
    Choosing,
    Invoices,
    Menu,
    Notices,
    Orders,
    Payments,
    Staff,
)
from domain.messaging.targets import CardsOf, Place, Resending, RunStop, Target, read_button
from texts.activation import activations as activation_texts
from texts.money import payments as payment_texts


@dataclass(frozen=True, slots=True)
class Opened:
    """A window. `takes` is the name of the id in its start data; empty where it takes none."""

    state: State
    takes: str = ""


WINDOWS: Mapping[Place, Opened] = {
    Place.MENU: Opened(Menu.home),
    Place.NOTICES: Opened(Notices.list),
    Place.STAFF: Opened(Staff.list),
    Place.MEMBER: Opened(Staff.remove, "person_id"),
    Place.CHATS: Opened(Chats.home),
    Place.ORDERS: Opened(Orders.list),
    Place.ORDER: Opened(Orders.card, "order_id"),
    Place.ACTIVATION: Opened(Activation.confirm, "order_id"),
    Place.FAILED: Opened(Activation.failed, "run_id"),
    Place.CHOICE: Opened(Choosing.who, "transfer_id"),
    Place.PAYMENTS: Opened(Payments.list, "order_id"),
    Place.INVOICES: Opened(Invoices.list, "order_id"),
    Place.INVOICE: Opened(Invoices.card, "invoice_id"),
    Place.FIRMS: Opened(DeskFirms.waiting),
    Place.FIRM: Opened(DeskPeople.firm, "firm_id"),
    Place.HELD: Opened(DeskFirms.held),
    Place.TRANSFER: Opened(DeskTransfers.list, "transfer_id"),
    Place.SIGN_OFF: Opened(DeskSignOffs.list, "sign_off_id"),
    Place.CLAIM: Opened(DeskClaims.list, "claim_id"),
    Place.BY_HAND: Opened(DeskActivations.by_hand),
    Place.DESK_INVOICES: Opened(DeskInvoices.board),
}


async def open_target(manager: DialogManager, target: Target) -> None:
    opened = WINDOWS[target.place]
    data = {opened.takes: target.id} if opened.takes else None
    await manager.start(opened.state, data=data, mode=StartMode.RESET_STACK)


async def tapped(callback: CallbackQuery, dialog_manager: DialogManager) -> None:
    """Do what the button says, and mark the notice of its message as read."""
    actor, ops = actor_of(dialog_manager), operations(dialog_manager)
    if callback.message is not None:
        channel, message = channel_of(dialog_manager), str(callback.message.message_id)
        await ops.read_message(actor, channel, message)
    match read_button(callback.data):
        case Target() as target:
            dialog_manager.show_mode = ShowMode.SEND
            await open_target(dialog_manager, target)
            await callback.answer()
        case RunStop(run_id):
            await ops.stop_run(actor, run_id)
            await callback.answer(activation_texts.STOPPING)
        case Resending(order_id):
            sent = await ops.resend_instructions(actor, order_id)
            await callback.answer(payment_texts.all_resent(*sent), show_alert=True)
        case CardsOf(order_id):
            await callback.answer(payment_texts.cards_coming(*await ops.ask_payment_cards(actor, order_id)))


async def spare_the_push(
    handler: Callable[[CallbackQuery, dict[str, Any]], Awaitable[Any]],
    callback: CallbackQuery,
    data: dict[str, Any],
) -> Any:
    """Keep aiogram-dialog from taking the push for its window and removing the buttons: a payment instruction
    has to keep the ones that copy. If the message is given as inaccessible, the library looks for the window
    itself."""
    push = callback.message
    if push is not None and read_button(callback.data) is not None:
        out_of_reach = InaccessibleMessage(chat=push.chat, message_id=push.message_id, date=0)
        callback = callback.model_copy(update={"message": out_of_reach})
    return await handler(callback, data)


async def _is_push_button(callback: CallbackQuery) -> bool:
    """Written without `F`, which aiogram evaluates in a thread: every tap passes this filter."""
    return read_button(callback.data) is not None


def register(router: Router) -> None:
    router.callback_query.outer_middleware(spare_the_push)  # type: ignore[arg-type]
    router.callback_query.register(tapped, _is_push_button)
