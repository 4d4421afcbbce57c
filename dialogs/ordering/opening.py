"""Going on with a draft, or dropping it."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.ordering.getters import draft_view
from dialogs.ordering.start import go_on_ordering, show_step
from dialogs.states import Ordering
from dialogs.windows import menu_button, window
from texts import numbered
from texts.ordering import opening as texts


async def _go_on(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await show_step(manager, await operations(manager).open_draft(actor_of(manager)))


async def _drop(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    ops, actor = operations(manager), actor_of(manager)
    await ops.discard_draft(actor, manager.dialog_data["dropped"])
    await go_on_ordering(manager)


async def _discard(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = await draft_view(dialog_manager)
    # The person agrees to lose the draft that was shown, and no other.
    dialog_manager.dialog_data["dropped"] = data["view"].draft.id
    return data


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
            words={"drop_for_good": numbered.DISCARD},
            getter=_discard,
        ),
    )
