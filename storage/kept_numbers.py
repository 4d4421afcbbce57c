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

    `counted` gives the key that a row counts for, if any, and what it adds to the sums: `{row}` is the row,
    `{rows}` where it comes from.
    """

    name: str
    table: str
    key: tuple[str, ...]
    of: str
    columns: tuple[str, ...]
    counted: str
    events: tuple[str, ...] = ("INSERT", "DELETE", "UPDATE")
    sums: tuple[str, ...] = ()
    counts_all: bool = True
    """Whether it alone counts the rows of its table of numbers."""
    moment: str = ""
    """The moment whose full hour, at or after it, is `{hour}`."""


_LISTED = ("listed_customers", ("firm_id", "archived", "kind"))
_PICKED = ("picked_customers", ("draft_id", "kind", "declared"))
_TRIALS = ("trial_hours", ("order_id", "hour"))
_ALL = (
    _Kept(
        "listed",
        *_LISTED,
        "customers",
        ("firm_id", "in_catalogue", "archived", "kind"),
        "SELECT {row}.firm_id, {row}.archived, {row}.kind"
        " FROM {rows}(SELECT 1) AS one WHERE {row}.in_catalogue",
    ),
    _Kept(
        "picked",
        *_PICKED,
        "draft_lines",
        ("draft_id", "customer_id"),
        f"SELECT {{row}}.draft_id, c.kind, {_DECLARED.format('c')} AS declared"
        " FROM {rows}customers AS c WHERE c.id = {row}.customer_id",
    ),
    _Kept(
        "changed",
        *_PICKED,
        "customers",
        ("in_catalogue", "archived", "kind", "merged_into", "erased"),
        f"SELECT l.draft_id, {{row}}.kind, {_DECLARED.format('{row}')} AS declared"
        " FROM {rows}draft_lines AS l WHERE l.customer_id = {row}.id",
        # Who is in a draft was there before, and cannot be deleted.
        ("UPDATE",),
        counts_all=False,
    ),
    _Kept(
        "trials",
        *_TRIALS,
        "licences",
        ("activated_at", "trial_from", "paid", "cancelled"),
        "SELECT {row}.order_id, {hour} AS hour, l.amount FROM {rows}order_lines AS l"
        " WHERE l.order_id = {row}.order_id AND l.position = {row}.position"
        " AND {row}.activated_at IS NOT NULL AND NOT {row}.paid AND NOT {row}.cancelled",
        # A licence is there before it is activated, and is not deleted after that.
        ("UPDATE",),
        sums=("amount",),
        moment="coalesce({row}.trial_from, {row}.activated_at)",
    ),
)
_HOUR = {
    # Cut before it is added to, as SQLite rounds moments to milliseconds.
    "sqlite": "CASE substr({moment}, 14) WHEN ':00:00.000000' THEN {moment} ELSE"
    " strftime('%Y-%m-%d %H:00:00.000000', substr({moment}, 1, 13) || ':00:00', '+1 hours') END",
    "postgresql": "date_trunc('hour', {moment} + interval '00:59:59.999999', 'UTC')",
}
"""A full hour as the hours of reminders are."""


@contextmanager
def rebuilt(connection: Connection) -> Iterator[None]:
    """Take the triggers away while the block runs, then make them anew and count everything once."""
    without_triggers(connection)
    yield
    if inspect(connection).has_table(_PICKED[0]):
        with_triggers(connection)


def kept_tables() -> set[str]:
    """The tables whose rows are counted by triggers."""
    return {kept.table for kept in _ALL}


def without_triggers(connection: Connection) -> None:
    """Take the triggers away."""
    is_sqlite = connection.dialect.name == "sqlite"
    for _, _, name in _triggers():
        gone = f"DROP TRIGGER IF EXISTS {name}" if is_sqlite else f"DROP FUNCTION IF EXISTS {name} CASCADE"
        connection.exec_driver_sql(gone)


def with_triggers(connection: Connection) -> None:
    """Make the triggers, and count everything once."""
    is_sqlite, triggers = connection.dialect.name == "sqlite", _triggers()
    if "trial_from" not in [column["name"] for column in inspect(connection).get_columns("licences")]:
        # Half-way, at a revision before 0004.
        triggers = [(_before_0004(kept), event, name) for kept, event, name in triggers]
    for kept, event, name in triggers:
        for statement in (_on_sqlite if is_sqlite else _on_postgresql)(kept, event, name):
            connection.exec_driver_sql(statement)
    for table in kept_tables():
        connection.exec_driver_sql(f"DELETE FROM {table}")
    for kept in {kept.name: kept for kept, _, _ in triggers}.values():
        if kept.counts_all:
            connection.exec_driver_sql(
                _more(kept, _grouped(kept, connection.dialect.name, f"{kept.of} AS r"))
            )


def _triggers() -> list[tuple[_Kept, str, str]]:
    return [(kept, event, f"keep_{kept.name}_{event.lower()}") for kept in _ALL for event in kept.events]


def _before_0004(kept: _Kept) -> _Kept:
    columns = tuple(column for column in kept.columns if column != "trial_from")
    return kept._replace(columns=columns, moment="{row}.activated_at")


def _hour(kept: _Kept, dialect: str, row: str) -> str:
    return _HOUR[dialect].format(moment=kept.moment.format(row=row))


def _on_sqlite(kept: _Kept, event: str, name: str) -> Iterator[str]:
    """One trigger for each row."""
    acts, of, when = "", "", ""
    if event != "INSERT":
        acts += _less(kept, _single(kept, "OLD"))
    if event != "DELETE":
        acts += _more(kept, _single(kept, "NEW"))
    if event == "UPDATE":
        of = f" OF {', '.join(kept.columns)}"
        when = " WHEN " + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in kept.columns)
    yield f"CREATE TRIGGER {name} AFTER {event}{of} ON {kept.of}{when} BEGIN {acts} END"


def _on_postgresql(kept: _Kept, event: str, name: str) -> Iterator[str]:
    """One trigger for each statement: a number changed for 10,000 rows would have as many versions."""
    acts, tables = "", ""
    if event != "INSERT":
        tables += " OLD TABLE AS removed"
        acts += _less(kept, _grouped(kept, "postgresql", "removed AS r"))
    if event != "DELETE":
        tables += " NEW TABLE AS added"
        acts += _more(kept, _grouped(kept, "postgresql", "added AS r"))
    yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {acts} RETURN NULL; END $$"
    yield (
        f"CREATE TRIGGER {name} AFTER {event} ON {kept.of} REFERENCING{tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _single(kept: _Kept, row: str) -> str:
    """The key and what is added to it by the `row` of a trigger on SQLite."""
    counted = kept.counted.format(row=row, rows="", hour=_hour(kept, "sqlite", row))
    return f"SELECT {', '.join((*kept.key, '1 AS number', *kept.sums))} FROM ({counted}) AS c WHERE true"


def _grouped(kept: _Kept, dialect: str, rows: str) -> str:
    """Each key and what is added to it by the rows `r`."""
    counted = kept.counted.format(row="r", rows=f"{rows}, ", hour=_hour(kept, dialect, "r"))
    key, sums = ", ".join(kept.key), "".join(f", sum({name}) AS {name}" for name in kept.sums)
    return f"SELECT {key}, count(*) AS number{sums} FROM ({counted}) AS c GROUP BY {key}"


def _more(kept: _Kept, added: str) -> str:
    table, key, numbers = kept.table, ", ".join(kept.key), ("number", *kept.sums)
    changes = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in numbers)
    return (
        f"INSERT INTO {table} ({key}, {', '.join(numbers)}) {added}"
        f" ON CONFLICT ({key}) DO UPDATE SET {changes};"
    )


def _less(kept: _Kept, removed: str) -> str:
    table, same = kept.table, " AND ".join(f"{kept.table}.{name} = k.{name}" for name in kept.key)
    changes = ", ".join(f"{name} = {table}.{name} - k.{name}" for name in ("number", *kept.sums))
    return f"UPDATE {table} SET {changes} FROM ({removed}) AS k WHERE {same};"
