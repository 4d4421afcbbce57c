"""Fresh databases for tests, migrated and perhaps seeded: files of SQLite, or on a PostgreSQL server."""

import asyncio
import contextlib
import itertools
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psycopg
from sqlalchemy import make_url, text

from storage.connections import Connections
from storage.migrate import upgrade
from tests.support.postgres import postgres_url, start_postgres, stop_postgres
from tests.support.shared import Shared

Seed = Callable[[str], Awaitable[object]]
"""Fills the migrated database at a URL; must do the same in every process."""

OLDER = "0004"
"""The last revision of version 0.1."""

_numbers = itertools.count(1)
_LIKE = "STRATEGY = FILE_COPY TEMPLATE"
"""How a database is copied; the default would write every page to the log as well."""


def wanted() -> str:
    """The suite's `DATABASE_URL`: empty (SQLite), "postgresql" (a server of our own) or a server's URL."""
    return os.environ.get("DATABASE_URL", "") or os.environ.get("TEST_DATABASE", "") or "sqlite"


async def make_older(url: str) -> None:
    """Give a migrated database the revision of version 0.1."""
    connections = Connections(url)
    async with connections.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :older"), {"older": OLDER})
    await connections.close()


class Databases:
    """Makes databases as copies of one that the run has migrated, and perhaps seeded, once. The server starts
    when it is first needed."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    @contextlib.contextmanager
    def fresh(self, kind: str, folder: Path, seed: Seed | None = None) -> Iterator[str]:
        """Make a database and return its URL; `kind` is as in `wanted`."""
        if kind.startswith("sqlite"):
            path = folder / f"{next(_numbers)}.db"
            shutil.copyfile(self._sqlite(seed), path)
            yield _sqlite_url(path)
            return
        server = self._server(kind)
        name = f"test_{os.getpid()}_{next(_numbers)}"
        _admin(server, f"CREATE DATABASE {name} {_LIKE} {self._postgres(server, seed)}")
        try:
            yield _database(server, name)
        finally:
            _admin(server, f"DROP DATABASE {name} WITH (FORCE)")

    def _sqlite(self, seed: Seed | None) -> Path:
        def make(path: Path) -> None:
            if seed is None:
                asyncio.run(upgrade(_sqlite_url(path)))
            else:
                shutil.copyfile(self._sqlite(None), path)
                asyncio.run(_seeded(seed, _sqlite_url(path)))

        return self._shared.once(f"{_name(seed)}.db", make)

    def _postgres(self, server: str, seed: Seed | None) -> str:
        name = f"template_{_name(seed)}_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"[:63]

        def start() -> str:
            base = self._postgres(server, None) if seed else "template1"
            _admin(server, f"CREATE DATABASE {name} {_LIKE} {base}")
            url = _database(server, name)
            asyncio.run(_seeded(seed, url) if seed else upgrade(url))
            return name

        return self._shared.use(name, start, lambda _: _admin(server, f"DROP DATABASE {name} WITH (FORCE)"))

    def _server(self, kind: str) -> str:
        given = wanted() if "://" in wanted() else kind
        if "://" in given:
            return given
        return postgres_url(self._shared.use("postgres", start_postgres, stop_postgres))


def _name(seed: Seed | None) -> str:
    return seed.__name__ if seed else "migrated"


async def _seeded(seed: Seed, url: str) -> None:
    await seed(url)


def _sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _admin(server: str, statement: str) -> None:
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
