"""Every message that placing the order would send, as each receiver will see it."""

from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row
from aiogram_dialog.widgets.text import Const

from dialogs.context import RENDERER, actor_of, operations
from dialogs.states import Ordering
from dialogs.windows import search_input, window
from texts import common
from texts.ordering import previewing as texts

_ABOUT, _FROM = "preview_about", "preview_from"
"""Dialog data: the customer shown, and the window to go back to."""


def preview_button(button_id: str, state: State) -> Button:
    """Opens the preview, which leads back to `state`."""

    async def opened(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await operations(manager).preview_messages(actor_of(manager))
        manager.dialog_data[_FROM] = state.state
        manager.dialog_data.pop(_ABOUT, None)
        await manager.switch_to(Ordering.preview)

    return Button(Const(texts.SEE_MESSAGES), id=button_id, on_click=opened)


async def _preview(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    about = dialog_manager.dialog_data.get(_ABOUT)
    preview = await operations(dialog_manager).preview_messages(actor_of(dialog_manager), about)
    renderer = dialog_manager.middleware_data[RENDERER]
    return {
        "heads": list(texts.heads(preview)),
        "messages": list(texts.messages(preview, renderer)),
        "several": preview.customers > 1,
    }


def _moved(places: int) -> Any:
    async def moved(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        about = manager.dialog_data.get(_ABOUT)
        shown = await operations(manager).preview_messages(actor_of(manager), about, places)
        manager.dialog_data[_ABOUT] = shown.customer.id

    return moved


async def _named(message: Message, _: MessageInput, manager: DialogManager) -> None:
    found = await operations(manager).find_in_draft(actor_of(manager), message.text or "")
    manager.dialog_data[_ABOUT] = found.id


async def _back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    came_from = manager.dialog_data.get(_FROM)
    await manager.switch_to(Ordering.place if came_from == Ordering.place.state else Ordering.review)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.PREVIEW,
            search_input(_named),
            Row(
                Button(Const(texts.BEFORE), id="preview_before", on_click=_moved(-1)),
                Button(Const(texts.NEXT), id="preview_next", on_click=_moved(1)),
                when="several",
            ),
            Button(Const(common.BACK), id="preview_back", on_click=_back),
            state=Ordering.preview,
            getter=_preview,
        ),
    )
