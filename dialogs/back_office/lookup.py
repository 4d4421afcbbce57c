"""Anything by what is known of it: a firm, a customer, an order with everything about it, a transfer."""

from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.parts import desk, desk_button, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskInvoices, DeskLookup, DeskPeople, DeskTransfers
from dialogs.money.account_statements import send_statement
from dialogs.windows import choices, dialog, pages, text_input, window
from services.back_office.lookup import OrderLook
from services.orders.order_lines import OrderLineView
from texts.activation import activations
from texts.back_office import lookup as texts
from texts.back_office.firms import firm_button
from texts.back_office.log import recent_words
from texts.back_office.places import PEOPLE
from texts.money import account_statements, payments
from texts.orders import orders

SHOWN_EVENTS = 5
FEW_LINES = 3
"""An order of at most so many customers shows them under its head."""


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    text = message.text or ""
    found = await desk(manager).search_anything(actor_of(manager), text)
    if found.only_order is not None:
        await _show_order(manager, found.only_order.code)
        return
    manager.dialog_data["sought"] = text
    await manager.switch_to(DeskLookup.found)


async def _show_order(manager: DialogManager, code: str) -> None:
    manager.dialog_data["code"] = code
    for scroll_id in ("look_page", "log_page"):
        scroll: Any = manager.find(scroll_id)
        await scroll.set_page(0)
    await manager.switch_to(DeskLookup.order)


async def _found(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    sought = dialog_manager.dialog_data["sought"]
    found = await desk(dialog_manager).search_anything(actor_of(dialog_manager), sought)
    return {
        "sought": sought,
        "counts": texts.counts(found),
        "firms": [{"id": one.id, "label": f"🏢 {firm_button(one)}"} for one in found.firms.items],
        "customers": [
            {"id": one.customer.id, "label": texts.customer_button(one)} for one in found.customers.items
        ],
        "orders": [{"id": one.code, "label": orders.coded_button(one)} for one in found.orders.items],
        "transfers": [{"id": one.id, "label": texts.transfer_button(one)} for one in found.transfers.items],
    }


async def _firm(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, look_up = actor_of(dialog_manager), desk(dialog_manager).look_up_firm
    firm_id = int(dialog_manager.dialog_data["firm_id"])
    look, page = await read_page(dialog_manager, "firm_page", lambda at: look_up(actor, firm_id, at))
    items = [{"id": one.code, "label": orders.coded_button(one)} for one in look.orders]
    return {**page, "firm": look.firm, "people": look.people, "items": items}


async def _customer(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer_id = int(dialog_manager.dialog_data["customer_id"])
    look = await desk(dialog_manager).look_up_customer(actor_of(dialog_manager), customer_id)
    dialog_manager.dialog_data["firm_id"] = look.found.customer.firm_id
    items = [{"id": one.order.code, "label": texts.purchase_button(one)} for one in look.purchases]
    return {"customer": look.found.customer, "firm": look.found.firm, "items": items}


async def _order(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, look_up = actor_of(dialog_manager), desk(dialog_manager).look_up_order
    code = dialog_manager.dialog_data["code"]
    look: OrderLook
    look, page = await read_page(dialog_manager, "look_page", lambda at: look_up(actor, code, at))
    few = look.order.line_count <= FEW_LINES
    return {
        **page,
        **texts.head_words(look),
        "few": few,
        "many": not few,
        "lines": [_line(one, look) for one in look.lines.lines],
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


async def _log(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, view = actor_of(dialog_manager), desk(dialog_manager).view_order_log
    code = dialog_manager.dialog_data["code"]
    log, page = await read_page(dialog_manager, "log_page", lambda at: view(actor, code, at))
    return {**page, "order": log.order, "events": [recent_words(entry) for entry in log.entries]}


async def _invoices(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(DeskInvoices.found, data={"asked": manager.dialog_data["code"]})


async def _order_chosen(_: CallbackQuery, __: Any, manager: DialogManager, code: str) -> None:
    await _show_order(manager, code)


async def _transfer_chosen(_: CallbackQuery, __: Any, manager: DialogManager, transfer_id: int) -> None:
    await manager.start(DeskTransfers.card, data={"transfer_id": transfer_id})


def _opens(key: str, state: State, scroll_id: str = "") -> Any:
    async def tapped(_: CallbackQuery, __: Any, manager: DialogManager, item: int) -> None:
        manager.dialog_data[key] = item
        if scroll_id:
            scroll: Any = manager.find(scroll_id)
            await scroll.set_page(0)
        await manager.switch_to(state)

    return tapped


def _ending(of: str) -> Row:
    return Row(SwitchTo(Const(texts.ANOTHER), id=f"{of}another", state=DeskLookup.code), desk_button(of))


async def _statement(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    view = desk(manager).view_firms_account_statement
    statement = await view(actor_of(manager), int(manager.dialog_data["firm_id"]))
    await send_statement(manager, statement)


async def _people(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(DeskPeople.firm, data={"firm_id": int(manager.dialog_data["firm_id"])})


def _to_order(of: str) -> SwitchTo:
    return SwitchTo(Const(texts.TO_ORDER), id=f"{of}to_order", state=DeskLookup.order)


def lookup_dialog() -> Dialog:
    return dialog(
        window(texts.ASK, text_input(_typed), desk_button(), state=DeskLookup.code),
        window(
            texts.FOUND,
            text_input(_typed),
            choices("firm", _opens("firm_id", DeskLookup.firm, "firm_page"), "firms", int),
            choices("customer", _opens("customer_id", DeskLookup.customer), "customers", int),
            choices("found_order", _order_chosen, "orders"),
            choices("transfer", _transfer_chosen, "transfers", int),
            _ending("found_"),
            state=DeskLookup.found,
            getter=_found,
        ),
        window(
            texts.FIRM,
            text_input(_typed),
            choices("firm_order", _order_chosen),
            Button(Const(account_statements.BUTTON), id="statement", on_click=_statement),
            Button(Const(PEOPLE), id="people", on_click=_people),
            *pages("firm_page"),
            _ending("firm_"),
            state=DeskLookup.firm,
            getter=_firm,
        ),
        window(
            texts.CUSTOMER,
            text_input(_typed),
            choices("customer_order", _order_chosen),
            SwitchTo(Const(texts.TO_FIRM), id="to_firm", state=DeskLookup.firm),
            _ending("customer_"),
            state=DeskLookup.customer,
            getter=_customer,
        ),
        window(
            texts.ORDER,
            text_input(_typed),
            SwitchTo(Format(texts.SEE_LINES), id="see_lines", state=DeskLookup.lines, when="many"),
            SwitchTo(Const(texts.SEE_LOG), id="see_log", state=DeskLookup.log),
            Button(Const(texts.TO_INVOICES), id="to_invoices", on_click=_invoices, when="invoices"),
            _ending("order_"),
            state=DeskLookup.order,
            getter=_order,
        ),
        window(
            texts.LINES,
            text_input(_typed),
            *pages("look_page"),
            _to_order("lines_"),
            state=DeskLookup.lines,
            getter=_order,
        ),
        window(
            texts.LOG,
            text_input(_typed),
            *pages("log_page"),
            _to_order("log_"),
            state=DeskLookup.log,
            getter=_log,
        ),
    )
