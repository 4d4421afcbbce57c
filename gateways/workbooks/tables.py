"""A table of known columns inside a workbook: its headings, and the cells below them as text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from domain.errors import DomainError
from domain.text import fold
from gateways.workbooks.file_kinds import text_of
from gateways.workbooks.layout import ROW_LIMIT, TABLES, Column
from gateways.workbooks.sheets import Row, open_workbook

_HEADING_ROWS = 20


class FoundTable(NamedTuple):
    """`rows` are row numbers with texts by key of the columns; `unknown` are other headings."""

    rows: list[tuple[int, dict[str, str]]]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class _Headings:
    at: int
    places: Mapping[str, int]
    unknown: list[str]


def read_table(content: bytes, name: str) -> FoundTable:
    """The first sheet with the mandatory headings of the table called `name` in its first rows.

    Raises `DomainError`: those of `text_of` and `open_workbook`, "workbook_rows" (limit), and
    "<name>_headings" (missing: the headings not found).
    """
    columns = TABLES[name]
    mandatory = {column.key: column.heading for column in columns if column.mandatory}
    if text_of(content) is not None:
        raise DomainError("workbook_format")
    found: set[str] = set()
    for sheet in open_workbook(content)[0]:
        head = list(islice(sheet.rows, _HEADING_ROWS))
        headings = _find_headings([row.texts for row in head], columns)
        if headings is not None and mandatory.keys() <= headings.places.keys():
            rows = _filled(chain(head[headings.at + 1 :], sheet.rows), headings.places)
            return FoundTable(list(rows), headings.unknown)
        found |= headings.places.keys() if headings else set()
    missing = [heading for key, heading in mandatory.items() if key not in found]
    raise DomainError(f"{name}_headings", missing=missing or list(mandatory.values()))


def _find_headings(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> _Headings | None:
    """The row with the most known headings."""
    keys = {fold(words): column.key for column in columns for words in (*column.also, column.heading)}
    best: _Headings | None = None
    for at, row in enumerate(rows):
        places: dict[str, int] = {}
        unknown = []
        for place, text in enumerate(row):
            key = keys.get(fold(text))
            if key and key not in places:
                places[key] = place
            elif text.strip():
                unknown.append(text.strip())
        if places and (best is None or len(places) > len(best.places)):
            best = _Headings(at, places, unknown)
    return best


def _filled(rows: Iterable[Row], places: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    count = 0
    for row in rows:
        cells = {key: row.texts[place] for key, place in places.items()}
        if any(text.strip() for text in cells.values()):
            count += 1
            if count > ROW_LIMIT:
                raise DomainError("workbook_rows", limit=ROW_LIMIT)
            yield row.number, cells
