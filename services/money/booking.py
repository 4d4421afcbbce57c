"""Booking money on payment requests: what a transfer changes, and who is told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.pushes import (
    ClaimSettled,
    PaymentReceipt,
    Push,
    StatementLeft,
    TransferOpen,
    TransferReceived,
)
from domain.orders import Order, OrderState
from domain.payments import PAID_STATES, ClaimState, PaymentRequest, PaymentState, state_after
from domain.recipients import RecipientMode
from domain.return_cases import OPENED_BY_ITSELF, reason_of
from domain.transfers import (
    Owed,
    Provider,
    Share,
    Transfer,
    TransferState,
    share_out,
)
from services.activation.access import queue_access
from services.audit import record
from services.invoices.closing import queue_closing
from services.messaging.contents.reading import unbooked
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.money.held import ADDRESSES, release
from services.money.naming import order_about
from services.money.posting import BY_ITSELF, Cause, give_shares, post_counted, take_off_surplus
from services.money.roll_call import refresh_roll_calls
from services.ports import UnitOfWork

_TOGETHER = timedelta(minutes=1)
"""How long the word of a statement's rows waits, which says how many there are."""


async def book(
    uow: UnitOfWork,
    transfer: Transfer,
    requests: Sequence[PaymentRequest],
    channels: Sequence[Channel],
    now: datetime,
    waiting: int = 0,
    cause: Cause = BY_ITSELF,
) -> Transfer:
    """Share a transfer out among `requests` (not empty, none cancelled, each once). If the transfer is booked
    already, only its surplus is shared out: it moves to `requests`. `waiting` VND of it stay unbooked, until
    an accountant has chosen.

    Licences that are paid now are restored. Payer and accountant are told once, and back office is told if
    money is left over. `channels` are those that reach payers.
    """
    amount = transfer.reported.amount
    if transfer.state is TransferState.MATCHED:
        amount = transfer.surplus
        transfer = await give_back(uow, transfer, now, cause)
        requests = [await payment_of(uow, request.code) for request in requests]
    elif transfer.state is TransferState.CHOOSING:
        amount = await unbooked(uow, transfer) - waiting
    await post_counted(uow, transfer, cause, now)
    shared = share_out(amount, [Owed(request.code, request.left) for request in requests])
    state = TransferState.CHOOSING if waiting else TransferState.MATCHED
    booked = replace(transfer, state=state, attention=shared.attention, surplus=shared.surplus)
    await uow.transfers.save(booked)
    share_ids = await give_shares(uow, booked, shared, cause, now)
    await queue_closing(uow, now)
    by_code = {request.code: request for request in requests}
    paid_into = [_after(by_code[share.code], share, now) for share in shared.shares]
    await uow.payments.save(paid_into)
    paid = [request.code for request in paid_into if request.state in PAID_STATES]
    # Unique for this booking. There is always a share, because there is always money.
    key = f"transfer:{transfer.id}:{share_ids[0]}"
    await queue_access(uow, await uow.licences.set_paid(paid, True), key, now)
    orders = await _settle_orders(uow, booked, paid_into, shared.shares, now)
    whose = {one.code: orders[one.order_id] for one in paid_into if one.state in PAID_STATES}
    whose |= {order.code: order for order in orders.values() if order.state is OrderState.PAID}
    await _accept_claims(uow, whose, now)
    for order in orders.values():
        await refresh_roll_calls(uow, order, key, now)
    told = [
        Push(f"{key}:{one}", Channel.CHAT, TransferReceived(transfer.id), one)
        for one in dict.fromkeys(order.accountant_id for order in orders.values())
    ]
    for share_id, request in zip(share_ids, paid_into, strict=True):
        told += _receipt(share_id, request, orders[request.order_id].accountant_id, channels)
    await queue_pushes(uow, told, now)
    for firm_id in {order.firm_id for order in orders.values()}:
        if await uow.held.holds_any(firm_id) and await uow.held.is_cleared(firm_id):
            await release(uow, firm_id, channels, now)
    if booked.attention is not None:
        await tell_of_open(uow, booked, now)
    return booked


async def give_back(uow: UnitOfWork, transfer: Transfer, now: datetime, cause: Cause = BY_ITSELF) -> Transfer:
    """Take the surplus of a booked transfer off the requests that hold it. The transfer is settled then, and
    what is not paid any more counts as that again."""
    held = await uow.postings.surplus_of(transfer.id)
    settled = replace(transfer, attention=None, surplus=0)
    await uow.transfers.save(settled)
    share_ids = await take_off_surplus(uow, transfer, held, cause, now)
    key = f"transfer:{transfer.id}:{share_ids[0]}"
    await queue_closing(uow, now)
    left = [_after(await payment_of(uow, one.code), Share(one.code, -one.amount), now) for one in held]
    await uow.payments.save(left)
    unpaid = [one.code for one in left if one.state not in PAID_STATES]
    await queue_access(uow, await uow.licences.set_paid(unpaid, False), key, now)
    for order in await _settled(uow, sorted({one.order_id for one in left})):
        await refresh_roll_calls(uow, order, key, now)
    return settled


async def tell_of_open(uow: UnitOfWork, transfer: Transfer, now: datetime) -> None:
    """Tell back office that a transfer waits for it, once for each transfer and reason. Money that nobody
    asked for gets its case. The rows of a statement are told of together."""
    if transfer.attention in OPENED_BY_ITSELF:
        await open_case(uow, transfer, now)
    if transfer.reported.provider is Provider.STATEMENT:
        left = StatementLeft(f"{now:%Y-%m-%dT%H:%M}")
        await tell_back_office(uow, f"statement_left:{left.minute}", left, now, now + _TOGETHER)
        return
    key = f"transfer_open:{transfer.id}:{transfer.attention}"
    await tell_back_office(uow, key, TransferOpen(transfer.id), now)


async def open_case(uow: UnitOfWork, transfer: Transfer, now: datetime) -> None:
    """Open the case of giving this transfer's money back, unless it has one."""
    order = await order_about(uow, transfer)
    await uow.return_cases.open(transfer.id, reason_of(transfer), order.id if order else None, now)


async def payment_of(uow: UnitOfWork, code: str) -> PaymentRequest:
    request = await uow.payments.get(code)
    assert request is not None
    return request


def check_not_cancelled(request: PaymentRequest) -> None:
    """Raise `DomainError("payment_cancelled")`."""
    if request.state is PaymentState.CANCELLED:
        raise DomainError("payment_cancelled")


def _after(request: PaymentRequest, share: Share, now: datetime) -> PaymentRequest:
    """The request with the money of `share`."""
    received = request.received + share.amount
    state = state_after(request.amount, received)
    paid_at = (request.paid_at or now) if state in PAID_STATES else None
    return replace(request, received=received, state=state, paid_at=paid_at)


async def _accept_claims(uow: UnitOfWork, paid: Mapping[str, Order], now: datetime) -> None:
    """Accept the open claims of the codes that are `paid` now, each of its order."""
    for claim in await uow.claims.open_of_any(list(paid)):
        await uow.claims.settle(claim.id, ClaimState.ACCEPTED, "")
        # The order's accountant is told of the money already.
        if claim.accountant_id != paid[claim.payment_code].accountant_id:
            key, subject = f"claim_settled:{claim.id}", ClaimSettled(claim.id)
            await queue_pushes(uow, [Push(key, Channel.CHAT, subject, claim.accountant_id)], now)


async def _settle_orders(
    uow: UnitOfWork,
    transfer: Transfer,
    requests: Sequence[PaymentRequest],
    shares: Sequence[Share],
    now: datetime,
) -> dict[int, Order]:
    """Set the state of the orders whose `requests` just received `shares`; returns these orders by id."""
    amounts: dict[int, int] = {}
    for request, share in zip(requests, shares, strict=True):
        amounts[request.order_id] = amounts.get(request.order_id, 0) + share.amount
    orders = await _settled(uow, list(amounts))
    for order in orders:
        amount = amounts[order.id]
        await record(uow, Verb.MONEY_RECEIVED, now, order=order, amount=amount, transfer=transfer.id)
    return {order.id: order for order in orders}


async def _settled(uow: UnitOfWork, order_ids: Sequence[int]) -> Sequence[Order]:
    """Set the state of these orders by what came in for them."""
    orders = []
    for order, sums in await uow.payments.of_orders(order_ids):
        state = OrderState.PARTLY_PAID if sums.received else OrderState.PLACED
        state = OrderState.PAID if sums.paid == sums.requests else state
        if state is not order.state:
            await uow.orders.set_state(order.id, state)
        orders.append(replace(order, state=state))
    return orders


def _receipt(
    share_id: int, request: PaymentRequest, accountant_id: int, channels: Sequence[Channel]
) -> list[Push]:
    """The receipt to the payer, by e-mail where one is known, else by SMS. An accountant who pays gets none,
    because they are told of the transfer."""
    if request.recipient is RecipientMode.ACCOUNTANT:
        return []
    for channel, address_of in ADDRESSES.items():
        if channel in channels and (address := address_of(request.notice)):
            key = f"receipt:{share_id}:{channel}"
            return [Push(key, channel, PaymentReceipt(share_id), accountant_id, address)]
    return []
