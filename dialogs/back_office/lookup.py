"""Any order by its code, with everything about it."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import desk, desk_button, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskInvoices, DeskLookup
from dialogs.windows import dialog, pages, text_input, window
from services.back_office.lookup import OrderLook
from services.orders.order_lines import OrderLineView
from texts.activation import activations
from texts.back_office import lookup as texts
from texts.back_office.log import recent_words
from texts.money import payments
from texts.orders import orders

SHOWN_EVENTS = 5


async def _code(message: Message, _: MessageInput, manager: DialogManager) -> None:
    look = await desk(manager).look_up_order(actor_of(manager), message.text or "")
    manager.dialog_data["code"] = look.order.code
    scroll: Any = manager.find("look_page")
    await scroll.set_page(0)
    await manager.switch_to(DeskLookup.order)


async def _order(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, look_up = actor_of(dialog_manager), desk(dialog_manager).look_up_order
    code = dialog_manager.dialog_data["code"]
    look: OrderLook
    look, page = await read_page(dialog_manager, "look_page", lambda at: look_up(actor, code, at))
    return {
        **page,
        "order": look.order,
        "state": orders.STATES[look.order.state],
        "firm": look.firm,
        "accountant": look.accountant,
        "sums": look.sums,
        "lines": [_line(one, look) for one in look.lines.lines],
        "invoices": texts.invoices_line(look),
        "events": [recent_words(entry) for entry in look.timeline[:SHOWN_EVENTS]],
    }


def _line(view: OrderLineView, look: OrderLook) -> dict[str, Any]:
    line = view.line
    return {
        "position": line.position,
        "name": line.name,
        "tax_code": line.tax_code,
        "representative": line.representative,
        "phone": line.phone,
        "email": line.email,
        "amount": line.amount,
        "invoice": line.invoice,
        "payment_code": line.payment_code,
        "paid": payments.PAYMENT_MARKS[view.payment.state],
        "licence": activations.state_words(view.licence, look.lines.now),
    }


async def _invoices(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(DeskInvoices.found, data={"asked": manager.dialog_data["code"]})


def lookup_dialog() -> Dialog:
    return dialog(
        window(
            texts.ASK_CODE,
            text_input(_code),
            desk_button(),
            state=DeskLookup.code,
        ),
        window(
            texts.ORDER,
            text_input(_code),
            *pages("look_page"),
            Button(Const(texts.TO_INVOICES), id="to_invoices", on_click=_invoices, when="invoices"),
            Row(
                SwitchTo(Const(texts.ANOTHER), id="another", state=DeskLookup.code),
                desk_button("order_"),
            ),
            state=DeskLookup.order,
            getter=_order,
        ),
    )
