"""Transfers on the vendor's account: stored as reported, then matched with what they pay for.

docs/decisions/0008 has a table of what becomes of each kind.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.accounts import ANY_ACCOUNT, KnownAccounts, fits, says_nothing
from domain.bank_lists import Told
from domain.chats import Channel
from domain.payments import PaymentRequest, PaymentState
from domain.reconciling import perhaps_listed
from domain.transfers import VND, Attention, Provider, ReportedTransfer, Transfer, TransferState
from domain.twins import is_doubtful, is_repeat
from services.money.booking import tell_of_open
from services.money.choosing import book_or_ask
from services.money.naming import meant, named_codes, taken_requests, taken_transfer, unjoined
from services.money.posting import post_repeated, take_in
from services.operation import Operation
from services.patience import A_DAY
from services.ports import Lane, NewJob, Turn, UnitOfWork

MATCH_JOB = "match_transfer"

log = logging.getLogger(__name__)


class TakeTransfers(Operation):
    """Store the transfers that a bank's webhook reports. A known transfer changes nothing; another one under
    a known id is left to back office. The program itself calls this, not an actor."""

    async def __call__(self, transfers: Sequence[ReportedTransfer]) -> None:
        now = self.clock.now()
        turns = {Turn.of_reports(reported.provider) for reported in transfers}
        async with self.units.write(*turns) as uow:
            # In one order, so that two reports of the same transfers do not wait for each other for ever.
            ordered = sorted(transfers, key=lambda reported: (reported.provider, reported.event_id))
            await queue_matching(uow, [await _add(uow, reported, now) for reported in ordered], now)


async def queue_matching(uow: UnitOfWork, transfer_ids: Sequence[int | None], now: datetime) -> None:
    """Have stored transfers matched; those that were known are `None`."""
    jobs = [
        NewJob(MATCH_JOB, f"match:{transfer_id}", {"transfer_id": transfer_id}, lane=Lane.AWAITED)
        for transfer_id in transfer_ids
        if transfer_id is not None
    ]
    await uow.jobs.enqueue(jobs, now)


async def _add(uow: UnitOfWork, reported: ReportedTransfer, now: datetime) -> int | None:
    """Store a transfer; returns its id if it is new. One whose id was told before, of another movement, names
    that as its other. One that came from the list before bears the webhook's id from now on."""
    listed = Told(await uow.transfers.listed_alike(reported)).take(reported, set())
    if listed is not None and await uow.transfers.of_event(reported.provider, reported.event_id) is None:
        await uow.transfers.tell(listed.id, reported.event_id)
        return None
    event_id, number, first = reported.event_id, 1, None
    while (added := await take_in(uow, replace(reported, event_id=event_id), now)) is None:
        known = await uow.transfers.of_event(reported.provider, event_id)
        if known is None or is_repeat(known.reported, reported):
            return None
        first, number = first or known, number + 1
        event_id = f"{reported.event_id}#{number}"
    if first is not None:
        await uow.transfers.save(Transfer(added, reported, TransferState.RECEIVED, other_id=first.id))
    return added


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
            now = self.clock.now()
            await self._leave(uow, transfer, TransferState.UNMATCHED, Attention.NOT_MATCHED, now)

    async def _match(self, transfer_id: int) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken_transfer(uow, transfer_id)
            if transfer is None or transfer.state is not TransferState.RECEIVED:
                return
            without_payment = await self._state_without_payment(uow, transfer)
            if without_payment is not None:
                if without_payment is TransferState.REPEATED:
                    await post_repeated(uow, transfer, now)
                # Its id was told before, of another movement: a person looks at money that left, too.
                reused = transfer.reported.outgoing and transfer.other_id is not None
                await self._leave(
                    uow, transfer, without_payment, Attention.OTHER_CONTENT if reused else None, now
                )
                return
            codes = await named_codes(uow, transfer.reported)
            found = await taken_requests(uow, codes)
            named = meant(codes, found)
            standing = [request for request in named if request.state is not PaymentState.CANCELLED]
            why = await self._doubt(uow, transfer, named)
            booked = (
                await _told_elsewhere(uow, transfer, unjoined(codes, found))
                if standing and why is None
                else None
            )
            if booked is not None:
                why, transfer = Attention.PERHAPS_REPEATED, replace(transfer, other_id=booked.id)
            if standing and why is None:
                await book_or_ask(uow, transfer, codes, standing, self.channels, now)
                return
            if why is None:
                why = Attention.UNKNOWN_CODE if codes else Attention.NO_CODE
                why = Attention.CANCELLED_ORDER if named else why
            await self._leave(uow, transfer, TransferState.UNMATCHED, why, now)

    async def _state_without_payment(self, uow: UnitOfWork, transfer: Transfer) -> TransferState | None:
        if await self._stands_on_statement(uow, transfer) or await uow.transfers.twin(transfer) is not None:
            return TransferState.REPEATED
        if transfer.reported.outgoing:
            return TransferState.OUTGOING
        # Banks test their webhooks with transfers of nothing.
        return None if transfer.reported.amount else TransferState.IGNORED

    async def _stands_on_statement(self, uow: UnitOfWork, transfer: Transfer) -> bool:
        """Whether a row of a statement told of this movement before, and no service since."""
        reported = transfer.reported
        if reported.provider is Provider.STATEMENT or reported.outgoing or transfer.other_id is not None:
            return False
        rows = await uow.transfers.listed_alike(replace(reported, provider=Provider.STATEMENT))
        row = perhaps_listed(reported, rows, self.accounts)
        return row is not None and await uow.transfers.tell(row.id, row.reported.event_id)

    @staticmethod
    async def _leave(
        uow: UnitOfWork, transfer: Transfer, state: TransferState, why: Attention | None, now: datetime
    ) -> None:
        """Book nothing; back office is told if there is something for it to look at."""
        left = replace(transfer, state=state, attention=why)
        await uow.transfers.save(left)
        if why is not None:
            await tell_of_open(uow, left, now)

    async def _doubt(
        self, uow: UnitOfWork, transfer: Transfer, named: Sequence[PaymentRequest]
    ) -> Attention | None:
        """Why nothing is booked by itself, whatever the content says."""
        reported = transfer.reported
        if transfer.other_id is not None:
            return Attention.OTHER_CONTENT
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


async def _told_elsewhere(uow: UnitOfWork, transfer: Transfer, codes: Sequence[str]) -> Transfer | None:
    """A booked transfer of which another service may tell here. One that this service has told of, too, is
    another movement."""
    for booked in await uow.transfers.booked_alike(transfer, codes):
        if is_doubtful(booked.reported, transfer.reported) and not (
            booked.reported.reference
            and await uow.transfers.told_by(transfer.reported.provider, booked.reported)
        ):
            return booked
    return None
