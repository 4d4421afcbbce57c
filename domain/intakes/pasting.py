"""Customers and corrections as people write them in a chat."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.errors import DomainError
from domain.intakes.columns import find_heading_row, recognise_columns
from domain.intakes.entries import EntryField
from domain.intakes.lines import Line, Piece, PieceKind, without_number
from domain.intakes.looks import is_business, without_courtesy
from domain.intakes.pieces import by_customer, field_of, fields_of
from domain.text import tidy

TEXT_LIMIT = 50_000
"""The longest list that may be pasted, in characters."""

_GLANCE = 5_000
_TABLE = re.compile(r"\t|\s*\|\s*|\s*;\s*|\s{2,}")
_COMMAS = re.compile(r"\s*,\s*")
_BLOCK_FIELDS = 2
"""A customer written over several lines has at most this many fields in a line."""


@dataclass(slots=True)
class _Record:
    """A customer as far as it is read.

    `open`: the next line may go on with it. `most` is the largest number of fields in one of its lines.
    """

    line: int
    texts: dict[EntryField, str]
    numbered: bool = False
    most: int = field(init=False)
    open: bool = True

    def __post_init__(self) -> None:
        self.most = len(self.texts)

    @property
    def is_customer(self) -> bool:
        if EntryField.TAX_CODE in self.texts:
            return True
        named = is_business(self.texts.get(EntryField.NAME, ""))
        return named and (self.numbered or len(self.texts) > 1)


def read_lines(text: str) -> list[tuple[int, dict[EntryField, str]]]:
    """Every customer in `text`: the number of its first line, from 1, and its texts, not checked yet.

    Lines under headings are read as a table. Elsewhere a customer is a line, several lines, or one of many
    tax codes in a line; pieces are recognised by label or look. A wrong tax code is returned as a tax code,
    so that checking finds the problem. Talk is skipped.

    Raises `DomainError("text_too_long")` (limit, length).
    """
    if len(text) > TEXT_LIMIT:
        raise DomainError("text_too_long", limit=TEXT_LIMIT, length=len(text))
    lines = tidy(text).splitlines()
    records: list[_Record] = []
    at = 0
    while at < len(lines):
        if table := _table(lines, at):
            end, rows = table
            records += rows
            at = end
        else:
            _read_line(records, at + 1, lines[at])
            at += 1
    return [(record.line, record.texts) for record in records if record.is_customer]


def tax_codes_in(text: str) -> list[str]:
    """The right tax codes in `text`, as they are stored, each once and in order."""
    found: dict[str, None] = {}
    for line in tidy(text[:TEXT_LIMIT]).splitlines():
        for piece in Line(without_number(line)[1]).pieces():
            if piece.tax_code and (piece.label is None or piece.label.field is EntryField.TAX_CODE):
                found[piece.tax_code] = None
    return list(found)


def looks_like_list(text: str) -> bool:
    """Whether `text` is a list of customers: several tax codes, or one with another field beside it."""
    texts = [said for _, said in read_lines(text[:_GLANCE]) if EntryField.TAX_CODE in said]
    return len(texts) > 1 or any(len(said) > 1 for said in texts)


def read_correction(text: str) -> tuple[EntryField, str] | None:
    """The field that a reply corrects and its text, not checked yet; `None` when the field is not clear."""
    pieces = Line(" ".join(tidy(text[:_GLANCE]).split())).pieces(only_signs=True)
    labelled = [piece for piece in pieces if piece.label]
    if labelled and labelled[0] is pieces[0]:
        label = labelled[0].label
        if label is None or label.field is None or len(labelled) > 1:
            return None
        return label.field, without_courtesy(" ".join(piece.text for piece in pieces))
    if len(pieces) != 1:
        return None
    piece = pieces[0]
    if piece.kind is PieceKind.EMAIL:
        return EntryField.EMAIL, piece.text
    if piece.kind is PieceKind.TEXT:
        said = without_courtesy(piece.text)
        found = field_of(said)
        return (found, said) if found else None
    if piece.tax_code and piece.phone:
        return None
    return (EntryField.PHONE if piece.phone or piece.is_fixed else EntryField.TAX_CODE), piece.text


def _read_line(records: list[_Record], number: int, line: str) -> None:
    current = records[-1] if records and records[-1].open else None
    place, rest = without_number(line)
    parts = by_customer(Line(rest).pieces())
    for pieces in parts:
        texts, has_more = fields_of(pieces)
        alone = len(parts) == 1
        if alone and current and place is None and _goes_on(current, texts, pieces, has_more):
            current.texts.update(texts)
            current.most = max(current.most, len(texts))
            return
        if current:
            current.open = False
        bare = len(pieces) == 1 and pieces[0].kind is PieceKind.NUMBER and not pieces[0].label
        if bare and EntryField.TAX_CODE not in texts:
            # A number alone is taken for a tax code. If it is not one, checking has to show that.
            texts = {EntryField.TAX_CODE: pieces[0].text}
        if EntryField.TAX_CODE in texts or is_business(texts.get(EntryField.NAME, "")):
            records.append(_Record(number, texts, numbered=place is not None))
            records[-1].open = alone


def _goes_on(record: _Record, texts: dict[EntryField, str], pieces: Sequence[Piece], has_more: bool) -> bool:
    """Whether a line goes on with the customer above: it is as short and fills only fields open there."""
    if not texts or has_more or texts.keys() & record.texts.keys():
        return False
    if record.most > _BLOCK_FIELDS or len(texts) > _BLOCK_FIELDS:
        return False
    is_bare = len(pieces) == 1 and pieces[0].kind is PieceKind.NUMBER and not pieces[0].label
    if is_bare and EntryField.PHONE in texts:
        # In a list of nothing but tax codes this is a mistyped one.
        return record.most == 1 and len(record.texts) > 1
    return True


def _table(lines: Sequence[str], at: int) -> tuple[int, list[_Record]] | None:
    """If line `at` holds headings: the place of the line after the table, and the rows of the table."""
    for parting in (_TABLE, _COMMAS):
        headings = parting.split(lines[at].strip())
        if len(headings) < 2 or find_heading_row([headings]) is None:
            continue
        rows: list[tuple[int, list[str]]] = []
        end = at + 1
        while end < len(lines):
            cells = parting.split(lines[end].strip(" \r"))
            if len(cells) == len(headings) + 1 and cells[0].strip(" .)").isdigit():
                cells = cells[1:]
            if lines[end].strip() and (len(cells) < 2 or len(cells) > len(headings)):
                break
            if lines[end].strip():
                rows.append((end + 1, cells))
            end += 1
        if not rows:
            return None
        columns = recognise_columns(headings, [cells for _, cells in rows])
        if EntryField.TAX_CODE in columns or EntryField.NAME in columns:
            return end, [_row(number, columns, cells) for number, cells in rows]
    return None


def _row(number: int, columns: Sequence[EntryField | None], cells: Sequence[str]) -> _Record:
    texts = {
        column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column and cell.strip()
    }
    record = _Record(number, texts, numbered=True)
    record.open = False
    return record
