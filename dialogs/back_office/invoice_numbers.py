"""What comes back of invoices that were issued by hand: the workbook with their numbers, or their files."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office import invoice_files
from dialogs.back_office.parts import KEPT_PROBLEMS, desk, problems_window
from dialogs.context import actor_of
from dialogs.desk_states import DeskInvoices
from dialogs.documents import fetch, file_of
from dialogs.windows import notify, window
from services.ports import SheetRow
from texts import common, numbered
from texts.back_office import invoice_numbers as texts


async def document(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    file = file_of(message.document)
    if await invoice_files.checked(manager, file):
        return
    rows = await _rows(manager, file)
    checked = await desk(manager).check_invoice_numbers(actor_of(manager), rows)
    lines, more = texts.lines_of(checked.new)
    manager.dialog_data.update(
        file=file,
        seen=checked.seen,
        summary={
            "new": len(checked.new),
            "lines": lines,
            "more": more,
            "same": checked.same,
            "unnumbered": checked.unnumbered,
            "bad": len(checked.problems),
        },
        problems=[(one.row, texts.problem_sentence(one)) for one in checked.problems[:KEPT_PROBLEMS]],
    )
    await manager.switch_to(DeskInvoices.checked)


async def _rows(manager: DialogManager, file: dict[str, Any]) -> list[SheetRow]:
    content = await fetch(manager, file)
    return [*(await desk(manager).read_invoice_numbers(actor_of(manager), content)).rows]


async def _checked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    return {**data["summary"], "file_name": data["file"]["name"] or texts.UNNAMED}


async def _enter(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = manager.dialog_data
    rows = await _rows(manager, data["file"])
    entered = await desk(manager).enter_invoice_numbers(actor_of(manager), rows, data["seen"])
    notify(manager, texts.entered(len(entered.new), len(entered.problems)))
    await manager.switch_to(DeskInvoices.board)


def windows() -> tuple[Window, ...]:
    taken = MessageInput(document, content_types=ContentType.DOCUMENT)
    return (
        window(
            texts.CHECKED,
            taken,
            Button(Format(texts.ENTER), id="enter", on_click=_enter, when="new"),
            SwitchTo(Const(texts.SEE_PROBLEMS), id="problems", state=DeskInvoices.problems, when="bad"),
            SwitchTo(Const(common.BACK), id="checked_to_board", state=DeskInvoices.board),
            state=DeskInvoices.checked,
            words={"enter": numbered.RECORD},
            getter=_checked,
        ),
        problems_window(texts.PROBLEMS, taken, DeskInvoices.problems, DeskInvoices.checked),
        *invoice_files.windows(taken),
    )
