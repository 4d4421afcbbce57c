"""Buttons under pushes. They belong to no dialog, so they never grow stale: each opens a window, or acts."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiogram import Router
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InaccessibleMessage
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, channel_of, operations
from dialogs.states import (
    Activation,
    Chats,
    DeskActivations,
    DeskClaims,
    DeskFirms,
    DeskTransfers,
    Menu,
    Notices,
    Orders,
    Payments,
    Staff,
)
from domain.messaging.notices import Place, Target
from texts.activation import activations as activation_texts


@dataclass(frozen=True, slots=True)
class Opened:
    """A window, and the name under which its start data takes the id."""

    state: State
    takes: str = ""


WINDOWS: Mapping[Place, Opened] = {
    Place.MENU: Opened(Menu.home),
    Place.NOTICES: Opened(Notices.list),
    Place.STAFF: Opened(Staff.list),
    Place.CHATS: Opened(Chats.home),
    Place.ORDERS: Opened(Orders.list),
    Place.ORDER: Opened(Orders.card, "order_id"),
    Place.ACTIVATION: Opened(Activation.confirm, "order_id"),
    Place.FAILED: Opened(Activation.failed, "run_id"),
    Place.PAYMENTS: Opened(Payments.list, "order_id"),
    Place.FIRMS: Opened(DeskFirms.waiting),
    Place.TRANSFER: Opened(DeskTransfers.list, "transfer_id"),
    Place.CLAIM: Opened(DeskClaims.list, "claim_id"),
    Place.BY_HAND: Opened(DeskActivations.by_hand),
}

Act = Callable[[CallbackQuery, DialogManager, int], Awaitable[None]]


async def open_target(manager: DialogManager, target: Target) -> None:
    opened = WINDOWS[target.place]
    data = {opened.takes: target.id} if opened.takes else None
    await manager.start(opened.state, data=data, mode=StartMode.RESET_STACK)


def _opens(place: Place) -> Act:
    async def open_window(callback: CallbackQuery, manager: DialogManager, number: int) -> None:
        manager.show_mode = ShowMode.SEND
        await open_target(manager, Target(place, number))
        await callback.answer()

    return open_window


async def _stop_run(callback: CallbackQuery, manager: DialogManager, number: int) -> None:
    await operations(manager).stop_run(actor_of(manager), number)
    await callback.answer(activation_texts.STOPPING)


BUTTONS: Mapping[str, Act] = {
    **{f"open:{place}": _opens(place) for place in WINDOWS},
    "stop:run": _stop_run,
}
"""By what their callback data begins with; `:<id>` may follow."""

_DATA = re.compile(r"([a-z]+:[a-z]+)(?::(\d{1,15}))?")


def _read(data: str | None) -> tuple[Act, int] | None:
    found = _DATA.fullmatch(data or "")
    if found is None or found[1] not in BUTTONS:
        return None
    return BUTTONS[found[1]], int(found[2] or 0)


async def tapped(callback: CallbackQuery, dialog_manager: DialogManager) -> None:
    """Do what the button says; the notice above it is read."""
    actor = actor_of(dialog_manager)
    button = _read(callback.data)
    assert button is not None
    if callback.message is not None:
        channel, message = channel_of(dialog_manager), str(callback.message.message_id)
        await operations(dialog_manager).read_message(actor, channel, message)
    act, number = button
    await act(callback, dialog_manager, number)


async def spare_the_push(
    handler: Callable[[CallbackQuery, dict[str, Any]], Awaitable[Any]],
    callback: CallbackQuery,
    data: dict[str, Any],
) -> Any:
    """Keep aiogram-dialog from taking a push for the window, whose buttons it removes: a payment
    instruction keeps those that copy. A message out of reach makes it look for the window itself."""
    push = callback.message
    if push is not None and _read(callback.data) is not None:
        out_of_reach = InaccessibleMessage(chat=push.chat, message_id=push.message_id, date=0)
        callback = callback.model_copy(update={"message": out_of_reach})
    return await handler(callback, data)


async def _is_one(callback: CallbackQuery) -> bool:
    """Asked about every tap, hence no `F`: aiogram evaluates that in a thread."""
    return _read(callback.data) is not None


def register(router: Router) -> None:
    router.callback_query.outer_middleware(spare_the_push)  # type: ignore[arg-type]
    router.callback_query.register(tapped, _is_one)
