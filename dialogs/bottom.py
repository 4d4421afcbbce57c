"""Keeps the window that somebody works in at the bottom of its chat."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.api.exceptions import OutdatedIntent
from aiogram_dialog.api.internal import EVENT_SIMULATED

from dialogs.context import actor_of, channel_of, operations
from domain.chats import NUMBERED
from services.messaging.following import Handed

PUSHED = "pushed"
"""Middleware data: the id of the last push in the chat; 0 where none is known."""

_COVERED = "covered"
"""Dialog data, then middleware data: an answer of ours stands below the window."""

LEFT = "left"
"""Dialog data: the id of the message that was the window."""


async def say_below(message: Message, manager: DialogManager, sentence: str) -> None:
    """Answer without showing the window again; its next drawing goes below the answer."""
    manager.show_mode = ShowMode.NO_UPDATE
    await message.answer(sentence)
    if manager.has_context():
        manager.current_context().dialog_data[_COVERED] = True


async def hand_over(manager: DialogManager) -> Handed | None:
    """The window, to become a live message of what is about to begin; `None` where the person's messages go
    to another app. Once it has begun, call `leave_it`."""
    here = channel_of(manager)
    if (await operations(manager).get_preferences(actor_of(manager))).chats[:1] != (here,):
        return None
    if here in NUMBERED:
        return Handed(here)
    to_the_bottom(manager)
    # What was typed to begin stands below the window.
    if isinstance(manager.event, Message) or manager.show_mode is not ShowMode.AUTO:
        await manager.show()
    return Handed(here, str(manager.current_stack().last_message_id))


def leave_it(manager: DialogManager) -> None:
    """Leave the window to what it became: the next window is a new message."""
    manager.show_mode = ShowMode.NO_UPDATE
    stack = manager.current_stack()
    manager.current_context().dialog_data[LEFT] = stack.last_message_id
    stack.last_message_id = None


def is_left(manager: DialogManager, message_id: int) -> bool:
    """Whether this message was the window and is left to what it became: a second tap changes nothing."""
    return bool(manager.current_context().dialog_data.get(LEFT) == message_id)


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


class OnlyTheLiveWindow(BaseMiddleware):
    """Let buttons work in the live window only; on any other message they are old ones.

    Otherwise the other message, an older window or a payment instruction, would turn into the window, and the
    live one would keep buttons that work.
    """

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        assert isinstance(event, CallbackQuery)
        manager: DialogManager = data["dialog_manager"]
        stack = manager.current_stack()
        if event.message and is_left(manager, event.message.message_id):
            if channel_of(manager) in NUMBERED:
                # A number is no second tap: whoever types one wants to go on from here.
                await manager.show(ShowMode.SEND)
            return await event.answer()
        # A reply keyboard's button arrives as a text in a message of its own.
        if (
            event.message
            and not data.get(EVENT_SIMULATED)
            and event.message.message_id != stack.last_message_id
        ):
            why = "a button of another message than the live window"
            raise OutdatedIntent(stack.id, why)  # type: ignore[no-untyped-call]
        carry_over(manager)
        return await handler(event, data)
