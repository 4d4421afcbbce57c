"""Asking for a list: a file or a text, and the empty workbook to fill in."""

from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of
from dialogs.documents import file_of
from dialogs.leaving import leave_button
from dialogs.lists import intaking, receive_file, receive_text, show_again
from dialogs.states import Intake
from dialogs.windows import file_input, notify, paste_input, window
from domain.errors import DomainError
from texts.intakes import summary as texts

TEMPLATE = "workbook_template"
"""Middleware data: a callable that makes the empty workbook."""


async def document(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await receive_file(manager, file_of(message.document))


async def _text(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await receive_text(manager, message.text or "")


async def _neither(_: Message, __: MessageInput, manager: DialogManager) -> None:
    notify(manager, texts.NOT_A_LIST)


async def _send_template(callback: CallbackQuery, _: Button, manager: DialogManager) -> None:
    bot: Bot = manager.middleware_data["bot"]
    make: Callable[[], bytes] = manager.middleware_data[TEMPLATE]
    file = BufferedInputFile(make(), texts.TEMPLATE_NAME)
    await bot.send_document(manager.middleware_data["event_chat"].id, file, caption=texts.TEMPLATE_CAPTION)
    # The window moves below the file, where the filled file is to be sent.
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def _upload(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await intaking(dialog_manager).find_unfinished(actor_of(dialog_manager))
    return {"unfinished": texts.unfinished(found) if found else ""}


async def go_on(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Open the list that was left unfinished."""
    found = await intaking(manager).find_unfinished(actor_of(manager))
    if found is None:
        raise DomainError("choice_gone")
    await show_again(manager, found.intake.id)


def document_input() -> MessageInput:
    """An input that takes another file in place of the list."""
    return file_input(document, beside=True)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.UPLOAD,
            file_input(document),
            paste_input(_text),
            MessageInput(_neither),
            Button(Format("{unfinished}"), id="go_on", on_click=go_on, when="unfinished"),
            Button(Const(texts.TEMPLATE), id="template", on_click=_send_template),
            leave_button("leave"),
            state=Intake.upload,
            getter=_upload,
        ),
    )
