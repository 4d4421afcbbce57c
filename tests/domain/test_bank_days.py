"""A day's balance from a statement: read in either order, from a column or from the rows before and after."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.accounts import KnownAccounts
from domain.bank_days import BankDay, bank_days, compare_day
from domain.calendar import VIETNAM
from domain.statements import Statement, read_statement
from domain.transfers import Provider, Transfer, TransferState
from tests.support.banks import reported

ACCOUNT = "0011001234567"
OURS = KnownAccounts((ACCOUNT,))
FIRST, SECOND, THIRD = (date(2026, 6, day) for day in (15, 16, 17))
HEADS = ["Ngày", "Ghi nợ", "Ghi có", "Số dư", "Nội dung"]
MOVES = [
    ["15/06/2026", "", "2.000", "12.000", "a"],
    ["15/06/2026", "500", "", "11.500", "b"],
    ["17/06/2026", "", "3.000", "14.500", "c"],
]


def file(*rows: list[str]) -> Statement:
    return read_statement([list(enumerate([[f"Số tài khoản: {ACCOUNT}"], *rows], 1))])


def balances(statement: Statement, before: date = date(2026, 6, 20)) -> list[tuple[Any, ...]]:
    return [(one.day, one.opening, one.closing, one.outgoing) for one in bank_days(statement, OURS, before)]


WHOLE = [(FIRST, 10_000, 11_500, 500), (SECOND, 11_500, 11_500, 0), (THIRD, 11_500, 14_500, 0)]


@pytest.mark.parametrize("rows", [MOVES, MOVES[::-1]], ids=["oldest first", "newest first"])
def test_a_column_of_balances(rows: list[list[str]]) -> None:
    assert balances(file(HEADS, *rows)) == WHOLE


def test_balances_before_and_after_all_rows() -> None:
    rows = [[*row[:3], "", row[4]] for row in MOVES]
    assert balances(file(["Số dư đầu kỳ: 10.000 VND"], HEADS, *rows)) == WHOLE
    assert balances(file(HEADS, *rows, ["Số dư cuối kỳ/Closing balance", "", "", "14.500", ""])) == WHOLE
    # Without any balance nothing is told, and a day that has not ended has none.
    assert balances(file(HEADS, *rows)) == []
    assert balances(file(HEADS, *MOVES), THIRD) == WHOLE[:2]


def test_other_accounts_and_currencies_are_left_out() -> None:
    statement = file(HEADS, *MOVES)
    assert bank_days(statement, KnownAccounts(("0451000999888",)), date(2026, 6, 20)) == []
    assert balances(file(["Loại tiền: USD"], HEADS, *MOVES)) == []


def told(amount: int, content: str, day: date = FIRST, number: int = 1) -> Transfer:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
    one = reported(content, amount, occurred_at=at, account=ACCOUNT, provider=Provider.SEPAY)
    return Transfer(number, one, TransferState.MATCHED)


DAYS: list[BankDay] = bank_days(file(HEADS, *MOVES), OURS, date(2026, 6, 20))


def test_it_agrees_or_says_from_which_transfers_it_differs() -> None:
    (same,) = compare_day(DAYS, FIRST, [told(2_000, "a")], OURS)
    assert (same.agrees, same.closing, same.difference) == (True, 11_500, 0)
    (less,) = compare_day(DAYS, FIRST, [], OURS)
    assert (less.difference, [row.amount for row in less.missing], less.unexplained) == (2_000, [2_000], 0)
    (more,) = compare_day(DAYS, FIRST, [told(2_000, "a"), told(700, "x", number=2)], OURS)
    assert (more.difference, [one.id for one in more.unknown], more.unexplained) == (-700, [2], 0)
    # A day without any row is compared, too, and one that no statement tells is not.
    (quiet,) = compare_day(DAYS, SECOND, [told(70, "x", SECOND)], OURS)
    assert quiet.difference == -70
    assert compare_day(DAYS, FIRST - timedelta(days=1), [], OURS) == []


def test_what_the_bank_books_on_the_next_day_is_no_difference() -> None:
    both = [told(2_000, "a"), told(3_000, "c", SECOND, number=2)]
    found = [one for day in (FIRST, SECOND, THIRD) for one in compare_day(DAYS, day, both, OURS)]
    assert [one.agrees for one in found] == [True, True, True]


def test_a_row_that_was_not_read_is_a_difference_without_a_transfer() -> None:
    rows = [MOVES[0], ["15/06/2026", "500,5", "", "11.500", "b"], MOVES[2]]
    statement = file(HEADS, *rows)
    assert statement.unreadable == (4,)
    found = bank_days(statement, OURS, date(2026, 6, 20))
    (third,) = compare_day(found, THIRD, [told(3_000, "c", THIRD)], OURS)
    assert (third.difference, third.unexplained) == (-500, -500)
