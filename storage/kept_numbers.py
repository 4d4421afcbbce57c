"""Numbers that triggers of the database keep, so that no tap counts a list.

No migration makes these triggers: a table that alembic makes anew loses its own, and SQLite renames no table
while a trigger names one that is gone. `rebuilt` stands around all migrations instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, inspect

_DECLARED = "(NOT {0}.in_catalogue AND NOT {0}.archived AND {0}.merged_into IS NULL AND NOT {0}.erased)"


class _Kept(NamedTuple):
    """How one table of numbers follows from the rows of `of`.

    `counted` gives the key that a row counts for, if any: `{row}` is the row, `{rows}` where it comes from.
    """

    name: str
    table: str
    key: tuple[str, ...]
    of: str
    columns: str
    counted: str
    events: tuple[str, ...] = ("INSERT", "DELETE", "UPDATE")


_LISTED = ("listed_customers", ("firm_id", "archived", "kind"))
_PICKED = ("picked_customers", ("draft_id", "kind", "declared"))
_ALL = (
    _Kept(
        "listed",
        *_LISTED,
        "customers",
        "firm_id, in_catalogue, archived, kind",
        "SELECT {row}.firm_id, {row}.archived, {row}.kind"
        " FROM {rows}(SELECT 1) AS one WHERE {row}.in_catalogue",
    ),
    _Kept(
        "picked",
        *_PICKED,
        "draft_lines",
        "draft_id, customer_id",
        f"SELECT {{row}}.draft_id, c.kind, {_DECLARED.format('c')} AS declared"
        " FROM {rows}customers AS c WHERE c.id = {row}.customer_id",
    ),
    _Kept(
        "changed",
        *_PICKED,
        "customers",
        "in_catalogue, archived, kind, merged_into, erased",
        f"SELECT l.draft_id, {{row}}.kind, {_DECLARED.format('{row}')} AS declared"
        " FROM {rows}draft_lines AS l WHERE l.customer_id = {row}.id",
        # Who is in a draft was there before, and cannot be deleted.
        ("UPDATE",),
    ),
)
_RECOUNTS = (
    "INSERT INTO listed_customers (firm_id, archived, kind, number)"
    " SELECT firm_id, archived, kind, count(*) FROM customers WHERE in_catalogue GROUP BY 1, 2, 3",
    "INSERT INTO picked_customers (draft_id, kind, declared, number)"
    f" SELECT l.draft_id, c.kind, {_DECLARED.format('c')}, count(*)"
    " FROM draft_lines AS l JOIN customers AS c ON c.id = l.customer_id GROUP BY 1, 2, 3",
)


@contextmanager
def rebuilt(connection: Connection) -> Iterator[None]:
    """Take the triggers away while the block runs, then make them anew and count everything once."""
    is_sqlite = connection.dialect.name == "sqlite"
    triggers = [(kept, event, f"keep_{kept.name}_{event.lower()}") for kept in _ALL for event in kept.events]
    for _, _, name in triggers:
        gone = f"DROP TRIGGER IF EXISTS {name}" if is_sqlite else f"DROP FUNCTION IF EXISTS {name} CASCADE"
        connection.exec_driver_sql(gone)
    yield
    if not inspect(connection).has_table(_PICKED[0]):
        return
    for kept, event, name in triggers:
        for statement in (_on_sqlite if is_sqlite else _on_postgresql)(kept, event, name):
            connection.exec_driver_sql(statement)
    for table, _ in (_LISTED, _PICKED):
        connection.exec_driver_sql(f"DELETE FROM {table}")
    for statement in _RECOUNTS:
        connection.exec_driver_sql(statement)


def _on_sqlite(kept: _Kept, event: str, name: str) -> Iterator[str]:
    """One trigger for each row."""
    acts = ""
    if event != "INSERT":
        acts += _less(kept, kept.counted.format(row="OLD", rows=""), "1")
    if event != "DELETE":
        acts += _more(kept, kept.counted.format(row="NEW", rows=""), "1", "WHERE true")
    of = f" OF {kept.columns}" if event == "UPDATE" else ""
    yield f"CREATE TRIGGER {name} AFTER {event}{of} ON {kept.of} BEGIN {acts} END"


def _on_postgresql(kept: _Kept, event: str, name: str) -> Iterator[str]:
    """One trigger for each statement: a number changed for 10,000 rows would have as many versions."""
    key = ", ".join(kept.key)
    acts, tables, group = "", "", f"GROUP BY {key}"
    if event != "INSERT":
        tables += " OLD TABLE AS removed"
        counted = kept.counted.format(row="r", rows="removed AS r, ")
        acts += _less(kept, f"SELECT {key}, count(*) AS rows FROM ({counted}) AS c {group}", "k.rows")
    if event != "DELETE":
        tables += " NEW TABLE AS added"
        acts += _more(kept, kept.counted.format(row="r", rows="added AS r, "), "count(*)", group)
    yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {acts} RETURN NULL; END $$"
    yield (
        f"CREATE TRIGGER {name} AFTER {event} ON {kept.of} REFERENCING{tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _more(kept: _Kept, counted: str, number: str, ending: str) -> str:
    key = ", ".join(kept.key)
    return (
        f"INSERT INTO {kept.table} ({key}, number) SELECT {key}, {number} FROM ({counted}) AS k {ending}"
        f" ON CONFLICT ({key}) DO UPDATE SET number = {kept.table}.number + excluded.number;"
    )


def _less(kept: _Kept, counted: str, number: str) -> str:
    same = " AND ".join(f"{kept.table}.{name} = k.{name}" for name in kept.key)
    return f"UPDATE {kept.table} SET number = number - {number} FROM ({counted}) AS k WHERE {same};"
