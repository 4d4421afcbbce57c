"""Is the database up to date, and can it be written to? Is there room on its disk, are there backups?"""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from domain.calendar import day_of
from domain.checkups import Fault, Good
from storage.backups import backups_in, made_at
from storage.connections import Connections
from storage.copies import CopyError, kind_of, version_of_tools
from storage.files_on_disk import files_of
from storage.migrate import UnknownRevision, is_current

_LONGEST = 150
_A_NIGHT_MISSED = timedelta(days=2)
_SERVER = text("""
SELECT current_setting('server_version_num')::int / 10000, rolcreatedb OR rolsuper, rolname
    FROM pg_roles WHERE rolname = current_user
""")
_SAME = text("UPDATE alembic_version SET version_num = version_num")


async def look_at_database(url: str) -> Good:
    """Read the version and write it as it is, on connections of its own."""
    if new := _new(url):
        return new
    connections = Connections(url)
    try:
        try:
            async with connections.reading() as connection:
                current = await connection.run_sync(is_current)
        except UnknownRevision as error:
            raise Fault("database_other", revision=error.revision) from None
        except SQLAlchemyError as error:
            raise Fault("database_away", error=_said(error)) from None
        if not current:
            raise Fault("database_old")
        try:
            async with connections.writing() as connection:
                await connection.execute(_SAME)
        except SQLAlchemyError as error:
            raise Fault("database_not_written", error=_said(error)) from None
    finally:
        await connections.close()
    return Good("database")


def _said(error: SQLAlchemyError) -> str:
    """What the driver says, without the statement."""
    said = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    return said.partition("\n")[0][:_LONGEST]


def _new(url: str) -> Good | None:
    """What is said of a SQLite file that does not exist yet; `None` of any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or list(files_of(url)):
        return None
    if parsed.database.startswith("file:"):
        return None
    folder = Path(parsed.database).parent
    if not _may_be_written(folder):
        raise Fault("database_folder", folder=folder)
    return Good("database_new", {"file": parsed.database})


def _may_be_written(folder: Path) -> bool:
    """Whether the folder, which need not be there, may be made or written to."""
    folder = folder.absolute()
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return there.is_dir() and os.access(there, os.W_OK)


async def look_at_backups(url: str, folder: Path | None, is_encrypted: bool, is_continuous: bool) -> Good:
    """Whether backups can be made and put into the folder, and the newest is of these days."""
    if folder is None:
        raise Fault("backups_off")
    if not _may_be_written(folder):
        raise Fault("backups_folder", folder=folder)
    made = next((made_at(path) for path in reversed(backups_in(folder))), None)
    if made is not None and datetime.now(UTC) - made > _A_NIGHT_MISSED:
        raise Fault("backups_old", made=f"{day_of(made):%d/%m/%Y}")
    if is_continuous and shutil.which("litestream") is None:
        raise Fault("backups_litestream")
    if kind_of(url) == "postgresql":
        await _look_at_tools(url)
    return Good("backups" if is_encrypted else "backups_plain", {"folder": folder})


async def _look_at_tools(url: str) -> None:
    """Whether PostgreSQL's own programs are there, as new as the server, and a copy may be tried."""
    try:
        tools = await version_of_tools()
    except CopyError:
        raise Fault("backups_tools") from None
    connections = Connections(url)
    try:
        async with connections.reading() as connection:
            server, may_create, user = (await connection.execute(_SERVER)).one()
    except SQLAlchemyError as error:
        raise Fault("database_away", error=_said(error)) from None
    finally:
        await connections.close()
    if tools < server:
        raise Fault("backups_tools_old", tools=tools, server=server)
    if not may_create:
        raise Fault("backups_createdb", user=user)


async def look_at_disk(url: str, least: int) -> Good:
    """Whether at least so many bytes are free where the SQLite file is, else where the program is."""
    folder = next((path.resolve().parent for path in files_of(url)), Path.cwd())
    free = shutil.disk_usage(folder).free
    if free < least:
        raise Fault("disk_full", free=free // 2**20, least=least // 2**20)
    return Good("disk", {"free": free // 2**20})
