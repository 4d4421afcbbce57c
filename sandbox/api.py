"""World API: people, mail, SMS, troubles, files, live events and waiting, for the page, tests and scripts."""

import asyncio
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime

from sandbox.bank.bank import Bank
from sandbox.clock import duration, until
from sandbox.errors import NotPossible
from sandbox.idle import busy_with
from sandbox.mail import Mailboxes, MailFault, mail_view
from sandbox.requests import Body, done, number, read
from sandbox.sms import SmsFault, SmsGateway, same_phone, sms_view
from sandbox.telegram.state import Telegram
from sandbox.world import Person, World, iso
from sandbox.zalo.state import Zalo
from sandbox.zalo_chats import zalo_id

_HEARTBEAT = 15.0  # Seconds between signs of life to a listener.
_ADVANCE_PATIENCE = 5.0  # Seconds that the clock waits for the bot before it moves anyway.
_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


class NewPerson(Body):
    name: str
    phone: str | None = None


class MailFaultBody(Body):
    code: int
    times: int = 1
    to: str | None = None


class SmsFaultBody(Body):
    code_result: str | None = None
    status: int | None = None
    times: int = 1


class ClockMove(Body):
    """Either a duration or a moment (ISO 8601 with its zone)."""

    advance: str | None = None
    now: AwareDatetime | None = None


class WorldApi:
    """Routes under `/world/`; chats, bank, vendor and registry have modules of their own."""

    def __init__(
        self, world: World, telegram: Telegram, zalo: Zalo, mail: Mailboxes, sms: SmsGateway, bank: Bank
    ) -> None:
        self._world = world
        self._telegram = telegram
        self._zalo = zalo
        self._mail = mail
        self._sms = sms
        self._bank = bank
        self.health_url: str | None = None
        self._moving = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/world/people", self._people),
            web.post("/world/people", self._add_person),
            web.get("/world/mail", self._list_mail),
            web.post("/world/mail/faults", self._mail_fault),
            web.get("/world/sms", self._list_sms),
            web.post("/world/sms/faults", self._sms_fault),
            web.get("/world/clock", self._clock),
            web.post("/world/clock", self._advance),
            web.get("/world/idle", self._idle),
            web.get("/world/events", self._events),
            web.get("/world/files/{id}/{name}", self._file),
        ]

    # People
    async def _people(self, request: web.Request) -> web.Response:
        return web.json_response([_person_view(person) for person in self._world.people])

    async def _add_person(self, request: web.Request) -> web.Response:
        body = await read(request, NewPerson)
        if not body.name.strip():
            raise NotPossible("name is empty")
        return web.json_response(_person_view(self._world.add_person(body.name.strip(), body.phone)))

    # Mail and SMS
    async def _list_mail(self, request: web.Request) -> web.Response:
        to = request.query.get("to", "").lower()
        return web.json_response([mail_view(m) for m in self._world.mail if to in ("", m.to.lower())])

    async def _mail_fault(self, request: web.Request) -> web.Response:
        body = await read(request, MailFaultBody)
        if body.code and not 400 <= body.code < 600:
            raise NotPossible("code must be an SMTP refusal such as 451 or 550, or 0 to lose the answer")
        self._mail.faults.add(MailFault(body.code, body.times, body.to))
        return done()

    async def _list_sms(self, request: web.Request) -> web.Response:
        to = request.query.get("to", "").replace(" ", "+", 1)  # A query says `+` for a blank.
        return web.json_response([sms_view(s) for s in self._world.sms if not to or same_phone(to, s.to)])

    async def _sms_fault(self, request: web.Request) -> web.Response:
        body = await read(request, SmsFaultBody)
        if (body.code_result is None) == (body.status is None):
            raise NotPossible("give either code_result or status")
        self._sms.faults.add(SmsFault(body.code_result, body.status, body.times))
        return done()

    # Time
    async def _clock(self, request: web.Request) -> web.Response:
        return web.json_response({"now": iso(self._world.now())})

    async def _advance(self, request: web.Request) -> web.Response:
        move = await read(request, ClockMove)
        if (move.advance is None) == (move.now is None):
            raise NotPossible("give either advance or now")
        async with self._moving:
            # If the lease of a running job lapsed, the job would run twice.
            await self._busy(0.02, _ADVANCE_PATIENCE)
            before = self._world.now()
            # An empty duration is refused like any other that says nothing.
            by = until(move.now, before) if move.advance is None else duration(move.advance)
            self._world.clock.advance(by)
        now = iso(self._world.now())
        self._world.events.publish("clock", now=now)
        return web.json_response({"now": now})

    async def _busy(self, quiet: float, patience: float) -> str | None:
        """What the bot still has to do after `patience` seconds, or None."""
        watched = (self._telegram, self._zalo, self._bank)
        return await busy_with(*watched, self.health_url, quiet, patience)

    async def _idle(self, request: web.Request) -> web.Response:
        timeout, quiet = number(request, "timeout", 10), number(request, "quiet", 0.1)
        busy = await self._busy(quiet, timeout)
        if busy:
            return web.json_response({"error": busy}, status=504)
        return web.json_response({"idle": True})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=headers)
        with self._world.events.listen() as queue:
            await stream.prepare(request)
            await stream.write(b"retry: 1000\n\n")
            while True:
                try:
                    text = await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                    continue
                if text is None:
                    return stream
                await stream.write(f"data: {text}\n\n".encode())

    # Files
    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            raise NotPossible("there is no such file", 404)
        inline = file.mime in _INLINE
        headers = {
            "Content-Type": file.mime if inline else "application/octet-stream",
            "Content-Disposition": "inline" if inline else "attachment",  # The address names the file.
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return web.FileResponse(self._world.files.location(file), headers=headers)


def _person_view(person: Person) -> dict[str, Any]:
    return vars(person) | {"zalo_id": zalo_id(person.id), "channels": ["telegram", "zalo"]}
