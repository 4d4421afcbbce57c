"""A small reverse proxy that sends each request to another process in turn."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Self

import aiohttp
from aiohttp import web

HOST = "127.0.0.1"
_OF_THE_CONNECTION = {"connection", "host", "keep-alive", "transfer-encoding", "content-length"}


class Proxy:
    """Listens on `port` inside `async with`, and passes on what comes to the `ports` behind it.

    A process that takes no connection is left out; without any, and where one breaks off, the answer is 502.
    `passed` counts the requests that each port answered.
    """

    def __init__(self, port: int, ports: Sequence[int]) -> None:
        self.port = port
        self.ports = list(ports)
        self.passed = dict.fromkeys(ports, 0)
        self._turns = itertools.count()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        # Each request has a connection of its own: one that is kept may lead to a process killed meanwhile.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        self._http = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._http.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        first = next(self._turns)
        for place in range(len(self.ports)):
            port = self.ports[(first + place) % len(self.ports)]
            try:
                return await self._answer_of(port, request, body)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, ConnectionError):
                # It may have done what was asked.
                break
        return web.Response(status=web.HTTPBadGateway.status_code)

    async def _answer_of(self, port: int, request: web.Request, body: bytes) -> web.Response:
        headers = _kept(request.headers)
        url = f"http://{HOST}:{port}{request.raw_path}"
        async with self._http.request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            content = await answer.read()
            self.passed[port] = self.passed.get(port, 0) + 1
            return web.Response(status=answer.status, headers=_kept(answer.headers), body=content)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OF_THE_CONNECTION}
