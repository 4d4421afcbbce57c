"""Banks' statements in files: movements are found by the words of the headings, in each layout."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest

from domain.calendar import VIETNAM
from domain.errors import DomainError
from domain.statements import Statement
from gateways.workbooks.statements import read_statement_file, statement_of
from gateways.workbooks.workbooks import CalamineReader
from tests.support.bank_files import ACCOUNT, LAYOUTS, Cells, Move, as_csv, as_page, as_xlsx, mb, vietcombank

NOON = datetime(2026, 6, 15, 12, 30, tzinfo=VIETNAM)
MOVES = [
    Move(NOON, 2_950_000, "MBVCB.123.KTM7R4Q2X chuyen tien", "FT26166001"),
    Move(NOON + timedelta(hours=1), -500_000, "rut tien", "FT26166002"),
    Move(NOON + timedelta(days=1), 1_950_000, "tien hang", "FT26166003"),
]
WITHOUT_REFERENCE = ("mb", "plain")
FILES: dict[str, Callable[[Sequence[Cells]], bytes]] = {"xlsx": as_xlsx, "csv": as_csv, "page": as_page}


def read(content: bytes) -> Statement:
    return statement_of(read_statement_file(content))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_read_by_its_words(layout: str) -> None:
    found = read(as_xlsx(LAYOUTS[layout](MOVES)))
    assert [(row.amount, row.outgoing) for row in found.rows] == [
        (2_950_000, False),
        (500_000, True),
        (1_950_000, False),
    ]
    assert [row.content for row in found.rows] == [one.content for one in MOVES]
    assert [row.occurred_at.astimezone(VIETNAM).date() for row in found.rows] == [
        date(2026, 6, 15),
        date(2026, 6, 15),
        date(2026, 6, 16),
    ]
    assert {row.account for row in found.rows} == {ACCOUNT}
    assert {row.currency for row in found.rows} == {"VND"}
    if layout not in WITHOUT_REFERENCE:
        assert all(one.reference in row.reference for one, row in zip(MOVES, found.rows, strict=True))
    assert (found.first, found.last) == (date(2026, 6, 15), date(2026, 6, 16))
    assert found.unreadable == ()


@pytest.mark.parametrize("kind", FILES)
def test_each_kind_of_file_is_read(kind: str) -> None:
    found = read(FILES[kind](vietcombank(MOVES)))
    assert [row.amount for row in found.rows] == [2_950_000, 500_000, 1_950_000]


async def test_the_reader_process_reads_statements() -> None:
    async with CalamineReader() as reader:
        found = await reader.read_statement(as_xlsx(mb(MOVES), ["A1:F1", "A3:F3"]))
        assert found == read(as_xlsx(mb(MOVES)))
        assert found.rows[0].occurred_at == NOON
        assert found.rows[0].timed
        with pytest.raises(DomainError, match="statement_headings"):
            await reader.read_statement(as_xlsx([["Mã số thuế", "Tên khách"], ["0101243150", "An Phát"]]))


def test_a_page_with_cells_over_several_rows_and_columns() -> None:
    page = f"""<html><table>
    <tr><td colspan=5>Số tài khoản: {ACCOUNT}</td></tr>
    <tr><th rowspan=2>Ngày</th><th colspan=2>Số tiền</th><th rowspan=2>Số dư<th rowspan=2>Nội dung</th></tr>
    <tr><th>Nợ</th><th>Có</th></tr>
    <tr><td>15/06/2026</td><td></td><td>2,950,000</td><td>1</td><td>ck<br>KTM7R4Q2X</td></tr>
    </table>"""
    (row,) = read(page.encode()).rows
    assert (row.amount, row.outgoing, row.content) == (2_950_000, False, "ck KTM7R4Q2X")
    assert row.account == ACCOUNT


HEADS: Cells = ["Ngày giao dịch", "Ghi nợ", "Ghi có", "Nội dung"]


def test_rows_with_money_that_is_not_clear_are_told_and_sums_are_not_rows() -> None:
    rows: list[Cells] = [
        HEADS,
        ["15/06/2026", "", "2.950.000", "a"],
        ["15/06/2026", "", "2.950.000,5", "half a dong"],
        ["31/02/2026", "", "1.000", "no such day"],
        ["15/06/2026", "1.000", "1.000", "both ways"],
        ["", "", "", "a second line"],
        ["Tổng cộng", "", "2.950.000", ""],
        ["", "", "2.950.000", "Tổng phát sinh có"],
    ]
    found = read(as_xlsx(rows))
    assert [row.content for row in found.rows] == ["a"]
    assert found.unreadable == (3, 4, 5)
    assert found.rows[0].account == ""


def test_amounts_without_a_sign_or_a_word_say_nothing() -> None:
    rows: list[Cells] = [["Ngày", "Số tiền", "Nội dung"], ["15/06/2026", "1.000", "a"]]
    found = read(as_xlsx([*rows, ["16/06/2026", "-2.000", "b"]]))
    assert [(row.amount, row.outgoing) for row in found.rows] == [(1_000, False), (2_000, True)]
    with pytest.raises(DomainError, match="statement_empty"):
        read(as_xlsx(rows))
    worded: list[Cells] = [["Ngày", "Nợ/Có", "Số tiền", "Nội dung"], ["15/06/2026", "C", "1.000", "a"]]
    found = read(as_xlsx([*worded, ["16/06/2026", "D", "2.000", "b"]]))
    assert [(row.amount, row.outgoing) for row in found.rows] == [(1_000, False), (2_000, True)]


def test_money_in_another_currency_says_so() -> None:
    rows = [*vietcombank([])[:3], ["Loại tiền: USD"], HEADS, ["15/06/2026", "", "100", "a"]]
    assert read(as_xlsx(rows)).rows[0].currency == "USD"
