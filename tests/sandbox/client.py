"""Shortcuts to the world for tests."""

import asyncio
import base64
import json
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from sandbox.app import ZALO_TOKEN, SandboxServer

# A red square of 2 by 1 pixels.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4z8DAwMAAAAcCAgCvYNfKAAAAAElFTkSuQmCC"
)


class Client:
    """Shortcuts to the world and to the raw Bot API."""

    def __init__(self, http: aiohttp.ClientSession, server: SandboxServer) -> None:
        self.http = http
        self.server = server

    async def get(self, path: str, expected: int = 200, /, **query: str | float) -> Any:
        async with self.http.get(f"{self.server.url}/world/{path}", params=query) as answer:
            body = await answer.json()
            assert answer.status == expected, body
            return body

    async def post(self, path: str, expected: int = 200, /, **body: Any) -> Any:
        async with self.http.post(f"{self.server.url}/world/{path}", json=body) as answer:
            shown = await answer.json()
            assert answer.status == expected, shown
            return shown

    async def upload(self, path: str, content: bytes, name: str, mime: str, **fields: str) -> Any:
        form = aiohttp.FormData(fields)
        form.add_field("file", content, filename=name, content_type=mime)
        async with self.http.post(f"{self.server.url}/world/{path}", data=form) as answer:
            return await answer.json()

    async def download(self, url: str) -> bytes:
        async with self.http.get(f"{self.server.url}{url}") as answer:
            assert answer.status == 200
            return await answer.read()

    async def says(self, person: str, text: str) -> Any:
        return await self.post(f"chats/telegram/{person}/text", text=text)

    async def messages(self, person: str, after: int = 0) -> Any:
        return await self.get(f"chats/telegram/{person}/messages", after=after)

    async def bot(self, method: str, **params: Any) -> Any:
        """Call the Bot API with JSON. Returns the whole answer."""
        url = f"{self.server.url}/bot{self.server.token}/{method}"
        async with self.http.post(url, json=params) as answer:
            body = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    async def refusal(self, method: str, **params: Any) -> str:
        body = await self.bot(method, **params)
        assert body["ok"] is False, body
        return str(body["description"])

    async def zalo(self, method: str, **params: Any) -> Any:
        """Call the Zalo API with JSON. Returns the whole answer, which comes with the HTTP status 200."""
        async with self.http.post(self.zalo_url(method), json=params) as answer:
            assert answer.status == 200
            return await answer.json()

    def zalo_url(self, method: str) -> str:
        return f"{self.server.url}/zalo/bot{ZALO_TOKEN}/{method}"

    async def zalo_says(self, person: str, text: str) -> Any:
        return await self.post(f"chats/zalo/{person}/text", text=text)

    async def zalo_messages(self, person: str, after: int = 0) -> Any:
        return await self.get(f"chats/zalo/{person}/messages", after=after)


def aiogram_bot(server: SandboxServer) -> Bot:
    return Bot(server.token, session=AiohttpSession(api=TelegramAPIServer.from_base(server.url)))


class Call:
    """A webhook call as it was posted."""

    def __init__(self, path: str, headers: Any, body: bytes) -> None:
        self.path, self.headers, self.body = path, headers, body
        self.json: dict[str, Any] = json.loads(body)


class BotsWeb:
    """The bot's web: keeps posted calls and answers with the given statuses, then with 200. An empty call is
    only a try of the address."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.statuses: list[int] = []
        self.called = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        if not request.can_read_body:
            return web.Response()
        self.calls.append(Call(request.path, request.headers, await request.read()))
        self.called.set()
        return web.json_response({"success": True}, status=self.statuses.pop(0) if self.statuses else 200)

    async def health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})
