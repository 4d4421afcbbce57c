"""Pushes about transfers: to the accountant whose customers paid, to back office where a person is needed."""

from domain.messaging.contents import BankListRefusedContent, PaidPart, TransferContent, TransferOpenContent
from domain.messaging.pushes import BankListRefused, Push, TransferOpen, TransferReceived
from domain.messaging.targets import Target
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.transfers import Transfer
from services.messaging.contents.reading import SHOWN_LINES, Readers, Reading, Targets, order_of, own_payments
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
    return TransferContent(transfer, await _parts(uow, own[:SHOWN_LINES]), len(own), amounts)


async def _open(uow: UnitOfWork, push: Push, reading: Reading) -> TransferOpenContent | None:
    assert isinstance(push.subject, TransferOpen)
    transfer = await _transfer(uow, push.subject.transfer_id)
    return await open_content(uow, transfer) if transfer.attention is not None else None


async def _refused(uow: UnitOfWork, push: Push, reading: Reading) -> BankListRefusedContent | None:
    assert isinstance(push.subject, BankListRefused)
    state = await uow.feed_states.get(push.subject.provider)
    return BankListRefusedContent(push.subject.provider) if state.refused else None


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
    for code, amount in amounts.items():
        payment = await uow.payments.get(code)
        assert payment is not None
        if payment.order_id not in orders:
            orders[payment.order_id] = await order_of(uow, payment.order_id)
        if amount:
            booked.append((payment, orders[payment.order_id], amount))
    return booked


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


READERS: Readers = {TransferReceived: _received, TransferOpen: _open, BankListRefused: _refused}
TARGETS: Targets = {TransferReceived: _received_target}
