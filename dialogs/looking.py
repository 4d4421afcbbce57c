"""What a window shows need not be told any more."""

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations

_SEEN = "seen_order"
"""Dialog data: the order whose notices are read."""


async def look_at(manager: DialogManager, order_id: int, reminders: bool = False) -> None:
    """Mark what was told of the order as read, once for each opening of its windows."""
    if manager.dialog_data.get(_SEEN) != order_id:
        manager.dialog_data[_SEEN] = order_id
        await operations(manager).read_order(actor_of(manager), order_id, reminders)
