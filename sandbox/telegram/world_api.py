"""World API of Telegram beside its chats: the bot's profile, troubles and the pace of sending."""

from aiohttp import web

from sandbox.errors import NotPossible
from sandbox.requests import Body, done, read
from sandbox.telegram.faults import Fault
from sandbox.telegram.state import Telegram


class FaultBody(Body):
    status: int
    times: int = 1
    method: str | None = None
    retry_after: int | None = None
    person: str | None = None


class Limits(Body):
    enforce: bool
    edits: bool = True


class TelegramApi:
    """Routes under `/world/telegram/`."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._world = telegram.world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/world/telegram/bot", self._bot),
            web.post("/world/telegram/faults", self._fault),
            web.delete("/world/telegram/faults", self._no_fault),
            web.post("/world/telegram/limits", self._limits),
        ]

    async def _bot(self, request: web.Request) -> web.Response:
        """The bot's profile, as its page in the app shows it."""
        me = self._telegram.me()
        return web.json_response(
            {
                "name": me["first_name"],
                "username": me["username"],
                "description": self._world.setting("description", ""),
                "short_description": self._world.setting("short_description", ""),
            }
        )

    async def _fault(self, request: web.Request) -> web.Response:
        body = await read(request, FaultBody)
        if body.status and not 400 <= body.status < 600:
            raise NotPossible("status must be an HTTP error, or 0 to lose the answer of a call carried out")
        person = self._world.person(body.person) if body.person else None
        if body.person and person is None:
            raise NotPossible(f"there is no person {body.person!r}", 404)
        chat = person.telegram_id if person else None
        self._telegram.faults.add(Fault(body.status, body.times, body.method, body.retry_after, chat))
        return done()

    async def _no_fault(self, request: web.Request) -> web.Response:
        self._telegram.faults.clear()
        return done()

    async def _limits(self, request: web.Request) -> web.Response:
        body, limits = await read(request, Limits), self._telegram.limits
        limits.enforce, limits.edits = body.enforce, body.edits
        return done()
