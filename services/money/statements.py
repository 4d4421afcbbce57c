"""A bank's statement that back office sends: compared with the books, then what is missing is taken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.accounts import KnownAccounts
from domain.bank_days import BankDay, bank_days
from domain.calendar import start_of
from domain.errors import DomainError
from domain.events import Verb
from domain.people import Actor, Right
from domain.reconciling import ENTERED_WITHIN, Reconciled, reconcile
from domain.transfers import VND, Provider, ReportedTransfer, Transfer
from domain.twins import NEAR
from services.audit import record
from services.money.posting import Cause, take_in
from services.money.transfers import queue_matching
from services.operation import Operation
from services.ports import Turn, UnitOfWork, WorkbookReader

AT_ONCE = 500
"""How many rows one transaction takes at most."""

TRIES = 3
"""How often the file is compared at most while services tell of its days meanwhile."""

_REPORTS = [Turn.of_reports(provider) for provider in Provider]


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """What a file covers, and how it stands beside the books. `unreadable` are rows with money whose day or
    amount is not clear; `seen` are the ids of the transfers that were compared; `days` are those of which it
    tells the balance."""

    first: date
    last: date
    found: Reconciled
    unreadable: tuple[int, ...]
    seen: frozenset[int]
    days: tuple[BankDay, ...] = ()


@dataclass(frozen=True, slots=True)
class _StatementOperation(Operation):
    workbooks: WorkbookReader
    accounts: KnownAccounts

    async def _check(self, actor: Actor, content: bytes) -> CheckedStatement:
        """Raises `DomainError`: `workbook_*`, `statement_*`."""
        actor.require(Right.RUN_BACK_OFFICE)
        statement = await self.workbooks.read_statement(content)
        async with self.units.read() as uow:
            told = await told_around(uow, statement.first, statement.last)
        # A month of a busy account takes a second.
        found = await asyncio.to_thread(reconcile, statement, told, self.accounts)
        if found.other_accounts and not found.accounts:
            raise DomainError("statement_other_account", value=", ".join(found.other_accounts))
        if foreign := {row.currency for row in statement.rows} - {VND}:
            raise DomainError("statement_currency", value=", ".join(sorted(foreign)))
        seen = frozenset(one.id for one in told)
        days = tuple(bank_days(statement, self.accounts, self.clock.today()))
        return CheckedStatement(statement.first, statement.last, found, statement.unreadable, seen, days)


class CheckStatement(_StatementOperation):
    """Compare a bank's statement with the books, without changing them. The balances that it tells of days
    that have ended are kept."""

    async def __call__(self, actor: Actor, content: bytes) -> CheckedStatement:
        checked = await self._check(actor, content)
        if checked.days:
            async with self.units.write() as uow:
                await uow.bank_days.save(checked.days, self.clock.now())
        return checked


class BookStatement(_StatementOperation):
    """Take the rows of a statement that the books lack, as if a service had told of them. Returns how many.

    A repeat takes nothing, nor does an overlapping file take a row again. Rows of which a service tells
    meanwhile are left out.
    """

    async def __call__(self, actor: Actor, content: bytes) -> int:
        taken: set[int] = set()
        for _ in range(TRIES):
            checked = await self._check(actor, content)
            before = len(taken)
            missing = checked.found.missing
            for start in range(0, len(missing), AT_ONCE):
                await self._take(actor, checked, missing[start : start + AT_ONCE], taken)
            if len(taken) - before == len(missing):
                break
        return len(taken)

    async def _take(
        self, actor: Actor, checked: CheckedStatement, rows: Sequence[ReportedTransfer], taken: set[int]
    ) -> None:
        """Add the rows; those that something new may tell of are left for the next comparison."""
        now = self.clock.now()
        since, until = min(row.occurred_at for row in rows), max(row.occurred_at for row in rows)
        async with self.units.write(*_REPORTS) as uow:
            told = await _between(uow, since - NEAR, until + NEAR)
            new = {one.reported.amount for one in told if one.id not in checked.seen | taken}
            added: dict[int, int] = {}
            for row in rows:
                if row.amount not in new and (one := await take_in(uow, row, now, Cause(actor))) is not None:
                    added[one] = row.amount
            await queue_matching(uow, [*added], now)
            if added:
                await record(
                    uow,
                    Verb.STATEMENT_BOOKED,
                    now,
                    by=actor,
                    amount=sum(added.values()),
                    transfers=len(added),
                    first=checked.first.isoformat(),
                    last=checked.last.isoformat(),
                )
        taken.update(added)


async def told_around(uow: UnitOfWork, first: date, last: date) -> list[Transfer]:
    """What is known of these days and around them."""
    since, until = start_of(first) - NEAR, start_of(last) + 2 * NEAR
    by_hand = until + timedelta(days=ENTERED_WITHIN) - NEAR
    return await _between(uow, since, until, by_hand)


async def _between(
    uow: UnitOfWork, since: datetime, until: datetime, by_hand: datetime | None = None
) -> list[Transfer]:
    ends = dict.fromkeys(Provider, until) | {Provider.MANUAL: by_hand or until}
    by_provider = [await uow.transfers.reported_by(one, since, end) for one, end in ends.items()]
    return [transfer for transfers in by_provider for transfer in transfers]
