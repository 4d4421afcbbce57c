"""Which tax invoice the windows show."""

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, chosen_id, operations
from dialogs.states import Invoices
from services.invoices.viewing import InvoiceView

MENDED = "mended"
"""Dialog data: what of the buyer was typed anew, by field, and not sent yet."""


async def open_invoice(manager: DialogManager, invoice_id: int) -> None:
    manager.dialog_data["invoice_id"] = invoice_id
    manager.dialog_data.pop(MENDED, None)
    await manager.switch_to(Invoices.card)


async def shown_invoice(manager: DialogManager) -> InvoiceView:
    return await operations(manager).view_invoice(actor_of(manager), chosen_id(manager, "invoice_id"))
