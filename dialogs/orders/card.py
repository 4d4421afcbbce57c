"""One order at a glance, and the ways on from it."""

from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, CopyText, Row, SwitchTo
from aiogram_dialog.widgets.kbd.button import OnClick
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.looking import look_at
from dialogs.orders.opening import order_id_of
from dialogs.states import Activation, Changing, Invoices, Orders, Payments
from dialogs.windows import window
from domain.banks import bank_by_bin
from domain.licences import LicenceState
from domain.orders import OrderState
from domain.recipients import RecipientMode
from texts.activation import activations
from texts.ordering import words
from texts.ordering.facts import receiver_lines
from texts.orders import changes
from texts.orders import orders as texts


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    await look_at(dialog_manager, order_id_of(dialog_manager))
    view = await operations(dialog_manager).view_order(actor_of(dialog_manager), order_id_of(dialog_manager))
    stands = view.order.state is not OrderState.CANCELLED
    payment = view.payment if view.payment and view.payment.left else None
    bank = bank_by_bin(payment.payee.bank_bin) if payment else None
    return {
        "order": view.order,
        "accountant": view.accountant,
        "state": texts.STATES[view.order.state],
        "receivers": list(
            receiver_lines(view.receivers, words.RECIPIENTS[view.order.recipient], view.channels)
        ),
        "received": view.sums.received,
        "paid": view.sums.paid,
        "requests": view.sums.requests,
        "stands": stands,
        "several": view.sums.requests > 1 and stands and view.order.recipient is not RecipientMode.ACCOUNTANT,
        "waits": view.waits,
        "held": view.held,
        "licences": [
            {"mark": activations.MARKS[state], "words": activations.STATES[state], "count": count}
            for state in LicenceState
            if (count := view.licences.get(state))
        ],
        "deadline": view.deadline,
        "urgent": activations.time_left_words(view.time_left) if view.time_left is not None else "",
        "payment": payment,
        "bank": bank.short_name if bank else "",
        "may_activate": view.may_activate,
        # Beside the buttons that copy there would be too many; there is a way below "more", too.
        "show_invoices": view.invoiced and payment is None,
        "show_timeline": payment is None,
    }


def leads_to(state: State) -> OnClick:
    """Open another dialog about this order; it leads back here at its end."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await manager.start(state, data={"order_id": order_id_of(manager)}, mode=StartMode.RESET_STACK)

    return tapped


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.CARD,
            Row(
                CopyText(Const(texts.COPY_AMOUNT), Format("{payment.left}")),
                CopyText(Const(texts.COPY_CONTENT), Format("{payment.code}")),
                when="payment",
            ),
            Button(
                Const(texts.ACTIVATE),
                id="activate",
                on_click=leads_to(Activation.confirm),
                when="may_activate",
            ),
            Row(
                Button(Const(texts.PAYMENTS), id="payments", on_click=leads_to(Payments.list)),
                Button(
                    Const(texts.INVOICES),
                    id="invoices",
                    on_click=leads_to(Invoices.list),
                    when="show_invoices",
                ),
            ),
            SwitchTo(Format(texts.SEE_LINES), id="order_lines", state=Orders.lines),
            Row(
                Button(Const(changes.EDIT), id="change", on_click=leads_to(Changing.home), when="stands"),
                SwitchTo(Const(texts.TIMELINE), id="timeline", state=Orders.timeline, when="show_timeline"),
                SwitchTo(Const(texts.MORE), id="more", state=Orders.more),
            ),
            SwitchTo(Const(texts.TO_LIST), id="to_orders", state=Orders.list),
            state=Orders.card,
            getter=_card,
        ),
    )
