"""Makes an update of aiogram from an event of Zalo, as it comes and as it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from aiogram import Bot
from aiogram.types import Update

from bot.sources import Source
from dialogs.aiogram_models import knows_names
from dialogs.numbered.reading import Again, Asked, Tapped, is_part, read_typed
from dialogs.numbered.reading import read_together as read_together_as_one
from domain.chats import zalo_chat_id
from domain.choices import ChoiceMenu
from gateways.zalo.errors import AWAY
from gateways.zalo.events import EventKind, Received, ZaloEvent, read_event, stored_event, written_event
from storage.inbox import Arrival, WaitingUpdate
from storage.zalo_chats import SqlZaloChats

NAMELESS = "Zalo"

FOR_MORE = 2.0
"""Seconds that a part of a long text waits for the next one."""


@knows_names
class ZaloUpdate(Update):
    """`update_id` is the number of the stored event, `heard` its text. `rest` are further buttons that the
    message taps; `asked` is the text that answers it at once. `again`: it was answered, nothing is said."""

    heard: str = ""
    rest: tuple[str, ...] = ()
    asked: str = ""
    again: bool = False


def arrival_of(body: Any) -> Arrival | None:
    """The event in a parsed body; `None` if it is nothing to the bot. Raises `ValueError`."""
    received = read_event(body)
    return None if received is None else arrival_of_event(received)


def arrival_of_event(received: Received) -> Arrival:
    name, body = f"{received.chat}:{received.message_id}", written_event(received.event)
    chat_id = zalo_chat_id(received.chat)
    return Arrival(name, chat_id, milliseconds_of(received.sent_at), body, received.chat)


def milliseconds_of(moment: datetime) -> int:
    """The place of a moment among the events of a chat."""
    return round(moment.timestamp() * 1000)


def source_of(bot: Bot, chats: SqlZaloChats) -> Source:
    async def read_together(waiting: Sequence[WaitingUpdate]) -> tuple[ZaloUpdate, int]:
        first = waiting[0]
        menus = await chats.menus(first.chat_id)
        event, taken = stored_event(first.body), 1
        if texts := _texts_of(waiting):
            taken, text = read_together_as_one(texts, menus)
            event = replace(event, text=text)
        date, came_at = first.sequence // 1000, first.received_at
        return update_of(event, first.id, first.chat_id, date, menus, bot, came_at), taken

    async def read(waiting: WaitingUpdate) -> ZaloUpdate:
        return (await read_together([waiting]))[0]

    def is_away(error: Exception) -> bool:
        return isinstance(error, AWAY)

    return Source("Zalo", bot, read, is_away, read_together, seconds_for_more)


def seconds_for_more(waiting: Sequence[WaitingUpdate]) -> float:
    """Zalo sends a long text as several messages: what may be a part waits for the others."""
    texts = _texts_of(waiting)
    return FOR_MORE if len(texts) == len(waiting) and is_part(texts[-1]) else 0.0


def _texts_of(waiting: Sequence[WaitingUpdate]) -> list[str]:
    """The texts that wait, up to whatever is no text or cannot be read."""
    events = takewhile(_is_said, (_event_of(one) for one in waiting))
    return [event.text for event in events if event]


def _event_of(waiting: WaitingUpdate) -> ZaloEvent | None:
    """`None` if it cannot be read, as when another release wrote it."""
    try:
        return stored_event(waiting.body)
    except (ValueError, KeyError, TypeError):
        return None


def _is_said(event: ZaloEvent | None) -> bool:
    return event is not None and event.kind is EventKind.TEXT and not event.is_group


def update_of(
    event: ZaloEvent,
    number: int,
    chat_id: int,
    date: int,
    menus: Mapping[str, ChoiceMenu],
    bot: Bot,
    came_at: datetime | None = None,
) -> ZaloUpdate:
    """`number` is the event's, `date` is in seconds since 1970, `menus` are what may be chosen in its chat.
    `came_at` is when the event was stored, by the clock that says when a menu was shown."""
    chat = {"id": chat_id, "type": "group" if event.is_group else "private"}
    person = {"id": chat_id, "is_bot": False, "first_name": event.name or NAMELESS}
    said = {"message_id": number, "date": date, "chat": chat, "from": person}
    raw: dict[str, Any] = {"update_id": number, "heard": event.text}
    meant = read_typed(event.text, menus, came_at) if _is_said(event) else None
    if isinstance(meant, Tapped):
        first, *rest = meant.data
        message = {
            "message_id": meant.menu.message_id,
            "date": date,
            "chat": chat,
            "text": "…",
            "reply_markup": {"inline_keyboard": _keyboard(meant.menu)},
        }
        query = {"id": str(number), "from": person, "chat_instance": str(chat_id), "data": first}
        raw |= {"callback_query": query | {"message": message}, "rest": rest}
    elif isinstance(meant, Asked | Again):
        asked = {"again": True} if isinstance(meant, Again) else {"asked": meant.text}
        raw |= {"message": said | {"text": event.text}} | asked
    else:
        text = meant.text if meant is not None else event.text
        raw["message"] = said | _content(event, text, number)
    return ZaloUpdate.model_validate(raw, context={"bot": bot})


def _keyboard(menu: ChoiceMenu) -> list[list[dict[str, str]]]:
    return [[{"text": one.key, "callback_data": one.data}] for one in menu.choices if one.data]


def _content(event: ZaloEvent, text: str, number: int) -> dict[str, Any]:
    """The content of the message. What the dialogs cannot use is included too, so that it is answered."""
    unique = str(number)
    match event.kind:
        case EventKind.TEXT:
            return {"text": text}
        case EventKind.IMAGE:
            size = {"file_id": event.url, "file_unique_id": unique, "width": 1, "height": 1}
            return {"photo": [size]} | ({"caption": text} if text else {})
        case EventKind.FILE:
            document = {"file_id": event.url, "file_unique_id": unique, "file_name": event.file_name}
            return {"document": document | {"file_size": event.file_size}}
        case EventKind.STICKER:
            shape = {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
            return {"sticker": {"file_id": unique, "file_unique_id": unique} | shape}
        case EventKind.VOICE:
            return {"voice": {"file_id": unique, "file_unique_id": unique, "duration": 1}}
        case EventKind.OTHER:
            return {}
