"""Numbers of issued invoices as back office gives them in a workbook: read row by row, then put together by
document."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from domain.calendar import parse_days
from domain.errors import DomainError
from domain.invoices import IssuedNumber
from domain.money import parse_amount
from domain.text import clean_line

_FORM = re.compile(r"[1-9](?:/\d{3})?")
_SERIES = re.compile(r"[CK]\d{2}[A-Z]{3}")
_FORM_AND_SERIES = re.compile(r"([1-9])([CK]\d{2}[A-Z]{3})")
"""How a form and a series are printed together."""
_NUMBER = re.compile(r"\d{1,8}")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?")
_LIMIT = 100


class NumberColumn(StrEnum):
    KEY = "key"
    FORM = "form"
    SERIES = "series"
    NUMBER = "number"
    DATE = "date"
    AUTHORITY_CODE = "authority_code"
    LOOKUP_CODE = "lookup_code"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class NumberProblem:
    """A row that is not taken, numbered as in Excel, and why."""

    row: int
    error: DomainError


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """The number of a document, and the sum of its rows in VND; `row` is its first row."""

    row: int
    key: str
    number: IssuedNumber
    total: int


def read_numbers(
    rows: Iterable[tuple[int, Mapping[str, str]]],
) -> tuple[list[GivenNumber], list[NumberProblem], int]:
    """The numbers by document, what cannot be taken, and how many documents have no number yet.

    A document may have several rows: those without a number belong to the one that has it. Errors in problems
    are `invoice_key_missing`, `invoice_cell` (reason: the column, value), `invoice_series_year`,
    `invoice_row_differs` (row) and `invoice_number_repeated` (row). A row with neither key nor number, such
    as a sum below the table, is left out.
    """
    given: dict[str, GivenNumber] = {}
    sums: dict[str, int] = {}
    problems: list[NumberProblem] = []
    wrong: set[str] = set()
    for row, cells in rows:
        key = ""
        if not any(cells.get(column, "").strip() for column in (NumberColumn.KEY, NumberColumn.NUMBER)):
            continue
        try:
            key = _key(cells.get(NumberColumn.KEY, ""))
            sums[key] = sums.get(key, 0) + _cell(cells, NumberColumn.TOTAL, _total)
            if cells.get(NumberColumn.NUMBER, "").strip():
                one = GivenNumber(row, key, _number(cells), 0)
                before = given.setdefault(key, one)
                if before.number != one.number:
                    raise DomainError("invoice_row_differs", row=before.row)
        except DomainError as error:
            problems.append(NumberProblem(row, error))
            wrong.add(key)
    numbers: dict[tuple[str, str, str], GivenNumber] = {}
    for one in given.values():
        place = (one.number.form, one.number.series, one.number.number)
        first = numbers.setdefault(place, one)
        if first is not one:
            repeated = DomainError("invoice_number_repeated", row=first.row)
            problems.append(NumberProblem(one.row, repeated))
    taken = [replace(one, total=sums[one.key]) for one in numbers.values() if one.key not in wrong]
    return taken, sorted(problems, key=lambda one: one.row), len(sums.keys() - given.keys() - wrong)


def is_in_order(one: IssuedNumber, other: IssuedNumber) -> bool:
    """Whether the dates of two numbers of a series do not contradict their order."""
    return (one.date >= other.date) if int(one.number) > int(other.number) else (one.date <= other.date)


def _number(cells: Mapping[str, str]) -> IssuedNumber:
    if whole := _FORM_AND_SERIES.fullmatch(cells.get(NumberColumn.SERIES, "").strip().upper()):
        cells = {**cells, NumberColumn.FORM: whole[1], NumberColumn.SERIES: whole[2]}
    number = IssuedNumber(
        form=_cell(cells, NumberColumn.FORM, _matching(_FORM)),
        series=_cell(cells, NumberColumn.SERIES, _matching(_SERIES)),
        number=str(int(_cell(cells, NumberColumn.NUMBER, _matching(_NUMBER)))),
        date=_cell(cells, NumberColumn.DATE, _date),
        authority_code=_cell(cells, NumberColumn.AUTHORITY_CODE, _free),
        lookup_code=_cell(cells, NumberColumn.LOOKUP_CODE, _free),
    )
    if int(number.series[1:3]) != number.date.year % 100:
        raise DomainError("invoice_series_year", series=number.series, day=number.date)
    return number


def _key(text: str) -> str:
    if not text.strip():
        raise DomainError("invoice_key_missing")
    return clean_line(text, _LIMIT)


def _cell(cells: Mapping[str, str], column: NumberColumn, parse: Callable[[str], Any]) -> Any:
    text = cells.get(column, "").strip()
    try:
        return parse(text)
    except (DomainError, ValueError):
        raise DomainError("invoice_cell", reason=column, value=text) from None


def _matching(form: re.Pattern[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        # A number cell of Excel arrives with a fraction.
        plain = clean_line(text, _LIMIT).upper().removesuffix(".0")
        if not form.fullmatch(plain):
            raise ValueError(plain)
        return plain

    return parse


def _date(text: str) -> date:
    iso = _ISO.fullmatch(text)
    if iso:
        return date(*map(int, iso.groups()))
    first, last = parse_days(text)
    if first != last:
        raise ValueError(text)
    return first


def _total(text: str) -> int:
    plain = clean_line(text, _LIMIT).removesuffix(".0")
    negative = plain.startswith(("-", "−"))
    return -parse_amount(plain[1:]) if negative else parse_amount(plain)


def _free(text: str) -> str:
    return clean_line(text, _LIMIT) if text else ""
