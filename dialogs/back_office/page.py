"""A link to the desk's page, where a chat is too narrow."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram_dialog import Dialog, DialogManager

from dialogs.back_office.parts import desk_button
from dialogs.context import actor_of
from dialogs.desk_states import DeskPage
from dialogs.windows import dialog, window
from domain.errors import DomainError
from domain.people import Right
from texts.back_office.page_words import LINK

DESK_LINK = "desk_link"
"""Where the dispatcher keeps what makes a link for a person; nothing where the program has no public
address."""


def _maker(manager: DialogManager) -> Callable[[int], Awaitable[str]] | None:
    return manager.middleware_data.get(DESK_LINK)


def has_page(manager: DialogManager) -> bool:
    return _maker(manager) is not None


async def _link(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, make = actor_of(dialog_manager), _maker(dialog_manager)
    actor.require(Right.RUN_BACK_OFFICE)
    if make is None:
        raise DomainError("choice_gone")
    # Made anew each time it is shown, so that what a dialog remembers opens nothing.
    return {"link": await make(actor.accountant_id)}


def page_dialog() -> Dialog:
    return dialog(window(LINK, desk_button(), state=DeskPage.link, getter=_link))
