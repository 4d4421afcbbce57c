"""Refunds: giving money back that is booked. The return itself is the transfer's, as for a surplus."""

from dataclasses import dataclass, replace

from domain.codes import find_codes
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.contents import PaidPart
from domain.people import Actor, Right
from domain.text import NOTE_LIMIT, clean_line
from domain.transfers import Attention, Share, Transfer
from services.audit import record
from services.back_office.returns import CaseView, case_view
from services.back_office.transfers import taken, transfer_with
from services.messaging.contents.reading import order_of
from services.messaging.contents.transfers import booked_parts
from services.money.naming import take_firms
from services.money.posting import Cause, set_aside
from services.operation import Operation
from services.paging import PAGE_SIZE
from services.ports import UnitOfWork

REFUNDABLE = 500
"""From how many requests of a transfer one is chosen at most."""


@dataclass(frozen=True, slots=True)
class RefundablePage:
    items: tuple[PaidPart, ...]
    total: int


class ListRefundable(Operation):
    """What of a transfer may be refunded: how much of it each request has, `size` of them a page. Raises
    `DomainError("transfer_unknown")`."""

    async def __call__(
        self, actor: Actor, transfer_id: int, page: int = 0, size: int = PAGE_SIZE
    ) -> RefundablePage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            transfer = await transfer_with(uow, transfer_id)
            if not transfer.refundable:
                return RefundablePage((), 0)
            parts, total = await booked_parts(uow, transfer, page * size, size)
            return RefundablePage(parts, total)


class OpenRefund(Operation):
    """Open the case of a refund: what a transfer paid for one request, or for an order, is to be given back,
    for the reason `why`, which its accountant reads when it was.

    Until then it stays with the requests, and their licences stay paid. The case is the actor's; the
    transfer waits in back office's list, to be returned, assigned elsewhere, or left as it was. A repeat
    changes nothing. Raises `DomainError`: `transfer_unknown`, `refund_waits` where something of the transfer
    has to be settled first, `refund_nothing`.
    """

    async def __call__(self, actor: Actor, transfer_id: int, code: str, why: str) -> CaseView:
        actor.require(Right.RUN_BACK_OFFICE)
        why, now = clean_line(why, NOTE_LIMIT), self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken(uow, transfer_id)
            shares = await uow.transfers.shares(transfer_id)
            await take_firms(uow, [one.share.code for one in shares])
            case = await uow.return_cases.of_transfer(transfer_id)
            if case is not None and transfer.attention is Attention.REFUND and case.why == why:
                return await case_view(uow, case, transfer)
            if not transfer.refundable:
                raise DomainError("refund_waits")
            held, order_id = await _held(uow, transfer, code)
            amount = sum(one.amount for one in held)
            waiting = replace(transfer, attention=Attention.REFUND, surplus=amount)
            await uow.transfers.save(waiting)
            await set_aside(uow, waiting, held, Cause(actor, why), now)
            await uow.return_cases.open_refund(transfer_id, order_id, why, actor.accountant_id, now)
            opened = await uow.return_cases.of_transfer(transfer_id)
            assert opened is not None
            await record(
                uow,
                Verb.REFUND_OPENED,
                now,
                by=actor,
                order=await order_of(uow, order_id),
                case=opened.id,
                amount=amount,
                transfer=transfer_id,
                transfer_reference=transfer.reported.reference,
                reason=why,
            )
            return await case_view(uow, opened, waiting)


async def _held(uow: UnitOfWork, transfer: Transfer, text: str) -> tuple[list[Share], int]:
    """What requests of the code in `text` have of the transfer, and their order. Raises
    `DomainError("refund_nothing")`."""
    amounts: dict[str, int] = {}
    for one in await uow.transfers.shares(transfer.id):
        amounts[one.share.code] = amounts.get(one.share.code, 0) + one.share.amount
    (code, *_) = [*find_codes(text), ""]
    order = await uow.orders.by_code(code)
    requests = await uow.payments.of_order(order.id) if order else ()
    codes = [one.code for one in requests] or [code]
    held = [Share(one, amounts[one]) for one in codes if amounts.get(one, 0) > 0]
    if not held:
        raise DomainError("refund_nothing")
    request = await uow.payments.get(held[0].code)
    assert request is not None
    return held, request.order_id
