"""Methods that change or remove what is in a chat, and answer taps."""

from typing import Any

from sandbox.telegram.content import MAX_CAPTION, Content, caption_content, media_content, text_content
from sandbox.telegram.entities import formatted
from sandbox.telegram.errors import ApiError
from sandbox.telegram.html import utf16
from sandbox.telegram.markup import inline_keyboard
from sandbox.telegram.params import Params
from sandbox.telegram.state import Telegram, method
from sandbox.telegram.view import message_json, world_view
from sandbox.world import Message, iso

MAX_ALERT = 200
DELETABLE = 48 * 3600  # Seconds after which a message can't be deleted for both sides.


@method("editMessageText")
def edit_message_text(telegram: Telegram, params: Params) -> dict[str, Any]:
    message = _editable(telegram, params)
    content = text_content(params)
    if "text" not in message.content:
        raise ApiError("there is no text in the message to edit")
    return _change(telegram, params, message, content)


@method("editMessageCaption")
def edit_message_caption(telegram: Telegram, params: Params) -> dict[str, Any]:
    message = _editable(telegram, params)
    content = caption_content(params)
    if "text" in message.content:
        raise ApiError("there is no caption in the message to edit")
    media = {key: message.content[key] for key in ("photo", "document") if key in message.content}
    return _change(telegram, params, message, media | content)


@method("editMessageMedia")
def edit_message_media(telegram: Telegram, params: Params) -> dict[str, Any]:
    message = _editable(telegram, params)
    media = params.data("media")
    if not isinstance(media, dict):
        raise ApiError("can't parse InputMedia: Object expected")
    kind = media.get("type")
    if kind not in ("photo", "document"):
        raise ApiError("can't parse InputMedia: media type is unsupported")
    caption, entities = formatted(
        media.get("caption") or "",
        media.get("parse_mode"),
        media.get("caption_entities"),
        MAX_CAPTION,
        "message caption",
    )
    inline_keyboard(params.data("reply_markup"))  # Refuse a bad keyboard before the file is stored.
    content: Content = {"caption": caption} if caption else {}
    content |= {"caption_entities": entities} if entities else {}
    given = params.overlaid("media", media.get("media"))
    return _change(telegram, params, message, content | media_content(telegram, given, kind, "media"))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(telegram: Telegram, params: Params) -> dict[str, Any]:
    message = _editable(telegram, params)
    return _change(telegram, params, message, message.content)


@method("deleteMessage")
def delete_message(telegram: Telegram, params: Params) -> bool:
    person = telegram.known(params)
    message = telegram.world.message(person.telegram_id, _message_id(params))
    if message is None:
        raise ApiError("message to delete not found")
    if telegram.world.now() - message.date > DELETABLE:
        raise ApiError("message can't be deleted for everyone")
    _delete(telegram, message)
    return True


@method("deleteMessages")
def delete_messages(telegram: Telegram, params: Params) -> bool:
    person = telegram.known(params)
    ids = params.data("message_ids")
    if not isinstance(ids, list) or not ids:
        raise ApiError("message identifiers are not specified")
    if len(ids) > 100:
        raise ApiError("too many message identifiers specified")
    for message_id in ids:
        if message := telegram.world.message(person.telegram_id, int(message_id)):
            _delete(telegram, message)
    return True


@method("setMessageReaction")
def set_message_reaction(telegram: Telegram, params: Params) -> bool:
    person = telegram.known(params)
    message = telegram.world.message(person.telegram_id, _message_id(params))
    if message is None:
        raise ApiError("message to react not found")
    reactions = params.data("reaction") or []
    if len(reactions) > 1:
        raise ApiError("REACTIONS_TOO_MANY")
    message.reaction = reactions[0].get("emoji") if reactions else None
    telegram.world.save(message)
    _publish(telegram, message)
    return True


@method("answerCallbackQuery")
def answer_callback_query(telegram: Telegram, params: Params) -> bool:
    """Answers are shown once; a repeated answer changes nothing."""
    tap = telegram.tap(params.text("callback_query_id") or "")
    text = (params.text("text") or "").strip()
    if utf16(text) > MAX_ALERT:
        raise ApiError("MESSAGE_TOO_LONG")
    if tap.answered.is_set():
        return True
    alert = {
        "text": text or None,
        "show_alert": params.flag("show_alert"),
        "url": params.text("url"),
        "message": tap.message,
        "date": iso(telegram.world.now()),
    }
    tap.answer = alert
    tap.answered.set()
    if text:
        telegram.alerts.setdefault(tap.person, []).append(alert)
    telegram.world.events.publish("alert", channel="telegram", person=tap.person, **alert)
    return True


def _message_id(params: Params) -> int:
    message_id = params.integer("message_id")
    if not message_id:
        raise ApiError("message identifier is not specified")
    return message_id


def _editable(telegram: Telegram, params: Params) -> Message:
    """The bot's own message that may be edited. Raises what Telegram says of any other."""
    if params.text("inline_message_id"):
        raise ApiError("MESSAGE_ID_INVALID")
    person = telegram.reachable(params)
    message = telegram.world.message(person.telegram_id, _message_id(params))
    if message is None:
        raise ApiError("message to edit not found")
    if not message.bot or (message.keyboard and "remove_keyboard" not in message.keyboard):
        raise ApiError("message can't be edited")
    telegram.limits.check(person.telegram_id, is_edit=True)
    return message


def _change(telegram: Telegram, params: Params, message: Message, content: Content) -> dict[str, Any]:
    markup = inline_keyboard(params.data("reply_markup"))
    if protected := message.content.get("has_protected_content"):
        content = content | {"has_protected_content": protected}
    if content == message.content and markup == message.markup:
        raise ApiError(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    message.content = content
    message.markup = markup
    message.edited = telegram.world.now()
    telegram.world.save(message)
    _publish(telegram, message)
    return message_json(telegram, message)


def _delete(telegram: Telegram, message: Message) -> None:
    world = telegram.world
    message.deleted = True
    world.save(message)
    chat = world.chat(message.chat)
    if chat.keyboard == message.id:
        chat.keyboard = None
        world.chats.put(chat.id, chat)
    world.events.publish("deleted", channel="telegram", person=world.owner(message.chat).id, id=message.id)


def _publish(telegram: Telegram, message: Message) -> None:
    world = telegram.world
    person = world.owner(message.chat)
    world.events.publish("edited", channel="telegram", person=person.id, message=world_view(world, message))
