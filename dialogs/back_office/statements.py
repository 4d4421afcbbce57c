"""A bank's statement that was sent: how it stands beside the books, and what is missing is booked."""

from functools import partial
from typing import Any

from aiogram.enums import ContentType
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.parts import desk, desk_button
from dialogs.context import actor_of
from dialogs.desk_states import DeskStatement, DeskTransfers
from dialogs.documents import fetch
from dialogs.statements import compared, open_statement
from dialogs.windows import current_page, dialog, notify, pages, window
from texts import common, numbered
from texts.back_office import statements as texts

_PAGE = 8


async def document(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await open_statement(manager, message.document)


async def _checked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    return {
        **data["summary"],
        "file_name": data["file"]["name"] or texts.UNNAMED,
        "missing_lines": data["missing"][: texts.SHOWN],
        "unknown_lines": data["unknown"][: texts.SHOWN],
        "more_missing": len(data["missing"]) > texts.SHOWN,
        "more_unknown": len(data["unknown"]) > texts.SHOWN,
    }


async def _lines(kind: str, dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    page, count = await current_page(dialog_manager, f"{kind}_page", len(data[kind]), _PAGE)
    return {
        "lines": data[kind][page * _PAGE : (page + 1) * _PAGE],
        "total": data["summary"][kind],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _book(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    file = manager.dialog_data["file"]
    content = await fetch(manager, file)
    booked = await desk(manager).book_statement(actor_of(manager), content)
    manager.dialog_data.update(await compared(manager, file))
    notify(manager, texts.booked(booked))


def _list(kind: str, text: str, state: State) -> Window:
    return window(
        text,
        *pages(f"{kind}_page"),
        SwitchTo(Const(common.BACK), id=f"{kind}_back", state=DeskStatement.checked),
        state=state,
        getter=partial(_lines, kind),
    )


async def _started(start_data: Any, manager: DialogManager) -> None:
    manager.dialog_data.update(start_data)


def statement_dialog() -> Dialog:
    """Started by `open_statement`."""
    return dialog(
        window(
            texts.CHECKED,
            MessageInput(document, content_types=ContentType.DOCUMENT),
            Button(Format(texts.BOOK), id="book", on_click=_book, when="missing"),
            SwitchTo(
                Format(texts.SEE_MISSING), id="see_missing", state=DeskStatement.missing, when="more_missing"
            ),
            SwitchTo(
                Format(texts.SEE_UNKNOWN), id="see_unknown", state=DeskStatement.unknown, when="more_unknown"
            ),
            Start(
                Const(texts.TO_TRANSFERS),
                id="to_transfers",
                state=DeskTransfers.list,
                mode=StartMode.RESET_STACK,
            ),
            desk_button(),
            state=DeskStatement.checked,
            words={"book": numbered.RECORD},
            getter=_checked,
        ),
        _list("missing", texts.MISSING, DeskStatement.missing),
        _list("unknown", texts.UNKNOWN, DeskStatement.unknown),
        on_start=_started,
    )
