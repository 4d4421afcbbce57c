"""The windows of the placed orders in one dialog."""

from aiogram_dialog import Dialog

from dialogs.orders import card, changing, lines, list, repeating, timeline
from dialogs.windows import dialog


def orders_dialog() -> Dialog:
    """`Orders.card` may be started with `{"order_id": int}`."""
    modules = (list, card, lines, timeline, changing, repeating)
    return dialog(*(window for module in modules for window in module.windows()))
