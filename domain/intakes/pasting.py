"""Customers and corrections as people write them in a chat."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from domain.errors import DomainError
from domain.intakes.asides import (
    is_correction,
    is_legal_form,
    is_ruler,
    refused_from,
)
from domain.intakes.columns import are_headings, find_heading_row, recognise_columns
from domain.intakes.entries import EntryField
from domain.intakes.forms import Form, form_at, names_agent
from domain.intakes.lines import Line, without_number
from domain.intakes.looks import business_in, is_business, is_tax_code, without_courtesy
from domain.intakes.numbers import PieceKind, numbers_in
from domain.intakes.own_side import without_own_side
from domain.intakes.pieces import by_customer, field_of, fields_of
from domain.intakes.records import Record, doubt_last_contact, goes_on, says_nothing, set_beside
from domain.intakes.rivals import Place, places_of, texts_of_row, with_rivals
from domain.intakes.text_lines import lines_of, without_headings
from domain.text import fold, tidy

TEXT_LIMIT = 50_000
"""The longest list that may be pasted, in characters."""

_FIRST, _GLANCE = 600, 5_000
_TABLE = re.compile(r"\t|\s*\|\s*|\s*;\s*|\s{2,}")
_COMMAS = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class ReadText:
    """The customers of a text, each with the number of its first line, from 1, and its texts, not checked
    yet; and the lines left out that seem to be about customers."""

    customers: list[tuple[int, dict[EntryField, str]]]
    left: tuple[str, ...] = ()


def read_text(text: str) -> ReadText:
    """Every customer in `text`.

    Lines under headings are read as a table, unless more right codes are found without. Elsewhere a customer
    is a form, a line, several lines, or one of many tax codes in a line; pieces are recognised by label or
    look. A wrong tax code is returned as a tax code, so that checking finds the problem. Talk is skipped.

    Raises `DomainError("text_too_long")` (limit, length).
    """
    if len(text) > TEXT_LIMIT:
        raise DomainError("text_too_long", limit=TEXT_LIMIT, length=len(text))
    return read_tidy(lines_of(text))


def read_tidy(lines: Sequence[str]) -> ReadText:
    """`read_text` of lines that are tidy, however many."""
    reading = _Reading()
    whole = lines
    own = without_own_side(without_headings(lines))
    lines = own.lines
    at = tried = no_form = 0
    is_spaced = not any(line.strip() and below.strip() for line, below in pairwise(lines))
    while at < len(lines):
        if names_agent(lines[at]):
            # The agent's code stands below its name.
            reading.left += [(place + 1, lines[place]) for place in range(at, min(at + 2, len(lines)))]
            at += 2
        elif at >= no_form and (found := form_at(lines, at)):
            no_form, forms = found
            if forms:
                reading.add_forms(forms, at + 1)
                at = no_form
        elif at >= tried and (table := _table(lines, at)):
            end, rows = table
            by_line = _Reading()
            for place in range(at, end):
                by_line.read(place + 1, lines[place])
            if _codes_of(by_line.records) > _codes_of(rows):
                tried = end
                continue
            reading.records += rows
            at = end
        else:
            if not is_spaced or lines[at].strip():  # Gaps between all lines part nothing.
                reading.read(at + 1, lines[at])
            at += 1
    customers = [record for record in reading.records if record.is_customer]
    lost = [(record.line, whole[record.line - 1]) for record in reading.records if not record.is_customer]
    left = [line for _, line in sorted([*own.left, *reading.left, *lost]) if _is_of_note(line)]
    for record in customers:
        record.doubt(own.doubted)
    if customers:
        doubt_last_contact(customers)
    return ReadText([(record.line, record.texts) for record in customers], tuple(left))


def read_lines(text: str) -> list[tuple[int, dict[EntryField, str]]]:
    """The customers of `read_text`."""
    return read_text(text).customers


def _codes_of(records: Sequence[Record]) -> int:
    """How many right tax codes there are, also those with a branch behind them."""
    codes = (record.texts.get(EntryField.TAX_CODE) for record in records)
    return sum(code is not None and is_tax_code(code.partition("/")[0]) for code in codes)


def _is_of_note(line: str) -> bool:
    """Whether a line that was left out may be about a customer, so that it must be named."""
    return bool(line.strip()) and (
        any(piece.kind is PieceKind.NUMBER for piece in numbers_in(line))
        or is_business(business_in(line.strip()))
        or "mst" in fold(line).split()
        or refused_from(line) is not None
    )


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
    # Most lists show it in their first lines.
    first = text[:_FIRST].rpartition("\n")[0]
    return (bool(first) and len(text) > _FIRST and _lists(first)) or _lists(text[:_GLANCE])


def _lists(text: str) -> bool:
    texts = [said for _, said in read_lines(text) if EntryField.TAX_CODE in said]
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


@dataclass(slots=True)
class _Reading:
    """The customers of some lines, and the lines that were left out."""

    records: list[Record] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)
    form: Record | None = None
    begun: tuple[int, str] | None = None
    """A line that is the beginning of the name in the next one."""

    def add_forms(self, forms: Sequence[Form], line: int) -> None:
        """Take the customers of a form. The name of the first may be its title, in the line above."""
        above = self.records[-1] if self.records else None
        first = forms[0].texts
        if above and above.open and above.texts.keys() == {EntryField.NAME} and above.line == line - 1:
            if EntryField.NAME not in first:
                first[EntryField.NAME] = above.texts[EntryField.NAME]
            self.records.pop()
        for form in forms:
            self.form = Record(form.line, form.texts, numbered=True)
            self.form.open = False
            self.records.append(self.form)

    def read(self, number: int, line: str) -> None:
        """Read one line."""
        place, rest = without_number(line)
        if is_ruler(rest) or are_headings(rest):
            return
        if is_legal_form(rest):
            self.begun = (number, rest.strip().lstrip("0123456789. "))
            self.left.append((number, line))
            return
        cut = refused_from(rest)
        if cut is not None and any(piece.kind is PieceKind.NUMBER for piece in numbers_in(rest[cut:])):
            self.left.append((number, line))
            rest = rest[:cut]
        else:
            cut = None
        if not self._read(number, rest, numbered=place is not None) and cut is None:
            self.left.append((number, line))

    def _read(self, number: int, rest: str, numbered: bool) -> bool:
        """Whether something was taken of the line."""
        records = self.records
        current = records[-1] if records and records[-1].open else None
        taken = False
        pieces = Line(rest).pieces()
        corrected = is_correction(rest)
        parts = [pieces] if corrected else by_customer(pieces)
        for pieces in parts:
            texts, has_more = fields_of(pieces)
            if corrected and len(codes := [piece.text for piece in pieces if piece.tax_code]) > 1:
                texts[EntryField.TAX_CODE] = " / ".join(reversed(codes))  # The last one is probably right.
                if texts.get(EntryField.PHONE) in codes:
                    del texts[EntryField.PHONE]
            if self.begun and self.begun[0] == number - 1 and EntryField.NAME in texts:
                texts[EntryField.NAME] = f"{self.begun[1]} {texts[EntryField.NAME]}"
                self.left.pop()
                self.begun = None
            alone = len(parts) == 1
            if alone and current:
                said_again = set_beside(current, texts, pieces, corrected)
                if said_again and not texts:
                    return True
            below_codes = len(records) > 1 and all(
                one.texts.keys() == {EntryField.TAX_CODE} for one in records[-2:]
            )
            if below_codes and alone and texts.keys() == {EntryField.NAME}:
                return False  # Below several codes nobody knows whose name it is.
            if alone and current and not numbered and goes_on(current, texts, pieces, has_more):
                current.go_on(texts)
                return True
            if current and not says_nothing(rest, texts, pieces):
                current.open = False
            bare = len(pieces) == 1 and pieces[0].kind is PieceKind.NUMBER and not pieces[0].label
            is_alone = not records or len(records[-1].texts) > 1
            if bare and pieces[0].phone and not pieces[0].tax_code and not numbered and is_alone:
                return taken  # Not among tax codes, this is somebody's phone.
            if bare and not pieces[0].is_sum and EntryField.TAX_CODE not in texts:
                # A number alone is taken for a tax code. If it is not one, checking has to show that.
                texts = {EntryField.TAX_CODE: pieces[0].text}
            if self.form and texts.get(EntryField.TAX_CODE, "") == self.form.texts.get(EntryField.TAX_CODE):
                taken = True  # A site repeats the code below its form.
            elif EntryField.TAX_CODE in texts or is_business(texts.get(EntryField.NAME, "")):
                records.append(Record(number, texts, numbered=numbered))
                records[-1].open = alone
                taken = True
        return taken


def _table(lines: Sequence[str], at: int) -> tuple[int, list[Record]] | None:
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
            if lines[end].strip() and not is_ruler(lines[end]):
                rows.append((end + 1, cells))
            end += 1
        if not rows:
            return None
        body = [cells for _, cells in rows]
        columns = recognise_columns(headings, body)
        if EntryField.TAX_CODE in columns or EntryField.NAME in columns:
            places = places_of(headings, with_rivals(headings, body, columns))
            return end, [_row(number, places, cells) for number, cells in rows]
    return None


def _row(number: int, places: Sequence[Place], cells: Sequence[str]) -> Record:
    record = Record(number, texts_of_row(cells, places), numbered=True)
    record.open = False
    return record
