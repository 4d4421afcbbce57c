"""Statements of account that a person has mailed each month: part of the preferences."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.states import Notices
from dialogs.windows import choices, notify, text_input, window
from texts import common
from texts.money import monthly_statements as texts


def statements_button() -> SwitchTo:
    return SwitchTo(Const(texts.BUTTON), id="statements", state=Notices.statements, when="may_owe")


async def _wishes(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    found = await ops.list_monthly_statements(actor)
    return {"items": texts.items(found, (await ops.show_home(actor)).firm.name)}


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await operations(manager).add_monthly_statement(actor_of(manager), message.text or "")
    notify(manager, texts.SAVED)


async def _stop(_: CallbackQuery, __: Any, manager: DialogManager, statement_id: int) -> None:
    await operations(manager).stop_monthly_statement(actor_of(manager), statement_id)
    notify(manager, texts.STOPPED)


def statements_window() -> Window:
    return window(
        texts.WINDOW,
        text_input(_typed),
        choices("wish", _stop, type_factory=int),
        SwitchTo(Const(common.BACK), id="from_statements", state=Notices.preferences),
        state=Notices.statements,
        getter=_wishes,
    )
