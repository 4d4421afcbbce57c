"""What each act on money posts to the books: one function for each act, and no other way to the same figures.

A transaction that changes these figures without posting is refused at its commit (`Postings`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor
from domain.postings import Account, JournalEntry, JournalKind, Posting
from domain.transfers import VND, ReportedTransfer, Share, Shared, Transfer, TransferState
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Cause:
    """Who moves money, and the reason or the bank's reference that was given. The program has no actor."""

    actor: Actor | None = None
    reason: str = ""

    @property
    def accountant_id(self) -> int | None:
        return self.actor.accountant_id if self.actor else None


BY_ITSELF = Cause()


async def post_charges(
    uow: UnitOfWork, order: Order, requests: Sequence[PaymentRequest], cause: Cause, now: datetime
) -> None:
    """A placed order asks for the sums of its `requests`."""
    await _post_order(uow, JournalKind.CHARGED, 1, order, requests, cause, now)


async def post_cancelled(
    uow: UnitOfWork, order: Order, requests: Sequence[PaymentRequest], cause: Cause, now: datetime
) -> None:
    """A cancelled order asks for nothing any more."""
    await _post_order(uow, JournalKind.CANCELLED, -1, order, requests, cause, now)


async def take_in(
    uow: UnitOfWork, reported: ReportedTransfer, now: datetime, cause: Cause = BY_ITSELF
) -> int | None:
    """Store a transfer, in or out. Returns its id, or `None` if this event of its provider is known. Money in
    another currency is worth nothing known in VND until a person books it."""
    transfer_id = await uow.transfers.add(reported, now)
    if transfer_id is not None and reported.currency == VND:
        await _post_moved(uow, JournalKind.MOVED, 1, transfer_id, reported, cause, now)
    return transfer_id


async def post_repeated(uow: UnitOfWork, transfer: Transfer, now: datetime) -> None:
    """The same movement was told before."""
    if transfer.reported.currency == VND:
        await _post_moved(uow, JournalKind.REPEATED, -1, transfer.id, transfer.reported, BY_ITSELF, now)


async def post_counted(uow: UnitOfWork, transfer: Transfer, cause: Cause, now: datetime) -> None:
    """A person books a transfer, so that money in another currency counts as that many VND."""
    if not _is_counted(transfer):
        await _post_moved(uow, JournalKind.MOVED, 1, transfer.id, transfer.reported, cause, now)


async def give_shares(
    uow: UnitOfWork, transfer: Transfer, shared: Shared, cause: Cause, now: datetime
) -> Sequence[int]:
    """Give money that waits to the requests of the shares (not empty); returns the ids of the shares."""
    given = sum(share.amount for share in shared.shares)
    *others, last = shared.shares
    asked = [*others, Share(last.code, last.amount - shared.surplus)]
    postings = [
        Posting(Account.WAITING, given),
        *(Posting(Account.RECEIVABLE, -share.amount, share.code) for share in asked),
        Posting(Account.SURPLUS, -shared.surplus, last.code),
    ]
    await _post(uow, JournalKind.BOOKED, transfer, postings, cause, now)
    return await uow.transfers.add_shares(transfer.id, shared.shares, now)


async def set_aside(
    uow: UnitOfWork, transfer: Transfer, held: Sequence[Share], cause: Cause, now: datetime
) -> None:
    """These shares of a transfer are a surplus from now on: they are to be refunded."""
    postings = [
        posting
        for one in held
        for posting in (
            Posting(Account.RECEIVABLE, one.amount, one.code),
            Posting(Account.SURPLUS, -one.amount, one.code),
        )
    ]
    await _post(uow, JournalKind.SET_ASIDE, transfer, postings, cause, now)


async def take_off_surplus(
    uow: UnitOfWork, transfer: Transfer, held: Sequence[Share], cause: Cause, now: datetime
) -> Sequence[int]:
    """Let the surplus wait again that requests have (`held`); returns the ids of the negative shares."""
    postings = [Posting(Account.SURPLUS, one.amount, one.code) for one in held]
    postings.append(Posting(Account.WAITING, -sum(one.amount for one in held)))
    await _post(uow, JournalKind.TAKEN_OFF, transfer, postings, cause, now)
    taken_off = [Share(one.code, -one.amount) for one in held]
    return await uow.transfers.add_shares(transfer.id, taken_off, now)


async def post_returned(
    uow: UnitOfWork, transfer: Transfer, amount: int, cause: Cause, now: datetime
) -> None:
    """`amount` VND that waited were sent back."""
    if _is_counted(transfer):
        postings = [Posting(Account.WAITING, amount), Posting(Account.RETURNED, -amount)]
        await _post(uow, JournalKind.RETURNED, transfer, postings, cause, now)


async def post_ignored(uow: UnitOfWork, transfer: Transfer, cause: Cause, now: datetime) -> None:
    """Nothing is done about a transfer that waits, or about its surplus, which its requests keep."""
    if transfer.surplus:
        postings = [
            posting
            for one in await uow.postings.surplus_of(transfer.id)
            for posting in (
                Posting(Account.SURPLUS, one.amount, one.code),
                Posting(Account.RECEIVABLE, -one.amount, one.code),
            )
        ]
    elif transfer.reported.outgoing or not _is_counted(transfer):
        return
    else:
        amount = transfer.reported.amount
        postings = [Posting(Account.WAITING, amount), Posting(Account.IGNORED, -amount)]
    await _post(uow, JournalKind.IGNORED, transfer, postings, cause, now)


def _is_counted(transfer: Transfer) -> bool:
    booked = transfer.state in (TransferState.MATCHED, TransferState.CHOOSING)
    return transfer.reported.currency == VND or booked


async def _post_order(
    uow: UnitOfWork,
    kind: JournalKind,
    sign: int,
    order: Order,
    requests: Sequence[PaymentRequest],
    cause: Cause,
    now: datetime,
) -> None:
    total = sum(request.amount for request in requests)
    postings = [Posting(Account.RECEIVABLE, sign * request.amount, request.code) for request in requests]
    postings.append(Posting(Account.ORDERED, -sign * total))
    entry = JournalEntry(kind, tuple(postings), None, order.id, cause.accountant_id, cause.reason)
    await uow.postings.add(entry, now)


async def _post_moved(
    uow: UnitOfWork,
    kind: JournalKind,
    sign: int,
    transfer_id: int,
    reported: ReportedTransfer,
    cause: Cause,
    now: datetime,
) -> None:
    amount = sign * (-reported.amount if reported.outgoing else reported.amount)
    other = Account.OUTGOING if reported.outgoing else Account.WAITING
    postings = (Posting(Account.BANK, amount), Posting(other, -amount))
    await uow.postings.add(
        JournalEntry(kind, postings, transfer_id, None, cause.accountant_id, cause.reason), now
    )


async def _post(
    uow: UnitOfWork,
    kind: JournalKind,
    transfer: Transfer,
    postings: Sequence[Posting],
    cause: Cause,
    now: datetime,
) -> None:
    entry = JournalEntry(kind, tuple(postings), transfer.id, None, cause.accountant_id, cause.reason)
    await uow.postings.add(entry, now)
