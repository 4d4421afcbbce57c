"""The bot's outside world for a load run: Telegram and the vendor in one small server, and people's chats.

It checks little and keeps little, because it shares the machine with the bot that is measured. The sandbox is
the strict one.
"""

import asyncio
import contextlib
import itertools
import json
import os
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.app_settings import secret_of_app
from domain.chats import Channel
from sandbox.app import HOST
from tests.support.bank_deliveries import SECRET as BANK_SECRET

TOKEN = "424242:of-a-load-run"
HOLDS_SECONDS = 20.0
"""How long a question for updates is held while there are none, at most."""
SECRET = "the-secret-of-a-load-run"
SECRET_OF_TELEGRAM = secret_of_app(SECRET, Channel.TELEGRAM)
UNANSWERED = 60.0
"""Seconds after which an act counts as lost."""

_ME = {"id": 424242, "is_bot": True, "first_name": "Bot", "username": "mua_hang_loat_bot"}
_KEPT = 12
_TAGS = re.compile(r"<[^>]+>")


@dataclass
class Message:
    """A message of the bot as it stands in a chat."""

    id: int
    text: str
    buttons: list[dict[str, Any]]
    markup: Any

    def shows(self, words: str) -> bool:
        return words in self.text or any(words in button["text"] for button in self.buttons)


Came = Callable[[Message, bool], None]
"""Called with each message that the bot sends or changes, and whether it is new."""


@dataclass
class Chat:
    """One person's chat; the message that came or changed last comes last."""

    id: int
    came: Came
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)

    def take(self, message: Message, is_new: bool) -> None:
        self.messages[message.id] = message
        self.messages.move_to_end(message.id)
        if len(self.messages) > _KEPT:
            self.messages.popitem(last=False)
        self.came(message, is_new)


class NotModified(Exception):
    """An edit that changes nothing, which Telegram refuses."""


class LoadWorld:
    """`calls` counts the bot's calls, `redelivered` what it did not take at once, `conflicts` the questions
    for updates that came while another was open, `updates` what people did. `licences` holds, by tax code,
    the keys under which a licence was asked for. With `polled` updates wait until the bot asks for them."""

    def __init__(self, polled: bool = False) -> None:
        self.calls = self.redelivered = self.conflicts = self.updates = 0
        self.licences: dict[str, set[str]] = {}
        self.announced = asyncio.Event()
        self.url = ""
        self.bot_urls: list[str] = []
        """Where the bot takes updates: each goes to the next of its processes."""
        self.health_url: str | None = None
        """Where the bot says how it is. Not asked for."""
        self._polled = polled
        self._waiting: list[dict[str, Any]] = []
        self._came = asyncio.Event()
        self._asking: web.BaseRequest | None = None
        self._turns = itertools.count()
        self._chats: dict[str, Chat] = {}
        self._files: dict[str, bytes] = {}
        self._ids = itertools.count(1)
        self._updates = itertools.count(700_000_001)
        self._http: aiohttp.ClientSession
        self.codes: dict[str, str] = {}
        """The newest code of registration, by mailbox."""
        self._mailed = asyncio.Condition()
        self._smtp_port = 0

    # Mailboxes
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = message.get_body(("plain",))
        code = re.search(r"\b\d{6}\b", str(body.get_content()) if body else "")
        async with self._mailed:
            self.codes |= {address: code[0] for address in envelope.rcpt_tos if code}
            self._mailed.notify_all()
        return "250 OK"

    # People
    def open(self, chat: int, came: Came) -> OrderedDict[int, Message]:
        """A chat, whose messages of the bot are returned as they stand at any time."""
        opened = self._chats[str(chat)] = Chat(chat, came)
        return opened.messages

    async def text(self, chat: int, text: str) -> None:
        await self._update(message=self._from_person(chat) | {"text": text})

    async def contact(self, chat: int, phone: str) -> None:
        card = {"phone_number": phone, "first_name": "Lan", "user_id": chat}
        await self._update(message=self._from_person(chat) | {"contact": card})

    async def code(self, email: str) -> str:
        """The code of registration that comes to this mailbox."""
        async with asyncio.timeout(UNANSWERED), self._mailed:
            await self._mailed.wait_for(lambda: email in self.codes)
        return self.codes[email]

    async def file(self, chat: int, name: str, content: bytes) -> None:
        file_id = f"file-{chat}-{next(self._ids)}"
        self._files[file_id] = content
        document = {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "file_size": len(content),
        }
        await self._update(message=self._from_person(chat) | {"document": document})

    async def tap(self, chat: int, message: Message, data: str) -> None:
        query = {"id": str(next(self._ids)), "from": _person(chat), "chat_instance": "1", "data": data}
        await self._update(callback_query=query | {"message": _shown(chat, message)})

    async def transfer(self, headers: dict[str, str], body: bytes) -> None:
        """A delivery of the bank's."""
        await self._post("/webhooks/sepay", body, {**headers, "Content-Type": "application/json"})

    def _from_person(self, chat: int) -> dict[str, Any]:
        sender = _person(chat)
        shown = {"id": chat, "type": "private", "first_name": sender["first_name"]}
        return {"message_id": next(self._ids), "date": int(time.time()), "chat": shown, "from": sender}

    async def _update(self, **content: Any) -> None:
        update = {"update_id": next(self._updates), **content}
        self.updates += 1
        if self._polled:
            self._waiting.append(update)
            self._came.set()
            return
        body = json.dumps(update, ensure_ascii=False).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET_OF_TELEGRAM, "Content-Type": "application/json"}
        await self._post("/telegram/webhook", body, headers)

    async def _post(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        """Deliver until it is taken, as Telegram and the bank do."""
        until = time.monotonic() + UNANSWERED
        while time.monotonic() < until:
            url = self.bot_urls[next(self._turns) % len(self.bot_urls)]
            try:
                async with self._http.post(url + path, data=body, headers=headers) as answer:
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            self.redelivered += 1
            await asyncio.sleep(1)

    # The server
    @asynccontextmanager
    async def serve(self, *hosts: str) -> AsyncIterator[None]:
        """Listen on 127.0.0.1, and on the same port of these addresses."""
        runner = web.ServerRunner(web.Server(self._serve))
        await runner.setup()
        loop = asyncio.get_running_loop()
        mailboxes = await loop.create_server(lambda: SMTP(self, hostname=HOST, loop=loop), HOST, 0)
        self._smtp_port = mailboxes.sockets[0].getsockname()[1]
        try:
            await web.TCPSite(runner, HOST, 0).start()
            port = runner.addresses[0][1]
            for host in hosts:
                await web.TCPSite(runner, host, port).start()
            self.url = f"http://{HOST}:{port}"
            # Telegram opens as many connections to a webhook.
            connections = aiohttp.TCPConnector(limit=40)
            async with aiohttp.ClientSession(connector=connections) as self._http:
                yield
        finally:
            mailboxes.close()
            await runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            self.calls += 1
            method = path.rpartition("/")[2].lower()
            if method == "getupdates":
                return await self._updates_for(request)
            try:
                return _json({"ok": True, "result": self.answer(method, await _params(request))})
            except NotModified as error:
                return _json({"ok": False, "error_code": 400, "description": str(error)}, 400)
        if path.startswith("/file/"):
            return web.Response(body=self._files[path.rpartition("/")[2]])
        if path == "/v1/licences" and request.method == "POST":
            return _json(
                self._licence(request.headers["Idempotency-Key"], json.loads(await request.read())), 201
            )
        return web.Response(status=404)

    def environment(self, web_port: int) -> dict[str, str]:
        """The settings of a bot in this world, which people reach at `web_port`."""
        return {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "BOT_ENV_FILE": os.devnull,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.url,
            "TELEGRAM_MODE": "polling" if self._polled else "webhook",
            # As behind a proxy with TLS, which older checkouts insist on.
            "PUBLIC_URL": f"https://{HOST}:{web_port}",
            "WEBHOOK_SECRET": SECRET,
            "CHAT_PER_MINUTE": "60000",
            "HEALTH_DETAILS": "true",
            "WEB_HOST": HOST,
            "WEB_PORT": str(web_port),
            # Accountants pay here, so no customer is written to; mails bring codes of registration alone.
            "MAIL_FROM": "bot@load.vn",
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(self._smtp_port),
            "SMTP_TLS": "none",
            "PROOF_CODES_A_DAY": "0",
            "BANK_BIN": "970436",
            "BANK_ACCOUNT": "0011001234567",
            "BANK_HOLDER": "CONG TY PHAN MEM",
            "SEPAY_SECRET": BANK_SECRET,
            "VENDOR_MODE": "api",
            "VENDOR_API_URL": self.url,
            "VENDOR_API_TOKEN": "a-token-of-the-vendor",
        }

    async def _updates_for(self, request: web.BaseRequest) -> web.StreamResponse:
        """What waits, as soon as there is something. The next question acknowledges it; one that comes while
        another is open ends that."""
        params = await _params(request)
        if offset := int(params.get("offset") or 0):
            self._waiting = [one for one in self._waiting if one["update_id"] >= offset]
        before, self._asking = self._asking, request
        if before is not None and before.transport is not None:
            self.conflicts += 1
        self._came.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(float(params.get("timeout") or 0), HOLDS_SECONDS)):
                while self._asking is request and not self._waiting:
                    self._came.clear()
                    await self._came.wait()
        if self._asking is not request:
            return _json({"ok": False, "error_code": 409, "description": "Conflict: terminated"}, 409)
        self._asking = None
        return _json({"ok": True, "result": self._waiting[:100]})

    def answer(self, method: str, params: dict[str, str]) -> Any:
        """What Telegram answers to a call, and what the call does in a chat."""
        chat = self._chats.get(params.get("chat_id", ""))
        if method == "getme":
            return _ME
        if method in ("setwebhook", "deletewebhook"):
            self.announced.set()
        elif method == "getfile":
            name = params["file_id"]
            return {"file_id": name, "file_unique_id": name, "file_path": f"documents/{name}"}
        elif chat and method.startswith(("send", "edit")) and method != "sendchataction":
            return self._message(chat, method, params)
        elif chat and method == "deletemessage":
            chat.messages.pop(int(params["message_id"]), None)
        return True

    def _message(self, chat: Chat, method: str, params: dict[str, str]) -> dict[str, Any]:
        markup = json.loads(params.get("reply_markup") or "null")
        rows = (markup or {}).get("inline_keyboard", [])
        media = json.loads(params.get("media") or "{}")
        text = _TAGS.sub("", params.get("text") or params.get("caption") or media.get("caption") or "")
        number = int(params.get("message_id") or next(self._ids))
        if method == "editmessagereplymarkup" and number in chat.messages:
            text = chat.messages[number].text
        buttons = [button for row in rows for button in row]
        message = Message(number, text, buttons, markup if rows else None)
        if "message_id" in params and chat.messages.get(number) == message:
            raise NotModified("Bad Request: message is not modified")
        if method == "editmessagereplymarkup":
            chat.messages[number] = message
            chat.messages.move_to_end(number, last=False)
        else:
            chat.take(message, "message_id" not in params)
        return _shown(chat.id, message)

    def _licence(self, key: str, body: dict[str, Any]) -> dict[str, str]:
        tax_code = body["customer"]["tax_code"]
        self.licences.setdefault(tax_code, set()).add(key)
        return {"id": f"lic_{tax_code}", "state": "active", "login": body["representative"]["email"]}


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": f"Kế toán {chat}", "language_code": "vi"}


def _shown(chat: int, message: Message) -> dict[str, Any]:
    """Telegram's Message."""
    where = {"id": chat, "type": "private", "first_name": f"Kế toán {chat}"}
    shown = {"message_id": message.id, "date": int(time.time()), "chat": where, "from": _ME}
    shown["text"] = message.text
    return shown | ({"reply_markup": message.markup} if message.markup else {})


async def _params(request: web.BaseRequest) -> dict[str, str]:
    if request.content_type == "multipart/form-data":
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return dict(parse_qsl((await request.read()).decode()))


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )
