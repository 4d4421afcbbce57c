"""Migrations: they make the tables of the code, and unmake them."""

from sqlalchemy import inspect

from storage.connections import Connections
from storage.migrate import check, downgrade, upgrade


async def names(url: str) -> list[str]:
    connections = Connections(url)
    async with connections.reading() as connection:
        found = await connection.run_sync(lambda c: inspect(c).get_table_names())
    await connections.close()
    return found


async def test_the_migrations_make_the_tables_of_the_code(either_url: str) -> None:
    await check(either_url)


async def test_migrating_again_changes_nothing(either_url: str) -> None:
    await upgrade(either_url)
    await check(either_url)


async def test_the_way_back_leaves_nothing(either_url: str) -> None:
    await downgrade(either_url, "base")
    assert await names(either_url) == ["alembic_version"]
    await upgrade(either_url)
    await check(either_url)
