"""Spreadsheets written in markup: SpreadsheetML of Excel 2003, and tables of web pages saved as .xls."""

import io
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError, iterparse

from domain.errors import DomainError
from gateways.workbooks.layout import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT, SHEET_LIMIT
from gateways.workbooks.sheets import RawSheet, Row

XML_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_ROWS = 10 * ROW_LIMIT
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


def sheets_in_markup(text: str) -> list[RawSheet]:
    """The sheets of a spreadsheet in XML of 2003, or the tables of a web page; none if it has none.

    Raises `DomainError`: "workbook_broken", "workbook_rows" (limit).
    """
    if XML_2003 in text[:4096]:
        return _xml_2003(text)
    page = _Page()
    page.feed(text)
    page.close()
    return [
        RawSheet("", iter(rows), frozenset(row.number for row in rows if row.number in page.hidden))
        for rows in page.tables[:SHEET_LIMIT]
        if rows
    ]


def _xml_2003(text: str) -> list[RawSheet]:
    if "<!DOCTYPE" in text[:4096]:
        raise DomainError("workbook_broken")
    # The text is decoded already, whatever the declaration says.
    content = io.BytesIO(_DECLARED.sub("", text).encode())
    try:
        return list(_worksheets(iterparse(content, ("start", "end"))))
    except (ParseError, ValueError) as error:
        raise DomainError("workbook_broken") from error


def _worksheets(elements: Iterable[tuple[str, Element]]) -> Iterator[RawSheet]:
    rows: list[Row] = []
    hidden: set[int] = set()
    texts: list[str] = []
    name, number, visible = "", 0, True
    for event, element in elements:
        tag = element.tag.rpartition("}")[2]
        said = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        if event == "start" and tag == "Worksheet":
            name, rows, hidden, number, visible = said.get("Name", ""), [], set(), 0, True
        elif event == "start" and tag == "Row":
            number, texts = int(said.get("Index", number + 1)), []
        elif event == "end" and tag == "Cell":
            place = int(said.get("Index", len(texts) + 1)) - 1
            if place < COLUMN_LIMIT:
                texts += [""] * (place - len(texts))
                texts.append("".join(element.itertext()).strip()[:CELL_LIMIT])
                texts += [""] * min(int(said.get("MergeAcross", 0)), COLUMN_LIMIT - len(texts))
        elif event == "end" and tag == "Row":
            if len(rows) >= _ROWS:
                raise DomainError("workbook_rows", limit=ROW_LIMIT)
            rows.append(Row(number, texts))
            if said.get("Hidden") == "1":
                hidden.add(number)
            element.clear()
        elif event == "end" and tag == "Visible":
            visible = (element.text or "") not in ("SheetHidden", "SheetVeryHidden")
        elif event == "end" and tag == "Worksheet" and visible:
            yield RawSheet(name, iter(rows), frozenset(hidden))


class _Page(HTMLParser):
    """The tables of a page as rows of texts; a table inside another is part of its cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Row]] = []
        self.hidden: set[int] = set()
        self._depth = 0
        self._number = 0
        self._cell: list[str] | None = None
        self._texts: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._number += 1
            self._texts = []
            if _HIDDEN.search(said.get("style") or "") or "hidden" in said:
                self.hidden.add(self._number)
        elif self._depth == 1 and tag in ("td", "th") and self._texts is not None:
            self._end_cell()
            self._cell = []
            span = said.get("colspan") or "1"
            self._span = int(span) if span.isdecimal() else 1
        elif tag in ("br", "p", "div") and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or self._texts is None:
            return
        lines = "".join(self._cell).replace("\xa0", " ").splitlines()
        text = "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
        if len(self._texts) < COLUMN_LIMIT:
            self._texts.append(text[:CELL_LIMIT])
            self._texts += [""] * min(self._span - 1, COLUMN_LIMIT - len(self._texts))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._texts is not None and self.tables:
            if self._number > _ROWS:
                raise DomainError("workbook_rows", limit=ROW_LIMIT)
            self.tables[-1].append(Row(self._number, self._texts))
        self._texts = None
