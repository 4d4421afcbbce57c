"""What stands between the bot and the outside world, and fails when told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.app import free_port

_KEPT = ("Authorization", "Content-Type", "Idempotency-Key")


class Trouble(StrEnum):
    """How calls fail: by a proxy's page, by a connection that breaks, by no answer at all, and by a request
    to wait."""

    BAD_GATEWAY = "502"
    RESET = "reset"
    SILENCE = "silence"
    TOO_MANY = "429"


class Line:
    """The way to one server. While `trouble` is set, every call fails in that way, but those of `spared`
    methods. `failed` counts them; `asks` is for how many seconds they ask to wait. None of them reaches the
    server; with `answers_only`, those that end in no answer or in a reset do."""

    def __init__(self, target: str, answers_only: bool = False) -> None:
        self.target = target
        self.answers_only = answers_only
        self.url = ""
        self.trouble: Trouble | None = None
        self.spared: frozenset[str] = frozenset()
        self.failed = 0
        self.asks = 60
        self._mended = asyncio.Event()
        self._http: aiohttp.ClientSession

    def breaks(self, trouble: Trouble, *spared: str) -> None:
        self.trouble, self.spared, self.failed = trouble, frozenset(spared), 0
        self._mended.clear()

    def mend(self) -> None:
        self.trouble = None
        self._mended.set()

    async def fails(self, calls: int) -> None:
        """Wait until so many more calls have failed."""
        wanted = self.failed + calls
        async with asyncio.timeout(120):
            while self.failed < wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.trouble is None or request.path.rpartition("/")[2] in self.spared:
            return await self._pass_on(request)
        trouble = self.trouble
        await request.read()
        if self.answers_only and trouble in (Trouble.RESET, Trouble.SILENCE):
            await self._pass_on(request)
        self.failed += 1
        match trouble:
            case Trouble.BAD_GATEWAY:
                return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
            case Trouble.TOO_MANY:
                refusal: dict[str, Any] = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
                refusal |= {"parameters": {"retry_after": self.asks}}
                return web.json_response(refusal, status=429, headers={"Retry-After": str(self.asks)})
            case Trouble.SILENCE:
                await self._mended.wait()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _pass_on(self, request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in _KEPT if name in request.headers}
        url, body = self.target + request.path_qs, await request.read()
        async with self._http.request(request.method, url, data=body, headers=headers) as answer:
            content = answer.content_type
            return web.Response(status=answer.status, body=await answer.read(), content_type=content)


@contextlib.asynccontextmanager
async def line_to(target: str, answers_only: bool = False) -> AsyncIterator[Line]:
    """A line to the server at this address, served on a port of its own."""
    line = Line(target, answers_only)
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", line.answer)
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        line._http = http
        server = TestServer(app)
        await server.start_server(access_log=None)
        line.url = str(server.make_url("")).rstrip("/")
        yield line
        line.mend()
        await server.close()


class Wire:
    """The way to a server that speaks another protocol than HTTP. `cut` breaks all connections, and new ones
    break at once, or at the first `END` that passes: the server has got what stands before it, and its answer
    is lost. `refuse` listens no more."""

    END = b"\r\n.\r\n"

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = free_port()
        self.cuts_answers = False
        self._is_cut = False
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self._is_cut = False
        if self._listening is None:
            self._listening = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)

    def cut(self) -> None:
        self._is_cut = True
        if not self.cuts_answers:
            self._break()

    def refuse(self) -> None:
        if self._listening is not None:
            self._listening.close()
        self._listening = None
        self._break()

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut and not self.cuts_answers:
            writer.transport.abort()
            return
        try:
            there, to_server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, to_server}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._copy(reader, to_server, writer))
                both.create_task(self._copy(there, writer))
        finally:
            self._open -= {writer, to_server}

    async def _copy(
        self,
        source: asyncio.StreamReader,
        to: asyncio.StreamWriter,
        client: asyncio.StreamWriter | None = None,
    ) -> None:
        with contextlib.suppress(OSError):
            while some := await source.read(65536):
                to.write(some)
                await to.drain()
                if client is not None and self._is_cut and some.endswith(self.END):
                    client.transport.abort()
        to.close()


@contextlib.asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    """A wire to the server on this port of this machine, with a port of its own."""
    wire = Wire(port)
    await wire.mend()
    yield wire
    wire.refuse()
