"""The books: each act on money is an entry, whose postings sum to zero.

docs/decisions/0045 has a table of what each act posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.transfers import VND, Transfer, TransferState


class Account(StrEnum):
    """What VND is posted to. Positive is what the vendor has or is owed, negative what it owes or sold.

    `RECEIVABLE` and `SURPLUS` are kept by payment request, the others by the transfer or order of the entry.
    """

    BANK = "bank"
    """All that moved on the vendor's account, both ways, as it was told."""
    OUTGOING = "outgoing"
    """Money that was told to have left."""
    RECEIVABLE = "receivable"
    """What is open of a request; below zero where a surplus was left on it."""
    ORDERED = "ordered"
    WAITING = "waiting"
    """Money that no request has yet."""
    SURPLUS = "surplus"
    """Money on a request that did not ask for it, or that is to be refunded, as long as back office has to
    settle it."""
    RETURNED = "returned"
    IGNORED = "ignored"


KEPT_BY_REQUEST = frozenset({Account.RECEIVABLE, Account.SURPLUS})


class JournalKind(StrEnum):
    CHARGED = "charged"
    CANCELLED = "cancelled"
    MOVED = "moved"
    """A transfer was told, in or out."""
    REPEATED = "repeated"
    """The same transfer had been told before: its entry is taken back."""
    BOOKED = "booked"
    TAKEN_OFF = "taken_off"
    """A surplus leaves the requests that hold it, and waits again."""
    RETURNED = "returned"
    IGNORED = "ignored"
    SET_ASIDE = "set_aside"
    """Money that a request has is to be refunded; the request has it until then."""


class Unbalanced(ValueError):
    """The postings of an entry do not sum to zero, or one lacks its request."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Whole VND on an account; `payment_code` where it is kept by request."""

    account: Account
    amount: int
    payment_code: str | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What happened to money, and the transfer or order that it is about. `accountant_id` is who did it,
    `None` for the program itself; `reason` is what that person said, or the bank's reference."""

    kind: JournalKind
    postings: tuple[Posting, ...]
    transfer_id: int | None = None
    order_id: int | None = None
    accountant_id: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Raise `Unbalanced`."""
        if sum(posting.amount for posting in self.postings):
            raise Unbalanced(f"{self.kind} of transfer {self.transfer_id}, order {self.order_id}")
        if any((one.payment_code is None) is (one.account in KEPT_BY_REQUEST) for one in self.postings):
            raise Unbalanced(f"{self.kind} has a posting without its request, or with one")


def balances_of(transfer: Transfer, shared: int, posted: Mapping[Account, int]) -> dict[Account, int]:
    """What the postings about a transfer must sum to, by account (zeros left out), where `shared` VND of it
    are on requests. What is `posted` matters only in another currency: it says whether the money counts."""
    amount, state = transfer.reported.amount, transfer.state
    is_counted = transfer.reported.currency == VND or bool(posted.get(Account.BANK))
    if state is TransferState.REPEATED or not is_counted:
        return {}
    if transfer.reported.outgoing:
        balances = {Account.BANK: -amount, Account.OUTGOING: amount}
    else:
        surplus = transfer.surplus if transfer.attention else 0
        # In any other state nothing of it is on a request.
        booked = shared if state in (TransferState.MATCHED, TransferState.CHOOSING) else 0
        rest = Account.WAITING
        if state is TransferState.IGNORED:
            rest = Account.IGNORED
        elif state in (TransferState.RETURNED, TransferState.MATCHED):
            rest = Account.RETURNED
        balances = {Account.BANK: amount, Account.SURPLUS: -surplus, Account.RECEIVABLE: surplus - booked}
        balances[rest] = booked - amount
    return {account: balance for account, balance in balances.items() if balance}


class BooksPart(StrEnum):
    """What is compared with the postings, each by the numbers of its rows."""

    ENTRIES = "entries"
    TRANSFERS = "transfers"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something whose figures differ from its postings. `name` is a code, or the number of a transfer or
    an entry."""

    part: BooksPart
    name: str
