"""Is the database there, up to date, and can it be written to? Is there room on its disk?"""

import os
import shutil
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from domain.checkups import Fault, Good
from storage.connections import Connections
from storage.files_on_disk import files_of
from storage.migrate import UnknownRevision, is_current

_LONGEST = 150
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
    folder = Path(parsed.database).absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise Fault("database_folder", folder=folder)
    return Good("database_new", {"file": parsed.database})


async def look_at_disk(url: str, least: int) -> Good:
    """Whether at least so many bytes are free where the SQLite file is, else where the program is."""
    folder = next((path.resolve().parent for path in files_of(url)), Path.cwd())
    free = shutil.disk_usage(folder).free
    if free < least:
        raise Fault("disk_full", free=free // 2**20, least=least // 2**20)
    return Good("disk", {"free": free // 2**20})
