"""One tax invoice: what stands on it, its files, and its mail once more."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.kbd.button import OnClick
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, chosen_id, operations
from dialogs.documents import send_document
from dialogs.invoices.opening import shown_invoice
from dialogs.invoices.resending import address_window, asks_for_address
from dialogs.states import Invoices
from dialogs.windows import notify, window
from domain.invoices import InvoiceState
from texts.invoices import card as texts
from texts.invoices.list import state
from texts.invoices.words import file_name


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await shown_invoice(dialog_manager)
    invoice = view.invoice
    dialog_manager.dialog_data.setdefault("order_id", view.order_id)
    return {
        **texts.shown(invoice, view.lines, view.original),
        "state": state(invoice),
        "mailed": view.handed_over and invoice.email,
        "handed_over": view.handed_over,
        "pdf": view.kept.pdf and invoice.number,
        "xml": view.kept.xml and invoice.number,
        "refused": invoice.state is InvoiceState.REFUSED,
    }


async def _resend(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    address = await operations(manager).resend_invoice(actor_of(manager), chosen_id(manager, "invoice_id"))
    notify(manager, texts.resent(address))


async def _address(manager: DialogManager) -> str:
    return (await shown_invoice(manager)).invoice.email


async def _send(manager: DialogManager, address: str) -> str:
    number = chosen_id(manager, "invoice_id")
    return await operations(manager).resend_invoice(actor_of(manager), number, address)


def _sends(ending: str) -> OnClick:
    """Send the file of this ending."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        take = operations(manager).take_invoice_files
        invoice, files = await take(actor_of(manager), chosen_id(manager, "invoice_id"))
        assert invoice.number is not None
        content = files.pdf if ending == "pdf" else files.xml
        await send_document(manager, content, file_name(invoice.number, ending))

    return tapped


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.CARD,
            SwitchTo(Const(texts.MEND), id="mend", state=Invoices.mend, when="refused"),
            Button(Const(texts.RESEND), id="resend", on_click=_resend, when="mailed"),
            Button(
                Const(texts.OTHER_ADDRESS),
                id="other_address",
                on_click=asks_for_address(Invoices.address),
                when="handed_over",
            ),
            Row(
                Button(Const(texts.PDF), id="pdf", on_click=_sends("pdf"), when="pdf"),
                Button(Const(texts.XML), id="xml", on_click=_sends("xml"), when="xml"),
            ),
            SwitchTo(Const(texts.TO_LIST), id="to_invoices", state=Invoices.list),
            state=Invoices.card,
            getter=_card,
        ),
        address_window(Invoices.address, Invoices.card, _address, _send),
    )
