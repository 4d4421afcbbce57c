"""Opening a dialog over another, from wherever the accountant is."""

from typing import Any

from aiogram.fsm.state import State
from aiogram_dialog import DialogManager, ShowMode, StartMode

_HIGHEST_PILE = 6
"""How many dialogs may lie over one another; beyond that, those below are closed."""


async def open_over(manager: DialogManager, state: State, data: dict[str, Any]) -> None:
    """Open a dialog over the open one, which comes back at its end; a dialog of the same kind is replaced."""
    if not manager.has_context() or len(manager.current_stack().intents) >= _HIGHEST_PILE:
        await manager.start(state, data=data, mode=StartMode.RESET_STACK)
    elif manager.current_context().state.group is state.group:
        await open_instead(manager, state, data)
    else:
        await manager.start(state, data=data)


async def open_instead(manager: DialogManager, state: State, data: dict[str, Any]) -> None:
    """End the dialog that is open, and open another."""
    if len(manager.current_stack().intents) == 1:
        await manager.start(state, data=data, mode=StartMode.RESET_STACK)
    else:
        # The dialog below is not drawn: only one window may stand in the chat.
        mode = manager.show_mode
        await manager.done(show_mode=ShowMode.NO_UPDATE)
        manager.show_mode = mode
        await open_over(manager, state, data)
