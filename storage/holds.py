"""What one process at a time may do: names that it holds for as long as it is connected to the database."""

import asyncio
import contextlib
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from services.patience import Patience
from services.presence import Presence
from storage.releases import called
from storage.signs_of_life import signs_of_life

PATIENCE = Patience(attempts=sys.maxsize, first=0.2, longest=3.0)
"""How long to wait between two tries to connect."""

# The seed keeps these locks apart from the turns of writers. They are carried out in the order of the list.
_KEY: LiteralString = "hashtextextended(name, 1752132708)"
_TAKE_OR_LEAVE: LiteralString = (
    f"SELECT CASE WHEN takes THEN pg_try_advisory_lock({_KEY}) ELSE pg_advisory_unlock({_KEY}) END"
    " FROM unnest(%s::text[], %s::bool[]) AS asked(name, takes)"
)
_NOTIFY: LiteralString = (
    "SELECT pg_notify(channel, said) FROM unnest(%s::text[], %s::text[]) AS n(channel, said)"
)

Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """A name that this process holds, until it lets go or `lost` is set: then another may hold it already."""

    name: str
    lost: asyncio.Event


class Holds:
    """Names, each of which one process at a time holds. This is the only process, so it gets each."""

    is_shared = False
    """Whether there may be other processes."""

    def __init__(self) -> None:
        self._never = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let everything go."""

    def has(self, name: str) -> bool:
        """Whether this process holds it, for whatever."""
        return True

    async def take(self, *names: str) -> Mapping[str, Hold]:
        """Take those that no other process holds; returns these. What this one holds already it holds once
        more."""
        return {name: Hold(name, self._never) for name in names}

    async def let_go(self, *holds: Hold) -> None:
        """Let others hold them. What was lost already stays lost."""

    def listen(self, channel: str, heard: Heard) -> None:
        """From now on call `heard` with all that any process says on the channel."""

    async def say(self, channel: str, *texts: str) -> None:
        """Say something to every process that listens, this one included. Nothing is said, and nobody is
        told, while the database is away."""


@dataclass(slots=True)
class _Ask:
    """Names to take or to leave, or texts to say on `channel`; answered with what came of each."""

    names: Sequence[str]
    takes: bool = False
    channel: str = ""
    answer: asyncio.Future[Sequence[bool]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def is_wanted(self) -> bool:
        """Whoever left while it let go does not hold it any more."""
        return not self.answer.done() or not (self.takes or self.channel)


class _Session:
    """One connection, and what is held by it."""

    def __init__(self, connection: psycopg.AsyncConnection, listeners: Mapping[str, Heard]) -> None:
        self.connection = connection
        self._listeners = listeners
        self._listening: set[str] = set()
        self.lost = asyncio.Event()
        self.held: Counter[str] = Counter()
        self.asks: list[_Ask] = []
        self.awake = asyncio.Event()

    async def ask(self, ask: _Ask) -> Sequence[bool]:
        """What comes of it; nothing does once the connection is lost."""
        if self.lost.is_set():
            return [False] * len(ask.names)
        self._add(ask)
        try:
            return await ask.answer
        except asyncio.CancelledError:
            if not ask.answer.cancelled() and ask.takes:
                self._give_back(ask, ask.answer.result())
            raise

    async def serve(self) -> None:
        """Carry out what is asked, and pass on what is heard, until the connection is lost."""
        self.connection.add_notify_handler(lambda note: self._listeners[note.channel](note.payload))
        while True:
            for channel in self._listeners.keys() - self._listening:
                await self.connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                self._listening.add(channel)
            await self._something()
            asked, self.asks = [one for one in self.asks if one.is_wanted], []
            try:
                if spoken := [one for one in asked if one.channel]:
                    await self._say(spoken)
                if locked := [one for one in asked if not one.channel]:
                    await self._take_or_leave(locked)
            finally:
                # What was not carried out is answered when the session ends.
                self.asks += [one for one in asked if not one.answer.done()]

    def end(self) -> None:
        """The connection is lost, and with it all that it held."""
        self.lost.set()
        self.held.clear()
        for one in self.asks:
            if not one.answer.done():
                one.answer.set_result([False] * len(one.names))

    def _add(self, ask: _Ask) -> None:
        self.asks.append(ask)
        self.awake.set()

    def _give_back(self, ask: _Ask, came: Sequence[bool]) -> None:
        """Leave what was taken for one who was cancelled meanwhile."""
        self._add(_Ask(list(itertools.compress(ask.names, came))))

    async def _something(self) -> None:
        """Wait until something is asked or heard. Raises `OperationalError` if the connection is lost."""
        pgconn, loop = self.connection.pgconn, asyncio.get_running_loop()
        loop.add_reader(pgconn.socket, self.awake.set)
        try:
            await self.awake.wait()
        finally:
            loop.remove_reader(pgconn.socket)
        self.awake.clear()
        pgconn.consume_input()
        while note := pgconn.notifies():
            if pgconn.notify_handler:
                pgconn.notify_handler(note)

    async def _take_or_leave(self, asked: Sequence[_Ask]) -> None:
        """All that was asked for meanwhile is one statement."""
        names = [name for one in asked for name in one.names]
        takes = [one.takes for one in asked for _ in one.names]
        done = await (await self.connection.execute(_TAKE_OR_LEAVE, [names, takes])).fetchall()
        results = iter([row[0] for row in done])
        for one in asked:
            came = [next(results) for _ in one.names]
            for name in itertools.compress(one.names, came):
                self.held[name] += 1 if one.takes else -1
            if not one.answer.done():
                one.answer.set_result(came)
            elif one.takes:
                self._give_back(one, came)
        self.held = +self.held

    async def _say(self, asked: Sequence[_Ask]) -> None:
        channels = [one.channel for one in asked for _ in one.names]
        await self.connection.execute(_NOTIFY, [channels, [text for one in asked for text in one.names]])
        for one in asked:
            if not one.answer.done():
                one.answer.set_result([True] * len(one.names))


class SharedHolds(Holds):
    """Names held in PostgreSQL by session locks on a connection of this object's own, inside `async with`.

    The end of the process, of its machine or of the connection frees them. A lost connection is made again;
    what is held by then has to be taken anew. While there is none, nothing can be taken.
    """

    is_shared = True

    def __init__(self, url: str, release: str = "") -> None:
        super().__init__()
        self._called: dict[str, Any] = {"application_name": called(release)} if release else {}
        self._url = make_url(url)
        self._listeners: dict[str, Heard] = {}
        self._session: _Session | None = None
        self._presence = Presence("connection for holds")
        self._connected = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_connected())
        await self._connected.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def has(self, name: str) -> bool:
        return self._session is not None and self._session.held[name] > 0

    async def take(self, *names: str) -> Mapping[str, Hold]:
        session = self._session
        if session is None or not names:
            return {}
        taken = await session.ask(_Ask(names, takes=True))
        return {name: Hold(name, session.lost) for name, got in zip(names, taken, strict=True) if got}

    async def let_go(self, *holds: Hold) -> None:
        session = self._session
        kept = [one.name for one in holds if session is not None and one.lost is session.lost]
        if session is not None and kept:
            await session.ask(_Ask(kept))

    def listen(self, channel: str, heard: Heard) -> None:
        self._listeners[channel] = heard
        if self._session is not None:
            self._session.awake.set()

    async def say(self, channel: str, *texts: str) -> None:
        if self._session is not None and texts:
            await self._session.ask(_Ask(texts, channel=channel))

    async def _keep_connected(self) -> None:
        failed = 0
        while True:
            try:
                async with await self._connect() as connection:
                    failed = 0
                    await self._serve(connection)
            except Exception as error:
                self._presence.lost(type(error).__name__)
                failed += 1
                await asyncio.sleep(PATIENCE.wait(failed))

    async def _connect(self) -> psycopg.AsyncConnection:
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        connect = psycopg.AsyncConnection.connect
        return await connect(address, autocommit=True, **signs_of_life(self._url), **self._called)

    async def _serve(self, connection: psycopg.AsyncConnection) -> None:
        session = self._session = _Session(connection, self._listeners)
        self._presence.found()
        self._connected.set()
        try:
            await session.serve()
        finally:
            self._session = None
            session.end()


def holds_of(url: str, release: str = "") -> Holds:
    """What processes on this database hold; this one is of that `release`."""
    return SharedHolds(url, release) if url.startswith("postgresql") else Holds()


async def taken(holds: Holds, name: str, every: float, tries: int) -> Hold | None:
    """The hold of a name that others let go soon; asked for again after `every` seconds, at most `tries`
    times. `None` if it did not become free."""
    for _ in range(tries):
        if hold := (await holds.take(name)).get(name):
            return hold
        await asyncio.sleep(every)
    return None
