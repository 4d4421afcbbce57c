"""Events of the Zalo Bot Platform, as its webhook and `getUpdates` bring them.

`{"ok": true, "result": {"event_name": …, "message": {…}}}`; some senders leave the wrapper out.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

TEXT_LIMIT = 20_000
"""The most characters kept of a message; Zalo does not publish how many people may write at once."""

_NAME_LIMIT = 100
_ID_LIMIT = 100
URL_LIMIT = 2_000
"""The longest address kept."""


class NotAnEvent(ValueError):
    """The platform would not send such a body."""


class EventKind(StrEnum):
    """FILE does not come from the platform: it is a file from our upload page. OTHER is anything that the
    platform does not hand to bots."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    STICKER = "sticker"
    VOICE = "voice"
    OTHER = "other"


_KINDS = {
    "message.text.received": EventKind.TEXT,
    "message.image.received": EventKind.IMAGE,
    "message.sticker.received": EventKind.STICKER,
    "message.voice.received": EventKind.VOICE,
}


@dataclass(frozen=True, slots=True)
class ZaloEvent:
    """`name` is the person's, as the app shows it. `url` is a picture's address, or our reference of a
    file."""

    kind: EventKind
    text: str = ""
    name: str = ""
    url: str = ""
    is_group: bool = False
    file_name: str = ""
    file_size: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """An event with the platform's ids of its message and chat, and when it was sent."""

    event: ZaloEvent
    message_id: str
    chat: str
    sent_at: datetime


def read_event(body: Any) -> Received | None:
    """The event in a parsed body; `None` if it is not a person's message, or of a kind not known yet,
    or a try of the address, which has no event.

    Raises `NotAnEvent`.
    """
    if isinstance(body, dict) and isinstance(body.get("result"), dict):
        body = body["result"]
    if body in ({}, {"ok": True}):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("event_name"), str):
        raise NotAnEvent("no event_name")
    message = body.get("message")
    if not body["event_name"].startswith("message."):
        return None
    if not isinstance(message, dict):
        raise NotAnEvent("no message")
    sender, chat = _object(message, "from"), _object(message, "chat")
    if sender.get("is_bot") is True:
        return None
    event = ZaloEvent(
        _KINDS.get(body["event_name"], EventKind.OTHER),
        text_of(message.get("text"), TEXT_LIMIT) or text_of(message.get("caption"), TEXT_LIMIT),
        text_of(sender.get("display_name"), _NAME_LIMIT),
        text_of(message.get("photo_url"), URL_LIMIT) or text_of(message.get("photo"), URL_LIMIT),
        text_of(chat.get("chat_type"), _NAME_LIMIT).upper() == "GROUP",
    )
    return Received(
        _usable(event), _id(message, "message_id"), _id(chat, "id"), moment_of(message.get("date"))
    )


def _usable(event: ZaloEvent) -> ZaloEvent:
    """The event, or OTHER for a picture without an address or a text without words."""
    lacking = (event.kind is EventKind.IMAGE and not event.url) or (
        event.kind is EventKind.TEXT and not event.text.strip()
    )
    return ZaloEvent(EventKind.OTHER, name=event.name, is_group=event.is_group) if lacking else event


def written_event(event: ZaloEvent) -> str:
    """An event as it is stored."""
    return json.dumps({name: value for name, value in asdict(event).items() if value}, ensure_ascii=False)


def stored_event(body: str) -> ZaloEvent:
    """The event that `written_event` wrote."""
    found = json.loads(body)
    return ZaloEvent(EventKind(found.pop("kind")), **found)


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    found = holder.get(name)
    if not isinstance(found, dict):
        raise NotAnEvent(f"no {name}")
    return found


def _id(holder: dict[str, Any], name: str) -> str:
    if found := id_of(holder.get(name)):
        return found
    raise NotAnEvent(f"no {name}")


def id_of(found: object) -> str:
    """One of Zalo's ids, a text; empty for anything else."""
    return found if isinstance(found, str) and 0 < len(found) <= _ID_LIMIT and found.isprintable() else ""


def text_of(found: object, limit: int) -> str:
    """A text, or its beginning; empty for anything else."""
    # A lone surrogate could not be stored.
    return found[:limit].encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def moment_of(milliseconds: object) -> datetime:
    """The moment in milliseconds since 1970. Raises `NotAnEvent` for anything else."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        raise NotAnEvent("no date")
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotAnEvent("no date") from None
