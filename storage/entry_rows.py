"""Entries of a list as rows of a table: columns to count and list by, and all else as JSON."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from domain.errors import DomainError
from domain.intakes.entries import Entry, EntryField, Known, ListColumn, ListSheet, Problem, Standing
from storage.tables.intakes import intake_entries

COLUMNS = ("intake_id", "position", "standing", "known", "kind", "tax_code", "body", "before")
READ = [intake_entries.c[name] for name in ("position", "standing", "known", "body")]

to_json: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=str
).encode
"""Writes short JSON. A value without a form in JSON is written as its text."""

_FIELDS = {field.value: field for field in EntryField}


def entry_row(intake_id: int, entry: Entry) -> tuple[Any, ...]:
    """The values of `COLUMNS`, with nothing in `before`."""
    problems = [(found.field, found.text, *error_parts(found.error)) for found in entry.problems]
    body = (entry.number, entry.sheet, entry.says_kind, entry.repeats, entry.values, problems)
    kind, tax_code = entry.values.get(EntryField.KIND), entry.values.get(EntryField.TAX_CODE)
    return (intake_id, entry.position, entry.standing, entry.known, kind, tax_code, to_json(body), None)


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry in a row of the columns `READ`."""
    position, standing, known, body = row
    number, sheet, says_kind, repeats, values, problems = json.loads(body)
    return Entry(
        position=position,
        number=number,
        values={_FIELDS[name]: value for name, value in values.items()},
        problems=tuple(Problem(_FIELDS[name], text, error_of(error)) for name, text, *error in problems),
        says_kind=says_kind,
        sheet=sheet,
        standing=standing,
        known=known,
        repeats=repeats,
    )


def entry_before(position: int, before: str) -> Entry:
    """The entry in the column `before`: standing, known and body, separated by spaces."""
    standing, known, body = before.split(" ", 2)
    return entry_of((position, Standing(standing), Known(known), body))


def error_parts(error: DomainError) -> tuple[str, dict[str, object]]:
    """The code and parameters of an error, as JSON keeps them."""
    return error.code, error.params


def error_of(parts: Sequence[Any]) -> DomainError:
    """The error made of `error_parts`; lists among its parameters come back as tuples."""
    code, params = parts
    return DomainError(
        code, **{name: tuple(value) if isinstance(value, list) else value for name, value in params.items()}
    )


def sheet_of(said: Sequence[Any]) -> ListSheet:
    # Lists of earlier versions say nothing of rows that were left out.
    name, heading_row, columns, left, *rest = said if len(said) > 3 else (*said, ())
    return ListSheet(name, heading_row, tuple(_column(*column) for column in columns), tuple(left), *rest)


def _column(place: int, heading: str, taken_for: str | None, samples: Sequence[str]) -> ListColumn:
    return ListColumn(place, heading, EntryField(taken_for) if taken_for else None, tuple(samples))
