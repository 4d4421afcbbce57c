"""Each kind of connection to PostgreSQL asks whether the other machine is still there, at both ends."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

import psycopg
import pytest
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg.rows import tuple_row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Lane
from storage.database import Database
from storage.engine import open_engine
from storage.engine_watch import Watch, conninfo_of
from storage.holds import SharedHolds
from storage.shared_states import SharedStates
from tests.support.clock import FixedClock

LONGEST = 15
"""Seconds until a machine that vanished is noticed, at most."""

_ASKED = ("idle", "interval", "count")


@pytest.fixture
async def connections(postgresql_url: str) -> AsyncIterator[Mapping[str, Any]]:
    """psycopg's connection of each kind."""
    database = Database(postgresql_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        assert database.apart is not None
        holds = await stack.enter_async_context(SharedHolds(postgresql_url))
        states = await stack.enter_async_context(SharedStates(postgresql_url))
        opened: dict[str, AbstractAsyncContextManager[AsyncConnection]] = {
            "writer": database.writing(),
            "reader": database.reading(),
            "reserved codes": database.apart.transaction(),
            "budgets": states._engine.connect(),
        }
        found: dict[str, Any] = {}
        for name, one in opened.items():
            raw = await (await stack.enter_async_context(one)).get_raw_connection()
            found[name] = raw.driver_connection
        assert holds._session is not None
        found["holds"] = holds._session.connection
        watch = Watch(conninfo_of(database.url), FixedClock(), [Lane.MAIN])
        watching = asyncio.create_task(watch.run())
        stack.callback(watching.cancel)
        async with asyncio.timeout(30):
            await watch._there.wait()
        found["watch"] = watch._connection
        app = await stack.enter_async_context(open_engine(database))
        assert isinstance(app.connector, PsycopgConnector)
        found["jobs"] = await stack.enter_async_context(app.connector.pool.connection())
        yield found


async def test_this_end_gives_up_an_unanswering_machine(connections: Mapping[str, Any]) -> None:
    for name, connection in connections.items():
        assert isinstance(connection, psycopg.AsyncConnection)
        with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as end:
            asks = end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            idle, interval, count = (end.getsockopt(socket.IPPROTO_TCP, option) for option in options)
            unanswered = end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert asks, name
        assert idle + interval * count <= LONGEST, name
        assert 0 < unanswered <= LONGEST * 1000, name


async def test_the_database_gives_up_an_unanswering_machine(connections: Mapping[str, Any]) -> None:
    for name, connection in connections.items():
        if name == "watch":
            # It is in use. Its settings are those of the connections for jobs.
            continue
        cursor = connection.cursor(row_factory=tuple_row)
        shown = {}
        for setting in (*(f"tcp_keepalives_{asked}" for asked in _ASKED), "tcp_user_timeout"):
            row = await (await cursor.execute(f"SHOW {setting}")).fetchone()
            shown[setting] = int(row[0])
        idle, interval, count = (shown[f"tcp_keepalives_{asked}"] for asked in _ASKED)
        assert min(shown.values()) > 0, name
        assert idle + interval * count <= LONGEST, name
        assert shown["tcp_user_timeout"] <= LONGEST * 1000, name
