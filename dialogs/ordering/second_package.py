"""The question whether customers shall have a second package for one year."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.states import Ordering
from dialogs.windows import notify, window
from services.ordering.already_ordered import AlreadyOrderedPage
from texts.ordering import already as texts
from texts.ordering import line as line_texts

_SHOWN, _AGREED = "second_shown", "second_agreed"
"""Dialog data: the second packages that were shown, and those that were agreed to."""


async def second_packages(manager: DialogManager) -> AlreadyOrderedPage | None:
    """Customers who would get a second package for the year; `None` if there are none, or it was agreed to.
    Called once nobody has the same package already."""
    found = await operations(manager).find_already_ordered(actor_of(manager), any_package=True)
    return found if found.total and manager.dialog_data.get(_AGREED) != _mark(found) else None


def _mark(found: AlreadyOrderedPage) -> list[Any]:
    return [found.total, *(f"{one.before.customer_id} {one.before.order_code}" for one in found.items)]


async def _second(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).find_already_ordered(actor_of(dialog_manager), any_package=True)
    # The person agrees to what was shown.
    dialog_manager.dialog_data[_SHOWN] = _mark(found)
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    return {"view": view, "items": found.items, "total": found.total}


async def _drop_second(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    count = await operations(manager).drop_already_ordered(actor_of(manager), any_package=True)
    notify(manager, texts.DROPPED_ALREADY.format(count=count) if count else texts.NONE_ALREADY)
    await manager.switch_to(Ordering.review)


def second_package_window(go_on: Callable[[DialogManager], Awaitable[None]]) -> Window:
    """The question; `go_on` leads on once it is agreed to."""

    async def _agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        manager.dialog_data[_AGREED] = manager.dialog_data.get(_SHOWN)
        await go_on(manager)

    return window(
        texts.SECOND,
        Button(Const(texts.BUY_ANYWAY), id="buy_anyway", on_click=_agree),
        Button(Format(texts.DROP_ALREADY), id="drop_second", on_click=_drop_second, when="total"),
        SwitchTo(Const(line_texts.TO_REVIEW), id="second_to_review", state=Ordering.review),
        state=Ordering.second_package,
        getter=_second,
    )
