"""Who sits before the desk's page: a link opened once makes a session, which a cookie holds."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.bodies import BodyRefused, read_body
from domain.people import Accountant, Actor
from storage.desk_sessions import SESSION_FOR, SqlDeskSessions

COOKIE = "desk"
FORM_LIMIT = 32 * 1024
_FIELDS = 400
_IDLE_SECONDS = 10.0


class NoSeat(Exception):
    """No session, or one that is over."""


class NotOurForm(Exception):
    """A form without the token of the session, or none at all."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's session."""

    person: Accountant
    session: str

    @property
    def actor(self) -> Actor:
        return self.person.actor

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def csrf(self) -> str:
        """The token of the session's forms."""
        return hmac.new(self.session.encode(), b"csrf", hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form posted: names may come again."""

    pairs: Sequence[tuple[str, str]]

    def one(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]


class Seats:
    """`public_url` is the address of the program's web, which may have a path."""

    def __init__(self, sessions: SqlDeskSessions, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._sessions, self._secure = sessions, parts.scheme == "https"
        self._url = public_url.rstrip("/")
        self.base = f"{parts.path.rstrip('/')}/desk"

    async def link(self, accountant_id: int) -> str:
        """A link that one browser may open once."""
        return f"{self._url}/desk/open/{await self._sessions.make_link(accountant_id)}"

    async def seat(self, request: web.Request) -> Seat:
        """Raises `NoSeat`."""
        session = request.cookies.get(COOKIE, "")
        person = await self._sessions.person(session) if session else None
        if person is None:
            raise NoSeat
        return Seat(person, session)

    async def is_fresh(self, link: str) -> bool:
        return await self._sessions.is_fresh(link)

    async def sit(self, link: str, answer: web.Response) -> bool:
        """Bind a link to the browser that gets `answer`; returns whether it could be."""
        session = await self._sessions.open(link)
        if session is None:
            return False
        answer.set_cookie(
            COOKIE,
            session,
            path=self.base,
            max_age=int(SESSION_FOR.total_seconds()),
            httponly=True,
            secure=self._secure,
            samesite="Strict",
        )
        return True

    async def leave(self, seat: Seat, answer: web.Response) -> None:
        await self._sessions.end(seat.session)
        answer.del_cookie(COOKIE, path=self.base)

    async def form(self, request: web.Request, seat: Seat) -> Fields:
        """The fields of a form of this session. Raises `NotOurForm`."""
        try:
            body = await read_body(request, FORM_LIMIT, _IDLE_SECONDS)
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
        except (BodyRefused, ValueError):
            raise NotOurForm from None
        fields = Fields(pairs)
        if not hmac.compare_digest(fields.one("csrf").encode(), seat.csrf.encode()):
            raise NotOurForm
        return fields
