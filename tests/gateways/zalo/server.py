"""A little Zalo Bot Platform as strict as its published facts."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "123456:abc-DEF_of.nobody"
TED = "6ede9afa66b88fe6d6a9"
EVENT = {
    "event_name": "message.text.received",
    "message": {
        "from": {"id": TED, "display_name": "Ted", "is_bot": False},
        "chat": {"id": TED, "chat_type": "PRIVATE"},
        "text": "chào",
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
    },
}


@dataclass
class ZaloServer:
    """`calls` are (method, fields). `answers` replace the next replies: (HTTP status, text), or `None`, which
    cuts the connection after the call has come. Only `people` have written to the bot."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, str] | None] = field(default_factory=list)
    people: set[str] = field(default_factory=lambda: {TED})
    events: list[dict[str, Any]] = field(default_factory=list)
    webhook: dict[str, str] = field(default_factory=dict)
    takes_styles: bool = True
    hanging: asyncio.Event | None = None
    """While this is an event that is not set, no call is answered."""
    url: str = ""

    async def start(self) -> TestServer:
        app = web.Application()
        app.router.add_post("/zalo/bot{token}/{method}", self._handle)
        server = TestServer(app)
        await server.start_server(access_log=None)
        self.url = str(server.make_url("/zalo"))
        return server

    def sent(self) -> list[dict[str, Any]]:
        """The messages sent, without their chats."""
        return [
            {name: value for name, value in fields.items() if name != "chat_id"}
            for method, fields in self.calls
            if method in ("sendMessage", "sendPhoto")
        ]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return refusal(401, "Unauthorized")
        fields = await request.json()
        method = request.match_info["method"]
        self.calls.append((method, fields))
        if self.hanging is not None:
            await self.hanging.wait()
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            return web.Response(status=answer[0], text=answer[1], content_type="application/json")
        return self._answer(method, fields)

    def _answer(self, method: str, fields: dict[str, Any]) -> web.Response:
        match method:
            case "getMe":
                return result(
                    id="1459232241454765289",
                    account_name="bot.ktdv",
                    account_type="BASIC",
                    can_join_groups=False,
                )
            case "sendMessage" | "sendPhoto":
                if fields["chat_id"] not in self.people:
                    return refusal(403, "Internal server error")
                if method == "sendMessage" and not 1 <= len(fields["text"]) <= 2000:
                    return refusal(400, "text must have 1 to 2000 characters")
                styles = fields.get("text_styles", [])
                if styles and not self.takes_styles:
                    return refusal(400, "text_styles is not supported")
                if any(one["st"] != "b" or one["start"] + one["len"] > len(fields["text"]) for one in styles):
                    return refusal(400, "text_styles are wrong")
                if len(fields.get("caption", "")) > 2000:
                    return refusal(400, "caption must have at most 2000 characters")
                if method == "sendPhoto" and not fields["photo"].startswith(("http://", "https://")):
                    return refusal(400, "photo must be a URL")
                return result(message_id=f"2d758cb5e222177a{len(self.calls):04x}", date=1750316131602)
            case "sendChatAction":
                return web.json_response({"ok": True})
            case "setWebhook":
                if not fields["url"].startswith("https://") or not 8 <= len(fields["secret_token"]) <= 256:
                    return refusal(400, "Bad request")
                self.webhook = fields
                return result(url=fields["url"], updated_at=1750316131602)
            case "deleteWebhook":
                self.webhook = {}
                return result(url="", updated_at=1750316131602)
            case "getUpdates" if self.events:
                return result(**self.events.pop(0))
            case "getUpdates":
                return refusal(408, "Request timeout")
        return refusal(404, "Not found")


def result(**fields: Any) -> web.Response:
    return web.json_response({"ok": True, "result": fields})


def refusal(code: int, description: str) -> web.Response:
    """A refusal like Zalo's, with HTTP 200."""
    return web.json_response({"ok": False, "error_code": code, "description": description})
