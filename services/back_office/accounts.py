"""The books of a period, for the vendor's accounting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.account_statements import Receivable
from domain.events import Verb
from domain.people import Actor, Right
from domain.postings import Account
from services.audit import record
from services.back_office.totals import span_of
from services.operation import Operation
from services.ports.books_report import InvoiceRow, Movement, OrderMovement, TransferMovement


@dataclass(frozen=True, slots=True)
class Accounts:
    """All of a period; `receivables` are those at its end."""

    movements: Sequence[Movement]
    ordered: Sequence[OrderMovement]
    moved: Sequence[TransferMovement]
    receivables: Sequence[Receivable]
    returned: Sequence[TransferMovement]
    invoices: Sequence[InvoiceRow]


class ExportAccounts(Operation):
    """The books from `first` to `last`, days in Vietnam, both included. The log notes who took them.

    Raises `DomainError`: see `span_of`.
    """

    async def __call__(self, actor: Actor, first: date, last: date) -> Accounts:
        actor.require(Right.RUN_BACK_OFFICE)
        since, until = span_of(first, last)
        async with self.units.read() as uow:
            books = uow.books_report
            accounts = Accounts(
                await books.movements(since, until),
                await books.ordered(since, until),
                await books.moved(Account.BANK, since, until),
                await books.receivables(until),
                await books.moved(Account.RETURNED, since, until),
                await books.invoices(first, last),
            )
        async with self.units.write() as uow:
            now, days = self.clock.now(), (first.isoformat(), last.isoformat())
            await record(uow, Verb.ACCOUNTS_EXPORTED, now, by=actor, first=days[0], last=days[1])
        return accounts
