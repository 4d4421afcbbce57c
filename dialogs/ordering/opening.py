"""Going on with a draft, or dropping it."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.ordering.getters import draft_view
from dialogs.ordering.start import show_step
from dialogs.states import Ordering
from dialogs.texts import ordering as texts
from dialogs.windows import menu_button, window


async def _go_on(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await show_step(manager, await operations(manager).open_draft(actor_of(manager)))


async def _drop(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).discard_draft(actor_of(manager))
    await operations(manager).open_draft(actor_of(manager))
    await manager.switch_to(Ordering.package)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.RESUME,
            Button(Const(texts.GO_ON), id="go_on", on_click=_go_on),
            SwitchTo(Const(texts.DROP), id="drop", state=Ordering.discard),
            menu_button(),
            state=Ordering.resume,
            getter=draft_view,
        ),
        window(
            texts.DISCARD,
            SwitchTo(Const(texts.KEEP), id="keep", state=Ordering.resume),
            Button(Const(texts.DROP_FOR_GOOD), id="drop_for_good", on_click=_drop),
            state=Ordering.discard,
            getter=draft_view,
        ),
    )
