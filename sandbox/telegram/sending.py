"""Methods that put something new in a chat."""

import secrets
from typing import Any

from sandbox.telegram.content import Content, caption_content, media_content, text_content
from sandbox.telegram.errors import ApiError
from sandbox.telegram.markup import split
from sandbox.telegram.params import Params
from sandbox.telegram.state import Telegram, method
from sandbox.telegram.view import message_json, world_view
from sandbox.world import Person

MOST_IN_GROUP = 10

_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


@method("sendMessage")
def send_message(telegram: Telegram, params: Params) -> dict[str, Any]:
    person = telegram.reachable(params)
    return _send(telegram, person, params, text_content(params))


@method("sendPhoto")
def send_photo(telegram: Telegram, params: Params) -> dict[str, Any]:
    return _send_media(telegram, params, "photo")


@method("sendDocument")
def send_document(telegram: Telegram, params: Params) -> dict[str, Any]:
    return _send_media(telegram, params, "document")


@method("sendMediaGroup")
def send_media_group(telegram: Telegram, params: Params) -> list[dict[str, Any]]:
    person, media = telegram.reachable(params), params.data("media")
    if not isinstance(media, list) or not 2 <= len(media) <= MOST_IN_GROUP:
        raise ApiError("wrong number of media in the group")
    contents = []
    for one in media:
        its = params.overlaid_all(one)
        contents.append(caption_content(its) | media_content(telegram, its, str(one.get("type")), "media"))
    group = {"media_group_id": secrets.token_hex(8)}
    return [_send(telegram, person, params, content | group) for content in contents]


@method("sendChatAction")
def send_chat_action(telegram: Telegram, params: Params) -> bool:
    person = telegram.reachable(params)
    if params.text("action") not in _ACTIONS:
        raise ApiError("wrong parameter action in request")
    telegram.world.events.publish("typing", channel="telegram", person=person.id)
    return True


def _send_media(telegram: Telegram, params: Params, kind: str) -> dict[str, Any]:
    person = telegram.reachable(params)
    split(params.data("reply_markup"))  # Refuse a bad keyboard before the file is stored.
    content = caption_content(params) | media_content(telegram, params, kind, kind)
    return _send(telegram, person, params, content)


def _send(telegram: Telegram, person: Person, params: Params, content: Content) -> dict[str, Any]:
    world = telegram.world
    inline, keyboard = split(params.data("reply_markup"))
    telegram.limits.check(person.telegram_id)
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    message = world.add_message(person.telegram_id, True, content, markup=inline, keyboard=keyboard)
    if keyboard:
        chat = world.chat(person.telegram_id)
        chat.keyboard = message.id if "keyboard" in keyboard else None
        world.chats.put(chat.id, chat)
    world.events.publish("message", channel="telegram", person=person.id, message=world_view(world, message))
    return message_json(telegram, message)
