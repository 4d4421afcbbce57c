"""Transfers on the vendor's account: stored as reported, then matched with what they pay for.

docs/decisions/0008 has a table of what becomes of each kind.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.accounts import ANY_ACCOUNT, KnownAccounts, fits, says_nothing
from domain.chats import Channel
from domain.codes import find_codes
from domain.orders import Order
from domain.payments import PaymentRequest, PaymentState
from domain.transfers import VND, Attention, ReportedTransfer, Transfer, TransferState
from services.money.booking import book, tell_of_open
from services.operation import LARGEST_ID, Operation
from services.patience import A_DAY
from services.ports import Lane, NewJob, Turn, UnitOfWork

MATCH_JOB = "match_transfer"

log = logging.getLogger(__name__)


class TakeTransfers(Operation):
    """Store the transfers that a bank's webhook reports. A known transfer changes nothing. The program itself
    calls this, not an actor."""

    async def __call__(self, transfers: Sequence[ReportedTransfer]) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            # In one order, so that two reports of the same transfers do not wait for each other for ever.
            ordered = sorted(transfers, key=lambda reported: (reported.provider, reported.event_id))
            added = [await uow.transfers.add(reported, now) for reported in ordered]
            jobs = [
                NewJob(MATCH_JOB, f"match:{transfer_id}", {"transfer_id": transfer_id}, lane=Lane.AWAITED)
                for transfer_id in added
                if transfer_id is not None
            ]
            await uow.jobs.enqueue(jobs, now)


@dataclass(frozen=True, slots=True)
class MatchTransfer(Operation):
    """Find what a transfer pays for and book it, in one transaction. The program itself calls this.

    Only a transfer that is RECEIVED is matched, so a repeat changes nothing. The order in which transfers are
    matched makes no difference to what is paid in the end. A transfer whose last try fails is left to back
    office.
    """

    channels: tuple[Channel, ...]
    """How payers are reached."""
    accounts: KnownAccounts = ANY_ACCOUNT
    """Where money has to come."""

    async def __call__(self, transfer_id: int, attempts: int = 1) -> None:
        try:
            await self._match(transfer_id)
        except Exception:
            if attempts < A_DAY.attempts:
                raise
            log.exception("transfer %s is left to back office", transfer_id)
            await self._leave_open(transfer_id)

    async def _leave_open(self, transfer_id: int) -> None:
        async with self.units.write() as uow:
            transfer = await taken_transfer(uow, transfer_id)
            if transfer is None or transfer.state is not TransferState.RECEIVED:
                return
            left = replace(transfer, state=TransferState.UNMATCHED, attention=Attention.NOT_MATCHED)
            await uow.transfers.save(left)
            await tell_of_open(uow, left, self.clock.now())

    async def _match(self, transfer_id: int) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken_transfer(uow, transfer_id)
            if transfer is None or transfer.state is not TransferState.RECEIVED:
                return
            without_payment = await _state_without_payment(uow, transfer)
            if without_payment is not None:
                await uow.transfers.save(replace(transfer, state=without_payment))
                return
            codes = find_codes(transfer.reported.content)
            await take_firms(uow, codes)
            named = await named_requests(uow, codes)
            standing = [request for request in named if request.state is not PaymentState.CANCELLED]
            why = await self._doubt(uow, transfer.reported, named)
            if standing and why is None:
                await book(uow, transfer, standing, self.channels, now)
                return
            if why is None:
                why = Attention.UNKNOWN_CODE if codes else Attention.NO_CODE
                why = Attention.CANCELLED_ORDER if named else why
            open_transfer = replace(transfer, state=TransferState.UNMATCHED, attention=why)
            await uow.transfers.save(open_transfer)
            await tell_of_open(uow, open_transfer, now)

    async def _doubt(
        self, uow: UnitOfWork, reported: ReportedTransfer, named: Sequence[PaymentRequest]
    ) -> Attention | None:
        """Why nothing is booked by itself, whatever the content says."""
        if reported.currency != VND:
            return Attention.OTHER_CURRENCY
        told = [one for one in (reported.account, reported.main_account) if not says_nothing(one)]
        if not told or any(map(self.accounts.know, told)):
            return None
        # The vendor's account may have changed since people were told where to pay.
        payees = {request.payee.account for request in named}
        if any(fits(one, *payees) for one in told):
            return None
        payees = await uow.payments.open_accounts()
        return None if any(fits(one, *payees) for one in told) else Attention.OTHER_ACCOUNT


async def _state_without_payment(uow: UnitOfWork, transfer: Transfer) -> TransferState | None:
    if transfer.reported.outgoing:
        return TransferState.OUTGOING
    if await uow.transfers.twin(transfer) is not None:
        return TransferState.REPEATED
    # Banks test their webhooks with transfers of nothing.
    return None if transfer.reported.amount else TransferState.IGNORED


async def taken_transfer(uow: UnitOfWork, transfer_id: int) -> Transfer | None:
    """A transfer with its turn, which it shares with all that tell of the same movement."""
    transfer = await uow.transfers.get(transfer_id) if transfer_id <= LARGEST_ID else None
    if transfer is not None and await uow.take(turn_of(transfer)):
        return await uow.transfers.get(transfer_id)
    return transfer


def turn_of(transfer: Transfer) -> Turn:
    return Turn.of_transfer(transfer.reported.reference or f"#{transfer.id}")


async def take_firms(uow: UnitOfWork, codes: Iterable[str]) -> bool:
    """Take the turns of the firms whose orders or requests these codes name; returns as `uow.take`."""
    orders = [await order_named(uow, code) for code in codes]
    return await uow.take(*(Turn.of_firm(order.firm_id) for order in orders if order is not None))


async def order_named(uow: UnitOfWork, code: str) -> Order | None:
    """The order with this code, or with a request that has it."""
    request = await uow.payments.get(code)
    return await (uow.orders.get(request.order_id) if request else uow.orders.by_code(code))


async def named_requests(uow: UnitOfWork, codes: Sequence[str]) -> list[PaymentRequest]:
    """The requests that `codes` name, in this order and each once. The code of an order names all its unpaid
    requests."""
    named: dict[str, PaymentRequest] = {}
    for code in codes:
        request = await uow.payments.get(code)
        if request is not None:
            named.setdefault(code, request)
            continue
        order = await uow.orders.by_code(code)
        requests = await uow.payments.of_order(order.id) if order is not None else ()
        unpaid = [request for request in requests if request.left]
        for request in unpaid or requests[:1]:
            named.setdefault(request.code, request)
    return list(named.values())
