"""The payment requests of an order, as its accountants see them."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import DomainError
from domain.messaging.budgets import FirstBudget
from domain.messaging.contents import RollCallEntry
from domain.orders import Order, OrderLine
from domain.payments import PaymentRequest, TransferClaim
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from services.messaging.contents.reading import deadline_of, lines_paid, payer_entry, payment_under, unbooked
from services.money.booking import check_not_cancelled
from services.money.held import left_of
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import PaymentSums, UnitOfWork

PAGE_SIZE = 6
"""A page of requests leaves room for the buttons below."""

SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """One page of an order's requests, unpaid ones first. `sums` are those of the whole order; `bundle` is
    all of them as one, where the accountant pays several. `waiting` VND wait until it is
    chosen who has paid, beginning with the transfer `to_choose`. Instructions of `held` requests are held;
    `resends` says to how many who owe they may be sent again, as far as the firm's first budget goes."""

    order: Order
    items: tuple[RollCallEntry, ...]
    sums: PaymentSums
    bundle: PaymentRequest | None
    waiting: int
    to_choose: int | None
    held: int
    resends: int


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A request with the first `lines` that it pays for (`payment.line_count` counts all) and the `claim`
    that waits for back office."""

    order: Order
    payment: PaymentRequest
    name: str
    lines: tuple[OrderLine, ...]
    claim: TransferClaim | None
    deadline: datetime | None
    """When the first of its licences ends unless it is paid; `None` while no clock runs."""
    held: bool
    resent: bool
    """Whether its instruction is held, and whether it may be sent again."""

    @property
    def bundled(self) -> bool:
        """Whether it is one of several requests that the accountant is asked to pay as one."""
        return self.payment.recipient is RecipientMode.ACCOUNTANT and self.payment.code != self.order.code


async def own_payment(uow: UnitOfWork, actor: Actor, code: str) -> tuple[PaymentRequest, Order]:
    """A request of an order that the actor may see, or all of an accountant's order as one, and the order.
    Any other request looks as if it did not exist."""
    payment = await payment_under(uow, code)
    if payment is None:
        raise DomainError("payment_unknown")
    return payment, await own_order(uow, actor, payment.order_id)


def check_unpaid(payment: PaymentRequest) -> None:
    """Raise `DomainError` (`payment_cancelled`, `payment_settled`) where there is nothing left to pay."""
    check_not_cancelled(payment)
    if not payment.left:
        raise DomainError("payment_settled")


@dataclass(frozen=True, slots=True)
class ListPayments(Operation):
    """One page of an order's payment requests: who has paid."""

    budget: FirstBudget

    async def __call__(self, actor: Actor, order_id: int, page: int = 0) -> PaymentPage:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            shown = await uow.payments.of_order(order_id, page * PAGE_SIZE, PAGE_SIZE, owed_first=True)
            entries = tuple([await payer_entry(uow, payment) for payment in shown])
            sums = await uow.payments.sums(order_id)
            bundle = await uow.payments.bundle(order.code) if sums.requests > 1 else None
            choosing = await uow.transfers.choosing(order_id)
            waiting = sum([await unbooked(uow, transfer) for transfer in choosing])
            first = choosing[0].id if choosing else None
            held, mode = await uow.held.count_of(order_id), order.recipient
            told = await _is_told_again(uow, order, self.budget) and mode is not RecipientMode.ACCOUNTANT
            resends = sums.requests - sums.paid - held if told else 0
            return PaymentPage(order, entries, sums, bundle, waiting, first, held, resends)


@dataclass(frozen=True, slots=True)
class ViewPayment(Operation):
    """One payment request, or all of an accountant's order as one."""

    budget: FirstBudget

    async def __call__(self, actor: Actor, code: str) -> PaymentView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            payment, order = await own_payment(uow, actor, code)
            entry = await payer_entry(uow, payment)
            lines = await lines_paid(uow, payment, SHOWN_LINES)
            held = await uow.held.holds(code)
            return PaymentView(
                *(order, payment, entry.name, tuple(lines), await uow.claims.open_of(code)),
                *(await deadline_of(uow, payment, order), held),
                not held and await _is_told_again(uow, order, self.budget),
            )


async def _is_told_again(uow: UnitOfWork, order: Order, budget: FirstBudget) -> bool:
    """Whether payers of the order may be told again: an accountant who pays always."""
    return order.recipient is RecipientMode.ACCOUNTANT or await left_of(uow, order.firm_id, budget) != 0
