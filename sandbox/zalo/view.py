"""A message as the bot is told of it (Zalo's event) and as the World API shows it."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from sandbox.files import file_url
from sandbox.world import World, iso
from sandbox.zalo.state import Zalo
from sandbox.zalo_chats import ZaloMessage, zalo_id

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_TYPES = {"image": "CHAT_PHOTO", "sticker": "CHAT_STICKER", "voice": "CHAT_VOICE"}


def event_json(zalo: Zalo, message: ZaloMessage) -> dict[str, Any]:
    """The event for a person's message. If Zalo does not carry its kind, it says only that something came."""
    external = zalo_id(message.person)
    person = zalo.world.person(message.person)
    body: dict[str, Any] = {
        "from": {"id": external, "display_name": person.name if person else "", "is_bot": False},
        "chat": {"id": external, "chat_type": "PRIVATE"},
        **_told(zalo, message),
        "message_id": message.message_id,
        "date": message.date,
    }
    if kind := _TYPES.get(message.kind):
        body["message_type"] = kind
    return {"event_name": f"message.{message.kind}.received", "message": body}


def _told(zalo: Zalo, message: ZaloMessage) -> dict[str, Any]:
    content = message.content
    match message.kind:
        case "text":
            return {"text": content["text"]}
        case "image":
            address = zalo.url + file_url(content["photo"], "photo")
            caption = {"caption": content["caption"]} if "caption" in content else {}
            return dict.fromkeys(zalo.photo_fields, address) | caption
        case "sticker":
            return {"sticker": content["sticker"]}
        case "voice":
            return {"voice_url": zalo.url + file_url(content["voice"], "voice.aac")}
    return {}


def world_view(world: World, message: ZaloMessage) -> dict[str, Any]:
    """The message for the World API, in the same form as Telegram's messages."""
    content = message.content
    view: dict[str, Any] = {
        "id": message.id,
        "message_id": message.message_id,
        "date": iso(message.date // 1000),
        "edited": None,
        "from": "bot" if message.bot else "person",
        "text": message.text,
        "html": to_html(message.text, content.get("text_styles", ())),
        "photo": file_url(content["photo"], "photo") if "photo" in content else None,
        "document": None,
        "buttons": [[_button(one)] for one in content.get("buttons", ())],
    }
    if "cost" in content:
        view["cost"] = content["cost"]
    file = world.files.get(content["file"]) if "file" in content else None
    if file:
        view["document"] = {"name": file.name, "url": file_url(file.id, file.name), "size": file.size}
    if message.kind == "sticker":
        view["sticker"] = {"emoji": content.get("emoji", "🏷️"), "id": content["sticker"]}
    if message.kind == "voice":
        view["voice"] = {"duration": content["duration"]}
    if message.kind == "unsupported":
        view["unsupported"] = True
    return view


def _button(button: Mapping[str, Any]) -> dict[str, Any]:
    """A button of the Official Account, in the form of Telegram's."""
    opened = button["payload"]["url"] if button["type"] == "oa.open.url" else None
    return {"text": button["title"], "data": None, "url": opened, "copy": None}


def to_html(text: str, styles: Iterable[Mapping[str, Any]] = ()) -> str:
    """The text, safe to show, with its links and with what is bold; other styles are not painted."""
    units, out, at = text.encode("utf-16-le"), [], 0
    for style in sorted((one for one in styles if one["st"] == "b"), key=lambda one: int(one["start"])):
        start, end = max(at, 2 * style["start"]), 2 * (style["start"] + style["len"])
        out += [_linked(units[at:start]), f"<b>{_linked(units[start:end])}</b>"]
        at = max(start, end)
    return "".join([*out, _linked(units[at:])])


def _linked(units: bytes) -> str:
    text, out, at = units.decode("utf-16-le", "replace"), [], 0
    for match in _LINK.finditer(text):
        out.append(escape(text[at : match.start()], quote=False))
        out.append(f'<a href="{escape(match[0])}">{escape(match[0], quote=False)}</a>')
        at = match.end()
    return "".join(out) + escape(text[at:], quote=False)
