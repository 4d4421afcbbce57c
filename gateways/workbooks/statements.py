"""A bank's statement in a file: a workbook, a separated text, or a page of the bank that is named .xls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import chain
from typing import Any

from domain.errors import DomainError
from domain.statements import Statement, StatementRow, ToldBalance, read_statement
from gateways.workbooks.file_kinds import text_of
from gateways.workbooks.layout import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT
from gateways.workbooks.sheets import open_workbook, texts_of
from gateways.workbooks.text import decode, rows_of

STATEMENT = "statement"
"""What the worker is asked for."""

_Sheets = Iterable[Iterable[tuple[int, Sequence[str]]]]


def read_statement_file(content: bytes) -> dict[str, Any]:
    """The statement in a form that JSON can carry; `statement_of` reads it back. Raises `DomainError`: those
    of `text_of`, `open_workbook` and `domain.statements.read_statement`, and "workbook_rows" (limit)."""
    found = read_statement(_bounded(_sheets(content)))
    rows = [[row.number, row.occurred_at.isoformat(), *astuple(row)[2:]] for row in found.rows]
    days = [found.first.isoformat(), found.last.isoformat()]
    balances = [astuple(one) for one in found.balances]
    return {"rows": rows, "unreadable": found.unreadable, "days": days, "balances": balances}


def statement_of(frame: Mapping[str, Any]) -> Statement:
    rows = (StatementRow(number, datetime.fromisoformat(at), *rest) for number, at, *rest in frame["rows"])
    first, last = map(date.fromisoformat, frame["days"])
    balances = tuple(ToldBalance(*one) for one in frame["balances"])
    return Statement(tuple(rows), tuple(frame["unreadable"]), first, last, balances)


def _sheets(content: bytes) -> _Sheets:
    try:
        text = text_of(content)
    except DomainError as error:
        if error.params.get("of") != "html":
            raise
        page = _Tables()
        page.feed(decode(content))
        return [enumerate(page.rows, 1)]
    if text is not None:
        return [enumerate((texts_of(row[:COLUMN_LIMIT]) for row in rows_of(text)), 1)]
    return (((row.number, row.texts) for row in sheet.rows) for sheet in open_workbook(content, True)[0])


def _bounded(sheets: _Sheets) -> Iterator[Iterable[tuple[int, Sequence[str]]]]:
    left = ROW_LIMIT
    for sheet in sheets:
        rows = [row for row in sheet if any(row[1])]
        left -= len(rows)
        if left < 0:
            raise DomainError("workbook_rows", limit=ROW_LIMIT)
        yield rows


class _Tables(HTMLParser):
    """The rows of all tables of a page; a cell over several columns or rows leaves the others empty."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._below: dict[int, int] = {}
        """How many more rows a cell above takes at a place."""
        self._cell: list[str] | None = None
        self._size = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self._below = {place: left - 1 for place, left in self._below.items() if left > 1}
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            given = dict(attrs)
            self._cell = []
            self._size = _number(given.get("colspan")), _number(given.get("rowspan"))
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or not self.rows:
            return
        row, text = self.rows[-1], " ".join("".join(self._cell).split())
        while len(row) in self._below:
            row.append("")
        wide, high = self._size
        if high > 1:
            self._below |= dict.fromkeys(range(len(row), len(row) + wide), high)
        row += chain([text[:CELL_LIMIT]], [""] * (wide - 1))
        del row[COLUMN_LIMIT:]
        self._cell = None


def _number(text: str | None) -> int:
    return min(int(text), COLUMN_LIMIT) if text and text.isascii() and text.isdigit() and int(text) else 1
