"""The second person of back office: one asks for a large payment or return, another approves or refuses
it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.codes import find_codes
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.claim_contents import SignOffContent
from domain.messaging.pushes import Push, SignOffAsked, SignOffDecided
from domain.orders import Order
from domain.payments import ClaimState
from domain.people import Actor, Right
from domain.sign_offs import AskedAct, SignedAct, SignOff, SignOffState, is_large
from domain.text import NOTE_LIMIT, clean_line
from domain.transfers import VND, Provider
from services.audit import record
from services.back_office.payments import enter_by_hand, enterable
from services.back_office.transfers import check_returnable, return_by_hand, transfer_with
from services.messaging.contents.reading import order_of, payment_under
from services.messaging.contents.sign_offs import sign_off_content, sign_off_contents
from services.messaging.push_queue import queue_pushes
from services.money.claims import settle_claim
from services.money.naming import named_requests, order_about, turn_of
from services.money.second_person import SIGNED, SecondPersonAbove
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Whether an act needs one; `above` is VND, `others` are the names of who may approve it for this
    actor."""

    needed: bool
    above: int
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowSecondPerson(Operation):
    """Whether the actor needs a second person for this amount, and who that may be."""

    above: SecondPersonAbove

    async def __call__(self, actor: Actor, amount: int, currency: str = VND) -> SecondPerson:
        actor.require(Right.RUN_BACK_OFFICE)
        if not is_large(amount, currency, self.above):
            return SecondPerson(False, self.above, ())
        async with self.units.read() as uow:
            people = await uow.people.approvers()
        others = tuple(one.name for one in people if one.id != actor.accountant_id)
        return SecondPerson(bool(people), self.above, others)


class AskSignOff(Operation):
    """Ask for an act to be approved, for the reason `why`; everybody else who may approve is told.

    A repeat returns the same sign-off. Raises `DomainError`: `sign_off_waiting` where another one waits about
    the same thing, and what the act itself would raise.
    """

    async def __call__(self, actor: Actor, asked: AskedAct, why: str) -> SignOff:
        actor.require(Right.RUN_BACK_OFFICE)
        why, now = clean_line(why, NOTE_LIMIT), self.clock.now()
        asked = AskedAct(asked.act, asked.subject, asked.amount, clean_line(asked.reference, NOTE_LIMIT))
        # One after the other: two references of one claim have turns of their own.
        async with self.units.write(Turn.back_office(), await _turn(self, asked)) as uow:
            order, amount, currency = await _look_at(uow, asked)
            asked = AskedAct(asked.act, asked.subject, amount, asked.reference)
            waiting = (await uow.sign_offs.waiting_about([asked.key])).get(asked.key)
            if waiting is not None:
                if (waiting.asked, waiting.asked_by) == (asked, actor.accountant_id):
                    return waiting
                raise DomainError("sign_off_waiting")
            order_id = order.id if order else None
            made = await uow.sign_offs.add(asked, currency, why, order_id, actor.accountant_id, now)
            await _record(uow, Verb.SIGN_OFF_ASKED, actor, made, now, why)
            key = f"sign_off:{made.id}"
            told = [
                Push(f"{key}:{one.id}", Channel.CHAT, SignOffAsked(made.id), one.id)
                for one in await uow.people.approvers()
                if one.id != actor.accountant_id
            ]
            await queue_pushes(uow, told, now)
            return made


@dataclass(frozen=True, slots=True)
class ApproveSignOff(Operation):
    """Approve what somebody else asked for, and do it, as the asker: in one transaction, so once. The asker
    is told. A repeat changes nothing.

    Raises `DomainError`: `sign_off_unknown`, `sign_off_own`, `sign_off_decided`, and what the act raises by
    now: then it still waits.
    """

    channels: tuple[Channel, ...]
    """How payers are reached."""

    async def __call__(self, actor: Actor, sign_off_id: int) -> SignOff:
        actor.require(Right.APPROVE)
        now = self.clock.now()
        async with _deciding(self, sign_off_id) as uow:
            found = await _to_decide(uow, actor, sign_off_id)
            if found.state is SignOffState.APPROVED and found.decided_by == actor.accountant_id:
                return found
            found.check_waiting()
            await _record(uow, Verb.SIGN_OFF_APPROVED, actor, found, now, found.why)
            await _do(uow, found, self.channels, now)
            return await _decide(uow, actor, found, SignOffState.APPROVED, "", now)


class RefuseSignOff(Operation):
    """Refuse what somebody else asked for, for a reason that they are told. A repeat changes nothing. Raises
    `DomainError`: `sign_off_unknown`, `sign_off_own`, `sign_off_decided`."""

    async def __call__(self, actor: Actor, sign_off_id: int, reason: str) -> SignOff:
        actor.require(Right.APPROVE)
        reason, now = clean_line(reason, NOTE_LIMIT), self.clock.now()
        async with _deciding(self, sign_off_id) as uow:
            found = await _to_decide(uow, actor, sign_off_id)
            if found.state is SignOffState.REFUSED and found.note == reason:
                return found
            found.check_waiting()
            await _record(uow, Verb.SIGN_OFF_REFUSED, actor, found, now, reason)
            return await _decide(uow, actor, found, SignOffState.REFUSED, reason, now)


class WithdrawSignOff(Operation):
    """Take back what the actor asked for. A repeat changes nothing. Raises `DomainError`: `sign_off_unknown`
    for anybody else's, `sign_off_decided`."""

    async def __call__(self, actor: Actor, sign_off_id: int) -> SignOff:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with _deciding(self, sign_off_id) as uow:
            found = await _sign_off(uow, sign_off_id)
            if found.asked_by != actor.accountant_id:
                raise DomainError("sign_off_unknown")
            if found.state is SignOffState.WITHDRAWN:
                return found
            found.check_waiting()
            await _record(uow, Verb.SIGN_OFF_WITHDRAWN, actor, found, now, found.why)
            return await _decide(uow, actor, found, SignOffState.WITHDRAWN, "", now)


@dataclass(frozen=True, slots=True)
class SignOffPage:
    items: tuple[SignOffContent, ...]
    total: int


class ListSignOffs(Operation):
    """What waits for a second person, oldest first."""

    async def __call__(self, actor: Actor, page: int = 0) -> SignOffPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            found, total = await uow.sign_offs.waiting(page * PAGE_SIZE, PAGE_SIZE)
            return SignOffPage(await sign_off_contents(uow, found), total)


class ViewSignOff(Operation):
    """One sign-off with who asked and why. Raises `DomainError("sign_off_unknown")`."""

    async def __call__(self, actor: Actor, sign_off_id: int) -> SignOffContent:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await sign_off_content(uow, await _sign_off(uow, sign_off_id))


@asynccontextmanager
async def _deciding(operation: Operation, sign_off_id: int) -> AsyncIterator[UnitOfWork]:
    """A transaction that decides about a sign-off and may do its act. Raises `DomainError`:
    `sign_off_unknown`."""
    async with operation.units.read() as uow:
        asked = (await _sign_off(uow, sign_off_id)).asked
    async with operation.units.write(await _turn(operation, asked)) as uow:
        yield uow


async def _turn(operation: Operation, asked: AskedAct) -> Turn:
    """The turn that the act itself takes first. Raises `DomainError("transfer_unknown")`."""
    if asked.act is not SignedAct.RETURN:
        return Turn.of_transfer(asked.reference)
    async with operation.units.read() as uow:
        return turn_of(await transfer_with(uow, int(asked.subject)))


async def _look_at(uow: UnitOfWork, asked: AskedAct) -> tuple[Order | None, int, str]:
    """The order that the act is about, and the amount and its currency, if the act could be done now."""
    match asked.act:
        case SignedAct.PAYMENT:
            if asked.amount <= 0:
                raise DomainError("amount_not_positive")
            if await uow.transfers.of_event(Provider.MANUAL, asked.reference) is not None:
                raise DomainError("reference_known", reference=asked.reference)
            return (await enterable(uow, asked.subject))[2], asked.amount, VND
        case SignedAct.CLAIM:
            claim = await uow.claims.get(int(asked.subject))
            if claim is None:
                raise DomainError("claim_unknown")
            if claim.state is not ClaimState.OPEN:
                raise DomainError("claim_settled")
            payment = await payment_under(uow, claim.payment_code)
            (request, *_) = await named_requests(uow, [claim.payment_code])
            amount = asked.amount or (payment.left if payment else 0)
            return await order_of(uow, request.order_id), amount, VND
        case SignedAct.RETURN:
            transfer = await transfer_with(uow, int(asked.subject))
            check_returnable(transfer)
            amount = transfer.surplus or transfer.reported.amount
            return await order_about(uow, transfer), amount, transfer.reported.currency


async def _do(uow: UnitOfWork, one: SignOff, channels: Sequence[Channel], now: datetime) -> None:
    """Do what was asked for: the very operation that one person does alone below the sum. Raises
    `DomainError("sign_off_changed")` where it would be about another amount by now."""
    if (await _look_at(uow, one.asked))[1:] != (one.amount, one.currency):
        raise DomainError("sign_off_changed")
    asker = (await uow.people.accountant(one.asked_by)).actor
    match one.act:
        case SignedAct.PAYMENT:
            text = " ".join(find_codes(one.subject))
            await enter_by_hand(uow, asker, text, one.amount, one.reference, channels, SIGNED, now, one.why)
        case SignedAct.CLAIM:
            claim_id, amount = int(one.subject), one.amount
            await settle_claim(
                uow, asker, claim_id, True, one.reference, amount, channels, SIGNED, now, one.why
            )
        case SignedAct.RETURN:
            await return_by_hand(uow, asker, int(one.subject), one.reference, SIGNED, now, one.why)


async def _sign_off(uow: UnitOfWork, sign_off_id: int) -> SignOff:
    found = await uow.sign_offs.get(sign_off_id) if sign_off_id <= LARGEST_ID else None
    if found is None:
        raise DomainError("sign_off_unknown")
    return found


async def _to_decide(uow: UnitOfWork, actor: Actor, sign_off_id: int) -> SignOff:
    found = await _sign_off(uow, sign_off_id)
    if found.asked_by == actor.accountant_id:
        raise DomainError("sign_off_own")
    return found


async def _decide(
    uow: UnitOfWork, actor: Actor, one: SignOff, state: SignOffState, note: str, now: datetime
) -> SignOff:
    await uow.sign_offs.decide(one.id, state, actor.accountant_id, note, now)
    if actor.accountant_id != one.asked_by:
        told = Push(f"sign_off_decided:{one.id}", Channel.CHAT, SignOffDecided(one.id), one.asked_by)
        await queue_pushes(uow, [told], now)
    return await _sign_off(uow, one.id)


async def _record(
    uow: UnitOfWork, verb: Verb, actor: Actor, one: SignOff, now: datetime, reason: str
) -> None:
    order = await order_of(uow, one.order_id) if one.order_id is not None else None
    transfer = await transfer_with(uow, int(one.subject)) if one.act is SignedAct.RETURN else None
    await record(
        uow,
        verb,
        now,
        by=actor,
        order=order,
        sign_off=one.id,
        amount=one.amount,
        reference=one.reference,
        reason=reason,
        transfer=transfer.id if transfer else 0,
        transfer_reference=transfer.reported.reference if transfer else "",
    )
