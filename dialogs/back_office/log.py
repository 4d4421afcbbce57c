"""The audit log as a workbook."""

from datetime import date, timedelta
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Row, Select
from aiogram_dialog.widgets.text import Format

from dialogs.back_office.parts import desk, desk_button
from dialogs.context import actor_of
from dialogs.desk_states import DeskLog
from dialogs.documents import send_workbook
from dialogs.windows import dialog, text_input, window
from domain.calendar import parse_days
from texts.back_office import log as texts


async def _spans(**_: Any) -> dict[str, Any]:
    return {"spans": list(texts.SPANS.items())}


async def _send(manager: DialogManager, first: date, last: date) -> None:
    events = await desk(manager).export_log(actor_of(manager), first, last)
    caption = texts.caption(first, last, len(events))
    await send_workbook(manager, [texts.table(events)], texts.file_name(first, last), caption)


async def _chosen(_: CallbackQuery, __: Any, manager: DialogManager, days: int) -> None:
    today = desk(manager).export_log.clock.today()
    await _send(manager, today - timedelta(days=days), today)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _send(manager, *parse_days(message.text or ""))


def log_dialog() -> Dialog:
    return dialog(
        window(
            texts.ASK_DAYS,
            text_input(_typed),
            Row(
                Select(
                    Format("{item[1]}"),
                    id="span",
                    item_id_getter=lambda item: item[0],
                    items="spans",
                    type_factory=int,
                    on_click=_chosen,
                )
            ),
            desk_button(),
            state=DeskLog.days,
            getter=_spans,
        ),
    )
