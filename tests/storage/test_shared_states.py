"""Texts that processes share: no change is lost, and none is made of what is past."""

import asyncio

import pytest
from sqlalchemy import text

from storage.connections import Connections
from storage.shared_states import SharedStates
from tests.support.postgres import end_connections


def count(body: str, _: float) -> tuple[str, int]:
    """One more, and how many there were."""
    number = int(body or 0)
    return str(number + 1), number


async def test_no_change_is_lost_whoever_makes_it(postgresql_url: str) -> None:
    async with SharedStates(postgresql_url) as one, SharedStates(postgresql_url) as other:
        numbers = await asyncio.gather(*(states.change("a", count) for states in (one, other) * 50))
        assert sorted(numbers) == list(range(100))
        assert await one.change("b", count) == 0
        assert await other.change("a", lambda body, now: (None, body)) == "100"
        assert await other.change("a", count) == 100


async def test_the_time_is_that_of_the_database_and_goes_on(postgresql_url: str) -> None:
    async with SharedStates(postgresql_url) as states:
        moments = [await states.change("a", lambda body, now: (body, now)) for _ in range(20)]
        assert moments == sorted(moments)
        connections = Connections(postgresql_url)
        async with connections.reading() as connection:
            now = await connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))
        await connections.close()
        assert 0 <= float(now) - moments[-1] < 60


async def test_what_was_made_too_long_ago_is_made_anew_and_at_last_put_late(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.shared_states.FRESH_SECONDS", -1.0)
    tries = 0

    def made(body: str, now: float) -> tuple[str, int]:
        nonlocal tries
        tries += 1
        return count(body, now)

    async with SharedStates(postgresql_url) as states:
        assert await states.change("a", made) == 0
        assert 1 < tries < 20
        assert await states.change("a", made) == 1


async def test_a_crash_of_the_database_begins_them_anew(postgresql_url: str) -> None:
    """What is not logged is empty after one."""
    async with SharedStates(postgresql_url) as states:
        await states.change("a", count)
        connections = Connections(postgresql_url)
        async with connections.writing() as connection:
            kind = await connection.scalar(
                text("SELECT relpersistence FROM pg_class WHERE relname = 'shared_states'")
            )
            assert kind in ("u", b"u")
            await connection.execute(text("TRUNCATE shared_states"))
        await connections.close()
        assert await states.change("a", count) == 0


async def test_a_connection_that_was_cut_off_fails_nobody(postgresql_url: str) -> None:
    """After a restart of the database every connection that is kept is a dead one."""
    async with SharedStates(postgresql_url) as states:
        assert await states.change("a", count) == 0
        end_connections(postgresql_url)
        assert await states.change("a", count) == 1
