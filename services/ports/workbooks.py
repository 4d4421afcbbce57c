"""Workbooks in and out, and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.invoice_files import GivenFile
from domain.statements import Statement


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a workbook: its number, and the unchanged texts of its cells by field name."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: Sequence[SheetRow]
    unknown_headings: tuple[str, ...] = ()


class WorkbookReader(Protocol):
    async def read(self, content: bytes, file_name: str) -> Sheet:
        """Read a price list. Raises `DomainError` (`workbook_*`, `price_list_headings`)."""

    async def read_invoice_numbers(self, content: bytes) -> Sheet:
        """Read the workbook of documents that back office issues, as it comes back. The fields are those of
        `NumberColumn`. Raises `DomainError` (`workbook_*`, `invoice_numbers_headings`)."""

    async def read_statement(self, content: bytes) -> Statement:
        """Read a bank's statement. Raises `DomainError` (`workbook_*`, `statement_*`)."""

    async def read_invoice_files(self, content: bytes, name: str) -> tuple[Sequence[GivenFile], int] | None:
        """Read files of invoices: a PDF, an XML or an archive of them; also says how many others it had.
        `None` for a file of another kind. Raises `DomainError` (`workbook_*`)."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text whose cell is coloured, with a note that says why."""

    text: str
    note: str


Cell = str | int | date | datetime | Marked | None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook to write. Every row has a cell for each heading. Times are written in Vietnam's
    time zone. The columns with the headings `codes` stay text whatever is typed into them, so that codes keep
    their leading zeros."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    codes: frozenset[str] = frozenset()


class WorkbookWriter(Protocol):
    async def write(self, tables: Sequence[Table]) -> bytes:
        """The tables as an .xlsx file. A text is always written as text, never as a formula."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A group of figures: each row is a name and a value, both as text."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Painter(Protocol):
    async def paint(self, title: str, groups: Sequence[Figures]) -> bytes:
        """The figures as a PNG to be read on a phone."""
