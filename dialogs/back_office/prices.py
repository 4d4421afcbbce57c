"""The price list: what is on sale, and a new one from a workbook."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import KEPT_PROBLEMS, desk, desk_button, problems_window
from dialogs.context import actor_of
from dialogs.desk_states import DeskPrices
from dialogs.documents import fetch, file_of, send_workbook, shown_line
from dialogs.windows import dialog, file_input, notify, window
from texts import common, numbered
from texts.back_office import prices as texts

SHOWN = 30


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    packages = await desk(dialog_manager).list_packages(actor_of(dialog_manager))
    return {
        "packages": packages[:SHOWN],
        "more": max(0, len(packages) - SHOWN),
        "sample": any(package.sample for package in packages),
    }


async def _download(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    packages = await desk(manager).list_packages(actor_of(manager))
    await send_workbook(manager, [texts.table(packages)], texts.FILE_NAME, texts.CAPTION)


async def _document(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    file = file_of(message.document)
    checked = await desk(manager).check_prices(actor_of(manager), await fetch(manager, file), file["name"])
    lines, more = texts.change_lines(checked.changes)
    manager.dialog_data.update(
        file=file,
        seen=checked.seen,
        summary={
            "lines": lines,
            "more": more,
            "same": checked.changes.same,
            "gone": len(checked.changes.gone),
            "bad": len(checked.bad),
            "unknown": shown_line(", ".join(checked.unknown_headings), 300),
        },
        problems=[(row.number, texts.problem_sentence(row)) for row in checked.bad[:KEPT_PROBLEMS]],
    )
    await manager.switch_to(DeskPrices.checked)


async def _checked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    summary = data["summary"]
    good = bool(summary["lines"]) and not summary["bad"]
    return {**summary, "good": good, "file_name": data["file"]["name"] or texts.UNNAMED}


async def _replace(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    file, seen = manager.dialog_data["file"], manager.dialog_data["seen"]
    content = await fetch(manager, file)
    await desk(manager).replace_prices(actor_of(manager), content, file["name"], seen)
    notify(manager, texts.REPLACED)
    await manager.switch_to(DeskPrices.list)


def prices_dialog() -> Dialog:
    document = MessageInput(_document, content_types=ContentType.DOCUMENT)
    return dialog(
        window(
            texts.LIST,
            file_input(_document),
            Button(Const(texts.DOWNLOAD), id="download", on_click=_download),
            desk_button(),
            state=DeskPrices.list,
            getter=_list,
        ),
        window(
            texts.CHECKED,
            document,
            Button(Const(texts.REPLACE), id="replace", on_click=_replace, when="good"),
            SwitchTo(Const(texts.SEE_PROBLEMS), id="problems", state=DeskPrices.problems, when="bad"),
            SwitchTo(Const(common.BACK), id="to_prices", state=DeskPrices.list),
            state=DeskPrices.checked,
            words={"replace": numbered.REPLACE},
            getter=_checked,
        ),
        problems_window(texts.PROBLEMS, document, DeskPrices.problems, DeskPrices.checked),
    )
