"""Transfers that a person has to settle: assign to a request, return, or ignore."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.chats import Channel
from domain.codes import find_codes
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.contents import TransferOpenContent
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.text import NOTE_LIMIT, clean_line
from domain.transfers import Attention, Owed, Transfer, TransferState, share_out
from services.audit import record
from services.back_office.payments import Payable, payable_requests, read_payable
from services.messaging.contents.reading import order_of, unbooked
from services.messaging.contents.transfers import open_content
from services.money.booking import give_back, open_case
from services.money.choosing import book_or_ask, would_ask
from services.money.naming import order_about, order_named, take_firms, taken_transfer
from services.money.posting import Cause, post_ignored, post_returned
from services.money.second_person import SecondPersonAbove, check_alone, waiting_for_second
from services.money.telling import tell_of_refund
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class TransferPage:
    """`waiting` are the ids of those that wait for a second person."""

    items: tuple[Transfer, ...]
    total: int
    waiting: frozenset[int] = frozenset()


class ListOpenTransfers(Operation):
    """Transfers that wait for a person, oldest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> TransferPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            items, total = await uow.transfers.open(page * PAGE_SIZE, PAGE_SIZE)
            return TransferPage(tuple(items), total, await waiting_for_second(uow, items))


class ListOutgoing(Operation):
    """Money that left the account, newest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> TransferPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            items, total = await uow.transfers.outgoing(page * PAGE_SIZE, PAGE_SIZE)
            return TransferPage(tuple(items), total)


class ViewTransfer(Operation):
    """A transfer and what it paid for. Raises `DomainError("transfer_unknown")`."""

    async def __call__(self, actor: Actor, transfer_id: int) -> TransferOpenContent:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await open_content(uow, await transfer_with(uow, transfer_id))


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a transfer's money would do under a code. `booked` is VND for each of the `payable`'s entries.

    Where it `must_choose`, the money does not reach for all, and nothing says for which: one of
    `entries` has to be named, or the order's accountant is asked, if `may_ask`.
    """

    payable: Payable
    amount: int
    booked: tuple[int, ...]
    must_choose: bool
    may_ask: bool


class PreviewAssignment(Operation):
    """What `AssignTransfer` would do. Raises `DomainError`: `transfer_unknown`, and those of
    `payable_requests`."""

    async def __call__(self, actor: Actor, transfer_id: int, text: str) -> Assignment:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            transfer = await transfer_with(uow, transfer_id)
            amount = transfer.surplus or transfer.reported.amount
            code, requests = await payable_requests(uow, text, amount)
            must_choose = _must_choose(requests, amount)
            shared = share_out(amount, [Owed(request.code, request.left) for request in requests])
            shares = {} if must_choose else {share.code: share.amount for share in shared.shares}
            payable = await read_payable(uow, code, requests)
            booked = [shares.get(entry.payment.code, 0) for entry in payable.entries]
            may_ask = must_choose and await would_ask(uow, transfer, requests, self.clock.now())
            return Assignment(payable, amount, tuple(booked), must_choose, may_ask)


@dataclass(frozen=True, slots=True)
class AssignTransfer(Operation):
    """Give a transfer's money to the request or order of a typed code; if it is booked, only its surplus.

    Money that is left over waits again. A repeat changes nothing. Several codes are taken if they make
    exactly the sum. Raises `DomainError`: `transfer_settled`, `transfer_outgoing`, `which_request` where the
    code is an order's, the money does not reach for all its open requests and no accountant is to be asked,
    and those of `payable_requests`.
    """

    channels: tuple[Channel, ...]
    """How payers are reached."""

    async def __call__(self, actor: Actor, transfer_id: int, text: str) -> Transfer:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken(uow, transfer_id)
            if transfer.attention is None and await _is_for(uow, transfer, find_codes(text)):
                return transfer
            _check_open(transfer, incoming=True)
            await _take_firms(uow, transfer, find_codes(text))
            amount = transfer.surplus or transfer.reported.amount
            code, requests = await payable_requests(uow, text, amount)
            if _must_choose(requests, amount) and not await would_ask(uow, transfer, requests, now):
                raise DomainError("which_request")
            order = await order_of(uow, requests[0].order_id)
            await record(
                uow,
                Verb.TRANSFER_ASSIGNED,
                now,
                by=actor,
                order=order,
                code=code,
                amount=amount,
                transfer=transfer.id,
                transfer_reference=transfer.reported.reference,
                attention=transfer.attention or "",
            )
            return await book_or_ask(uow, transfer, [code], requests, self.channels, now, Cause(actor))


@dataclass(frozen=True, slots=True)
class ReturnTransfer(Operation):
    """Note that the money was sent back by hand under the bank's `reference`: all of it, or the surplus of a
    booked transfer, which is taken off its requests; so is a refund, of which the order's
    accountant is told. Its case is done. A repeat changes nothing. Raises
    `DomainError`: `transfer_settled`, `transfer_outgoing`, `second_person`."""

    above: SecondPersonAbove

    async def __call__(self, actor: Actor, transfer_id: int, reference: str) -> Transfer:
        actor.require(Right.RUN_BACK_OFFICE)
        note, now = clean_line(reference, NOTE_LIMIT), self.clock.now()
        async with self.units.write() as uow:
            return await return_by_hand(uow, actor, transfer_id, note, self.above, now)


class IgnoreTransfer(Operation):
    """Settle a transfer without doing anything, for a reason. The money stays where it is. A repeat changes
    nothing. Raises `DomainError("transfer_settled")`."""

    async def __call__(self, actor: Actor, transfer_id: int, reason: str) -> Transfer:
        actor.require(Right.RUN_BACK_OFFICE)
        note, now = clean_line(reason, NOTE_LIMIT), self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken(uow, transfer_id)
            if _is_settled_so(transfer, note):
                return transfer
            _check_open(transfer)
            amount = transfer.surplus or transfer.reported.amount
            await _record(uow, Verb.TRANSFER_IGNORED, actor, transfer, amount, now, reason=note)
            await post_ignored(uow, transfer, Cause(actor, note), now)
            booked = transfer.state is TransferState.MATCHED
            state = TransferState.MATCHED if booked else TransferState.IGNORED
            ignored = replace(transfer, state=state, attention=None, note=note)
            await uow.transfers.save(ignored)
            return ignored


async def return_by_hand(
    uow: UnitOfWork,
    actor: Actor,
    transfer_id: int,
    reference: str,
    above: SecondPersonAbove,
    now: datetime,
    why: str = "",
) -> Transfer:
    """What `ReturnTransfer` does, in one transaction."""
    transfer = await taken(uow, transfer_id)
    if _is_settled_so(transfer, reference):
        return transfer
    check_returnable(transfer)
    await _take_firms(uow, transfer)
    amount = transfer.surplus or transfer.reported.amount
    await check_alone(uow, above, amount, transfer.reported.currency)
    said = {"reference": reference, "reason": why}
    await _record(uow, Verb.TRANSFER_RETURNED, actor, transfer, amount, now, **said)
    await open_case(uow, transfer, now)
    if transfer.attention is Attention.REFUND:
        await tell_of_refund(uow, transfer.id, now)
    await uow.return_cases.returned(transfer.id, amount, reference, actor.accountant_id, now)
    cause = Cause(actor, reference)
    if transfer.surplus:
        transfer = await give_back(uow, transfer, now, cause)
    await post_returned(uow, transfer, amount, cause, now)
    whole = await unbooked(uow, transfer) == transfer.reported.amount
    state = TransferState.RETURNED if whole else transfer.state
    returned = replace(transfer, state=state, attention=None, note=reference)
    await uow.transfers.save(returned)
    return returned


def check_returnable(transfer: Transfer) -> None:
    """Raise `DomainError` (`transfer_settled`, `transfer_outgoing`) unless its money may be given back."""
    _check_open(transfer, incoming=True)


def _must_choose(requests: Sequence[PaymentRequest], amount: int) -> bool:
    return len(requests) > 1 and amount < sum(request.left for request in requests)


async def transfer_with(uow: UnitOfWork, transfer_id: int) -> Transfer:
    transfer = await uow.transfers.get(transfer_id) if transfer_id <= LARGEST_ID else None
    if transfer is None:
        raise DomainError("transfer_unknown")
    return transfer


async def taken(uow: UnitOfWork, transfer_id: int) -> Transfer:
    """The transfer with its turn. Raises `DomainError("transfer_unknown")`."""
    transfer = await taken_transfer(uow, transfer_id)
    if transfer is None:
        raise DomainError("transfer_unknown")
    return transfer


async def _take_firms(uow: UnitOfWork, transfer: Transfer, codes: Sequence[str] = ()) -> None:
    """Take the turns of all firms at once between which the transfer's money moves."""
    shares = await uow.transfers.shares(transfer.id)
    await take_firms(uow, [*codes, *(share.share.code for share in shares)])


def _check_open(transfer: Transfer, incoming: bool = False) -> None:
    if transfer.attention is None:
        raise DomainError("transfer_settled")
    if incoming and transfer.reported.outgoing:
        raise DomainError("transfer_outgoing")


def _is_settled_so(transfer: Transfer, note: str) -> bool:
    return transfer.attention is None and bool(note) and transfer.note == note


async def _is_for(uow: UnitOfWork, transfer: Transfer, codes: Sequence[str]) -> bool:
    """Whether the transfer's money went to these codes last: the tap came twice."""
    shares = await uow.transfers.shares(transfer.id)
    if transfer.state is TransferState.CHOOSING:
        order = await order_named(uow, codes[0]) if len(codes) == 1 else None
        return order is not None and order.id == transfer.order_id
    if len(codes) > 1:
        return [share.share.code for share in shares[-len(codes) :]] == list(codes)
    if not shares or not codes:
        return False
    if shares[-1].share.code == codes[0]:
        return True
    order = await uow.orders.by_code(codes[0])
    request = await uow.payments.get(shares[-1].share.code)
    return order is not None and request is not None and request.order_id == order.id


async def _record(
    uow: UnitOfWork,
    verb: Verb,
    actor: Actor,
    transfer: Transfer,
    amount: int,
    now: datetime,
    reference: str = "",
    reason: str = "",
) -> None:
    """Write to the audit log, with the order that it is about, and why the transfer waited."""
    await record(
        uow,
        verb,
        now,
        by=actor,
        order=await order_about(uow, transfer),
        amount=amount,
        transfer=transfer.id,
        transfer_reference=transfer.reported.reference,
        attention=transfer.attention or "",
        reference=reference,
        reason=reason,
    )
