"""A list as the reader's process sends it: JSON, in portions small enough to be taken between two taps."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, starmap
from typing import Any

from domain.errors import DomainError
from domain.intakes.entries import Entry, EntryField, Known, ListColumn, ListSheet, Problem, Standing

PORTION = 100
"""How many entries the program takes before it serves others again: half a millisecond's work."""

_FIELDS = {of.value: of for of in EntryField}
_STANDINGS = {standing.value: standing for standing in Standing}


def pack_entries(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    left = iter(entries)
    while portion := list(islice(left, PORTION)):
        # Rows of one list leave the same fields open, so a few sets of fields serve all of them.
        sets: dict[tuple[str, ...], int] = {}
        rows = [
            [
                *(entry.position, entry.number, sets.setdefault(tuple(entry.values), len(sets))),
                *(list(entry.values.values()), [_pack_problem(problem) for problem in entry.problems]),
                *(entry.says_kind, entry.sheet, entry.standing, entry.repeats),
            ]
            for entry in portion
        ]
        yield {"fields": list(sets), "entries": rows}


def unpack_entries(frame: dict[str, Any]) -> list[Entry]:
    sets = [tuple(_FIELDS[name] for name in names) for names in frame["fields"]]
    return [
        Entry(
            position,
            number,
            dict(zip(sets[fields], values, strict=True)),
            tuple(starmap(_problem, problems)),
            says_kind,
            sheet,
            _STANDINGS[standing],
            Known.NEW,
            repeats,
        )
        for position, number, fields, values, problems, says_kind, sheet, standing, repeats in frame[
            "entries"
        ]
    ]


def _pack_problem(problem: Problem) -> list[Any]:
    return [problem.field, problem.text, *pack_error(problem.error)]


def _problem(of: str, text: str, code: str, params: dict[str, Any]) -> Problem:
    return Problem(_FIELDS[of], text, DomainError(code, **params))


def pack_error(error: DomainError) -> tuple[str, dict[str, object]]:
    return error.code, error.params


def pack_sheets(sheets: Sequence[ListSheet]) -> list[Any]:
    return [
        [
            sheet.name,
            sheet.heading_row,
            [[column.place, column.heading, column.field, column.samples] for column in sheet.columns],
            *(sheet.left, sheet.left_total, sheet.hidden, sheet.with_hidden),
        ]
        for sheet in sheets
    ]


def unpack_sheets(packed: list[Any]) -> tuple[ListSheet, ...]:
    return tuple(
        ListSheet(
            name,
            heading_row,
            tuple(
                ListColumn(place, heading, of and _FIELDS[of], tuple(samples))
                for place, heading, of, samples in columns
            ),
            tuple(left),
            *rest,
        )
        for name, heading_row, columns, left, *rest in packed
    )
