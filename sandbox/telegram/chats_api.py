"""World API of the Telegram chats: what a person does on their phone, and what they see."""

import asyncio
import contextlib
import mimetypes
from typing import Any

from aiohttp import web

from sandbox.errors import NotPossible
from sandbox.requests import Body, latest, read, whole_number
from sandbox.telegram.account import commands_for
from sandbox.telegram.phone import Phone
from sandbox.telegram.state import Tap, Telegram
from sandbox.telegram.view import world_view
from sandbox.uploads import caption_in, file_name, upload_in
from sandbox.world import Message

ANSWER_WAIT = 5.0  # Seconds a tap with `?wait=1` waits for its answer.


class Text(Body):
    """`reply_to` is the id of the message that this one answers."""

    text: str
    reply_to: int | None = None


class Edit(Body):
    message: int
    text: str


class Forward(Body):
    text: str
    from_name: str = "Chị Hoa"


class Contact(Body):
    phone: str | None = None
    own: bool = True


class Location(Body):
    latitude: float = 21.0285
    longitude: float = 105.8542


class Sticker(Body):
    emoji: str = "👍"


class Block(Body):
    blocked: bool = True


class TapBody(Body):
    """Which button: by its text, place or callback data. Without `message`, one of the reply keyboard."""

    message: int | None = None
    button: str | None = None
    row: int | None = None
    column: int = 0
    data: str | None = None


class ChatsApi:
    """Routes under `/world/chats/telegram/{person}/`."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def routes(self) -> list[web.RouteDef]:
        chat = "/world/chats/telegram/{person}"
        posts = {
            "text": self._text,
            "edit": self._edit,
            "forward": self._forward,
            "contact": self._contact,
            "location": self._location,
            "sticker": self._sticker,
            "file": self._file,
            "photo": self._photo,
            "voice": self._voice,
            "tap": self._tap,
            "block": self._block,
            "redeliver": self._redeliver,
            "expire": self._expire,
        }
        gets = {"": self._chat, "/messages": self._messages, "/alerts": self._alerts}
        return [web.post(f"{chat}/{name}", handler) for name, handler in posts.items()] + [
            web.get(f"{chat}{name}", handler) for name, handler in gets.items()
        ]

    def _phone(self, request: web.Request) -> Phone:
        person = self._telegram.world.person(request.match_info["person"])
        if person is None:
            raise NotPossible(f"there is no person {request.match_info['person']!r}", 404)
        return Phone(self._telegram, person)

    def _sent(self, *messages: Message) -> web.Response:
        view = world_view(self._telegram.world, messages[-1])
        return web.json_response(view | {"parts": [message.id for message in messages]})

    async def _text(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Text)
        return self._sent(*phone.text(body.text, body.reply_to))

    async def _edit(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Edit)
        return self._sent(phone.edit(body.message, body.text))

    async def _forward(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Forward)
        return self._sent(phone.forward(body.text, body.from_name))

    async def _contact(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Contact)
        return self._sent(phone.contact(body.phone, body.own))

    async def _location(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Location)
        return self._sent(phone.location(body.latitude, body.longitude))

    async def _sticker(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Sticker)
        return self._sent(phone.sticker(body.emoji))

    async def _file(self, request: web.Request) -> web.Response:
        """Multipart `file`, with `caption` and `size` (declared instead of the real one) if wanted."""
        phone = self._phone(request)
        form = await request.post()
        upload, declared = upload_in(form), form.get("size")
        name = file_name(upload)
        mime = mimetypes.guess_type(name)[0] or upload.content_type
        size = int(declared) if isinstance(declared, str) and declared.isdigit() else None
        return self._sent(phone.document(name, mime, upload.file, caption_in(form), size))

    async def _photo(self, request: web.Request) -> web.Response:
        """Multipart `file`, with `caption` if wanted."""
        phone = self._phone(request)
        form = await request.post()
        upload = upload_in(form)
        return self._sent(phone.photo(upload.content_type, upload.file, caption_in(form)))

    async def _voice(self, request: web.Request) -> web.Response:
        """Multipart `file` if wanted; else a short silence is sent."""
        phone = self._phone(request)
        form = await request.post()
        return self._sent(phone.voice(upload_in(form).file.read() if "file" in form else b"OggS"))

    async def _tap(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, TapBody)
        if body.message is None or self._is_reply_keyboard(phone, body):
            message = phone.press(body.button or "")
            return web.json_response(_answer(None) | {"message": message.id})
        if body.data is not None:
            data = body.data
        else:
            if body.button is not None:
                button = phone.button(body.message, body.button)
            elif body.row is not None:
                button = phone.button_at(body.message, body.row, body.column)
            else:
                raise NotPossible("say which button: its text, its row and column, or its data")
            if "url" in button:
                return web.json_response(_answer(None) | {"url": button["url"]})
            if "copy_text" in button:
                return web.json_response(_answer(None) | {"copied": button["copy_text"]["text"]})
            data = button["callback_data"]
        tap = phone.tap(body.message, data)
        if request.query.get("wait") in ("1", "true"):
            with contextlib.suppress(TimeoutError):  # `answered` tells whether it came.
                await asyncio.wait_for(tap.answered.wait(), ANSWER_WAIT)
        return web.json_response(_answer(tap))

    def _is_reply_keyboard(self, phone: Phone, body: TapBody) -> bool:
        shown = self._telegram.world.chat(phone.person.telegram_id).keyboard
        return body.button is not None and body.message == shown

    async def _block(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Block)
        phone.block(body.blocked)
        return web.json_response({"blocked": body.blocked})

    async def _redeliver(self, request: web.Request) -> web.Response:
        """Deliver the person's last update again, under its old id."""
        update_id = self._telegram.updates.redeliver(self._phone(request).person.id)
        if update_id is None:
            raise NotPossible("this person has not sent anything yet", 409)
        return web.json_response({"update_id": update_id})

    async def _expire(self, request: web.Request) -> web.Response:
        """Make the person's open taps too old to be answered."""
        return web.json_response({"expired": self._telegram.expire_taps(self._phone(request).person)})

    async def _chat(self, request: web.Request) -> web.Response:
        phone = self._phone(request)
        chat = self._telegram.world.chat(phone.person.telegram_id)
        commands = commands_for(self._telegram.world, phone.person.telegram_id)
        shown = phone.keyboard()
        return web.json_response(
            {
                "started": chat.started,
                "blocked": chat.blocked,
                "commands": commands,
                "keyboard": shown.get("keyboard", []),
                "placeholder": shown.get("input_field_placeholder"),
            }
        )

    async def _messages(self, request: web.Request) -> web.Response:
        world, phone = self._telegram.world, self._phone(request)
        rows = world.history(phone.person.telegram_id, whole_number(request, "after"))
        return web.json_response([world_view(world, message) for message in latest(request, rows)])

    async def _alerts(self, request: web.Request) -> web.Response:
        return web.json_response(self._telegram.alerts.get(self._phone(request).person.id, []))


def _answer(tap: Tap | None) -> dict[str, Any]:
    answer = tap.answer if tap else {}
    shown = {"alert": answer.get("text"), "show_alert": answer.get("show_alert")}
    if tap:
        shown["answered"] = tap.answered.is_set()
    return shown
