"""The totals of a day or a period as a picture, which changes with them."""

from datetime import date, timedelta
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, Start
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.parts import desk, desk_button
from dialogs.context import actor_of
from dialogs.desk_states import DeskCheckup, DeskLog, DeskMessages, DeskTotals
from dialogs.documents import send_workbook
from dialogs.windows import dialog, text_input, window
from domain.calendar import last_of_month, parse_days, turned
from services.ports import Painter
from texts.back_office import accounts, backups, bank_days
from texts.back_office import totals as texts
from texts.back_office.menu import LOG
from texts.back_office.messages import BUTTON as MESSAGES
from texts.checkups import BUTTON as CHECKUP

PAINTER = "painter"
"""Middleware data: the `Painter`."""


async def _show(manager: DialogManager, first: date, last: date) -> None:
    """Replace the picture by that of these days, or send it above the window."""
    bot: Bot = manager.middleware_data["bot"]
    painter: Painter = manager.middleware_data[PAINTER]
    totals = await desk(manager).show_totals(actor_of(manager), first, last)
    figures = texts.figures(totals)
    png = await painter.paint(texts.title(first, last), figures)
    photo, chat_id = BufferedInputFile(png, texts.PICTURE_NAME), manager.middleware_data["event_chat"].id
    data = manager.dialog_data
    data["days"] = [first.isoformat(), last.isoformat()]
    data["bank"] = []
    if first == last:
        balances = await desk(manager).compare_bank_day(actor_of(manager), first)
        data["bank"] = bank_days.lines(balances, first)
        proof = await desk(manager).view_backups(actor_of(manager))
        data["bank"] += [backups.line(proof)] if proof else []
    data["figures"] = [[group.heading, group.rows] for group in figures]
    if data.get("picture"):
        try:
            await bot.edit_message_media(
                InputMediaPhoto(media=photo), chat_id=chat_id, message_id=data["picture"]
            )
        except TelegramBadRequest:
            pass  # The picture was deleted: send another.
        else:
            return
    data["picture"] = (await bot.send_photo(chat_id, photo)).message_id
    manager.show_mode = ShowMode.DELETE_AND_SEND


def _days(manager: DialogManager) -> tuple[date, date]:
    first, last = map(date.fromisoformat, manager.dialog_data["days"])
    return first, last


async def _started(_: Any, manager: DialogManager) -> None:
    today = desk(manager).show_totals.clock.today()
    await _show(manager, today, today)


def _turn(by: int) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await _show(manager, *turned(*_days(manager), by))

    return tapped


def _month(back: int) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        first = desk(manager).show_totals.clock.today().replace(day=1)
        for _month_back in range(back):
            first = (first - timedelta(days=1)).replace(day=1)
        await _show(manager, first, last_of_month(first))

    return tapped


async def _books(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    days = _days(manager)
    found = await desk(manager).export_accounts(actor_of(manager), *days)
    tables, name = accounts.tables(found, *days), accounts.file_name(*days)
    await send_workbook(manager, tables, name, accounts.caption(*days))


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _show(manager, *parse_days(message.text or ""))


async def _shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    days = _days(dialog_manager)
    figures = dialog_manager.dialog_data["figures"]
    bank = dialog_manager.dialog_data.get("bank", ())
    return {"title": texts.title(*days), "span": texts.span(*days), "figures": figures, "bank": bank}


def totals_dialog() -> Dialog:
    return dialog(
        window(
            texts.WINDOW,
            text_input(_typed),
            Row(
                Button(Const("‹"), id="before", on_click=_turn(-1)),
                Button(Format("{span}"), id="at"),
                Button(Const("›"), id="after", on_click=_turn(1)),
            ),
            Row(
                Button(Const(texts.LAST_MONTH), id="last", on_click=_month(1)),
                Button(Const(texts.THIS_MONTH), id="this", on_click=_month(0)),
            ),
            Button(Const(accounts.BUTTON), id="books", on_click=_books),
            Start(Const(MESSAGES), id="messages", state=DeskMessages.month),
            Start(Const(LOG), id="log", state=DeskLog.days),
            Start(Const(CHECKUP), id="checkup", state=DeskCheckup.lines),
            desk_button(),
            state=DeskTotals.day,
            getter=_shown,
        ),
        on_start=_started,
    )
