"""The written agreement with the buyer, asked for before an invoice is replaced or adjusted."""

from datetime import date
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import desk
from dialogs.desk_states import DeskCorrection
from dialogs.documents import fetch, file_of
from dialogs.windows import photo_input, text_input, window
from domain.calendar import parse_days
from domain.errors import DomainError
from domain.invoice_corrections import Agreement
from domain.text import NOTE_LIMIT, clean_line
from texts import common, filters
from texts.back_office import invoice_corrections as texts

FIX = "fix"
"""Dialog data: what was answered so far. With `adjusts` a difference is to be made; else, without `tax_id`,
only a notice."""


def fix_of(manager: DialogManager) -> dict[str, Any]:
    fix: dict[str, Any] = manager.dialog_data.setdefault(FIX, {})
    return fix


def leave(of: str) -> Cancel:
    return Cancel(Const(common.BACK), id=f"{of}_leave")


async def _agreed_by(message: Message, _: MessageInput, manager: DialogManager) -> None:
    fix_of(manager)["agreed_by"] = clean_line(message.text or "", NOTE_LIMIT)
    await manager.switch_to(DeskCorrection.agreed_on)


async def _agreed_on(message: Message, _: MessageInput, manager: DialogManager) -> None:
    first, last = parse_days(message.text or "")
    if first != last or first > desk(manager).make_notice.clock.today():
        raise DomainError("agreement_day", value=message.text)
    await _keep_day(manager, first)


async def _agreed_today(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _keep_day(manager, desk(manager).make_notice.clock.today())


async def _keep_day(manager: DialogManager, day: date) -> None:
    fix_of(manager)["agreed_on"] = day.isoformat()
    await manager.switch_to(DeskCorrection.agreed_file)


async def _document(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await _keep_file(manager, file_of(message.document))


async def _photo(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.photo
    largest = message.photo[-1]
    await _keep_file(
        manager, {"file_id": largest.file_id, "name": texts.UNNAMED, "size": largest.file_size or 0}
    )


async def _keep_file(manager: DialogManager, file: dict[str, Any]) -> None:
    fix_of(manager)["file"] = file
    after = DeskCorrection.adjust_check if fix_of(manager).get("adjusts") else DeskCorrection.replace_check
    alone = isinstance(manager.start_data, dict) and manager.start_data.get("alone")
    await manager.switch_to(DeskCorrection.agreement_check if alone else after)


async def agreement_of(manager: DialogManager) -> Agreement | None:
    """What was asked for here, with the paper; `None` if it was not."""
    fix = fix_of(manager)
    if not (file := fix.get("file")):
        return None
    content, day = await fetch(manager, file), date.fromisoformat(fix["agreed_on"])
    return Agreement(fix["agreed_by"], day, file["name"] or texts.UNNAMED, content)


def agreed_words(manager: DialogManager) -> str:
    """Who agreed, and when; empty if that was not asked for."""
    fix = fix_of(manager)
    on = fix.get("agreed_on")
    return texts.agreed_words(fix["agreed_by"], filters.day(date.fromisoformat(on))) if on else ""


def windows() -> tuple[Window, ...]:
    return (
        window(
            texts.ASK_BY,
            text_input(_agreed_by),
            leave("agreed_by"),
            state=DeskCorrection.agreed_by,
        ),
        window(
            texts.ASK_DAY,
            text_input(_agreed_on),
            Button(Const(texts.TODAY), id="agreed_today", on_click=_agreed_today),
            leave("agreed_on"),
            state=DeskCorrection.agreed_on,
        ),
        window(
            texts.ASK_FILE,
            MessageInput(_document, content_types=ContentType.DOCUMENT),
            photo_input(_photo),
            leave("agreed_file"),
            state=DeskCorrection.agreed_file,
        ),
    )
