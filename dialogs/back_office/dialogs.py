"""All dialogs of the back office."""

from aiogram_dialog import Dialog

from dialogs.back_office.activations import activations_dialog
from dialogs.back_office.checkup import checkup_dialog
from dialogs.back_office.claims import claims_dialog
from dialogs.back_office.firms import firms_dialog
from dialogs.back_office.invoice_corrections import correction_dialog
from dialogs.back_office.invoice_notices import notices_dialog
from dialogs.back_office.invoices import invoices_dialog
from dialogs.back_office.log import log_dialog
from dialogs.back_office.lookup import lookup_dialog
from dialogs.back_office.menu import desk_dialog
from dialogs.back_office.messages import messages_dialog
from dialogs.back_office.page import page_dialog
from dialogs.back_office.payments import payment_dialog
from dialogs.back_office.places import places_dialog
from dialogs.back_office.prices import prices_dialog
from dialogs.back_office.returns import returns_dialog
from dialogs.back_office.several import several_dialog, several_firms_dialog
from dialogs.back_office.sign_offs import ask_dialog, sign_offs_dialog
from dialogs.back_office.statements import statement_dialog
from dialogs.back_office.totals import totals_dialog
from dialogs.back_office.transfers import transfers_dialog


def back_office_dialogs() -> tuple[Dialog, ...]:
    return (
        desk_dialog(),
        firms_dialog(),
        places_dialog(),
        transfers_dialog(),
        statement_dialog(),
        claims_dialog(),
        payment_dialog(),
        several_dialog(),
        several_firms_dialog(),
        page_dialog(),
        returns_dialog(),
        ask_dialog(),
        sign_offs_dialog(),
        activations_dialog(),
        invoices_dialog(),
        correction_dialog(),
        notices_dialog(),
        prices_dialog(),
        lookup_dialog(),
        totals_dialog(),
        log_dialog(),
        checkup_dialog(),
        messages_dialog(),
    )
