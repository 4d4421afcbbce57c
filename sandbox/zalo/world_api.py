"""World API of Zalo beside its chats: the bot's account, troubles, settings, and events made by hand."""

import json
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from sandbox.errors import NotPossible
from sandbox.requests import Body, done, read
from sandbox.zalo.faults import Fault
from sandbox.zalo.state import BOT_NAME, Zalo
from sandbox.zalo.webhook import Webhook
from sandbox.zalo_chats import zalo_id


class FaultBody(Body):
    status: int
    times: int = 1
    method: str | None = None
    person: str | None = None


class Settings(Body):
    """Settings to change; fields that are not given stay as they are."""

    wrapped: bool | None = None
    photo_fields: list[Literal["photo", "photo_url"]] | None = Field(None, min_length=1)
    monthly_quota: int | None = None
    max_people: int | None = Field(None, ge=1)
    redelivers: bool | None = None


class EventBody(Body):
    """`body` is sent as JSON, `raw` as it stands. Without `secret` the right one is sent, with `""` none."""

    body: Any = None
    raw: str | None = None
    secret: str | None = None


class ZaloApi:
    """Routes under `/world/zalo/`."""

    def __init__(self, zalo: Zalo, webhook: Webhook) -> None:
        self._zalo = zalo
        self._world = zalo.world
        self._webhook = webhook

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/world/zalo/bot", self._bot),
            web.post("/world/zalo/faults", self._fault),
            web.delete("/world/zalo/faults", self._no_fault),
            web.post("/world/zalo/settings", self._settings),
            web.post("/world/zalo/events", self._event),
        ]

    async def _bot(self, request: web.Request) -> web.Response:
        me = self._zalo.me()
        return web.json_response({"name": BOT_NAME, "account_name": me["account_name"], "description": ""})

    async def _fault(self, request: web.Request) -> web.Response:
        body = await read(request, FaultBody)
        if body.status and not 400 <= body.status < 600:
            raise NotPossible("status must be an error, or 0 to lose the answer of a call carried out")
        person = self._world.person(body.person) if body.person else None
        if body.person and person is None:
            raise NotPossible(f"there is no person {body.person!r}", 404)
        chat = zalo_id(person.id) if person else None
        self._zalo.faults.add(Fault(body.status, body.times, body.method, chat))
        return done()

    async def _no_fault(self, request: web.Request) -> web.Response:
        self._zalo.faults.clear()
        return done()

    async def _settings(self, request: web.Request) -> web.Response:
        """Set how events look and whether they come again, how many messages a month may have and how many
        people the bot; null lifts a limit."""
        for name, value in (await read(request, Settings)).model_dump(exclude_unset=True).items():
            if value is None and name not in ("monthly_quota", "max_people"):
                raise NotPossible(f"{name} can't be null")
            self._world.set(f"zalo_{name}", value)
        names = Settings.model_fields
        return web.json_response({name: getattr(self._zalo, name) for name in names})

    async def _event(self, request: web.Request) -> web.Response:
        """Post to the bot's webhook at once, past all queues. Returns what the bot answered."""
        body = await read(request, EventBody)
        hook = self._zalo.webhook
        if not hook.get("url"):
            raise NotPossible("the bot has set no webhook", 409)
        data = json.dumps(body.body, ensure_ascii=False) if body.raw is None else body.raw
        secret = hook.get("secret_token") if body.secret is None else body.secret
        answer = await self._webhook.post(data.encode(), secret)
        if answer is None:
            raise NotPossible("the bot did not answer", 502)
        return web.json_response({"status": answer[0], "text": answer[1]})
