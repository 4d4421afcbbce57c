"""Money that no webhook reported, entered by hand; and what a typed code stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.codes import find_codes
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.claim_contents import ClaimContent
from domain.messaging.contents import RollCallEntry
from domain.orders import Order
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor, Firm, Right
from domain.recipients import RecipientMode
from domain.text import clean_line
from domain.transfers import Provider, Transfer
from services.audit import record
from services.messaging.contents.reading import SHOWN_LINES, claim_content, order_of, payer_entry
from services.money.entering import enter_payment
from services.money.naming import named_requests, take_firms
from services.money.posting import Cause
from services.money.second_person import SecondPersonAbove, check_alone
from services.operation import LARGEST_ID, Operation
from services.ports import Turn, UnitOfWork

REFERENCE_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Payable:
    """What is still to be paid under a code: `entries` are the first of `count` requests."""

    code: str
    order: Order
    firm: Firm
    entries: tuple[RollCallEntry, ...]
    count: int
    left: int


class FindPayable(Operation):
    """The unpaid requests under a typed code, which is a request's or an order's. Raises `DomainError`: see
    `payable_requests`."""

    async def __call__(self, actor: Actor, text: str) -> Payable:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await read_payable(uow, *await payable_requests(uow, text))


@dataclass(frozen=True, slots=True)
class EnterPayment(Operation):
    """Book `amount` VND that came in on the account under the bank's `reference`.

    A repeat with the same values changes nothing. Raises `DomainError`: `several_payments` for the code of an
    order that several people pay, `second_person`, and those of `payable_requests` and
    `booking.enter_payment`.
    """

    channels: tuple[Channel, ...]
    """How payers are reached."""
    above: SecondPersonAbove

    async def __call__(self, actor: Actor, text: str, amount: int, reference: str) -> Transfer:
        actor.require(Right.RUN_BACK_OFFICE)
        reference = clean_line(reference, REFERENCE_LIMIT)
        now = self.clock.now()
        async with self.units.write(Turn.of_transfer(reference)) as uow:
            return await enter_by_hand(uow, actor, text, amount, reference, self.channels, self.above, now)


class ViewClaim(Operation):
    """A claim: a transfer that an accountant says was made. Raises `DomainError("claim_unknown")`."""

    async def __call__(self, actor: Actor, claim_id: int) -> ClaimContent:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            claim = await uow.claims.get(claim_id) if claim_id <= LARGEST_ID else None
            if claim is None:
                raise DomainError("claim_unknown")
            return await claim_content(uow, claim)


async def enter_by_hand(
    uow: UnitOfWork,
    actor: Actor,
    text: str,
    amount: int,
    reference: str,
    channels: Sequence[Channel],
    above: SecondPersonAbove,
    now: datetime,
    why: str = "",
) -> Transfer:
    """What `EnterPayment` does, in a transaction that has the turn of the reference."""
    known = await uow.transfers.of_event(Provider.MANUAL, reference)
    same = known is not None and known.reported.amount == amount
    if known is not None and same and find_codes(text) == [known.reported.content]:
        return known
    await take_firms(uow, find_codes(text))
    code, requests, order = await enterable(uow, text)
    await check_alone(uow, above, amount)
    await record(
        uow,
        Verb.PAYMENT_ENTERED,
        now,
        by=actor,
        order=order,
        code=code,
        amount=amount,
        reference=reference,
        reason=why,
    )
    cause = Cause(actor, why or reference)
    return await enter_payment(uow, code, requests, reference, amount, channels, now, cause)


async def enterable(uow: UnitOfWork, text: str) -> tuple[str, list[PaymentRequest], Order]:
    """The one code in `text`, the unpaid requests for which one payment may be entered, and their order.
    Raises `DomainError`: `several_payments`, and those of `payable_requests`."""
    code, requests = await payable_requests(uow, text)
    order = await order_of(uow, requests[0].order_id)
    if len(requests) > 1 and order.recipient is not RecipientMode.ACCOUNTANT:
        raise DomainError("several_payments")
    return code, requests, order


async def read_payable(uow: UnitOfWork, code: str, requests: Sequence[PaymentRequest]) -> Payable:
    order = await order_of(uow, requests[0].order_id)
    return Payable(
        code,
        order,
        await uow.people.firm(order.firm_id),
        tuple([await payer_entry(uow, request) for request in requests[:SHOWN_LINES]]),
        len(requests),
        sum(request.left for request in requests),
    )


async def payable_requests(
    uow: UnitOfWork, text: str, amount: int | None = None
) -> tuple[str, list[PaymentRequest]]:
    """The one code in `text` and the requests under it that are not paid; or several requests' codes which
    together make exactly `amount`.

    Raises `DomainError`: `code_missing`, `code_unknown`, `payment_cancelled`, `payment_settled`.
    """
    codes = find_codes(text)
    if len(codes) > 1 and amount is not None:
        several = [one for code in codes if (one := await uow.payments.get(code)) is not None and one.left]
        if len(several) == len(codes) and sum(one.left for one in several) == amount:
            return " ".join(codes), several
    if len(codes) != 1:
        raise DomainError("code_missing")
    named = await named_requests(uow, codes)
    if not named:
        raise DomainError("code_unknown", value=codes[0])
    standing = [request for request in named if request.state is not PaymentState.CANCELLED]
    if not standing:
        raise DomainError("payment_cancelled")
    unpaid = [request for request in standing if request.left]
    if not unpaid:
        raise DomainError("payment_settled")
    return codes[0], unpaid
