"""Events of an Official Account, as its webhook brings them: signed, at least once, in no promised order."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateways.zalo.events import (
    TEXT_LIMIT,
    URL_LIMIT,
    EventKind,
    NotAnEvent,
    Received,
    ZaloEvent,
    id_of,
    moment_of,
    text_of,
)

SIGNATURE_HEADER = "X-ZEvent-Signature"

CONSOLE_TEST = "This is message id"
"""The id of the message that Zalo's console posts when an address is saved, perhaps before its secret is."""

_NAME_LIMIT = 200

_KINDS = {
    "user_send_text": EventKind.TEXT,
    "user_send_link": EventKind.TEXT,
    "user_send_image": EventKind.IMAGE,
    "user_send_file": EventKind.FILE,
    "user_send_sticker": EventKind.STICKER,
    "user_send_gif": EventKind.STICKER,
    "user_send_audio": EventKind.VOICE,
    "user_send_video": EventKind.OTHER,
    "user_send_location": EventKind.OTHER,
    "user_send_business_card": EventKind.OTHER,
}
"""What people send. Each is answered."""

TOUCHES = ("follow", "user_click_chatnow", "user_submit_info")
"""What people do besides: from then on they may be written to, but there is nothing to answer."""

NOTHING = (
    "unfollow",
    "user_received_message",
    "user_seen_message",
    "user_reacted_message",
    "user_click_button",
    "user_reply_consent",
    "user_call_oa",
    "oa_call_user",
    "add_user_to_tag",
    "update_user_info",
    "change_oa_daily_quota",
    "change_template_status",
    "user_feedback",
    "user_click_response_button",
    "widget_interaction_accepted",
    "widget_failed_to_sync_user_external_id",
)
"""What is nothing to the dialogs: receipts, and the console's news."""

_NOTHING_EITHER = ("oa_send_", "anonymous_send_")
"""How the names of our own messages that come back begin, and of what people send who are not logged in."""

WITHDRAWN = "user_withdraw"
"""A person withdraws the consent to have data kept by the account."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A person who may be written to again since `at`, with what they sent, if that is to be answered."""

    user: str
    at: datetime
    received: Received | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A person who has withdrawn the consent to keep data of them."""

    user: str
    at: datetime


def is_signed(header: str, app_id: str, raw: bytes, timestamp: str, secret: str) -> bool:
    """Whether the header is `mac=` and the SHA-256 of the app's id, the body as it came, its timestamp and
    the account's secret: a plain digest, no HMAC."""
    given = header.replace(" ", "").removeprefix("mac=").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, signature(app_id, raw, timestamp, secret).encode())


def signature(app_id: str, raw: bytes, timestamp: str, secret: str) -> str:
    return hashlib.sha256(app_id.encode() + raw + timestamp.encode() + secret.encode()).hexdigest()


def read_event(body: Mapping[str, Any]) -> Touched | Withdrawn | None:
    """The event in a parsed body; `None` if nothing follows from it. Raises `NotAnEvent`."""
    name = body.get("event_name")
    if not isinstance(name, str):
        raise NotAnEvent("no event_name")
    if name in TOUCHES:
        return Touched(_user(body), _moment(body))
    if name == WITHDRAWN:
        return Withdrawn(_user(body), _moment(body))
    kind = _KINDS.get(name)
    if kind is None:
        return None
    message = body.get("message")
    if not isinstance(message, dict):
        raise NotAnEvent("no message")
    user, at = _user(body), _moment(body)
    event = _event(kind, message)
    # Without an id of the message, the moment and the person tell one from another.
    message_id = id_of(message.get("msg_id")) or f"{name}:{body.get('timestamp')}"
    return Touched(user, at, Received(event, message_id, user, at))


def is_known(name: str) -> bool:
    """Whether an event of this name is read, or known to be nothing to the bot, as all of groups are."""
    read = (*_KINDS, *TOUCHES, WITHDRAWN)
    return name in read or name in NOTHING or name.startswith(_NOTHING_EITHER) or "group" in name


def _event(kind: EventKind, message: Mapping[str, Any]) -> ZaloEvent:
    text, given = text_of(message.get("text"), TEXT_LIMIT), _first_payload(message)
    url = text_of(given.get("url"), URL_LIMIT)
    if kind is EventKind.TEXT:
        words = "\n".join(filter(None, (text, url if url not in text else "")))
        return ZaloEvent(kind, words) if words.strip() else ZaloEvent(EventKind.OTHER)
    if kind is EventKind.FILE:
        name, size = text_of(given.get("name"), _NAME_LIMIT), str(given.get("size", ""))
        found = ZaloEvent(kind, text, "", url, False, name or "tep", int(size) if size.isdigit() else 0)
        return found if url else ZaloEvent(EventKind.OTHER)
    if kind is EventKind.IMAGE:
        return ZaloEvent(kind, text, url=url) if url else ZaloEvent(EventKind.OTHER)
    return ZaloEvent(kind, text)


def _first_payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    match message.get("attachments"):
        case [{"payload": dict() as payload}, *_]:
            return payload
    return {}


def _user(body: Mapping[str, Any]) -> str:
    for holder, name in (("sender", "id"), ("follower", "id")):
        found = body.get(holder)
        if isinstance(found, dict) and (user := id_of(found.get(name))):
            return user
    if user := id_of(body.get("user_id")):
        return user
    raise NotAnEvent("no sender")


def _moment(body: Mapping[str, Any]) -> datetime:
    milliseconds = str(body.get("timestamp", ""))
    if not (milliseconds.isascii() and milliseconds.isdigit() and 10 <= len(milliseconds) <= 16):
        raise NotAnEvent("no timestamp")
    return moment_of(int(milliseconds))
