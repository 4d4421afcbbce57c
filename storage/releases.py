"""Which releases run on one database, by the names of their connections, and which ran there last."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, inspect, select, text

from storage.connections import Connections
from storage.tables.house import releases

_PREFIX = "bot "
_ANY = text("""
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND starts_with(application_name, :prefix))
""")
_ANOTHER = text("""
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND starts_with(application_name, :prefix) AND application_name <> :mine)
""")


def called(release: str) -> str:
    """What a process of this release calls a connection that it has as long as it runs."""
    return f"{_PREFIX}{release}"


async def another_runs(connections: Connections, release: str) -> bool:
    """Whether a process of another release runs beside those of this one."""
    if connections.has_one_writer:
        return False
    async with connections.reading() as connection:
        names = {"prefix": _PREFIX, "mine": called(release)}
        return bool(await connection.scalar(_ANOTHER, names))


async def any_runs(connections: Connections) -> bool:
    """Whether a process of any release runs on this PostgreSQL."""
    async with connections.reading() as connection:
        return bool(await connection.scalar(_ANY, {"prefix": _PREFIX}))


def note_release(connection: Connection, version: str, revision: str) -> None:
    """Note that this release runs from now on, unless it did so before."""
    if _last(connection) != (version, revision):
        values = {"version": version, "revision": revision, "began_at": datetime.now(UTC)}
        connection.execute(insert(releases).values(values))


def last_release(connection: Connection) -> str:
    """The version that ran here last; empty where that is not known."""
    if not inspect(connection).has_table(releases.name):
        return ""
    last = _last(connection)
    return last[0] if last else ""


def _last(connection: Connection) -> tuple[str, str] | None:
    columns = select(releases.c.version, releases.c.revision).order_by(releases.c.id.desc())
    row = connection.execute(columns.limit(1)).first()
    return (row.version, row.revision) if row else None
