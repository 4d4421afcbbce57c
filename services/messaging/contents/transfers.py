"""Pushes about transfers: to the accountant whose customers paid, to back office where a person is needed."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from domain.codes import find_codes
from domain.messaging.contents import (
    BankListRefusedContent,
    BooksDifferContent,
    ChoosePayersContent,
    PaidPart,
    PushContent,
    TransferContent,
    TransferOpenContent,
)
from domain.messaging.pushes import (
    BankListRefused,
    BooksDiffer,
    ChoosePayers,
    Push,
    TransferOpen,
    TransferReceived,
)
from domain.messaging.targets import Target
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.recipients import RecipientMode
from domain.transfers import Transfer, TransferState
from services.messaging.contents.reading import (
    SHOWN_LINES,
    Readers,
    Reading,
    Targets,
    order_of,
    own_payments,
    reopened_by,
    unbooked,
)
from services.ports import UnitOfWork


async def _received(uow: UnitOfWork, push: Push, reading: Reading) -> TransferContent:
    assert isinstance(push.subject, TransferReceived)
    transfer = await _transfer(uow, push.subject.transfer_id)
    own = [
        (payment, order, amount)
        for payment, order, amount in await _booked(uow, transfer)
        if order.accountant_id == push.accountant_id
    ]
    amounts = sum(amount for _, _, amount in own)
    parts = await _parts(uow, own[:SHOWN_LINES])
    content = TransferContent(transfer, parts, len(own), amounts, _rest(own))
    booked_at = max((one.created_at for one in await uow.transfers.shares(transfer.id)), default=reading.now)
    reopened = await reopened_by(uow, [payment for payment, _, _ in own], booked_at)
    content = replace(content, reopened=frozenset(reopened), waits=any(reopened.values()))
    orders = list({order.id: order for _, order, _ in own}.values())
    all_sums = [await uow.payments.sums(order.id) for order in orders]
    completed = any(sums.paid == sums.requests and sums.paid_at == booked_at for sums in all_sums)
    content = replace(content, completed=completed)
    if len(orders) != 1:
        return content
    (order,), (sums,) = orders, all_sums
    bundle = await uow.payments.bundle(order.code) if sums.requests > 1 else None
    if content.rest and bundle and order.code in find_codes(transfer.reported.content):
        content = replace(content, rest=bundle)
    return replace(content, bundle=bundle, paid=sums.paid, requests=sums.requests)


def together(contents: Sequence[PushContent]) -> list[PushContent]:
    """Transfers to one order become one content, which says how far the order is; the others stay."""
    merged: dict[Hashable, PushContent] = {}
    for place, content in enumerate(contents):
        key: Hashable = f"#{place}"
        if isinstance(content, TransferContent) and content.requests:
            key = content.parts[0].order.id
        before = merged.get(key)
        merged[key] = _with(before, content) if isinstance(before, TransferContent) else content
    return list(merged.values())


def _with(one: TransferContent, other: PushContent) -> TransferContent:
    assert isinstance(other, TransferContent)
    parts = {part.payment.code: part for part in one.parts}
    unnamed = one.count - len(one.parts) + other.count - len(other.parts)
    for part in other.parts:
        before = parts.get(part.payment.code)
        parts[part.payment.code] = replace(part, amount=part.amount + (before.amount if before else 0))
    return replace(
        other, parts=tuple(parts.values()), count=len(parts) + unnamed, amount=one.amount + other.amount
    )


def _rest(own: list[tuple[PaymentRequest, Order, int]]) -> PaymentRequest | None:
    """An accountant who pays gets no other receipt, so this one says how to pay what is left."""
    asked = (one for one, _, _ in own if one.recipient is RecipientMode.ACCOUNTANT)
    return next((payment for payment in asked if payment.left), None)


async def _choose(uow: UnitOfWork, push: Push, reading: Reading) -> ChoosePayersContent | None:
    assert isinstance(push.subject, ChoosePayers)
    transfer = await _transfer(uow, push.subject.transfer_id)
    if transfer.state is not TransferState.CHOOSING:
        return None
    assert transfer.order_id is not None
    order = await order_of(uow, transfer.order_id)
    waiting = await unbooked(uow, transfer)
    owed = [one for one in await uow.payments.of_order(order.id) if one.left]
    sums = accumulate(one.left for one in owed)
    return ChoosePayersContent(order, transfer.id, waiting, sum(one <= waiting for one in sums), len(owed))


async def _open(uow: UnitOfWork, push: Push, reading: Reading) -> TransferOpenContent | None:
    assert isinstance(push.subject, TransferOpen)
    transfer = await _transfer(uow, push.subject.transfer_id)
    return await open_content(uow, transfer) if transfer.attention is not None else None


async def _refused(uow: UnitOfWork, push: Push, reading: Reading) -> BankListRefusedContent | None:
    assert isinstance(push.subject, BankListRefused)
    state = await uow.feed_states.get(push.subject.provider)
    return BankListRefusedContent(push.subject.provider) if state.refused else None


async def _differ(uow: UnitOfWork, push: Push, reading: Reading) -> BooksDifferContent:
    assert isinstance(push.subject, BooksDiffer)
    return BooksDifferContent(*push.subject.told)


async def open_content(uow: UnitOfWork, transfer: Transfer) -> TransferOpenContent:
    booked = await _booked(uow, transfer)
    other = await _transfer(uow, transfer.other_id) if transfer.other_id is not None else None
    return TransferOpenContent(transfer, await _parts(uow, booked[:SHOWN_LINES]), other)


async def _transfer(uow: UnitOfWork, transfer_id: int) -> Transfer:
    transfer = await uow.transfers.get(transfer_id)
    assert transfer is not None
    return transfer


async def _booked(uow: UnitOfWork, transfer: Transfer) -> list[tuple[PaymentRequest, Order, int]]:
    """How much of the transfer went to each request, with the request's order."""
    amounts: dict[str, int] = {}
    for one in await uow.transfers.shares(transfer.id):
        amounts[one.share.code] = amounts.get(one.share.code, 0) + one.share.amount
    orders: dict[int, Order] = {}
    booked = []
    for code, payment in (await uow.payments.get_many(list(amounts))).items():
        if payment.order_id not in orders:
            orders[payment.order_id] = await order_of(uow, payment.order_id)
        if amounts[code]:
            booked.append((payment, orders[payment.order_id], amounts[code]))
    return booked


async def booked_parts(
    uow: UnitOfWork, transfer: Transfer, offset: int, limit: int
) -> tuple[tuple[PaidPart, ...], int]:
    """What each request has of the transfer, some of them and how many there are."""
    booked = await _booked(uow, transfer)
    return await _parts(uow, booked[offset : offset + limit]), len(booked)


async def taken_parts(uow: UnitOfWork, transfer_id: int, at: datetime) -> tuple[tuple[PaidPart, ...], int]:
    """What was taken off requests of the transfer at that moment: the first ones, and how many there are."""
    off = [one.share for one in await uow.transfers.shares(transfer_id) if one.created_at == at]
    codes = {share.code: -share.amount for share in off if share.amount < 0}
    payments = list((await uow.payments.get_many(list(codes))).values())[:SHOWN_LINES]
    taken = [(one, await order_of(uow, one.order_id), codes[one.code]) for one in payments]
    return await _parts(uow, taken), len(codes)


async def _parts(uow: UnitOfWork, booked: list[tuple[PaymentRequest, Order, int]]) -> tuple[PaidPart, ...]:
    parts = []
    for payment, order, amount in booked:
        (line,) = await uow.orders.lines_of_payment(payment.code, 1)
        parts.append(PaidPart(payment, order, line, amount))
    return tuple(parts)


async def _received_target(uow: UnitOfWork, push: Push) -> Target:
    assert isinstance(push.subject, TransferReceived)
    shares = await uow.transfers.shares(push.subject.transfer_id)
    return await own_payments(uow, push, [one.share.code for one in shares])


READERS: Readers = {
    TransferReceived: _received,
    ChoosePayers: _choose,
    TransferOpen: _open,
    BankListRefused: _refused,
    BooksDiffer: _differ,
}
TARGETS: Targets = {TransferReceived: _received_target}
