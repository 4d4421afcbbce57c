"""What the readers of push contents have in common."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event
from domain.licences import TRIAL
from domain.messaging.claim_contents import ClaimContent
from domain.messaging.contents import PaymentContent, PushContent, RollCallEntry
from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import Push
from domain.messaging.targets import Place, Target
from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest, TransferClaim
from domain.people import Accountant
from domain.recipients import RecipientMode
from domain.transfers import Transfer
from services.ports import UnitOfWork

SHOWN_LINES = 10
"""How many customers, messages or notices a push names at most; the others it only counts."""

READ_AHEAD = 100
"""How many held notices are read at most, in search of those that still have something to say."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a push. `now` is the moment of sending. `brief` is for a line of the list of notices: the
    reader then leaves out whatever would make it look at each licence of an order."""

    now: datetime
    brief: bool = False


Read = Callable[[UnitOfWork, Push, Reading], Awaitable[PushContent | None]]
"""Reads what a push says; `None` when there is nothing left to say."""

Readers = Mapping[type[PushSubject], Read]

LookUp = Callable[[UnitOfWork, Push], Awaitable[Target | Push]]
"""Finds where the notice of a push leads; another push means the place where that push leads."""

Targets = Mapping[type[PushSubject], LookUp]


async def order_of(uow: UnitOfWork, order_id: int) -> Order:
    order = await uow.orders.get(order_id)
    assert order is not None
    return order


async def customers_of(uow: UnitOfWork, events: Sequence[Event]) -> Sequence[str]:
    """The names of the customers that events of orders are about, empty where it is none: as their lines have
    them, or, where one was dropped, the customer itself."""
    places = [(event.order_id or 0, int(event.params.get("position") or 0)) for event in events]
    known = await uow.orders.names_of({place for place in places if all(place)})
    names = []
    for event, place in zip(events, places, strict=True):
        name, customer_id = known.get(place, ""), event.params.get("of_customer")
        if not name and isinstance(customer_id, int) and event.firm_id is not None:
            customer = await uow.customers.get(event.firm_id, customer_id)
            name = customer.name if customer else ""
        names.append(name)
    return names


async def owner_of(uow: UnitOfWork, firm_id: int) -> Accountant:
    """The owner; of a firm that nobody is in any more, who was it last."""
    return await uow.people.owner_of(firm_id)


async def payment_under(uow: UnitOfWork, code: str) -> PaymentRequest | None:
    """The request with this code, or all requests of an accountant's order with it as one."""
    return await uow.payments.get(code) or await uow.payments.bundle(code)


async def unbooked(uow: UnitOfWork, transfer: Transfer) -> int:
    """How much of a transfer that waits is on no request yet, in VND."""
    shares = await uow.transfers.shares(transfer.id)
    return transfer.reported.amount - sum(one.share.amount for one in shares)


async def lines_paid(uow: UnitOfWork, payment: PaymentRequest, limit: int) -> Sequence[OrderLine]:
    """The first lines that a request, or a bundle, pays for; none for one that was withdrawn."""
    if not payment.line_count:
        return []
    lines = await uow.orders.lines_of_payment(payment.code, limit)
    return lines or await uow.orders.lines(payment.order_id, 0, limit)


async def payment_content(uow: UnitOfWork, payment_code: str) -> PaymentContent:
    payment = await payment_under(uow, payment_code)
    assert payment is not None
    order = await order_of(uow, payment.order_id)
    return PaymentContent(
        payment,
        order,
        await uow.people.firm(order.firm_id),
        await uow.people.accountant(order.accountant_id),
        tuple(await lines_paid(uow, payment, SHOWN_LINES)),
        await deadline_of(uow, payment, order),
    )


async def deadline_of(uow: UnitOfWork, payment: PaymentRequest, order: Order) -> datetime | None:
    """When the first licence of a request, or of a bundle, ends unless it is paid."""
    is_bundle = order.recipient is RecipientMode.ACCOUNTANT and payment.code == order.code
    return await uow.licences.first_deadline(order.id, None if is_bundle else payment.code)


async def payer_entry(uow: UnitOfWork, payment: PaymentRequest) -> RollCallEntry:
    """A request, and the name that people know it by."""
    if payment.line_count != 1:
        return RollCallEntry(payment, payment.notice.name)
    (line,) = await uow.orders.lines_of_payment(payment.code, 1)
    return RollCallEntry(payment, line.name)


async def reopened_by(
    uow: UnitOfWork, payments: Sequence[PaymentRequest], booked_at: datetime
) -> Mapping[str, bool]:
    """The codes of requests that were paid in full at this moment, after their licences had ended; whether
    the vendor still has one of each suspended."""
    codes = [one.code for one in payments if one.paid_at == booked_at]
    return await uow.licences.ended_of(codes, booked_at - TRIAL) if codes else {}


async def claim_content(uow: UnitOfWork, claim: TransferClaim) -> ClaimContent:
    payment = await payment_under(uow, claim.payment_code)
    assert payment is not None
    order = await order_of(uow, payment.order_id)
    return ClaimContent(
        claim,
        payment,
        order,
        await uow.people.accountant(claim.accountant_id),
        await uow.people.firm(order.firm_id),
        (await payer_entry(uow, payment)).name,
    )


async def own_payments(uow: UnitOfWork, push: Push, codes: Collection[str]) -> Target:
    """The payments of the order that these requests belong to, if the push's receiver placed exactly one of
    their orders; otherwise the list of orders. One transfer may pay for orders of several people."""
    payments = await uow.payments.get_many(list(codes))
    order_ids = {payment.order_id for payment in payments.values()}
    orders = [await uow.orders.get(order_id) for order_id in order_ids]
    orders += [await uow.orders.by_code(code) for code in codes if code not in payments]
    return payments_of({one.id for one in orders if one and one.accountant_id == push.accountant_id})


def payments_of(order_ids: Collection[int]) -> Target:
    return Target(Place.PAYMENTS, *order_ids) if len(order_ids) == 1 else Target(Place.ORDERS)
