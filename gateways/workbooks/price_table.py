"""The price list inside a workbook: the sheet with its headings, and the cells below them as text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from domain.errors import DomainError
from domain.text import fold
from gateways.workbooks.file_kinds import text_of
from gateways.workbooks.layout import PRICE_COLUMNS, ROW_LIMIT
from gateways.workbooks.sheets import Row, open_workbook

_HEADING_ROWS = 20
_KEYS = {fold(column.heading): column.key for column in PRICE_COLUMNS}
_MANDATORY = {column.key: column.heading for column in PRICE_COLUMNS if column.mandatory}


class PriceTable(NamedTuple):
    """`rows` are row numbers with texts by key of `PRICE_COLUMNS`; `unknown` are other headings."""

    rows: list[tuple[int, dict[str, str]]]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class _Headings:
    at: int
    places: Mapping[str, int]
    unknown: list[str]


def read_prices(content: bytes) -> PriceTable:
    """The first sheet with the mandatory headings in its first rows.

    Raises `DomainError`: those of `text_of` and `open_workbook`, "workbook_rows" (limit),
    "price_list_headings" (missing: the headings not found).
    """
    if text_of(content) is not None:
        raise DomainError("workbook_format")
    found: set[str] = set()
    for sheet in open_workbook(content)[0]:
        head = list(islice(sheet.rows, _HEADING_ROWS))
        headings = _find_headings([row.texts for row in head])
        if headings is not None and _MANDATORY.keys() <= headings.places.keys():
            rows = _filled(chain(head[headings.at + 1 :], sheet.rows), headings.places)
            return PriceTable(list(rows), headings.unknown)
        found |= headings.places.keys() if headings else set()
    missing = [heading for key, heading in _MANDATORY.items() if key not in found]
    raise DomainError("price_list_headings", missing=missing or list(_MANDATORY.values()))


def _find_headings(rows: Sequence[Sequence[str]]) -> _Headings | None:
    """The row with the most known headings."""
    best: _Headings | None = None
    for at, row in enumerate(rows):
        places: dict[str, int] = {}
        unknown = []
        for place, text in enumerate(row):
            key = _KEYS.get(fold(text))
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
