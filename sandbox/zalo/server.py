"""The API over HTTP: `/zalo/bot<TOKEN>/<method>`. Refusals come with the HTTP status 200."""

from aiohttp import web

from sandbox.requests import cut
from sandbox.zalo import account, sending  # noqa: F401  (they register the methods)
from sandbox.zalo.errors import ApiError
from sandbox.zalo.faults import DROP, Fault
from sandbox.zalo.params import read_params
from sandbox.zalo.state import Zalo

PATH = "/zalo"


def environment(url: str, token: str) -> dict[str, str]:
    """The settings of a bot in this world."""
    return {"ZALO_TOKEN": token, "ZALO_API_URL": f"{url}{PATH}", "ZALO_MODE": "webhook"}


class BotApi:
    """The routes of the API."""

    def __init__(self, zalo: Zalo) -> None:
        self._zalo = zalo

    def routes(self) -> list[web.RouteDef]:
        path = PATH + "/bot{token}/{method}"
        return [web.post(path, self._call), web.get(path, self._call, allow_head=False)]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except ApiError as error:
            return web.json_response(error.body())

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        zalo, name = self._zalo, request.match_info["method"]
        if request.match_info["token"] != zalo.token:
            raise ApiError(401)
        params = await read_params(request)
        fault = zalo.faults.take(lambda fault: fault.matches(name, params.get("chat_id")))
        if fault and fault.status != DROP:
            return _failed(fault)
        waits = name == "getUpdates"
        zalo.running += not waits
        try:
            result = await zalo.call(name, params)
        finally:
            zalo.running -= not waits
            zalo.calls += 1
        if fault:
            cut(request)
        return web.json_response({"ok": True} if result is None else {"ok": True, "result": result})


def _failed(fault: Fault) -> web.Response:
    if fault.status < 500:
        raise ApiError(fault.status)
    return web.Response(status=fault.status, text="<html><h1>Sorry</h1></html>", content_type="text/html")
