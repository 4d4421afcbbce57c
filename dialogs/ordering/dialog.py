"""The windows of the order in one dialog."""

from aiogram_dialog import Dialog

from dialogs.ordering import (
    accounting,
    already,
    answers,
    buyers,
    line,
    logins,
    making,
    opening,
    picking,
    placing,
    preview,
    review,
)
from dialogs.windows import dialog


def ordering_dialog() -> Dialog:
    # Widgets are searched window by window, so the window that is used most comes first.
    modules = (
        *(picking, opening, making, answers, accounting, review),
        *(already, buyers, line, logins, preview, placing),
    )
    return dialog(*(window for module in modules for window in module.windows()))
