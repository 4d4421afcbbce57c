"""The review: everything on one screen, every answer one tap away, the tick, and on to the last screen."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.ordering import getters
from dialogs.ordering.accounting import NAMED
from dialogs.ordering.buyers import go_on_to_place
from dialogs.ordering.logins import logins_button
from dialogs.ordering.preview import preview_button
from dialogs.states import Ordering
from dialogs.windows import beside_input, choices, menu_button, pages, window
from domain.errors import DomainError
from texts.ordering import line as line_texts
from texts.ordering import review as texts


async def _tick(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).confirm_draft(actor_of(manager), confirmed=True)


async def _untick(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).confirm_draft(actor_of(manager), confirmed=False)


async def _continue(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await go_on_to_place(manager)


async def _open_line(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    manager.dialog_data["line"], manager.dialog_data[NAMED] = int(item), False
    await manager.switch_to(Ordering.line)


async def _named(text: str, manager: DialogManager) -> bool:
    """Open the customer that was named; whether there is one."""
    try:
        found = await operations(manager).find_in_draft(actor_of(manager), text)
    except DomainError as error:
        if error.code == "not_in_draft":
            return False
        raise
    manager.dialog_data["line"], manager.dialog_data[NAMED] = found.id, True
    await manager.switch_to(Ordering.line)
    return True


async def _see_lines(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop("removed", None)
    await manager.switch_to(Ordering.lines)


async def _undo_remove(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    customer_id = manager.dialog_data.pop("removed", None)
    if customer_id is not None:
        await operations(manager).pick_customer(actor_of(manager), customer_id, picked=True)


def _incomplete(data: dict[str, Any], *_: Any) -> bool:
    return bool(data["view"].sums.incomplete)


def _complete(data: dict[str, Any], *_: Any) -> bool:
    """If some are ordered already, their button replaces two others."""
    return not _incomplete(data) and not data["already"]


def _none_already(data: dict[str, Any], *_: Any) -> bool:
    return not data["already"]


def _see_lines_button(button_id: str, when: Any) -> Button:
    """The button comes first if something is missing, else further down."""
    return Button(Format(texts.SEE_LINES), id=button_id, on_click=_see_lines, when=when)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.REVIEW,
            beside_input(_named),
            SwitchTo(Format(texts.SEE_ALREADY), id="already", state=Ordering.already, when="already"),
            logins_button("logins"),
            _see_lines_button("fill_gaps", _incomplete),
            Row(
                Button(Const(texts.TICKED), id="untick", on_click=_untick, when="ticked"),
                Button(
                    Const(texts.TICK), id="tick", on_click=_tick, when=lambda data, *_: not data["ticked"]
                ),
                Button(Const(texts.CONTINUE), id="continue", on_click=_continue),
            ),
            _see_lines_button("see_lines", _complete),
            Row(
                SwitchTo(Const(texts.CHANGE_PACKAGE), id="change_package", state=Ordering.package),
                SwitchTo(Const(texts.CHANGE_YEAR), id="change_year", state=Ordering.fiscal_year),
                SwitchTo(Const(texts.CHANGE_CUSTOMERS), id="change_customers", state=Ordering.customers),
            ),
            Row(
                SwitchTo(Const(texts.CHANGE_RECIPIENT), id="change_recipient", state=Ordering.recipient),
                SwitchTo(Const(texts.CHANGE_ACCOUNTING), id="change_accounting", state=Ordering.accounting),
            ),
            Row(preview_button("preview", Ordering.review), menu_button(_none_already)),
            state=Ordering.review,
            several=("tick", "untick"),
            getter=getters.review,
        ),
        window(
            line_texts.LINES,
            choices("line", _open_line),
            *pages("lines_page"),
            Button(Const(line_texts.UNDO_REMOVE), id="undo_remove", on_click=_undo_remove, when="undo"),
            SwitchTo(Const(line_texts.TO_REVIEW), id="to_review", state=Ordering.review),
            state=Ordering.lines,
            getter=getters.lines,
        ),
    )
