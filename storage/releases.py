"""Which releases run on one database, by the names of their connections."""

from sqlalchemy import text

from storage.connections import Connections

_PREFIX = "bot "
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
