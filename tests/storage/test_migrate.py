"""Migrations: they make the tables of the code, and unmake them."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

import storage.dialog_tables
import storage.jobs  # noqa: F401  (registers its table)
from storage.connections import Connections
from storage.migrate import check, downgrade, upgrade
from storage.tables.base import metadata

OLD_ROWS = Path(__file__).with_name("rows_of_0001.sql")


async def names(url: str) -> list[str]:
    connections = Connections(url)
    async with connections.reading() as connection:
        found = await connection.run_sync(lambda c: inspect(c).get_table_names())
    await connections.close()
    return found


def conditions(connection: Connection) -> dict[str, list[str]]:
    """What `check` does not see: conditions of tables and of their indexes, options of SQLite."""
    found: dict[str, list[str]] = {}
    for table in metadata.tables:
        known = [constraint["sqltext"] for constraint in inspect(connection).get_check_constraints(table)]
        for index in inspect(connection).get_indexes(table):
            options = index.get("dialect_options", {})
            known.append(f"{index['name']} {index['column_names']} {list(map(str, options.values()))}")
        if connection.dialect.name == "sqlite":
            made = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
            sql = connection.execute(made, {"name": table}).scalar_one()
            known += re.findall("WITHOUT ROWID|AUTOINCREMENT", sql)
        found[table] = sorted(known)
    return found


async def test_the_migrations_make_the_tables_of_the_code(either_url: str) -> None:
    await check(either_url)


async def test_the_migrations_make_the_conditions_of_the_code(either_url: str) -> None:
    connections = Connections(either_url)
    async with connections.reading() as connection:
        migrated = await connection.run_sync(conditions)
    await downgrade(either_url, "base")
    async with connections.writing() as connection:
        await connection.run_sync(metadata.create_all)
        assert await connection.run_sync(conditions) == migrated
    await connections.close()


async def test_migrating_again_changes_nothing(either_url: str) -> None:
    await upgrade(either_url)
    await check(either_url)


async def test_the_way_back_leaves_nothing(either_url: str) -> None:
    await downgrade(either_url, "base")
    assert await names(either_url) == ["alembic_version"]
    await upgrade(either_url)
    await check(either_url)


async def test_what_stood_at_the_first_revision_stands_after_all_others(either_url: str) -> None:
    connections = Connections(either_url)

    async def rows(sql: str) -> list[tuple[Any, ...]]:
        async with connections.reading() as connection:
            return [tuple(row) for row in await connection.execute(text(sql))]

    async def all_rows() -> dict[str, int]:
        found = {}
        for table in metadata.tables:
            if table in await names(either_url):
                found[table] = (await rows(f"SELECT COUNT(*) FROM {table}"))[0][0]
        return found

    await downgrade(either_url, "0001")
    async with connections.writing() as connection:
        for statement in OLD_ROWS.read_text("utf-8").strip().split(";\n"):
            await connection.execute(text(statement))
    before = await all_rows()
    await connections.close()
    await upgrade(either_url)
    await check(either_url)
    assert await all_rows() == {
        **dict.fromkeys(metadata.tables, 0),
        **before,
        "licences": before["order_lines"],
    }
    assert await rows("SELECT name, state, note FROM firms") == [("Đại lý A", "approved", "")]
    assert await rows("SELECT name, active FROM accountants") == [("Phạm Chủ", True)]
    assert await rows("SELECT DISTINCT received, paid_at FROM payment_requests") == [(0, None)]
    assert await rows("SELECT DISTINCT customer_id, search FROM order_lines ORDER BY customer_id") == [
        (number, f"hoa sen {number}") for number in (1, 2, 3)
    ]
    places = "SELECT order_id, position FROM"
    assert await rows(
        f"{places} licences WHERE step = 'waiting' AND NOT paid AND NOT cancelled ORDER BY id"
    ) == (await rows(f"{places} order_lines ORDER BY order_id, position"))
    assert await rows("SELECT state, failure_told FROM pushes ORDER BY state") == [
        ("queued", False),
        ("sent", False),
        ("undeliverable", True),
    ]
    assert await rows("SELECT COUNT(*) FROM pushes WHERE read_at IS NULL") == [(0,)]
    assert await rows("SELECT DISTINCT lane FROM jobs") == [("main",)]
    added = "assignee_id, merged_into, erased"
    assert await rows(f"SELECT DISTINCT {added} FROM customers") == [(None, None, False)]
    assert await rows("SELECT DISTINCT follows_id FROM drafts") == [(None,)]
    await connections.close()
    await downgrade(either_url, "0001")
    assert await all_rows() == before
    await connections.close()
