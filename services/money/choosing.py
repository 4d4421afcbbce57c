"""Money for an order that pays a part of it: its accountant says which customers have paid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.calendar import day_of, start_of
from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.contents import RollCallEntry
from domain.messaging.pushes import ChoosePayers, Push
from domain.orders import Order
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from domain.transfers import Attention, Transfer, TransferState
from services.audit import record
from services.messaging.contents.reading import payer_entry, unbooked
from services.messaging.push_queue import queue_pushes
from services.money.booking import book, tell_of_open
from services.money.naming import take_firms, taken_transfer
from services.money.payments import PAGE_SIZE
from services.money.posting import BY_ITSELF, Cause, post_counted
from services.operation import LARGEST_ID, Operation
from services.orders.orders import may_see
from services.ports import NewJob, UnitOfWork

BOOK_CHOICE_JOB = "book_choice"

CHOICE_ENDS = timedelta(minutes=15)
"""How long before midnight in Vietnam: what is booked until then is still of the day on which it came."""

LOOK_BACK = 50
"""How many events of an order are looked through for a choice that is repeated."""


def choice_ends(now: datetime) -> datetime:
    """When money is booked without a choice: still on the day of `now`, as its invoices are of that day."""
    return start_of(day_of(now) + timedelta(days=1)) - CHOICE_ENDS


async def book_or_ask(
    uow: UnitOfWork,
    transfer: Transfer,
    codes: Sequence[str],
    requests: Sequence[PaymentRequest],
    channels: Sequence[Channel],
    now: datetime,
    cause: Cause = BY_ITSELF,
) -> Transfer:
    """Book a transfer on the `requests` (none cancelled) that `codes` name, as `book` does.

    Where the code for all of an accountant's order names several and the money pays only a part of them, that
    part waits until the accountant says who has paid. What named a customer's own code is booked at once.
    """
    own = [one for one in requests if one.code in codes]
    bundled = [one for one in requests if one.code not in codes and one.left]
    if transfer.state is not TransferState.MATCHED and len({one.order_id for one in bundled}) > 1:
        own, bundled = await _whole_orders_first(uow, transfer, own, bundled, channels, now, cause)
        requests = [*own, *bundled]
    order = await _paid_by_accountant(uow, bundled) if transfer.state is not TransferState.MATCHED else None
    if order is None:
        return await book(uow, transfer, requests, channels, now, cause=cause)
    named = sum(one.left for one in own)
    waiting = await uow.transfers.choosing(order.id)
    rest = transfer.reported.amount - named
    open_sum = sum(one.left for one in bundled) - sum([await unbooked(uow, one) for one in waiting])
    if 0 < rest < open_sum and now < choice_ends(now):
        asked = replace(transfer, state=TransferState.CHOOSING, attention=None, order_id=order.id)
        await post_counted(uow, transfer, cause, now)
        await _ask(uow, asked, order, now)
        return await book(uow, asked, own, channels, now, rest, cause) if named else asked
    named_all = [*own, *bundled]
    if rest >= open_sum and waiting:
        # With what waits it pays for everybody, so that nothing is left to choose.
        for earlier in waiting:
            await _book_chosen(uow, earlier, (), channels, now, cause)
        fresh = await uow.payments.get_many([one.code for one in named_all])
        named_all = list(fresh.values())
    return await book(uow, transfer, named_all, channels, now, cause=cause)


async def _whole_orders_first(
    uow: UnitOfWork,
    transfer: Transfer,
    own: list[PaymentRequest],
    bundled: Sequence[PaymentRequest],
    channels: Sequence[Channel],
    now: datetime,
    cause: Cause,
) -> tuple[list[PaymentRequest], list[PaymentRequest]]:
    """The first ones of several orders under one code, for which the money reaches, join `own`; the next one
    is left over, for which it may reach in part. What waits for those that are paid is booked."""
    if any(one.recipient is not RecipientMode.ACCOUNTANT for one in bundled):
        return own, [*bundled]
    rest = transfer.reported.amount - sum(one.left for one in own)
    for order_id in dict.fromkeys(one.order_id for one in bundled):
        theirs = [one for one in bundled if one.order_id == order_id]
        waiting = await uow.transfers.choosing(order_id)
        left = sum(one.left for one in theirs) - sum([await unbooked(uow, one) for one in waiting])
        if rest < left:
            return own, theirs
        for earlier in waiting:
            await _book_chosen(uow, earlier, (), channels, now, cause)
        fresh = await uow.payments.get_many([one.code for one in theirs])
        own = [*own, *fresh.values()]
        rest -= left
    return own, []


async def would_ask(
    uow: UnitOfWork, transfer: Transfer, requests: Sequence[PaymentRequest], now: datetime
) -> bool:
    """Whether `book_or_ask` leaves it to the accountant what a transfer pays of these `requests`, named by
    their order's code, for which it does not reach."""
    is_new = transfer.state is not TransferState.MATCHED and now < choice_ends(now)
    return is_new and await _paid_by_accountant(uow, requests) is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """Money that waits for its accountant: `waiting` VND of a transfer for an order, a page of the `count`
    requests that are not paid, and what the `ticked` ones among them still cost."""

    transfer: Transfer
    order: Order
    waiting: int
    items: tuple[RollCallEntry, ...]
    count: int
    ticked: tuple[str, ...]
    cost: int


class ViewChoice(Operation):
    """What may be chosen for a transfer. Codes among `ticked` that are paid by now are left out.

    Raises `DomainError`: `transfer_unknown`, `choice_made`.
    """

    async def __call__(
        self, actor: Actor, transfer_id: int, page: int = 0, ticked: Sequence[str] = ()
    ) -> Choice:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            transfer = await uow.transfers.get(transfer_id) if transfer_id <= LARGEST_ID else None
            order = await _order_of(uow, actor, transfer)
            assert transfer is not None
            if transfer.state is not TransferState.CHOOSING:
                raise DomainError("choice_made")
            sums = await uow.payments.sums(order.id)
            found = await uow.payments.get_many(ticked)
            owed = [one for one in found.values() if one.left and one.order_id == order.id]
            count = sums.requests - sums.paid
            shown = await uow.payments.of_order(order.id, page * PAGE_SIZE, PAGE_SIZE, owed_first=True)
            return Choice(
                transfer,
                order,
                await unbooked(uow, transfer),
                tuple([await payer_entry(uow, one) for one in shown[: max(0, count - page * PAGE_SIZE)]]),
                count,
                tuple(one.code for one in owed),
                sum(one.left for one in owed),
            )


@dataclass(frozen=True, slots=True)
class ChoosePayments(Operation):
    """Book a transfer that waits: the requests with these `codes` first, then the others in the order of the
    lines. No codes mean that order alone. Returns the order's id.

    A repeat by the same person changes nothing. Raises `DomainError`: `transfer_unknown`, `choice_made` when
    somebody else, or the end of the day, was first.
    """

    channels: tuple[Channel, ...]
    """How payers are reached."""

    async def __call__(self, actor: Actor, transfer_id: int, codes: Sequence[str]) -> int:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken_transfer(uow, transfer_id) if transfer_id <= LARGEST_ID else None
            order = await _order_of(uow, actor, transfer)
            assert transfer is not None
            if transfer.state is not TransferState.CHOOSING:
                if await _chosen_by(uow, actor, order, transfer):
                    return order.id
                raise DomainError("choice_made")
            await take_firms(uow, [order.code])
            waiting = await unbooked(uow, transfer)
            await record(
                uow, Verb.PAYERS_CHOSEN, now, by=actor, order=order, amount=waiting, transfer=transfer.id
            )
            await _book_chosen(uow, transfer, codes, self.channels, now, Cause(actor))
            return order.id


@dataclass(frozen=True, slots=True)
class BookUnchosen(Operation):
    """Book a transfer in the order of the lines if its accountant has not chosen. The program itself calls
    this at the end of the day."""

    channels: tuple[Channel, ...]
    """How payers are reached."""

    async def __call__(self, transfer_id: int) -> None:
        async with self.units.write() as uow:
            transfer = await taken_transfer(uow, transfer_id)
            if transfer is None or transfer.state is not TransferState.CHOOSING:
                return
            assert transfer.order_id is not None
            order = await uow.orders.get(transfer.order_id)
            assert order is not None
            await take_firms(uow, [order.code])
            await _book_chosen(uow, transfer, (), self.channels, self.clock.now(), BY_ITSELF)


async def _book_chosen(
    uow: UnitOfWork,
    transfer: Transfer,
    codes: Sequence[str],
    channels: Sequence[Channel],
    now: datetime,
    cause: Cause,
) -> None:
    assert transfer.order_id is not None
    standing = [
        request
        for request in await uow.payments.of_order(transfer.order_id)
        if request.state is not PaymentState.CANCELLED
    ]
    if standing:
        place = {code: at for at, code in enumerate(codes)}
        standing.sort(key=lambda request: place.get(request.code, len(place)))
        await book(uow, transfer, standing, channels, now, cause=cause)
        return
    left = replace(transfer, state=TransferState.UNMATCHED, attention=Attention.CANCELLED_ORDER)
    await uow.transfers.save(left)
    await tell_of_open(uow, left, now)


async def _ask(uow: UnitOfWork, transfer: Transfer, order: Order, now: datetime) -> None:
    """Have the order's accountant choose, until the day ends."""
    await uow.transfers.save(transfer)
    asked = Push(f"choose:{transfer.id}", Channel.CHAT, ChoosePayers(transfer.id), order.accountant_id)
    await queue_pushes(uow, [asked], now)
    key, about = f"{BOOK_CHOICE_JOB}:{transfer.id}", {"transfer_id": transfer.id}
    await uow.jobs.enqueue([NewJob(BOOK_CHOICE_JOB, key, about, run_at=choice_ends(now))], now)


async def _paid_by_accountant(uow: UnitOfWork, bundled: Sequence[PaymentRequest]) -> Order | None:
    """The one order of several requests that its accountant pays."""
    if len(bundled) < 2 or len({one.order_id for one in bundled}) > 1:
        return None
    if bundled[0].recipient is not RecipientMode.ACCOUNTANT:
        return None
    return await uow.orders.get(bundled[0].order_id)


async def _order_of(uow: UnitOfWork, actor: Actor, transfer: Transfer | None) -> Order:
    """The order whose accountant chooses, if the actor may see it."""
    if transfer is not None and transfer.order_id is not None:
        order = await uow.orders.get(transfer.order_id)
        if order is not None and may_see(actor, order.firm_id, order.accountant_id):
            return order
    raise DomainError("transfer_unknown")


async def _chosen_by(uow: UnitOfWork, actor: Actor, order: Order, transfer: Transfer) -> bool:
    events, _ = await uow.events.of_order(order.id, 0, LOOK_BACK)
    return any(
        event.verb is Verb.PAYERS_CHOSEN
        and (event.accountant_id, event.params.get("transfer")) == (actor.accountant_id, transfer.id)
        for event in events
    )
