"""The customers in a file, whatever the file is: sheets, headings, columns, rows, and the check of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from domain.errors import DomainError
from domain.intakes.checking import checked
from domain.intakes.columns import HEADING_ROWS, find_heading_row, recognise_columns
from domain.intakes.entries import LEFT_LENGTH, LEFT_NAMED, Entry, EntryField, ListColumn, ListSheet
from domain.intakes.group_heads import headings_at
from domain.intakes.looks import is_phone, is_tax_code
from domain.intakes.pasting import TEXT_LIMIT, ReadText, read_text, read_tidy
from domain.intakes.rivals import places_of, with_rivals
from domain.intakes.vcards import of_firms
from gateways.workbooks.beside import only, tables_beside
from gateways.workbooks.file_kinds import is_markup, text_of
from gateways.workbooks.layout import CHOICES_SHEET, COLUMN_LIMIT, GUIDANCE_SHEET, ROW_LIMIT
from gateways.workbooks.markup import sheets_in_markup
from gateways.workbooks.rows import Rows, Texts, has_code, line_of, shown_line, tidied
from gateways.workbooks.sheets import RawSheet, Row, open_workbook, texts_of
from gateways.workbooks.text import rows_of
from gateways.workbooks.turned import is_turned, turned

Columns = Mapping[tuple[int, int], EntryField | None]
Found = tuple[int, int, Texts]
_HEAD = 200
"""How many rows are looked at to recognise a sheet."""

_SAMPLES = 3
_SHOWN_LIMIT = 60
_FEW = 0.5
_NAMED = 0.0001
"""What a name adds to a code: of readings with as many codes, the one with more names wins."""
_OWN_SHEETS = (GUIDANCE_SHEET, CHOICES_SHEET)
"""Sheets of the empty list that we hand out; leaving them out is not reported."""


def read_file(content: bytes, columns: Columns, with_hidden: bool = False) -> "FoundList":
    """The list in a file of any kind, not checked yet; for `columns`, `with_hidden` and errors see
    `ListReader.read_list`."""
    text = text_of(content, markup=True)
    left: list[str] = []
    if text is None:
        sheets, left = open_workbook(content)
    elif is_markup(text):
        sheets = iter(sheets_in_markup(text))
    else:
        rows = (Row(number, texts_of(row[:COLUMN_LIMIT])) for number, row in enumerate(rows_of(text), 1))
        sheets = iter([RawSheet("", rows)])
    found = FoundList(columns, [name for name in left if name not in _OWN_SHEETS], with_hidden)
    for sheet in sheets:
        found.add(sheet, by_line=text is None or is_markup(text))
    if text is not None and not is_markup(text) and len(text) <= TEXT_LIMIT and not columns:
        found.prefer(read_text(text), 0, 0, {}, "")
    if not found.sheets and not found.rows:
        raise DomainError("workbook_no_list")
    return found


@dataclass(slots=True)
class FoundList:
    """What has been found so far: sheets, the names of those left out, and the rows of a list."""

    columns: Columns
    skipped: list[str]
    with_hidden: bool = False
    sheets: list[ListSheet] = field(default_factory=list)
    rows: list[Found] = field(default_factory=list)

    def add(self, sheet: RawSheet, by_line: bool) -> None:
        """Take the sheet if it has a column of tax codes or, with `by_line`, customers in its lines."""
        visible = iter(sheet.rows) if self.with_hidden or not sheet.hidden else _without(sheet)
        head = list(islice(visible, _HEAD))
        if not any(any(row.texts) for row in head):
            return
        rows = tidied(head, visible)
        first, before = len(self.sheets), len(self.rows)
        head = list(islice(rows, len(head)))
        if is_turned([row.texts for row in head]):
            rows, head = iter(()), turned(head + list(islice(rows, _HEAD)))
        lines: list[Row] | None = None
        if by_line and not self.columns and _is_poor(head):
            lines = [*head, *islice(rows, ROW_LIMIT + 1)]
            rows = iter(lines)
        else:
            rows = chain(head, rows)
        if parts := tables_beside([row.texts for row in head]):
            taken = list(islice(rows, ROW_LIMIT + 1))
            for part in parts:
                self._add_tables(sheet.name, only(part, taken))
        else:
            self._add_tables(sheet.name, rows)
        if lines is not None:
            read = read_tidy([line_of(texts) for texts in of_firms([row.texts for row in lines])])
            numbers = {place: row.number for place, row in enumerate(lines, 1)}
            self.prefer(read, first, before, numbers, sheet.name)
        if len(self.sheets) == first:
            if sheet.name and sheet.name not in _OWN_SHEETS:
                self.skipped.append(sheet.name)
        elif sheet.hidden:
            last = replace(self.sheets[first], hidden=len(sheet.hidden), with_hidden=self.with_hidden)
            self.sheets[first] = last

    def _add_tables(self, name: str, rows: Iterator[Row]) -> None:
        """Take the tables of a sheet, one below the other, each with headings of its own."""
        more: Iterator[Row] | None = rows
        while more is not None:
            more = self._add_table(name, more)

    def _add_table(self, name: str, rows: Iterator[Row]) -> Iterator[Row] | None:
        head = list(islice(rows, _HEAD))
        at = _first_headings(head)
        above = head[:at] if at else []
        headings, first = ([], 0) if at is None else headings_at([row.texts for row in head], at)
        below = head[first:]
        body = [row.texts for row in below]
        fields = recognise_columns(headings, body)
        if EntryField.TAX_CODE not in fields:
            return None
        fields = with_rivals(headings, body, fields)
        index = len(self.sheets)
        chosen = {place: to for (of, place), to in self.columns.items() if of == index}
        # A column the accountant chose for a field has no rivals.
        fields = [
            chosen.get(place, None if field in chosen.values() else field)
            for place, field in enumerate(fields)
        ]
        listed = _columns(headings, body, fields)
        table = Rows(places_of(headings, fields), fields, headings, chain(below, rows))
        self._keep(index, table)
        left = [*(shown_line(row) for row in above if has_code(row.texts)), *table.left]
        heading_row = 0 if at is None else head[at].number
        self.sheets.append(ListSheet(name, heading_row, listed, tuple(left[:LEFT_NAMED]), len(left)))
        return table.rest

    def prefer(self, read: ReadText, first: int, before: int, numbers: Mapping[int, int], name: str) -> None:
        """Take what was read line by line for the sheets from `first` on, if that has more right codes."""
        if _score(read.customers) <= _score(enumerate(texts for _, _, texts in self.rows[before:])):
            return
        del self.sheets[first:], self.rows[before:]
        index = len(self.sheets)
        self.sheets.append(
            ListSheet(
                name,
                0,
                (),
                tuple(line.strip()[:LEFT_LENGTH] for line in read.left[:LEFT_NAMED]),
                len(read.left),
            )
        )
        self._keep_rows((index, numbers.get(line, line), texts) for line, texts in read.customers)

    def entries(self) -> Iterator[Entry]:
        """The rows, checked. Raises `DomainError("workbook_no_rows")` at the end if there was none."""
        entry = None
        for entry in checked(self.rows):
            yield entry
        if entry is None:
            raise DomainError("workbook_no_rows")

    def _keep(self, index: int, table: Rows) -> None:
        self._keep_rows((index, *row) for row in table)

    def _keep_rows(self, found: Iterator[Found]) -> None:
        for row in found:
            if len(self.rows) == ROW_LIMIT:
                raise DomainError("workbook_rows", limit=ROW_LIMIT)
            self.rows.append(row)


def _without(sheet: RawSheet) -> Iterator[Row]:
    return (row for row in sheet.rows if row.number not in sheet.hidden)


def _is_poor(head: Sequence[Row]) -> bool:
    """Whether the first rows, as a table, have few of the tax codes that stand in them."""
    at = _first_headings(head)
    headings, below = ([], head) if at is None else (head[at].texts, head[at + 1 :])
    body = [row.texts for row in below]
    fields = recognise_columns(headings, body)
    if EntryField.TAX_CODE not in fields:
        return True
    place = fields.index(EntryField.TAX_CODE)
    right = sum(place < len(row) and is_tax_code(row[place]) for row in body)
    return right < _FEW * sum(has_code(row.texts) for row in head)


def _first_headings(head: Sequence[Row]) -> int | None:
    """The place of the headings of the first table; those of a further one below may name more fields."""
    rows = [row.texts for row in head[:HEADING_ROWS]]
    at = find_heading_row(rows)
    while at is not None and (earlier := find_heading_row(rows[:at])) is not None:
        named = EntryField.TAX_CODE in recognise_columns(rows[earlier], [])
        if not named or not any(map(has_code, rows[earlier + 1 : at])):
            break
        at = earlier
    return at


def _score(rows: Iterable[tuple[int, Texts]]) -> float:
    """How much a reading found: the right codes, and half a code for each row with one that is only proposed
    or stands beside one of another make."""
    by_row: dict[int, list[Entry]] = {}
    for entry in checked((0, number, texts) for number, texts in rows):
        by_row.setdefault(entry.number, []).append(entry)
    found = 0.0
    for entries in by_row.values():
        codes = (entry.get(EntryField.TAX_CODE) for entry in entries)
        # A phone with a prefix may have the digits of a dependent unit's code.
        right = [code for code in codes if code and not ("-" in code and is_phone(code))]
        alike = len({tuple(entry.values) for entry in entries}) == 1
        problems = (problem for entry in entries for problem in entry.problems)
        proposed = any(problem.choices for problem in problems if problem.field is EntryField.TAX_CODE)
        worth = len(right) if right and alike else 0.5 * bool(right or proposed)
        found += worth + _NAMED * bool(worth and all(entry.get(EntryField.NAME) for entry in entries))
    return found


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
