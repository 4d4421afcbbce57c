"""Keeps the window that somebody works in at the bottom of its chat."""

from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import channel_of
from domain.chats import NUMBERED

PUSHED = "pushed"
"""Middleware data: the id of the last push in the chat; 0 where none is known."""

_COVERED = "covered"
"""Dialog data, then middleware data: an answer of ours stands below the window."""


async def say_below(message: Message, manager: DialogManager, sentence: str) -> None:
    """Answer without showing the window again; its next drawing goes below the answer."""
    manager.show_mode = ShowMode.NO_UPDATE
    await message.answer(sentence)
    if manager.has_context():
        manager.current_context().dialog_data[_COVERED] = True


def carry_over(manager: DialogManager) -> None:
    """Remember for this update what the window's dialog knows: the next window may be another dialog's."""
    if manager.current_context().dialog_data.pop(_COVERED, False):
        manager.middleware_data[_COVERED] = True


def to_the_bottom(manager: DialogManager) -> None:
    """Where a message of ours stands below the window, have it drawn anew at the bottom, not in its place."""
    last = manager.current_stack().last_message_id
    if manager.show_mode is not ShowMode.AUTO or isinstance(manager.event, Message) or last is None:
        return
    if channel_of(manager) in NUMBERED:
        return  # Each window is a new message.
    if manager.middleware_data.pop(_COVERED, False) or manager.middleware_data.get(PUSHED, 0) > last:
        manager.show_mode = ShowMode.DELETE_AND_SEND
