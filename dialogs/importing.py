"""Customers from a workbook: it is checked as a whole first, then its good rows are taken at one tap.

Started with nothing, with a file sent elsewhere (`start_import`), or in an order with `{"in_order": True}`.
"""

from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.types import BufferedInputFile, CallbackQuery, Document, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.documents import fetch, file_of, shown_line
from dialogs.forms import leave_button
from dialogs.ordering.start import start_ordering
from dialogs.states import Customers, Import
from dialogs.texts import common
from dialogs.texts import importing as texts
from dialogs.texts.common import page_label
from dialogs.windows import current_page, dialog, menu_button, notify, pages, window
from domain.customers import CustomerKind
from services.imports import CheckedWorkbook

KEPT_PROBLEMS = 100
PROBLEM_PAGE = 8
TEMPLATE = "workbook_template"
"""Middleware data: a callable that makes the empty workbook."""


async def start_import(manager: DialogManager, document: Document) -> None:
    """Open the import with a file that was sent elsewhere."""
    await manager.start(Import.upload, data=file_of(document))


async def _check(manager: DialogManager, file: dict[str, Any]) -> None:
    """Read and check a file, and show what it holds."""
    content = await fetch(manager, file)
    checked = await operations(manager).check_workbook(actor_of(manager), content, file["name"])
    manager.dialog_data.update(file=file, checked=_summary(checked), problems=_problems(checked))
    await manager.switch_to(Import.checked)


def _summary(checked: CheckedWorkbook) -> dict[str, Any]:
    return {
        "new": len(checked.new),
        "enterprises": checked.count(CustomerKind.ENTERPRISE),
        "households": checked.count(CustomerKind.HOUSEHOLD),
        "changed": len(checked.changed),
        "same": checked.same,
        "bad": len(checked.bad),
        "unknown": shown_line(", ".join(checked.unknown_headings), 300),
    }


def _problems(checked: CheckedWorkbook) -> list[tuple[int, str, str]]:
    return [
        (row.number, shown_line(row.name, 60), texts.problem_sentence(row.problems))
        for row in checked.bad[:KEPT_PROBLEMS]
    ]


async def _started(start_data: Any, manager: DialogManager) -> None:
    if isinstance(start_data, dict) and "file_id" in start_data:
        await _check(manager, start_data)


async def _document(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await _check(manager, file_of(message.document))


async def _not_a_document(_: Message, __: MessageInput, manager: DialogManager) -> None:
    notify(manager, texts.NOT_A_DOCUMENT)


async def _send_template(callback: CallbackQuery, _: Button, manager: DialogManager) -> None:
    bot: Bot = manager.middleware_data["bot"]
    make: Callable[[], bytes] = manager.middleware_data[TEMPLATE]
    file = BufferedInputFile(make(), texts.TEMPLATE_NAME)
    await bot.send_document(manager.middleware_data["event_chat"].id, file, caption=texts.TEMPLATE_CAPTION)
    # The window comes down below the file, where the filled one is to be sent.
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def _checked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    found = data["checked"]
    return {
        **found,
        "file_name": data["file"]["name"] or texts.UNNAMED,
        "kinds": texts.kinds_of(found["enterprises"], found["households"]),
        "add_label": texts.add_label(found["new"]),
        "update_label": texts.add_and_update_label(found["new"], found["changed"]),
        "problems_label": texts.problems_label(found["bad"]),
    }


def _take(update_known: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        file, found = manager.dialog_data["file"], manager.dialog_data["checked"]
        content = await fetch(manager, file)
        await operations(manager).take_workbook(
            actor_of(manager), content, file["name"], update_known=update_known
        )
        # As announced: cut off after the commit, the tap comes again and finds nothing left to take.
        updated = found["changed"] if update_known else 0
        manager.dialog_data["taken"] = {"added": found["new"], "updated": updated}
        await manager.switch_to(Import.done)

    return tapped


async def _problem_page(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    problems, total = data["problems"], data["checked"]["bad"]
    page, count = await current_page(dialog_manager, "problems_at", len(problems), PROBLEM_PAGE)
    last = page == count - 1
    return {
        "rows": problems[page * PROBLEM_PAGE : (page + 1) * PROBLEM_PAGE],
        "total": total,
        "more": total - len(problems) if last else 0,
        "pages": count,
        "page_label": page_label(page, count),
    }


async def _show_problems(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    scroll: Any = manager.find("problems_at")
    await scroll.set_page(0)


async def _done(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    order_label = texts.BACK_TO_ORDER if _in_order(dialog_manager) else texts.ORDER
    return {**data["taken"], "bad": data["checked"]["bad"], "order_label": order_label}


def _in_order(manager: DialogManager) -> bool:
    return isinstance(manager.start_data, dict) and bool(manager.start_data.get("in_order"))


async def _order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    if _in_order(manager):
        await manager.done()
    else:
        await start_ordering(manager)


def _problems_button(widget_id: str) -> SwitchTo:
    return SwitchTo(
        Format("{problems_label}"), id=widget_id, state=Import.problems, on_click=_show_problems, when="bad"
    )


def import_dialog() -> Dialog:
    document = MessageInput(_document, content_types=ContentType.DOCUMENT)
    return dialog(
        window(
            texts.UPLOAD,
            document,
            MessageInput(_not_a_document),
            Button(Const(texts.TEMPLATE), id="template", on_click=_send_template),
            leave_button("leave"),
            state=Import.upload,
        ),
        window(
            texts.CHECKED,
            document,
            Button(Format("{add_label}"), id="add", on_click=_take(update_known=False), when="new"),
            Button(Format("{update_label}"), id="update", on_click=_take(update_known=True), when="changed"),
            _problems_button("see_problems"),
            SwitchTo(Const(texts.ANOTHER), id="another", state=Import.upload),
            leave_button("leave_checked"),
            state=Import.checked,
            getter=_checked,
        ),
        window(
            texts.PROBLEMS,
            document,
            *pages("problems_at"),
            SwitchTo(Const(common.BACK), id="to_checked", state=Import.checked),
            state=Import.problems,
            getter=_problem_page,
        ),
        window(
            texts.DONE,
            document,
            Button(Format("{order_label}"), id="order", on_click=_order),
            Start(Const(texts.CATALOGUE), id="catalogue", state=Customers.list, mode=StartMode.RESET_STACK),
            menu_button(),
            state=Import.done,
            getter=_done,
        ),
        on_start=_started,
    )
