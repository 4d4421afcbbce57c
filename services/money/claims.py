"""Claims: an accountant says that a transfer was made, and back office checks its picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.claim_contents import ClaimContent
from domain.messaging.pushes import ClaimMade, ClaimSettled, Push
from domain.orders import Order
from domain.payments import ClaimState, PaymentRequest, TransferClaim
from domain.people import Actor, Right, Role
from domain.text import NOTE_LIMIT, clean_line
from services.audit import record
from services.messaging.contents.reading import claim_content, order_of, payer_entry, payment_under
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.money.entering import enter_payment
from services.money.naming import named_requests, order_named, take_firms
from services.money.payments import check_unpaid, own_payment
from services.money.posting import Cause
from services.money.second_person import SecondPersonAbove, check_alone
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenSum:
    """What is still to pay under one code: by one payer, or for all of an order that its accountant pays."""

    payment: PaymentRequest
    order: Order
    name: str
    customers: int


@dataclass(frozen=True, slots=True)
class OpenSums:
    items: tuple[OpenSum, ...]
    total: int


class ListOpenSums(Operation):
    """One page of what the actor may say was transferred, the newest order first."""

    async def __call__(self, actor: Actor, page: int = 0) -> OpenSums:
        actor.require(Right.PLACE_ORDERS)
        only = None if actor.role is Role.OWNER else actor.accountant_id
        async with self.units.read() as uow:
            offset = page * PAGE_SIZE
            codes, total = await uow.payments.open_codes(actor.firm_id, only, offset, PAGE_SIZE)
            found = [await _open_sum(uow, code) for code in codes]
            # Money that waits for a choice may cover all of an order.
            return OpenSums(tuple(one for one in found if one.payment.left), total)


async def _open_sum(uow: UnitOfWork, code: str) -> OpenSum:
    payment = await payment_under(uow, code)
    assert payment is not None
    order = await order_of(uow, payment.order_id)
    return OpenSum(payment, order, (await payer_entry(uow, payment)).name, payment.line_count)


class WithdrawClaim(Operation):
    """Take back what was said by mistake; back office is asked no more. A repeat changes nothing. Raises
    `DomainError`: `claim_unknown`, `claim_settled` once back office has settled it."""

    async def __call__(self, actor: Actor, claim_id: int) -> None:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            claim = await uow.claims.get(claim_id) if claim_id <= LARGEST_ID else None
            if claim is None or claim.accountant_id != actor.accountant_id:
                raise DomainError("claim_unknown")
            if claim.state is ClaimState.REFUSED and not claim.note:
                return
            if claim.state is not ClaimState.OPEN:
                raise DomainError("claim_settled")
            await uow.claims.settle(claim_id, ClaimState.REFUSED, "")
            order = await order_named(uow, claim.payment_code)
            await record(uow, Verb.CLAIM_WITHDRAWN, now, by=actor, order=order, code=claim.payment_code)


class ClaimTransfer(Operation):
    """Say that a request was paid. `picture` is the reference of a photo that shows it (`domain.files`), or
    empty.

    The claim replaces an earlier one that is not settled. Raises `DomainError`: see `check_unpaid`.
    """

    async def __call__(self, actor: Actor, code: str, picture: str) -> TransferClaim:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            payment, order = await own_payment(uow, actor, code)
            check_unpaid(payment)
            claim = await uow.claims.open_of(code)
            if claim is not None and picture in (claim.picture, ""):
                return claim
            claim = await uow.claims.add(code, actor.accountant_id, picture, now)
            await record(uow, Verb.TRANSFER_CLAIMED, now, by=actor, order=order, code=code)
            await tell_back_office(uow, f"claim:{claim.id}", ClaimMade(claim.id), now)
            return claim


@dataclass(frozen=True, slots=True)
class ClaimPage:
    items: tuple[ClaimContent, ...]
    total: int


class ListClaims(Operation):
    """Claims that wait for back office, oldest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> ClaimPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            claims, total = await uow.claims.open(page * PAGE_SIZE, PAGE_SIZE)
            return ClaimPage(tuple([await claim_content(uow, claim) for claim in claims]), total)


@dataclass(frozen=True, slots=True)
class SettleClaim(Operation):
    """Accept or refuse a claim: back office found the transfer, or did not. The accountant is told.

    If it is `accepted`, `note` is the bank's reference, and `amount` VND (by default what is left to pay) are
    booked; otherwise `note` is the reason. A repeat changes nothing. Raises `DomainError`: `claim_unknown`,
    `claim_settled` when it was settled the other way, `second_person`, and those of `booking.enter_payment`.
    """

    channels: tuple[Channel, ...]
    """How payers are reached."""
    above: SecondPersonAbove

    async def __call__(
        self, actor: Actor, claim_id: int, accepted: bool, note: str, amount: int | None = None
    ) -> None:
        actor.require(Right.RUN_BACK_OFFICE)
        note = clean_line(note, NOTE_LIMIT)
        now = self.clock.now()
        # Whether or not it is accepted: the turn of a transfer comes before the firm's.
        async with self.units.write(Turn.of_transfer(note)) as uow:
            await settle_claim(uow, actor, claim_id, accepted, note, amount, self.channels, self.above, now)


async def settle_claim(
    uow: UnitOfWork,
    actor: Actor,
    claim_id: int,
    accepted: bool,
    note: str,
    amount: int | None,
    channels: Sequence[Channel],
    above: SecondPersonAbove,
    now: datetime,
    why: str = "",
) -> None:
    """What `SettleClaim` does, in a transaction that has the turn of the reference `note`."""
    state = ClaimState.ACCEPTED if accepted else ClaimState.REFUSED
    claim = await uow.claims.get(claim_id) if claim_id <= LARGEST_ID else None
    if claim is not None and await take_firms(uow, [claim.payment_code]):
        claim = await uow.claims.get(claim_id)
    if claim is None:
        raise DomainError("claim_unknown")
    if claim.state is state:
        return
    if claim.state is not ClaimState.OPEN:
        raise DomainError("claim_settled")
    requests = await named_requests(uow, [claim.payment_code])
    order = await order_of(uow, requests[0].order_id)
    if amount is None:
        payment = await payment_under(uow, claim.payment_code)
        amount = payment.left if payment else 0
    if accepted:
        await check_alone(uow, above, amount)
    await uow.claims.settle(claim_id, state, note)
    verb = Verb.CLAIM_ACCEPTED if accepted else Verb.CLAIM_REFUSED
    said = {"amount": amount, "reference": note, "reason": why} if accepted else {"note": note}
    await record(uow, verb, now, by=actor, order=order, code=claim.payment_code, **said)
    if accepted:
        code, cause = claim.payment_code, Cause(actor, note)
        await enter_payment(uow, code, requests, note, amount, channels, now, cause)
    # The order's accountant is told of the money already.
    if not accepted or claim.accountant_id != order.accountant_id:
        subject = ClaimSettled(claim_id)
        told = Push(f"claim_settled:{claim_id}", Channel.CHAT, subject, claim.accountant_id)
        await queue_pushes(uow, [told], now)
