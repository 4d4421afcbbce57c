"""A bank's statement beside the books: which rows are missing in them, and what the statement lacks."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.accounts import KnownAccounts
from domain.calendar import day_of
from domain.codes import find_codes
from domain.statements import Statement, StatementRow
from domain.text import fold
from domain.transfers import VND, Provider, ReportedTransfer, Transfer, TransferState
from domain.twins import accounts_agree

ENTERED_WITHIN = 7
"""How many days after a movement back office may have entered it by hand."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Money that came in, each once: `matched` and `missing` are the rows of the file, `unknown` are
    transfers of its days and accounts that it does not have. `other_accounts` stand in the file and are not
    the vendor's; their rows are in none of the three."""

    matched: tuple[ReportedTransfer, ...]
    missing: tuple[ReportedTransfer, ...]
    unknown: tuple[Transfer, ...]
    accounts: tuple[str, ...]
    other_accounts: tuple[str, ...]
    outgoing: int

    def alike(self, row: ReportedTransfer) -> Transfer | None:
        """A transfer that may be the same as a missing row, though its content says something else: of this
        amount and day, and without a row."""
        return next((one for one in self.unknown if _is_alike(one.reported, row)), None)


def _is_alike(one: ReportedTransfer, other: ReportedTransfer) -> bool:
    return one.amount == other.amount and day_of(one.occurred_at) == day_of(other.occurred_at)


def reconcile(
    statement: Statement, told: Iterable[Transfer], known: KnownAccounts, covered: Sequence[str] = ()
) -> Reconciled:
    """Compare a file with what was `told` around its days, ids and references apart: references of one
    movement differ between a file and a service.

    Each transfer answers for one row, so two equal rows are two transfers. The account, the amount and the
    content have to agree, and the day; where the bank books on another one, it may be the day beside it.
    Accounts are those of the rows, and `covered` ones that may have none.
    """
    incoming = [row for row in statement.rows if not row.outgoing and _is_ours(row, known)]
    rows = _reported(incoming)
    ours = [one for one in told if _counts(one)]
    matched = _Matching(known, statement.first, statement.last).match(rows, ours)
    found = dict.fromkeys([*covered, *(row.account for row in statement.rows)])
    accounts = [one for one in found if not one or known.know(one)]
    used = set(matched.values())
    until = max((row.occurred_at for row in incoming), default=None)
    timed = any(row.timed for row in incoming)
    unknown = [
        one
        for one in ours
        if one.id not in used
        and statement.first <= day_of(one.reported.occurred_at) <= statement.last
        and any(_same_account(one.reported, account, known) for account in accounts)
        # The file ends when it was taken.
        and not (timed and until is not None and one.reported.occurred_at > until)
    ]
    return Reconciled(
        tuple(row for row in rows if row.event_id in matched),
        tuple(row for row in rows if row.event_id not in matched),
        tuple(unknown),
        tuple(filter(None, accounts)),
        tuple(one for one in found if one not in accounts),
        sum(row.outgoing for row in statement.rows),
    )


def _is_ours(row: StatementRow, known: KnownAccounts) -> bool:
    return not row.account or known.know(row.account)


def _counts(transfer: Transfer) -> bool:
    """Whether a transfer is a movement of its own that came in."""
    reported = transfer.reported
    return transfer.state is not TransferState.REPEATED and not reported.outgoing and reported.currency == VND


def _reported(rows: Iterable[StatementRow]) -> list[ReportedTransfer]:
    """The rows as transfers. The id of one is the same in each file that has it; equal rows of a day are
    counted."""
    counted: dict[str, int] = defaultdict(int)
    found = []
    for row in rows:
        said = (row.account, day_of(row.occurred_at), row.amount, row.currency, fold(row.content))
        name = hashlib.sha256(repr(said).encode()).hexdigest()[:32]
        counted[name] += 1
        found.append(
            ReportedTransfer(
                *(
                    Provider.STATEMENT,
                    f"{name}:{counted[name]}",
                    row.reference,
                    row.amount,
                    False,
                    row.content,
                ),
                *(row.account, row.occurred_at),
                currency=row.currency,
                listed=True,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Written:
    """What a payer wrote, however the bank passes it on: the codes in it, and its letters and digits."""

    codes: tuple[str, ...]
    letters: str

    @property
    def key(self) -> Hashable:
        return self.codes or self.letters

    def is_part(self, other: "_Written") -> bool:
        """Whether one of the two holds the other: banks put words around contents, and cut them. Codes are
        whole, or cut off."""
        if (self.codes and other.codes) or not (self.letters and other.letters):
            return False
        return self.letters in other.letters or other.letters in self.letters


def _written(content: str) -> _Written:
    return _Written(tuple(find_codes(content)), fold(content).replace(" ", ""))


Key = Callable[[ReportedTransfer], Hashable]


class _Matching:
    """Pairs rows with transfers, the surest first."""

    def __init__(self, known: KnownAccounts, first: date, last: date) -> None:
        self._known, self._first, self._last = known, first, last

    def match(self, rows: Sequence[ReportedTransfer], told: Sequence[Transfer]) -> dict[str, int]:
        """The id of the transfer that answers for a row, by the row's event id."""
        words = {id(one): _written(one.content) for one in (*rows, *(it.reported for it in told))}

        matched: dict[str, int] = {}
        steps: list[tuple[Key, Callable[[ReportedTransfer, Transfer], bool]]] = [
            (lambda one: one.reference or id(one), self._around),
            (lambda one: (day_of(one.occurred_at), words[id(one)].key), lambda *_: True),
            (
                lambda one: day_of(one.occurred_at),
                lambda row, it: words[id(row)].is_part(words[id(it.reported)]),
            ),
            (lambda one: words[id(one)].key, self._beside),
        ]
        for key, fits in steps:
            self._step(rows, told, key, fits, matched)
        return matched

    def _step(
        self,
        rows: Sequence[ReportedTransfer],
        told: Sequence[Transfer],
        key: Key,
        fits: Callable[[ReportedTransfer, Transfer], bool],
        matched: dict[str, int],
    ) -> None:
        used = set(matched.values())
        by_key: dict[Hashable, list[Transfer]] = defaultdict(list)
        for one in told:
            if one.id not in used:
                by_key[one.reported.amount, key(one.reported)].append(one)
        for row in rows:
            alike = by_key.get((row.amount, key(row))) if row.event_id not in matched else None
            if not alike:
                continue
            fitting = [
                one
                for one in alike
                if _same_account(one.reported, row.account, self._known) and fits(row, one)
            ]
            if fitting:
                best = min(fitting, key=lambda one: (one.state is not TransferState.MATCHED, one.id))
                alike.remove(best)
                matched[row.event_id] = best.id

    def _around(self, row: ReportedTransfer, one: Transfer) -> bool:
        return abs(_days_after(row, one)) <= ENTERED_WITHIN

    def _beside(self, row: ReportedTransfer, one: Transfer) -> bool:
        """The day before or after, if the file covers it and so has no other row for it; by hand, some days
        later."""
        after = _days_after(row, one)
        if one.reported.provider is Provider.MANUAL:
            return 0 <= after <= ENTERED_WITHIN
        return abs(after) <= 1 and self._first <= day_of(one.reported.occurred_at) <= self._last


def _days_after(row: ReportedTransfer, one: Transfer) -> int:
    return (day_of(one.reported.occurred_at) - day_of(row.occurred_at)) // timedelta(days=1)


def _same_account(reported: ReportedTransfer, account: str, known: KnownAccounts) -> bool:
    """Whether a transfer came to this account of the vendor: a virtual one leads to a main one."""
    there = ReportedTransfer(Provider.STATEMENT, "", "", 0, False, "", account, reported.occurred_at)
    return accounts_agree(reported, there) or known.is_virtual(reported.account)


def perhaps_listed(told: ReportedTransfer, rows: Iterable[Transfer], known: KnownAccounts) -> Transfer | None:
    """The row of a statement, among `rows` that no service has told of yet, which tells of this movement."""
    for one in rows:
        same_day = day_of(one.reported.occurred_at) == day_of(told.occurred_at)
        same = one.reported.reference and one.reported.reference == told.reference
        there, here = _written(one.reported.content), _written(told.content)
        if not _same_account(told, one.reported.account, known) or one.reported.amount != told.amount:
            continue
        if same or (same_day and (there.key == here.key or there.is_part(here))):
            return one
    return None
