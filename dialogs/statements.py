"""The way into the windows of a bank's statement, from wherever back office is."""

from typing import Any

from aiogram.types import Document
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations
from dialogs.desk_states import DeskStatement
from dialogs.documents import fetch, file_of
from dialogs.opening import open_over
from texts.back_office import statements as texts

KEPT = 60
"""How many rows of a kind a dialog remembers at most."""


async def open_statement(manager: DialogManager, document: Document) -> None:
    """Compare a statement with the books and show it. Raises `DomainError` for a file that is none."""
    await open_over(manager, DeskStatement.checked, await compared(manager, file_of(document)))


async def compared(manager: DialogManager, file: dict[str, Any]) -> dict[str, Any]:
    """What the windows show of a file."""
    content = await fetch(manager, file)
    checked = await operations(manager).desk.check_statement(actor_of(manager), content)
    return {
        "file": file,
        "summary": texts.summary(checked),
        "missing": texts.missing_lines(checked.found, KEPT),
        "unknown": texts.unknown_lines(checked.found.unknown[:KEPT]),
    }
