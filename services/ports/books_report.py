"""What accountants read from the books of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.account_statements import Receivable
from domain.invoices import InvoiceKind, InvoiceState
from domain.orders import Order
from domain.people import Firm
from domain.postings import Account
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class Movement:
    """An account in a period, in VND: the balance before it, what was added, and what was taken (below
    zero)."""

    account: Account
    before: int
    added: int
    taken: int

    @property
    def after(self) -> int:
        return self.before + self.added + self.taken


@dataclass(frozen=True, slots=True)
class OrderMovement:
    """An order that was placed, or cancelled: then the amount is below zero."""

    at: datetime
    order: Order
    firm: Firm
    amount: int


@dataclass(frozen=True, slots=True)
class TransferMovement:
    """What an entry says of a transfer: its money on the account (below zero if it left, or was told twice),
    or what of it was returned, by whom and why."""

    at: datetime
    transfer: Transfer
    amount: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfWhom:
    """Requests of a firm's orders: those of one accountant if given, for one customer if given."""

    firm_id: int
    accountant_id: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    form: str
    series: str
    number: str
    issued_on: date
    kind: InvoiceKind
    state: InvoiceState
    buyer_name: str
    buyer_tax_id: str
    amount: int
    vat: int


class BooksReport(Protocol):
    """Periods begin with `since` and end before `until`."""

    async def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        """Every account, in the order of `Account`."""

    async def ordered(self, since: datetime, until: datetime) -> Sequence[OrderMovement]: ...
    async def moved(self, account: Account, since: datetime, until: datetime) -> Sequence[TransferMovement]:
        """What was posted to `BANK` or `RETURNED`."""

    async def receivables(self, until: datetime | None, of: OfWhom | None = None) -> Sequence[Receivable]:
        """What is open then (`None`: now), of some requests or all, the oldest orders first."""

    async def asked(self, of: OfWhom) -> int:
        """The VND that these requests ask for, without cancelled ones."""

    async def invoices(self, first: date, last: date) -> Sequence[InvoiceRow]:
        """The invoices with a number that bear these dates."""
