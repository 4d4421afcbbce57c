"""What stands between the bot and the sandbox's chat apps, and fails when told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

_KEPT = ("Content-Type",)


class Trouble(StrEnum):
    """How calls fail: by a proxy's page, by a connection that breaks, by no answer at all, and by a request
    to wait for a minute. None of them reaches the app."""

    BAD_GATEWAY = "502"
    RESET = "reset"
    SILENCE = "silence"
    TOO_MANY = "429"


class Line:
    """The way to one server. While `trouble` is set, every call fails in that way, but those of `spared`
    methods. `failed` counts them."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.trouble: Trouble | None = None
        self.spared: frozenset[str] = frozenset()
        self.failed = 0
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
        self.failed += 1
        match trouble:
            case Trouble.BAD_GATEWAY:
                return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
            case Trouble.TOO_MANY:
                refusal: dict[str, Any] = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
                return web.json_response(refusal | {"parameters": {"retry_after": 60}}, status=429)
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
async def line_to(target: str) -> AsyncIterator[Line]:
    """A line to the server at this address, served on a port of its own."""
    line = Line(target)
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
