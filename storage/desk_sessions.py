"""Links to the desk's page, each opened once, and the sessions of the browsers that opened them.

Links and cookies hold unguessable tokens, of which only digests are stored.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, insert, select, update

from domain.people import Accountant, Role
from storage.connections import Connections
from storage.people import ACCOUNTANT
from storage.purging import delete_in_steps
from storage.tables.desk import desk_sessions as sessions
from storage.tables.people import accountants

TOKEN_BYTES = 24
LINK_FOR = timedelta(minutes=10)
SESSION_FOR = timedelta(hours=8)
IDLE_FOR = timedelta(minutes=30)
_SEEN_EVERY = timedelta(minutes=1)
"""How often at most a session's use is noted."""


class SqlDeskSessions:
    """`now` tells the time."""

    def __init__(self, connections: Connections, now: Callable[[], datetime]) -> None:
        self._connections, self._now = connections, now

    async def make_link(self, accountant_id: int) -> str:
        """The token of a link that one browser may open within `LINK_FOR`."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        values = {"accountant_id": accountant_id, "expires_at": self._now() + LINK_FOR}
        async with self._connections.writing() as connection:
            await connection.execute(insert(sessions).values(link_hash=_hash(token), **values))
        return token

    async def is_fresh(self, link: str) -> bool:
        """Whether a link may still be opened."""
        statement = select(sessions.c.link_hash).where(*self._fresh(link))
        async with self._connections.reading() as connection:
            return (await connection.execute(statement)).first() is not None

    async def open(self, link: str) -> str | None:
        """Bind a link to the browser that opened it: the token of its session, for `SESSION_FOR`. `None` if
        the link is unknown, too old or opened before; of several tries at once, one opens it."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._now()
        statement = update(sessions).where(*self._fresh(link)).returning(sessions.c.accountant_id)
        bound = {"session_hash": _hash(token), "expires_at": now + SESSION_FOR, "seen_at": now}
        async with self._connections.writing() as connection:
            opened = (await connection.execute(statement.values(**bound))).one_or_none()
        return token if opened is not None else None

    async def person(self, session: str) -> Accountant | None:
        """Who sits behind a session: `None` once it is over or was idle for `IDLE_FOR`, and for somebody who
        is not of back office any more."""
        now = self._now()
        itself = sessions.c.session_hash == _hash(session)
        alive = (sessions.c.expires_at > now, sessions.c.seen_at > now - IDLE_FOR)
        statement = select(*ACCOUNTANT, sessions.c.seen_at)
        statement = statement.join(sessions, sessions.c.accountant_id == accountants.c.id)
        works = (accountants.c.active, accountants.c.role == Role.BACK_OFFICE)
        async with self._connections.reading() as connection:
            row = (await connection.execute(statement.where(itself, *alive, *works))).one_or_none()
        if row is None:
            return None
        if now - row.seen_at >= _SEEN_EVERY:
            async with self._connections.writing() as connection:
                await connection.execute(update(sessions).where(itself).values(seen_at=now))
        return Accountant(*row[:-1])

    async def end(self, session: str) -> None:
        itself = sessions.c.session_hash == _hash(session)
        async with self._connections.writing() as connection:
            await connection.execute(update(sessions).where(itself).values(expires_at=self._now()))

    async def purge(self, now: datetime) -> int:
        """Drop links and sessions whose time is over; returns how many."""
        return await delete_in_steps(self._connections, sessions, sessions.c.expires_at <= now)

    def _fresh(self, link: str) -> tuple[ColumnElement[bool], ...]:
        unopened = sessions.c.session_hash.is_(None)
        return (sessions.c.link_hash == _hash(link), unopened, sessions.c.expires_at > self._now())


def _hash(token: str) -> str:
    # Tokens come from addresses and cookies, which may hold any text, halves of surrogate pairs too.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
