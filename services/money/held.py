"""Payment instructions that wait until their firm has paid or was approved."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from domain.chats import Channel
from domain.messaging.budgets import Bound, FirstBudget
from domain.messaging.limit_pushes import InstructionsHeld, InstructionsReleased
from domain.messaging.pushes import PaymentInstruction, Push
from domain.orders import Order
from domain.payments import PaymentRequest
from services.messaging.budgets import wait
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.ports import UnitOfWork

LATELY = timedelta(hours=24)
"""How long an address that was told not to pay is spared."""

ADDRESSES = {Channel.EMAIL: attrgetter("email"), Channel.SMS: attrgetter("sms")}
"""How a recipient is reached, by channel."""


async def left_of(uow: UnitOfWork, firm_id: int, budget: FirstBudget) -> int | None:
    """To how many the firm may write yet; `None` is without limit."""
    left = budget.left(await uow.held.told(firm_id))
    return None if left is None or await uow.held.is_cleared(firm_id) else left


def within(left: int | None, requests: Sequence[PaymentRequest]) -> Sequence[PaymentRequest]:
    """The requests whose payers are told at once, where the firm may write to `left` yet."""
    return requests if left is None else requests[:left]


async def tell_or_hold(
    uow: UnitOfWork,
    order: Order,
    requests: Sequence[PaymentRequest],
    budget: FirstBudget,
    now: datetime,
) -> Sequence[PaymentRequest]:
    """The requests whose payers are told now; the instructions of the others are held, and back office is
    told. Raises `DomainError("firm_closed")`: nobody is told anew for a firm that back office closed."""
    (await uow.people.firm(order.firm_id)).check_open()
    left = await left_of(uow, order.firm_id, budget)
    told = within(left, requests)
    await uow.held.count_told(order.firm_id, len(told))
    if held := requests[len(told) :]:
        await uow.held.hold(order.firm_id, [one.code for one in held], now)
        subject = InstructionsHeld(order.firm_id)
        await tell_back_office(uow, f"instructions_held:{order.id}", subject, now)
    return told


async def release(uow: UnitOfWork, firm_id: int, channels: Sequence[Channel], now: datetime) -> int:
    """Send what is held of a firm, and is still to be paid, and tell its accountants; returns to how many."""
    codes = await uow.held.codes_of(firm_id)
    if not codes:
        return 0
    open_ones = [one for one in (await uow.payments.get_many(codes)).values() if one.left]
    order_ids = {one.order_id for one in open_ones}
    orders = {order_id: await uow.orders.get(order_id) for order_id in order_ids}
    pushes: list[Push] = []
    whose: Counter[int] = Counter()
    for order_id in sorted(order_ids):
        order = orders[order_id]
        assert order is not None
        theirs = [one for one in open_ones if one.order_id == order_id]
        whose[order.accountant_id] += len(theirs)
        pushes += await instruct(uow, order, theirs, channels, now)
    for accountant_id, count in whose.items():
        released = InstructionsReleased(f"{count}:{now.isoformat()}")
        pushes.append(
            Push(f"released:{accountant_id}:{now.isoformat()}", Channel.CHAT, released, accountant_id)
        )
    await uow.held.forget(codes)
    await uow.held.count_told(firm_id, len(open_ones))
    await queue_pushes(uow, pushes, now)
    return len(open_ones)


async def told_not_to_pay(uow: UnitOfWork, firm_id: int, now: datetime) -> Mapping[str, int]:
    """How often each address was told by the firm not to pay after all, within `LATELY`."""
    return await uow.held.withdrawn_since(firm_id, now - LATELY)


async def instruct(
    uow: UnitOfWork,
    order: Order,
    requests: Sequence[PaymentRequest],
    channels: Sequence[Channel],
    now: datetime,
    key: str = "",
    but: Collection[str] = (),
) -> list[Push]:
    """What tells payers now how to pay these requests, at all their addresses `but` some. `key` names why
    they are told again, unique for the order.

    An address that the firm has asked to pay and told not to within `LATELY` gets one message that names the
    new code, and the next time none before the morning: it waits.
    """
    lately = await told_not_to_pay(uow, order.firm_id, now)
    pushes: list[Push] = []
    for request in requests:
        name = key and f"payment:{request.code}:{key}"
        theirs = [
            push
            for push in instructions(request, order.accountant_id, channels, name)
            if push.address not in but
        ]
        leaving, later = spared(theirs, lately)
        pushes += leaving
        await uow.pushes.add_many(later, now)
        for push in later:
            await wait(uow, push, order.firm_id, Bound.AGAIN, now)
    return pushes


def spared(theirs: Sequence[Push], lately: Mapping[str, int]) -> tuple[Sequence[Push], Sequence[Push]]:
    """What of a payer's messages leaves at once, and what waits for the morning; `lately` is how often each
    address was told not to pay."""
    times = max((lately.get(push.address, 0) for push in theirs), default=0)
    some = theirs[:1] if times else theirs
    return ([], some) if times > 1 else (some, [])


def instructions(
    request: PaymentRequest, accountant_id: int, channels: Sequence[Channel], key: str = ""
) -> Iterator[Push]:
    """What tells a payer how to pay, on each channel that reaches them. `key` is what the keys of the pushes
    begin with, where it is not for the first time."""
    key = key or f"payment:{request.code}"
    for channel in channels:
        if address := ADDRESSES[channel](request.notice):
            subject = PaymentInstruction(request.code)
            yield Push(f"{key}:{channel.value}", channel, subject, accountant_id, address)
