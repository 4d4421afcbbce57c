"""Pushes about orders, and about messages that did not arrive."""

from domain.events import CHANGES, Verb
from domain.messaging.change_contents import OrderCancelledContent, OrderChangedContent
from domain.messaging.contents import (
    DeliveryFailedContent,
    FailedDelivery,
    OrderPlacedContent,
)
from domain.messaging.invoice_pushes import InvoiceIssued
from domain.messaging.pushes import (
    DeliveryFailed,
    OrderCancelledNotice,
    OrderChangedNotice,
    OrderPlacedNotice,
    PaymentChanged,
    PaymentInstruction,
    PaymentReceipt,
    PaymentWithdrawn,
    Push,
)
from domain.messaging.targets import Place, Target
from services.messaging.contents.reading import (
    SHOWN_LINES,
    Readers,
    Reading,
    Targets,
    customers_of,
    order_of,
    payment_content,
)
from services.ports import UnitOfWork


async def _placed(uow: UnitOfWork, push: Push, reading: Reading) -> OrderPlacedContent:
    assert isinstance(push.subject, OrderPlacedNotice)
    order_id = push.subject.order_id
    told, held = await uow.pushes.count_to_recipients(order_id), await uow.held.count_of(order_id)
    return OrderPlacedContent(await order_of(uow, order_id), told, held)


async def _cancelled(uow: UnitOfWork, push: Push, reading: Reading) -> OrderCancelledContent:
    assert isinstance(push.subject, OrderCancelledNotice)
    order = await order_of(uow, push.subject.order_id)
    events, _ = await uow.events.of_order(order.id, 0, SHOWN_LINES)
    by = [event.accountant_id for event in events if event.verb is Verb.ORDER_CANCELLED]
    names = await uow.people.names([one for one in by if one is not None])
    return OrderCancelledContent(order, next(iter(names.values()), ""))


async def _changed(uow: UnitOfWork, push: Push, reading: Reading) -> OrderChangedContent | None:
    assert isinstance(push.subject, OrderChangedNotice)
    order = await order_of(uow, push.subject.order_id)
    events, _ = await uow.events.of_order(order.id, 0, SHOWN_LINES)
    event = next((event for event in events if event.verb in CHANGES), None)
    if event is None or event.accountant_id is None:
        return None
    by = (await uow.people.names([event.accountant_id]))[event.accountant_id]
    (customer,) = await customers_of(uow, [event])
    return OrderChangedContent(order, by, event, customer)


async def _delivery_failed(uow: UnitOfWork, push: Push, reading: Reading) -> DeliveryFailedContent | None:
    """Tells of all failures that the accountant was not told of, so several become one message."""
    failed, count = await uow.pushes.failures_untold(push.accountant_id, SHOWN_LINES)
    if not failed:
        return None
    return DeliveryFailedContent(tuple([await _failure(uow, one) for one in failed]), count)


async def _failure(uow: UnitOfWork, failed: Push) -> FailedDelivery:
    match failed.subject:
        case PaymentInstruction(code) | PaymentChanged(code) | PaymentWithdrawn(code):
            content = await payment_content(uow, code)
            return FailedDelivery(failed, content.order, content.payment.notice.name)
        case PaymentReceipt(share_id):
            share = await uow.transfers.share(share_id)
            assert share is not None
            content = await payment_content(uow, share.share.code)
            return FailedDelivery(failed, content.order, content.payment.notice.name)
        case InvoiceIssued(invoice_id):
            invoice = await uow.invoices.get(invoice_id)
            assert invoice is not None
            return FailedDelivery(failed, None, invoice.buyer.name, invoice.number)
        case _:
            return FailedDelivery(failed, None, "")


async def _failed_target(uow: UnitOfWork, push: Push) -> Target | Push:
    assert isinstance(push.subject, DeliveryFailed)
    return await uow.pushes.get(push.subject.push_key) or Target(Place.ORDERS)


READERS: Readers = {
    OrderPlacedNotice: _placed,
    OrderCancelledNotice: _cancelled,
    OrderChangedNotice: _changed,
    DeliveryFailed: _delivery_failed,
}
TARGETS: Targets = {DeliveryFailed: _failed_target}
