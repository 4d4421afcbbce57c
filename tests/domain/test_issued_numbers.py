"""Numbers of invoices as they stand in a workbook."""

from datetime import date
from typing import Any

import pytest

from domain.invoices import IssuedNumber
from domain.issued_numbers import GivenNumber, NumberColumn, is_in_order, read_numbers

NUMBER = IssuedNumber("1", "C26TAA", "12", date(2026, 6, 16), "00BD", "2QTB")


def cells(**changes: str) -> dict[str, str]:
    values = {
        "key": "one",
        "form": "1",
        "series": "c26taa",
        "number": "00000012",
        "date": "16/06/2026",
        "authority_code": "00BD",
        "lookup_code": "2QTB",
        "total": "1.500.000",
    }
    return {NumberColumn(name): text for name, text in (values | changes).items()}


def errors(*rows: dict[str, str]) -> list[tuple[int, str, Any]]:
    _, problems, _ = read_numbers(enumerate(rows, 2))
    return [(one.row, one.error.code, one.error.params.get("reason")) for one in problems]


def test_a_row_is_read_as_people_write_it() -> None:
    expected = [GivenNumber(2, "one", NUMBER, 1_500_000)]
    for row in (cells(), cells(date="2026-06-16"), cells(date="2026-06-16 00:00:00", number="12.0")):
        assert read_numbers([(2, row)]) == (expected, [], 0)
    spaced = cells(key=" one ", form="1.0", total=" 1500000.0 ")
    assert read_numbers([(2, spaced)]) == (expected, [], 0)
    assert read_numbers([(2, cells(total="-1.500.000"))])[0][0].total == -1_500_000


def test_the_rows_of_a_document_are_put_together() -> None:
    rows = [
        (2, cells(number="")),
        (3, cells(total="5")),
        (4, cells(total="6")),
        (5, cells(key="b", number="")),
    ]
    assert read_numbers(rows) == ([GivenNumber(3, "one", NUMBER, 1_500_011)], [], 1)


@pytest.mark.parametrize(
    "column, text",
    [
        ("form", ""),
        ("form", "hai"),
        ("series", "26TAA"),
        ("series", "C26TA"),
        ("number", "123456789"),
        ("number", "C26TAA12"),
        ("date", "31/06/2026"),
        ("date", "01/06/2026 - 02/06/2026"),
        ("date", ""),
        ("total", ""),
        ("authority_code", "x" * 101),
    ],
)
def test_a_cell_that_is_wrong_is_named(column: str, text: str) -> None:
    assert errors(cells(**{column: text})) == [(2, "invoice_cell", column)]


def test_rows_that_contradict_each_other_are_named() -> None:
    assert errors(cells(), cells(number="13")) == [(3, "invoice_row_differs", None)]
    assert errors(cells(), cells(key="two")) == [(3, "invoice_number_repeated", None)]
    assert errors(cells(), cells(key="two", series="C26TAB")) == []
    assert errors(cells(series="C27TAA")) == [(2, "invoice_series_year", None)]
    assert errors(cells(key=" ")) == [(2, "invoice_key_missing", None)]


def test_a_document_with_a_wrong_row_is_not_taken() -> None:
    given, problems, left = read_numbers([(2, cells()), (3, cells(total="?"))])
    assert (given, len(problems), left) == ([], 1, 0)


def test_numbers_follow_their_dates() -> None:
    later = IssuedNumber("1", "C26TAA", "100", date(2026, 6, 16))
    assert is_in_order(later, NUMBER)
    assert is_in_order(NUMBER, later)
    assert not is_in_order(IssuedNumber("1", "C26TAA", "100", date(2026, 6, 15)), NUMBER)
    assert not is_in_order(IssuedNumber("1", "C26TAA", "9", date(2026, 6, 17)), NUMBER)
