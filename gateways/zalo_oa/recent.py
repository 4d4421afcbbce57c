"""Messages of an Official Account as its list of recent ones has them."""

from collections.abc import Mapping
from typing import Any

from gateways.zalo.events import (
    TEXT_LIMIT,
    URL_LIMIT,
    EventKind,
    Received,
    ZaloEvent,
    id_of,
    moment_of,
    text_of,
)

FROM_PERSON = 1

_KINDS = {
    "text": EventKind.TEXT,
    "link": EventKind.TEXT,
    "links": EventKind.TEXT,
    "photo": EventKind.IMAGE,
    "image": EventKind.IMAGE,
    "sticker": EventKind.STICKER,
    "gif": EventKind.STICKER,
    "voice": EventKind.VOICE,
    "audio": EventKind.VOICE,
}


def read_recent(row: Mapping[str, Any]) -> Received | None:
    """A person's message; `None` for one of ours, and for what cannot be read. Files are `OTHER`: the list
    does not promise their names."""
    user, message_id = id_of(row.get("from_id")), id_of(row.get("message_id"))
    if row.get("src") != FROM_PERSON or not user or not message_id:
        return None
    kind = _KINDS.get(str(row.get("type")), EventKind.OTHER)
    text, url = text_of(row.get("message"), TEXT_LIMIT), text_of(row.get("url"), URL_LIMIT)
    if (kind is EventKind.TEXT and not text.strip()) or (kind is EventKind.IMAGE and not url):
        kind = EventKind.OTHER
    event = ZaloEvent(kind, text, url=url if kind is EventKind.IMAGE else "")
    try:
        return Received(event, message_id, user, moment_of(row.get("time")))
    except ValueError:
        return None
