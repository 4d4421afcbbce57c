"""Files that people send, and files that the dialogs send."""

import asyncio
from collections.abc import AsyncIterable, Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, Document
from aiogram_dialog import DialogManager, ShowMode
from aiohttp import ClientError

from dialogs.busy import show_busy
from domain.errors import DomainError
from domain.files import FILE_LIMIT_MB
from domain.text import clean_line
from services.ports import Table, WorkbookWriter
from texts.common import short

WRITER = "workbook_writer"
"""Middleware data: the `WorkbookWriter`."""

ARCHIVE_LIMIT = 20 * 1024 * 1024
"""How many bytes of files one archive holds at most; a bot of Telegram sends 50 MB at most."""


def shown_line(text: str, limit: int) -> str:
    """A text from a file in one visible line of at most `limit`; empty if nothing of it is visible."""
    try:
        return short(clean_line(text[:1000], 1000), limit)
    except DomainError:
        return ""


def file_of(document: Document) -> dict[str, Any]:
    """What a dialog remembers of a file."""
    return {
        "file_id": document.file_id,
        "file_unique_id": document.file_unique_id,
        "name": shown_line(document.file_name or "", 100),
        "size": document.file_size or 0,
    }


async def fetch(manager: DialogManager, file: dict[str, Any]) -> bytes:
    """The content of the file. Raises `DomainError` (`workbook_too_large`, `file_not_fetched`)."""
    if file["size"] > FILE_LIMIT_MB * 1024 * 1024:
        raise DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file")
    bot: Bot = manager.middleware_data["bot"]
    try:
        content = await bot.download(file["file_id"])
    except (TelegramAPIError, ClientError, TimeoutError) as error:
        raise DomainError("file_not_fetched") from error
    if content is None:
        raise DomainError("file_not_fetched")
    return content.read()


async def send_workbook(
    manager: DialogManager, tables: Sequence[Table], name: str, caption: str | None = None
) -> None:
    """Send `tables` as the document `name`; the live window is sent again below it."""
    show_busy(manager, "upload_document")
    writer: WorkbookWriter = manager.middleware_data[WRITER]
    await send_document(manager, await writer.write(tables), name, caption)


async def send_document(
    manager: DialogManager, content: bytes, name: str, caption: str | None = None
) -> None:
    """Send a file; the live window is sent again below it."""
    bot: Bot = manager.middleware_data["bot"]
    file = BufferedInputFile(content, name)
    await bot.send_document(manager.middleware_data["event_chat"].id, file, caption=caption)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_archives(
    manager: DialogManager, files: AsyncIterable[tuple[str, bytes]], name: Callable[[int], str]
) -> None:
    """Send files, given by name, as zip archives; `name` is that of each, counted from 1.

    An archive ends before its files exceed `ARCHIVE_LIMIT`, and is sent before the next one begins.
    """
    show_busy(manager, "upload_document")
    part, size, archive = 1, 0, _Archive()
    async for file_name, content in files:
        if size and size + len(content) > ARCHIVE_LIMIT:
            await send_document(manager, archive.close(), name(part))
            part, size, archive = part + 1, 0, _Archive()
        size += len(content)
        await asyncio.to_thread(archive.put, file_name, content)
    await send_document(manager, archive.close(), name(part))


class _Archive:
    """A zip file in memory."""

    def __init__(self) -> None:
        self._content = BytesIO()
        self._zip = ZipFile(self._content, "w", ZIP_DEFLATED)

    def put(self, name: str, content: bytes) -> None:
        self._zip.writestr(name, content)

    def close(self) -> bytes:
        self._zip.close()
        return self._content.getvalue()
