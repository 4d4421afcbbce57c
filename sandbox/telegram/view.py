"""A message as the bot sees it (Telegram's Message) and as the World API shows it."""

from typing import Any

from sandbox.files import StoredFile, file_url
from sandbox.telegram.render import to_html
from sandbox.telegram.state import Telegram
from sandbox.world import Message, Person, World, iso


def user_json(person: Person) -> dict[str, Any]:
    """The person as Telegram's User."""
    return {
        "id": person.telegram_id,
        "is_bot": False,
        "first_name": person.name,
        "username": person.username,
        "language_code": "vi",
    }


def chat_json(person: Person) -> dict[str, Any]:
    """The private chat: its id is the person's id."""
    return {
        "id": person.telegram_id,
        "first_name": person.name,
        "username": person.username,
        "type": "private",
    }


def message_json(telegram: Telegram, message: Message) -> dict[str, Any]:
    """Telegram's Message. As in Telegram, `reply_markup` shows only an inline keyboard, and
    `reply_to_message` shows that message as it is now, without the message that it answers in turn."""
    shown = _alone(telegram, message)
    answered = telegram.world.message(message.chat, message.reply_to) if message.reply_to else None
    if answered is not None:
        shown["reply_to_message"] = _alone(telegram, answered)
    return shown


def _alone(telegram: Telegram, message: Message) -> dict[str, Any]:
    person = telegram.world.owner(message.chat)
    me = telegram.me()
    sender = {key: me[key] for key in ("id", "is_bot", "first_name", "username")}
    shown = {
        "message_id": message.id,
        "from": sender if message.bot else user_json(person),
        "chat": chat_json(person),
        "date": message.date,
        **message.content,
    }
    if message.edited:
        shown["edit_date"] = message.edited
    if message.markup:
        shown["reply_markup"] = message.markup
    return shown


def file_json(file: StoredFile) -> dict[str, Any]:
    """A document or voice message as Telegram describes it."""
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": file.size,
    }


def photo_json(sizes: list[StoredFile]) -> list[dict[str, Any]]:
    """A photo as Telegram describes it: a list of sizes."""
    return [
        {
            "file_id": size.id,
            "file_unique_id": size.unique_id,
            "width": size.width,
            "height": size.height,
            "file_size": size.size,
        }
        for size in sizes
    ]


def world_view(world: World, message: Message) -> dict[str, Any]:
    """The message for the World API."""
    content = message.content
    text = content.get("text") or content.get("caption") or ""
    entities = content.get("entities") or content.get("caption_entities") or []
    photo, document = content.get("photo"), content.get("document")
    view: dict[str, Any] = {
        "id": message.id,
        "date": iso(message.date),
        "edited": iso(message.edited) if message.edited else None,
        "from": "bot" if message.bot else "person",
        "text": text,
        "html": to_html(text, entities),
        "photo": file_url(photo[-1]["file_id"], "photo") if photo else None,
        "document": None,
        "buttons": [[_button(b) for b in row] for row in (message.markup or {}).get("inline_keyboard", [])],
    }
    if document:
        name = document["file_name"]
        view["document"] = {
            "name": name,
            "url": file_url(document["file_id"], name),
            "size": document["file_size"],
        }
    view |= {key: content[key] for key in ("contact", "location", "sticker", "voice") if key in content}
    if "forward_origin" in content:
        view["forwarded_from"] = content["forward_origin"]["sender_user_name"]
    if message.reply_to:
        view["reply_to"] = message.reply_to
    if message.reaction:
        view["reaction"] = message.reaction
    if content.get("has_protected_content"):
        view["protected"] = True
    if world.chat(message.chat).keyboard == message.id and message.keyboard:
        view["keyboard"] = [
            [{"text": b["text"], "request_contact": bool(b.get("request_contact"))} for b in row]
            for row in message.keyboard["keyboard"]
        ]
    return view


def _button(button: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": button["text"],
        "url": button.get("url"),
        "copy": button.get("copy_text", {}).get("text"),
        "data": button.get("callback_data"),
        "style": button.get("style"),
    }
