"""A person at the sandbox's chat, through whom journeys act."""

import asyncio
import contextlib
import io
import os
import re
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bot.running import run
from sandbox.app import SandboxServer, free_port
from sandbox.zalo_chats import zalo_id
from sandbox.zalo_oa.account import oa_user_id
from tests.support.labels import without_form
from tests.support.machines import Machines
from tests.support.settings import settings_of

SAMPLES = Path(__file__).parents[1] / "samples"

SEVERAL = os.environ.get("PROCESSES") == "several"
"""Whether journeys run on two processes that serve the web and two that work, which needs PostgreSQL."""

BUSY_FIRMS = {"FIRST_CUSTOMERS": "0"}
"""A new firm of a test may write to as many customers as it likes."""

RECENT = 12
"""Among so many of the last messages of a chat its live window stands nearly always."""

CODE_MAIL, CODE_SMS = "Mã xác nhận email", "la ma xac nhan"
"""The subject of mails, and words of SMS, with codes of registration."""

_BY_WEBHOOK = {"TELEGRAM_MODE": "webhook", "ZALO_MODE": "webhook"}


class World:
    """The sandbox's World API. `app` is the app that people chat in: telegram or zalo."""

    def __init__(self, http: aiohttp.ClientSession, url: str, app: str = "telegram") -> None:
        self._http = http
        self.url = url
        self.app = app

    async def get(self, path: str, **query: str | int) -> Any:
        async with self._http.get(f"{self.url}/world/{path}", params=query) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return body

    async def post(self, path: str, **body: Any) -> Any:
        async with self._http.post(f"{self.url}/world/{path}", json=body) as answer:
            shown = await answer.json()
            assert answer.status == 200, shown
            return shown

    async def delete(self, path: str) -> None:
        async with self._http.delete(f"{self.url}/world/{path}") as answer:
            assert answer.status == 200, await answer.text()

    async def send_file(self, path: str, content: bytes, name: str, **fields: str) -> Any:
        form = aiohttp.FormData(fields)
        form.add_field("file", io.BytesIO(content), filename=name)
        async with self._http.post(f"{self.url}/world/{path}", data=form) as answer:
            shown = await answer.json()
            assert answer.status == 200, shown
            return shown

    async def upload(self, url: str, content: bytes, name: str) -> str:
        """Send a file by the bot's upload page. Returns the next page's text."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", io.BytesIO(content), filename=name)
        async with self._http.post(url, data=form) as answer:
            said = await answer.text()
            assert answer.status == 200, said
            return said

    async def download(self, url: str) -> bytes:
        """Download a file of the world, or of the bot's web."""
        async with self._http.get(url if url.startswith("http") else f"{self.url}{url}") as answer:
            assert answer.status == 200
            return await answer.read()

    async def idle(self, seconds: int = 120) -> None:
        """Wait until every update is handled and every due job settled."""
        await self.get("idle", timeout=seconds, quiet="0.02")

    async def later(self) -> None:
        """Let ten minutes pass on Zalo, so that the next notice is not gathered into one message."""
        if self.app != "telegram":
            await self.post("clock", advance="11m")
            await self.idle()

    async def mails(self, to: str | None = None) -> Any:
        """All mails but those with codes of registration."""
        found = await self.get("mail", **({"to": to} if to else {}))
        return [mail for mail in found if mail["subject"] != CODE_MAIL]

    async def texts(self, to: str | None = None) -> Any:
        """All SMS but those with codes of registration."""
        found = await self.get("sms", **({"to": to} if to else {}))
        return [sms for sms in found if CODE_SMS not in sms["text"]]

    async def codes(self, phone: str, email: str) -> str:
        """The codes of registration that came last to this phone and this mailbox, as one message."""
        by_sms = [one["text"] for one in await self.get("sms", to=phone) if CODE_SMS in one["text"]]
        by_mail = [one["text"] for one in await self.get("mail", to=email) if one["subject"] == CODE_MAIL]
        said = " ".join(came[-1] for came in (by_sms, by_mail) if came)
        return " ".join(re.findall(r"\b\d{6}\b", said))

    def chat(self, person: str, app: str | None = None) -> "Chat":
        """A person's chat in the world's app, or in another app."""
        if (app or self.app) == "oa":
            from tests.support.oa_chat import OaChat

            return OaChat(self, person)
        if (app or self.app) == "zalo":
            from tests.support.zalo_chat import ZaloChat

            return ZaloChat(self, person)
        return Chat(self, person)


class Chat:
    """One person's chat with the bot. Every act waits until the bot is done."""

    app = "telegram"

    def __init__(self, world: World, person: str) -> None:
        self.world = world
        self.path = f"chats/{self.app}/{person}"
        self.taps = 0
        self.typed = 0

    async def says(self, text: str) -> dict[str, Any]:
        self.typed += 1
        await self.world.post(f"{self.path}/text", text=text)
        await self.world.idle()
        return await self.window()

    async def sends(self, content: bytes, name: str) -> dict[str, Any]:
        await self.world.send_file(f"{self.path}/file", content, name)
        await self.world.idle()
        return await self.window()

    async def taps_on(self, label: str) -> dict[str, Any]:
        """Tap the button of the live window whose label contains `label`."""
        await self.presses(label)
        await self.world.idle()
        return await self.window()

    async def presses(self, label: str) -> None:
        """The same without waiting for what it does."""
        self.taps += 1
        window = await self.window()
        found = [b for row in window["buttons"] for b in row if label in b["text"]]
        # A list names customers without their legal form.
        found += [b for row in window["buttons"] for b in row if without_form(label) in b["text"]]
        assert found, f"no button {label!r} among {self.labels(window)} of {window['text']!r}"
        await self._press(window, found[0])

    async def opens(self, message: dict[str, Any], label: str) -> dict[str, Any]:
        """Tap a button of a message that is not the live window."""
        self.taps += 1
        found = [b for row in message["buttons"] for b in row if label in b["text"]]
        assert found, f"no button {label!r} under {message['text']!r}"
        await self._press(message, found[0])
        await self.world.idle()
        return await self.window()

    async def _press(self, message: dict[str, Any], button: dict[str, Any]) -> None:
        await self.world.post(f"{self.path}/tap", message=message["id"], button=button["text"])

    async def messages(self, last: int = 0) -> list[dict[str, Any]]:
        """The last messages, or all."""
        found: list[dict[str, Any]] = await self.world.get(f"{self.path}/messages", last=last)
        return found

    async def window(self) -> dict[str, Any]:
        """The live window: the bot's last message with a dialog's button."""
        nothing: dict[str, Any] = {"text": "", "buttons": [], "id": 0}
        for last in (RECENT, 0):
            said = [m for m in await self.messages(last) if m["from"] == "bot"]
            if windows := [m for m in said if is_window(m)]:
                return windows[-1]
        return (said or [nothing])[-1]

    async def alerts(self) -> list[Any]:
        found: list[Any] = await self.world.get(f"{self.path}/alerts")
        return found

    @staticmethod
    def labels(window: dict[str, Any]) -> list[str]:
        return [button["text"] for row in window["buttons"] for button in row]


def is_window(message: Mapping[str, Any]) -> bool:
    """Whether a message is a dialog's window, not a push."""
    if "window" in message:
        return bool(message["window"])
    return any("\x1d" in (button.get("data") or "") for row in message["buttons"] for button in row)


def back_office_in(server: SandboxServer, app: str) -> dict[str, str]:
    """The settings that put the world's back office into this app."""
    if app == "telegram":
        return {}
    id_of = oa_user_id if app == "oa" else zalo_id
    people = [person for person in server.world.people if person.role == "backoffice"]
    return {"BACK_OFFICE": ",".join(f"zalo:{id_of(person.id)}:{person.name}" for person in people)}


@contextlib.asynccontextmanager
async def running_bot(server: SandboxServer, **settings: str) -> AsyncIterator[None]:
    """Run the real bot against the sandbox: in this process, or as `SEVERAL` processes behind a proxy. Empty
    settings are left out."""
    if SEVERAL:
        run_it = _in_several(server, {**_BY_WEBHOOK, **settings})
    else:
        run_it = _in_this_process(server, settings)
    async with run_it:
        yield


@contextlib.asynccontextmanager
async def _in_several(server: SandboxServer, settings: Mapping[str, str]) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        async with Machines(server, settings["DATABASE_URL"], Path(folder), settings=settings) as machines:
            await machines.start()
            try:
                yield
                await machines.stop()
            finally:
                # Only shown where a test fails.
                for one in machines.all:
                    print(f"--- {one.name}", one.program.log.read_text(), sep="\n")


@contextlib.asynccontextmanager
async def _in_this_process(server: SandboxServer, settings: Mapping[str, str]) -> AsyncIterator[None]:
    web_port = free_port()
    values = {**server.environment(web_port), **BUSY_FIRMS, **settings}
    lowered = {name.lower(): value for name, value in values.items() if value}
    task = asyncio.create_task(run(settings_of(lowered)))
    server.health_url = f"http://127.0.0.1:{web_port}/healthz"
    try:
        async with aiohttp.ClientSession() as http:
            while True:
                if task.done():
                    task.result()
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(server.health_url):
                        break
                await asyncio.sleep(0.02)
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
