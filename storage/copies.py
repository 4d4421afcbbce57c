"""Copies of a whole database by its own tools: SQLite's backup; pg_dump and psql of PostgreSQL."""

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from sqlalchemy import URL, inspect, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.expression import func, table

from storage.connections import Connections

_SNAPSHOT = text("SELECT pg_export_snapshot()")
_PATIENT = text("SET LOCAL idle_in_transaction_session_timeout = 0")
_NO_WORK = ("alembic_version", "releases", "_litestream")
_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class CopyError(Exception):
    """A copy could not be made or put back. The text says why to who runs the program, without any data."""


def kind_of(url: str) -> str:
    """ "sqlite" or "postgresql"."""
    return make_url(url).get_backend_name()


def path_of(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(make_url(url).database or "")


def url_of(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


async def counts_of(url: str) -> dict[str, int]:
    """How many rows each table has."""
    connections = Connections(url)
    try:
        async with connections.reading() as connection:
            return await _counts(connection)
    finally:
        await connections.close()


async def copy_to(url: str, path: Path) -> dict[str, int]:
    """Write the database, as it is at one moment, into a new file; returns how many rows each table has then.

    The file is a database where that is SQLite, else SQL. Nobody waits for it. Raises `CopyError`.
    """
    if kind_of(url) == "sqlite":
        if not path_of(url).is_file():
            raise CopyError(f"there is no database at {path_of(url)}")
        await asyncio.to_thread(_copy, path_of(url), path)
        return await counts_of(url_of(path))
    connections = Connections(url)
    try:
        async with connections.reading() as connection:
            await connection.execute(_PATIENT)
            snapshot = await connection.scalar(_SNAPSHOT)
            options = ("--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}")
            await _run(url, "pg_dump", *options)
            return await _counts(connection)
    finally:
        await connections.close()


async def is_empty(url: str) -> bool:
    """Whether no work is there: no row but what the migrations leave, or no database at all."""
    if kind_of(url) == "sqlite" and not path_of(url).is_file():
        return True
    return not any(rows for name, rows in (await counts_of(url)).items() if not name.startswith(_NO_WORK))


async def put_back(url: str, path: Path) -> None:
    """Replace all that the database has by what `copy_to` wrote. Raises `CopyError`, and changes nothing."""
    if kind_of(url) == "postgresql":
        options = ("--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
        await _run(url, "psql", *options, f"--command={_EMPTY}", f"--file={path}")
        return
    target = path_of(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    os.replace(path, target)


@asynccontextmanager
async def scratch(url: str, path: Path) -> AsyncIterator[str]:
    """A database beside the one at `url` that holds what `copy_to` wrote; yields its URL. It goes at the end.

    On PostgreSQL the user needs CREATEDB. Raises `CopyError`.
    """
    if kind_of(url) == "sqlite":
        yield url_of(path)
        return
    parsed = make_url(url)
    name = f"{parsed.database}_proof"
    beside = parsed.set(database=name).render_as_string(hide_password=False)
    await asyncio.to_thread(_admin, parsed, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    await asyncio.to_thread(_admin, parsed, "CREATE DATABASE {} TEMPLATE template0", name)
    try:
        await put_back(beside, path)
        yield beside
    finally:
        await asyncio.to_thread(_admin, parsed, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        # All pages at once: what is written meanwhile would have the copy begin anew.
        read.backup(written, pages=-1)


async def _counts(connection: AsyncConnection) -> dict[str, int]:
    names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    counted = {}
    for name in sorted(names):
        counted[name] = await connection.scalar(select(func.count()).select_from(table(name))) or 0
    return counted


def _admin(url: URL, statement: str, name: str) -> None:
    try:
        with psycopg.connect(_address(url), password=url.password, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        raise CopyError(
            f"the user of the database may not create {name}, in which the copy is tried:"
            f" ALTER ROLE {url.username} CREATEDB"
        ) from None


def _address(url: URL) -> str:
    """The address without the password, which others on the machine could read in a list of processes."""
    return url._replace(password=None, drivername="postgresql").render_as_string(hide_password=False)


async def version_of_tools() -> int:
    """The release of PostgreSQL's own programs, such as 17. Raises `CopyError` where one is missing."""
    for program in ("psql", "pg_dump"):
        found = _found(program)
    asked = await asyncio.create_subprocess_exec(found, "--version", stdout=asyncio.subprocess.PIPE)
    said, _ = await asked.communicate()
    return int(re.findall(rb"\d+", said)[0])


def _found(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise CopyError(f"{program} is not installed; it comes with PostgreSQL's client (postgresql-client)")
    return found


async def _run(url: str, program: str, *options: str) -> None:
    parsed = make_url(url)
    environment: Mapping[str, str] = {**os.environ, "PGPASSWORD": parsed.password or ""}
    process = await asyncio.create_subprocess_exec(
        *(_found(program), *options, f"--dbname={_address(parsed)}"),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        # Its first line names what is wrong; further ones may show rows.
        first = said.decode(errors="replace").strip().partition("\n")[0]
        raise CopyError(f"{program} failed: {first}")
