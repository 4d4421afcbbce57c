"""The balance of a day: what the bank's statement says of it, beside the transfers in the books."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.accounts import KnownAccounts
from domain.calendar import day_of
from domain.reconciling import reconcile
from domain.statements import Statement, StatementRow, ToldBalance
from domain.transfers import VND, ReportedTransfer, Transfer

LONGEST = 366
"""The most days that a file may cover; of a longer one the latest are kept."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BankDay:
    """One day of an account as its statement tells it, VND: what was on it before and after, what went out in
    all, and the rows of money that came in. The account is empty where the file names none."""

    account: str
    day: date
    opening: int
    closing: int
    outgoing: int
    rows: tuple[StatementRow, ...]


@dataclass(frozen=True, slots=True)
class DayBalance:
    """A day of an account beside the books. `difference` is what the bank has more than the books, below zero
    what it has less; `missing` rows are not in the books, `unknown` transfers not at the bank."""

    account: str
    closing: int
    difference: int
    missing: tuple[ReportedTransfer, ...]
    unknown: tuple[Transfer, ...]

    @property
    def agrees(self) -> bool:
        return not (self.difference or self.missing or self.unknown)

    @property
    def unexplained(self) -> int:
        """What no transfer explains of the difference: a row that was not read, or that the file lacks."""
        missing = sum(row.amount for row in self.missing)
        return self.difference - missing + sum(one.reported.amount for one in self.unknown)


def bank_days(statement: Statement, known: KnownAccounts, before: date) -> list[BankDay]:
    """The days of the vendor's accounts of which a file tells the balances, as long as they are `before` a
    day: one that has not ended has no closing balance."""
    accounts = dict.fromkeys([*(row.account for row in statement.rows), *_named(statement)])
    found = []
    for account in accounts:
        rows = [row for row in statement.rows if row.account == account]
        ours = not account or known.know(account)
        if ours and all(row.currency == VND for row in rows):
            told = _named(statement).get(account, ToldBalance(account))
            found += [day for day in _days(statement, told, _in_order(rows)) if day.day < before]
    return found


def compare_day(
    days: Sequence[BankDay], day: date, told: Iterable[Transfer], known: KnownAccounts
) -> list[DayBalance]:
    """A day of each account beside what was `told` around it. `days` are this one and those beside it: the
    bank may book on another day than a service tells."""
    return [
        _compared([one for one in days if one.account == its.account], its, list(told), known)
        for its in days
        if its.day == day
    ]


def _compared(
    days: Sequence[BankDay], its: BankDay, told: Sequence[Transfer], known: KnownAccounts
) -> DayBalance:
    rows = tuple(row for day in days for row in day.rows)
    statement = Statement(rows, (), min(day.day for day in days), max(day.day for day in days))
    found = reconcile(statement, told, known, (its.account,))
    missing = tuple(row for row in found.missing if day_of(row.occurred_at) == its.day)
    unknown = tuple(one for one in found.unknown if day_of(one.reported.occurred_at) == its.day)
    came_in = sum(row.amount for row in its.rows) - sum(row.amount for row in missing)
    booked = came_in + sum(one.reported.amount for one in unknown)
    # Money that went out is the bank's own word: services need not tell of it.
    difference = its.closing - (its.opening + booked - its.outgoing)
    return DayBalance(its.account, its.closing, difference, missing, unknown)


def _named(statement: Statement) -> dict[str, ToldBalance]:
    return {one.account: one for one in statement.balances}


def _in_order(rows: Sequence[StatementRow]) -> list[StatementRow]:
    """Oldest first. Banks list either way; balances tell which, or else the days do."""
    votes = sum(_follows(one, other) - _follows(other, one) for one, other in pairwise(rows))
    turned = votes < 0 or (votes == 0 and bool(rows) and rows[0].occurred_at > rows[-1].occurred_at)
    in_order = list(reversed(rows)) if turned else list(rows)
    return sorted(in_order, key=lambda row: day_of(row.occurred_at))


def _follows(one: StatementRow, other: StatementRow) -> bool:
    return None not in (one.balance, other.balance) and other.balance == (one.balance or 0) + other.money


def _days(statement: Statement, told: ToldBalance, rows: Sequence[StatementRow]) -> Iterator[BankDay]:
    opening = told.opening
    if opening is None and rows and rows[0].balance is not None:
        opening = rows[0].balance - rows[0].money
    if opening is None and told.closing is not None:
        opening = told.closing - sum(row.money for row in rows)
    if opening is None:
        return
    day = max(statement.first, statement.last - LONGEST * A_DAY)
    balance = opening + sum(row.money for row in rows if day_of(row.occurred_at) < day)
    while day <= statement.last:
        its = [row for row in rows if day_of(row.occurred_at) == day]
        closing = balance + sum(row.money for row in its)
        if its and its[-1].balance is not None:
            closing = its[-1].balance
        if day == statement.last and told.closing is not None:
            closing = told.closing
        outgoing = sum(row.amount for row in its if row.outgoing)
        came_in = tuple(row for row in its if not row.outgoing)
        yield BankDay(told.account, day, balance, closing, outgoing, came_in)
        balance, day = closing, day + A_DAY
