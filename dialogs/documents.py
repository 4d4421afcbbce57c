"""Workbooks that the conversation hands out."""

from collections.abc import Sequence

from aiogram import Bot
from aiogram.types import BufferedInputFile
from aiogram_dialog import DialogManager, ShowMode

from services.ports import Table, WorkbookWriter

WRITER = "workbook_writer"
"""Middleware data: the `WorkbookWriter`."""


async def send_workbook(
    manager: DialogManager, tables: Sequence[Table], name: str, caption: str | None = None
) -> None:
    """Send `tables` as the document `name`; the live window comes down below it."""
    bot: Bot = manager.middleware_data["bot"]
    writer: WorkbookWriter = manager.middleware_data[WRITER]
    file = BufferedInputFile(await writer.write(tables), name)
    await bot.send_document(manager.middleware_data["event_chat"].id, file, caption=caption)
    manager.show_mode = ShowMode.DELETE_AND_SEND
