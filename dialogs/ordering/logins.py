"""The doubtful logins of the order: mended in one tap, said to be right, or opened one by one."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.ordering.accounting import NAMED
from dialogs.states import Ordering
from dialogs.windows import choices, notify, window
from texts.catalogue.logins import doubt_lines
from texts.common import name_label
from texts.ordering import line as line_texts
from texts.ordering import logins as texts

_SHOWN = 6


def logins_button(button_id: str) -> SwitchTo:
    """Opens the window where the getter's `doubtful` counts some."""
    return SwitchTo(Format(texts.SEE_LOGINS), id=button_id, state=Ordering.logins, when="doubtful")


async def _logins(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).find_doubtful_logins(actor_of(dialog_manager))
    return {
        "total": len(found),
        "near": sum(one.better_email is not None for one in found),
        "shown": [{"name": one.customer.called, "doubts": doubt_lines(one.doubts)} for one in found[:_SHOWN]],
        "items": [
            {"id": one.customer.id, "label": name_label(one.customer.called)} for one in found[:_SHOWN]
        ],
    }


async def _mend(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    count = await operations(manager).mend_emails(actor_of(manager))
    notify(manager, texts.MENDED.format(count=count) if count else texts.NONE_LEFT)
    await _on(manager)


async def _right(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    ops, actor = operations(manager), actor_of(manager)
    await ops.accept_logins(actor, [one.customer.id for one in await ops.find_doubtful_logins(actor)])
    notify(manager, texts.NONE_LEFT)
    await _on(manager)


async def _on(manager: DialogManager) -> None:
    left = await operations(manager).find_doubtful_logins(actor_of(manager))
    await manager.switch_to(Ordering.logins if left else Ordering.review)


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, customer_id: int) -> None:
    manager.dialog_data["line"], manager.dialog_data[NAMED] = customer_id, False
    await manager.switch_to(Ordering.line)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.LOGINS,
            Button(Format(texts.MEND_EMAILS), id="mend_emails", on_click=_mend, when="near"),
            Button(Format(texts.ALL_RIGHT), id="logins_right", on_click=_right, when="total"),
            choices("doubtful_login", _open, type_factory=int),
            SwitchTo(Const(line_texts.TO_REVIEW), id="logins_to_review", state=Ordering.review),
            state=Ordering.logins,
            getter=_logins,
        ),
    )
