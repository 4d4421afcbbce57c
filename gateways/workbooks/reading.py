"""The customers in a file, whatever the file is: sheets, headings, columns, rows, and the check of each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from domain.errors import DomainError
from domain.intakes.checking import checked
from domain.intakes.columns import HEADING_ROWS, find_heading_row, is_footer, recognise_columns
from domain.intakes.entries import Entry, EntryField, ListColumn, ListSheet
from domain.intakes.pasting import TEXT_LIMIT, read_lines
from domain.text import fold
from gateways.workbooks.file_kinds import text_of
from gateways.workbooks.layout import CHOICES_SHEET, COLUMN_LIMIT, GUIDANCE_SHEET, ROW_LIMIT
from gateways.workbooks.sheets import RawSheet, Row, open_workbook, texts_of
from gateways.workbooks.text import rows_of

Columns = Mapping[tuple[int, int], EntryField | None]
Texts = dict[EntryField, str]
Found = tuple[int, int, Texts]
_HEAD = 200
"""How many rows are looked at to recognise a sheet."""

_SAMPLES = 3
_SHOWN_LIMIT = 60
_CODE = re.compile(r"(?:\d\D*){6}")
_COLUMN_NUMBER = re.compile(r"\(?[0-9A-Z]{1,2}\)?(?:\s*=.*)?")
_NO_CUSTOMER = re.compile(
    r"(?:(?:[ivx]+|[0-9]|[a-d]) )?(?:(?:cac|khoi|nhom) )?(?:cong ty|doanh nghiep|dn|ho kinh doanh|hkd)"
    r"|(?:[a-z ]+ )?ngay(?: \d+)? thang(?: \d+)? nam(?: \d+)?"
)
_OWN_SHEETS = (GUIDANCE_SHEET, CHOICES_SHEET)
"""Sheets of the empty list that we hand out; leaving them out is not reported."""


def read_file(content: bytes, columns: Columns) -> "FoundList":
    """The list in a file of any kind, not checked yet; for `columns` and errors see
    `ListReader.read_list`."""
    text = text_of(content)
    if text is None:
        sheets, left = open_workbook(content)
    else:
        rows = (Row(number, texts_of(row[:COLUMN_LIMIT])) for number, row in enumerate(rows_of(text), 1))
        sheets, left = iter([RawSheet("", rows)]), []
    found = FoundList(columns, [name for name in left if name not in _OWN_SHEETS])
    for sheet in sheets:
        found.add(sheet)
    has_headings = any(sheet.heading_row for sheet in found.sheets)
    if text is not None and len(text) <= TEXT_LIMIT and not has_headings and not columns:
        found.prefer_lines(text)
    if not found.sheets and not found.rows:
        raise DomainError("workbook_no_list")
    return found


@dataclass(slots=True)
class FoundList:
    """What has been found so far: sheets, the names of those left out, and the rows of a list."""

    columns: Columns
    skipped: list[str]
    sheets: list[ListSheet] = field(default_factory=list)
    rows: list[Found] = field(default_factory=list)

    def add(self, sheet: RawSheet) -> None:
        """Take the sheet if it has a column of tax codes."""
        head = list(islice(sheet.rows, _HEAD))
        if not any(any(row.texts) for row in head):
            return
        at = find_heading_row([row.texts for row in head[:HEADING_ROWS]])
        headings, below = ([], head) if at is None else (head[at].texts, head[at + 1 :])
        body = [row.texts for row in below]
        fields = recognise_columns(headings, body)
        if EntryField.TAX_CODE not in fields:
            if sheet.name not in _OWN_SHEETS:
                self.skipped.append(sheet.name)
            return
        index = len(self.sheets)
        for (of, place), wanted in self.columns.items():
            if of == index and place < len(fields):
                fields = [None if taken_for is wanted else taken_for for taken_for in fields]
                fields[place] = wanted
        listed = _columns(headings, body, fields)
        self.sheets.append(ListSheet(sheet.name, 0 if at is None else head[at].number, listed))
        self._keep((index, *row) for row in _list_rows(chain(below, sheet.rows), fields))

    def prefer_lines(self, text: str) -> None:
        """Read the text line by line if that finds more: a message saved as a file has no columns."""
        lines = FoundList(self.columns, [])
        lines._keep((0, number, texts) for number, texts in read_lines(text))
        if lines._right_codes() > self._right_codes():
            self.sheets, self.skipped, self.rows = [], [], lines.rows

    def entries(self) -> Iterator[Entry]:
        """The rows, checked. Raises `DomainError("workbook_no_rows")` at the end if there was none."""
        entry = None
        for entry in checked(self.rows):
            yield entry
        if entry is None:
            raise DomainError("workbook_no_rows")

    def _keep(self, found: Iterable[Found]) -> None:
        for row in found:
            if len(self.rows) == ROW_LIMIT:
                raise DomainError("workbook_rows", limit=ROW_LIMIT)
            self.rows.append(row)

    def _right_codes(self) -> int:
        return sum(EntryField.TAX_CODE in entry.values for entry in checked(self.rows))


def _columns(
    headings: Sequence[str], body: Sequence[Sequence[str]], fields: Sequence[EntryField | None]
) -> tuple[ListColumn, ...]:
    """The columns with a heading or a text."""
    listed = []
    for place, taken_for in enumerate(fields):
        heading = headings[place].strip() if place < len(headings) else ""
        texts = (row[place].strip() for row in body if place < len(row))
        samples = tuple(text[:_SHOWN_LIMIT] for text in islice(filter(None, texts), _SAMPLES))
        if heading or samples:
            listed.append(ListColumn(place, heading[:_SHOWN_LIMIT], taken_for, samples))
    return tuple(listed)


def _list_rows(rows: Iterable[Row], fields: Sequence[EntryField | None]) -> Iterator[tuple[int, Texts]]:
    """The rows with a text in a column that was taken, except rows that are no customer."""
    places = [(place, taken_for) for place, taken_for in enumerate(fields) if taken_for]
    code_place = fields.index(EntryField.TAX_CODE) if EntryField.TAX_CODE in fields else -1
    above: Texts = {}
    for row in rows:
        cells, width = row.texts, len(row.texts)
        texts = {of: text for place, of in places if place < width and (text := cells[place].strip())}
        if not texts:
            continue
        if above and code_place in row.carried:
            _join(above, texts)
        elif _CODE.search(texts.get(EntryField.TAX_CODE, "")) or not _is_aside(cells):
            above = texts
            yield row.number, texts


def _join(above: Texts, texts: Texts) -> None:
    """Add a further row of the same customer; all texts of a field stand together, to choose from."""
    for of, text in texts.items():
        if text not in above.get(of, ""):
            above[of] = f"{above[of]} / {text}" if of in above else text


def _is_aside(cells: Sequence[str]) -> bool:
    """Whether a row without a tax code is a sum, a signature, its date, the title of a part of the list, or
    the number of each column."""
    texts = [text for cell in cells if (text := cell.strip())]
    return (
        all(map(_COLUMN_NUMBER.fullmatch, texts))
        or is_footer(texts[0])
        or _NO_CUSTOMER.fullmatch(fold(" ".join(texts))) is not None
    )
