"""World API of the Zalo chats: what a person does on their phone, and what they see."""

import mimetypes
from typing import Any

from aiohttp import web

from sandbox.errors import NotPossible
from sandbox.requests import Body, latest, read, whole_number
from sandbox.uploads import caption_in, file_name, upload_in
from sandbox.world import Person
from sandbox.zalo.phone import ZaloPhone
from sandbox.zalo.state import Zalo
from sandbox.zalo.view import event_json, world_view
from sandbox.zalo_chats import ZaloMessage, zalo_id


class Text(Body):
    text: str


class Sticker(Body):
    emoji: str = "👍"


class Block(Body):
    blocked: bool = True


class ZaloChatsApi:
    """Routes under `/world/chats/zalo/{person}/`.

    Every act answers with the message and the `event` made of it; with `?deliver=0` the bot is not told.
    """

    def __init__(self, zalo: Zalo) -> None:
        self._zalo = zalo

    def routes(self) -> list[web.RouteDef]:
        chat = "/world/chats/zalo/{person}"
        posts = {
            "text": self._text,
            "photo": self._photo,
            "sticker": self._sticker,
            "voice": self._voice,
            "file": self._file,
            "unsupported": self._unsupported,
            "block": self._block,
            "redeliver": self._redeliver,
        }
        return [
            *(web.post(f"{chat}/{name}", handler) for name, handler in posts.items()),
            web.get(chat, self._chat),
            web.get(f"{chat}/messages", self._messages),
        ]

    def _phone(self, request: web.Request) -> ZaloPhone:
        person = self._zalo.world.person(request.match_info["person"])
        if person is None:
            raise NotPossible(f"there is no person {request.match_info['person']!r}", 404)
        return self._phone_of(person, request.query.get("deliver") == "0")

    def _phone_of(self, person: Person, mute: bool) -> ZaloPhone:
        return ZaloPhone(self._zalo, person, mute)

    def _id_of(self, person: Person) -> str:
        return zalo_id(person.id)

    def _event_of(self, message: ZaloMessage) -> dict[str, Any]:
        return event_json(self._zalo, message)

    def _sent(self, *messages: ZaloMessage) -> web.Response:
        view = world_view(self._zalo.world, messages[-1])
        event = self._event_of(messages[-1])
        return web.json_response(view | {"event": event, "parts": [message.id for message in messages]})

    async def _text(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Text)
        return self._sent(*phone.text(body.text))

    async def _photo(self, request: web.Request) -> web.Response:
        """Multipart `file`, with `caption` if wanted."""
        phone, form = self._phone(request), await request.post()
        return self._sent(phone.photo(upload_in(form).file.read(), caption_in(form)))

    async def _sticker(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Sticker)
        return self._sent(phone.sticker(body.emoji))

    async def _voice(self, request: web.Request) -> web.Response:
        """Multipart `file` if wanted; else a short silence is sent."""
        phone, form = self._phone(request), await request.post()
        return self._sent(phone.voice(upload_in(form).file.read() if "file" in form else b"\xff\xf1"))

    async def _file(self, request: web.Request) -> web.Response:
        """Multipart `file`. The bot is told that something came which Zalo does not carry."""
        phone, form = self._phone(request), await request.post()
        upload = upload_in(form)
        name = file_name(upload)
        mime = mimetypes.guess_type(name)[0] or upload.content_type
        return self._sent(phone.document(name, mime, upload.file))

    async def _unsupported(self, request: web.Request) -> web.Response:
        return self._sent(self._phone(request).unsupported())

    async def _block(self, request: web.Request) -> web.Response:
        phone, body = self._phone(request), await read(request, Block)
        phone.block(body.blocked)
        return web.json_response({"blocked": body.blocked})

    async def _redeliver(self, request: web.Request) -> web.Response:
        """Deliver the person's last event again, under its old ids."""
        event = self._zalo.events.again(self._phone(request).person.id, self._zalo.hooked)
        if event is None:
            raise NotPossible("this person has not sent anything yet", 409)
        message = event["message"]
        return web.json_response({"message_id": message.get("message_id") or message["msg_id"]})

    async def _chat(self, request: web.Request) -> web.Response:
        person = self._phone(request).person
        chat = self._zalo.world.zalo.chat(person.id)
        return web.json_response(
            {
                "zalo_id": self._id_of(person),
                "started": chat.started,
                "blocked": chat.blocked,
                "commands": [],
                "keyboard": [],
                "placeholder": None,
            }
        )

    async def _messages(self, request: web.Request) -> web.Response:
        world, person = self._zalo.world, self._phone(request).person
        history = world.zalo.history(person.id, whole_number(request, "after"))
        rows = [one for one in history if "hidden" not in one.content]
        return web.json_response([world_view(world, message) for message in latest(request, rows)])
