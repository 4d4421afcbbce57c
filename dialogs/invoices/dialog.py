"""The windows of tax invoices in one dialog."""

from aiogram_dialog import Dialog

from dialogs.invoices import card, list, mending
from dialogs.windows import dialog


def invoices_dialog() -> Dialog:
    return dialog(*(window for module in (list, card, mending) for window in module.windows()))
