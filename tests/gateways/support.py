"""Shared by the gateways' tests: one push, and a renderer with fixed words."""

import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.messaging.contents import PushContent, StaffJoinedContent
from domain.people import Accountant, Role
from sandbox.app import SandboxServer
from sandbox.world import Person
from services.messaging.messages import ChatMessage, CodedMessage, Mail

CONTENT = StaffJoinedContent(Accountant(1, 1, Role.OWNER, "Lê Thị Hoa", "+84912345678", "hoa@example.com"))
PNG = b"\x89PNG\r\n\x1a\n not quite a picture"
TOKEN = "123456789:AAF-test_token_of_nobody_0123456789abc"


CHATTY = ("httpx", "httpcore", "telegram", "telegram.ext.AIORateLimiter")


class Records(logging.Handler):
    """Keeps every record that reaches the root logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.stream = io.StringIO()
        self.everything = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.everything += f"{self.format(record)}\n{vars(record)}\n"


class Clock:
    """A clock of seconds that moves only when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FixedRenderer:
    """Gives every push the same words and remembers the contents it was given."""

    message: ChatMessage = field(default_factory=lambda: ChatMessage("Xin chào"))
    letter: Mail = field(default_factory=lambda: Mail("Chào", "Xin chào", "<p>Xin chào</p>"))
    text: str = "Xin chao"
    asked: list[tuple[PushContent, bool]] = field(default_factory=list)

    def chat(self, content: PushContent, maybe_repeated: bool) -> ChatMessage:
        self.asked.append((content, maybe_repeated))
        return self.message

    def coded(
        self,
        content: PushContent,
        letter: str,
        maybe_repeated: bool,
        links: Mapping[str, str] | None = None,
    ) -> CodedMessage:
        self.asked.append((content, maybe_repeated))
        buttons = [button for row in self.message.buttons for button in row]
        codes = {f"{letter}{number}": button for number, button in enumerate(buttons, start=1)}
        files = [f"{name} <{url}>" for name, url in (links or {}).items()]
        choices = "\n".join(f"{code}. {button.text}" for code, button in codes.items())
        text = "\n\n".join(filter(None, [self.message.html, *files, choices]))
        return CodedMessage(text, codes, self.message.photo, self.message.workbook)

    def mail(self, content: PushContent, maybe_repeated: bool, link: str = "") -> Mail:
        self.asked.append((content, maybe_repeated))
        return self.letter

    def sms(self, content: PushContent) -> str:
        return self.text


@dataclass
class TelegramServer:
    """A strict little Bot API: `calls` are (method, fields), `answers` replace the next replies.

    An answer is (status, JSON) or `None`, which cuts the connection instead.
    """

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]] | None] = field(default_factory=list)

    url: str = ""

    async def start(self) -> TestServer:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._handle)
        server = TestServer(app)
        await server.start_server(access_log=None)
        self.url = str(server.make_url("/"))
        return server

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return _refusal(401, "Unauthorized")
        form = await request.post()
        fields: dict[str, Any] = {}
        for name, value in form.items():
            if isinstance(value, web.FileField):
                fields[name], fields[f"{name}.filename"] = value.file.read(), value.filename
            else:
                fields[name] = value
        method = request.match_info["method"]
        self.calls.append((method, fields))
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            return web.json_response(answer[1], status=answer[0])
        if method == "sendMessage" and not 0 < len(fields["text"]) <= 4096:
            return _refusal(400, "Bad Request: message is too long")
        if method in ("sendPhoto", "sendDocument") and len(fields.get("caption", "")) > 1024:
            return _refusal(400, "Bad Request: message caption is too long")
        chat = {"id": int(fields["chat_id"]), "type": "private"}
        return web.json_response({"ok": True, "result": {"message_id": 1, "date": 1, "chat": chat}})


def owner_in(sandbox: SandboxServer) -> Person:
    owner = sandbox.world.person("owner")
    assert owner is not None
    return owner


def _refusal(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)
