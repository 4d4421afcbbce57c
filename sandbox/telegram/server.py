"""The Bot API over HTTP: `/bot<TOKEN>/<method>` and `/file/bot<TOKEN>/<path>`."""

from aiohttp import web

from sandbox.files import NOT_TELEGRAM
from sandbox.requests import cut
from sandbox.telegram import account, editing, sending  # noqa: F401  (they register the methods)
from sandbox.telegram.errors import ApiError
from sandbox.telegram.faults import DROP
from sandbox.telegram.params import read_params
from sandbox.telegram.state import Telegram


class BotApi:
    """The routes of the Bot API."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/{path:.+}", self._file),
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            result = await self._answer(request)
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)
        return web.json_response({"ok": True, "result": result})

    async def _answer(self, request: web.Request) -> object:
        telegram = self._telegram
        if request.match_info["token"] != telegram.token:
            raise ApiError(code=401)
        name = request.match_info["method"].lower()
        params = await read_params(request)
        chat = params.text("chat_id") or ""
        number = int(chat) if chat.isdigit() else None
        fault = telegram.faults.take(lambda fault: fault.matches(name, number))
        if fault and fault.status != DROP:
            raise fault.error()
        if name == "getupdates":
            return await telegram.call(name, params)
        telegram.running += 1
        try:
            result = await telegram.call(name, params)
        finally:
            telegram.running -= 1
            telegram.calls += 1
        if fault:
            cut(request)
        return result

    async def _file(self, request: web.Request) -> web.StreamResponse:
        telegram = self._telegram
        if request.match_info["token"] != telegram.token:
            return web.json_response(ApiError(code=401).body(), status=401)
        file = telegram.world.files.by_path(request.match_info["path"])
        if file is None or file.kind in NOT_TELEGRAM:
            return web.json_response(ApiError(code=404).body(), status=404)
        return web.FileResponse(telegram.world.files.location(file))
