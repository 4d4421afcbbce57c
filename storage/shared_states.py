"""Small texts that all processes on a PostgreSQL share, by its clock."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Double, bindparam, event, func, make_url, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.connections import refuse_cut_off
from storage.signs_of_life import signs_of_life
from storage.tables.shared_states import shared_states

T = TypeVar("T")

FRESH_SECONDS = 0.1
"""How old a common time may be when what was made of it is put."""

PATIENT = 5
"""How many times a text that is put too late is made anew. Then it is put late."""

_now = func.extract("epoch", func.clock_timestamp())
_READ = select(shared_states.c.version, shared_states.c.body, _now).where(
    shared_states.c.name == bindparam("of")
)
_BEGIN = postgresql.insert(shared_states).on_conflict_do_nothing()
_PUT = (
    update(shared_states)
    .where(
        shared_states.c.name == bindparam("of"),
        shared_states.c.version == bindparam("seen"),
        _now <= bindparam("until", type_=Double),
    )
    .values(version=shared_states.c.version + 1, body=bindparam("made"))
)


class SharedStates:
    """Changes of a text go one after the other. No process keeps it locked, so a stopped one stops nobody."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            # One for each app; who asks for more waits.
            pool_size=2,
            max_overflow=0,
            hide_parameters=True,
            connect_args=signs_of_life(make_url(url)),
        )
        event.listen(self._engine.sync_engine, "checkout", refuse_cut_off)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._engine.dispose()

    async def change(self, name: str, act: Callable[[str, float], tuple[str | None, T]]) -> T:
        """Put the text that `act` makes of the one called `name` and the time of the database, in seconds;
        `None` changes nothing. `act` is called again where another process changed the text meanwhile, or
        so much time has passed that what it made is of the past."""
        async with self._engine.connect() as connection:
            late, seen = 0, -1
            while True:
                version, body, now = await self._read(connection, name)
                late += version == seen
                made, result = act(body, now)
                if made is None:
                    return result
                until = now + FRESH_SECONDS if late < PATIENT else now + 1e9
                put = await connection.execute(
                    _PUT, {"of": name, "seen": version, "made": made, "until": until}
                )
                if put.rowcount:
                    return result
                seen = version

    async def _read(self, connection: AsyncConnection, name: str) -> tuple[int, str, float]:
        while (row := (await connection.execute(_READ, {"of": name})).first()) is None:
            await connection.execute(_BEGIN, {"name": name, "version": 0, "body": ""})
        version, body, now = row
        return version, body, float(now)
