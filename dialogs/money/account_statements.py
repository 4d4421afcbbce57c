"""A statement of account as a message with its workbook."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.documents import send_workbook
from domain.account_statements import AccountStatement
from texts.money import account_statements as texts


async def send_statement(manager: DialogManager, statement: AccountStatement) -> None:
    """Send it; the live window is sent again below."""
    tables, name = [texts.table(statement)], texts.file_name(statement)
    await send_workbook(manager, tables, name, texts.caption(statement))


async def _own(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await send_statement(manager, await operations(manager).view_account_statement(actor_of(manager)))


def own_statement_button(when: str) -> Any:
    """Sends the statement of the accountant's own firm; shown `when` the window's data have this."""
    return Button(Const(texts.BUTTON), id="statement", on_click=_own, when=when)
