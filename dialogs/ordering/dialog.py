"""The windows of the order in one dialog."""

from aiogram_dialog import Dialog

from dialogs.ordering import accounting, answers, line, opening, picking, placing, review
from dialogs.windows import dialog


def ordering_dialog() -> Dialog:
    modules = (opening, answers, picking, accounting, review, line, placing)
    return dialog(*(window for module in modules for window in module.windows()))
