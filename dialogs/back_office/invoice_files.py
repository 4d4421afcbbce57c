"""Files of invoices that were issued by hand: checked, then kept and mailed."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.parts import KEPT_PROBLEMS, desk, problems_window
from dialogs.context import actor_of
from dialogs.desk_states import DeskInvoices
from dialogs.documents import fetch
from dialogs.windows import notify, window
from texts import common, numbered
from texts.back_office import invoice_files as texts


async def checked(manager: DialogManager, file: dict[str, Any]) -> bool:
    """Show what a file would bring; false if it is none with invoices in it."""
    content = await fetch(manager, file)
    found = await desk(manager).check_invoice_files(actor_of(manager), content, file["name"])
    if found is None:
        return False
    lines, more = texts.lines_of(found.new)
    manager.dialog_data.update(
        file=file,
        seen=found.seen,
        summary={
            "new": len(found.new),
            "lines": lines,
            "more": more,
            "mailed": sum(one.mailed for one in found.new),
            "same": found.same,
            "others": found.others,
            "bad": len(found.problems),
        },
        problems=[texts.problem(one) for one in found.problems[:KEPT_PROBLEMS]],
    )
    await manager.switch_to(DeskInvoices.files)
    return True


async def _files(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    return {**data["summary"], "file_name": data["file"]["name"] or texts.UNNAMED}


async def _keep(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = manager.dialog_data
    content, name = await fetch(manager, data["file"]), data["file"]["name"]
    kept = await desk(manager).keep_invoice_files(actor_of(manager), content, name, data["seen"])
    notify(manager, texts.kept(len(kept.new), sum(one.mailed for one in kept.new), len(kept.problems)))
    await manager.switch_to(DeskInvoices.board)


def windows(taken: MessageInput) -> tuple[Window, Window]:
    """`taken` takes the next file."""
    return (
        window(
            texts.CHECKED,
            taken,
            Button(Format(texts.KEEP), id="keep_files", on_click=_keep, when="new"),
            SwitchTo(
                Const(texts.SEE_PROBLEMS), id="file_problems", state=DeskInvoices.file_problems, when="bad"
            ),
            SwitchTo(Const(common.BACK), id="files_to_board", state=DeskInvoices.board),
            state=DeskInvoices.files,
            words={"keep_files": numbered.RECORD},
            getter=_files,
        ),
        problems_window(texts.PROBLEMS, taken, DeskInvoices.file_problems, DeskInvoices.files, of="files_"),
    )
