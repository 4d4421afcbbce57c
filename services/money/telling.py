"""What is told when a placed order changes, or its money is refunded: what payers were told is withdrawn or
replaced."""

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.chats import Channel
from domain.messaging.pushes import OrderChangedNotice, PaymentChanged, PaymentWithdrawn, Push, RefundMade
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor
from domain.recipients import RecipientMode
from services.messaging.push_queue import queue_pushes
from services.ports import UnitOfWork


def withdrawals(told: Sequence[Push]) -> list[Push]:
    """What asks whoever was `told` how to pay not to: each address once for each code."""
    first: dict[tuple[str, Channel, str], Push] = {}
    for push in told:
        first.setdefault((push.subject.about, push.channel, push.address), push)
    # The key is the same however often the instruction was sent, so that it is withdrawn once.
    return [
        Push(f"withdrawn:{push.key}", channel, PaymentWithdrawn(code), push.accountant_id, address)
        for (code, channel, address), push in first.items()
    ]


def replacements(told: Sequence[Push], codes: Collection[str], change: str) -> list[Push]:
    """What tells whoever was `told` how to pay these codes that the sum has changed. `change` names what
    happened, unique for the order."""
    reached = {(push.subject.about, push.channel, push.address): push for push in told}
    return [
        Push(
            f"payment_changed:{code}:{change}:{channel}",
            channel,
            PaymentChanged(code),
            push.accountant_id,
            address,
        )
        for (code, channel, address), push in reached.items()
        if code in codes
    ]


async def told_of_change(
    uow: UnitOfWork, actor: Actor, order: Order, changed: Sequence[PaymentRequest], now: datetime
) -> list[Push]:
    """What is told of an order with these `changed` requests: to whoever was told how to pay them, to its
    accountant who pays, and to its accountant if somebody else changed it."""
    change = change_name(order, now)
    told = await uow.pushes.instructions_out(order.id)
    gone = {one.code for one in changed if not one.line_count}
    pushes = withdrawals([push for push in told if push.subject.about in gone])
    pushes += replacements(told, {one.code for one in changed} - gone, change)
    if changed and order.recipient is RecipientMode.ACCOUNTANT:
        key, subject = f"payment_changed:{order.code}:{change}", PaymentChanged(order.code)
        pushes.append(Push(key, Channel.CHAT, subject, order.accountant_id))
    return [*pushes, *notice_of_change(actor, order, now)]


def notice_of_change(actor: Actor, order: Order, now: datetime) -> list[Push]:
    """What tells the order's accountant that somebody else changed it."""
    if actor.accountant_id == order.accountant_id:
        return []
    key = f"order_changed:{order.id}:{change_name(order, now)}"
    return [Push(key, Channel.CHAT, OrderChangedNotice(order.id), order.accountant_id)]


def change_name(order: Order, now: datetime) -> str:
    """Names a change of the order, for keys."""
    return f"{order.total}:{now:%Y%m%d%H%M%S%f}"


async def tell_of_refund(uow: UnitOfWork, transfer_id: int, now: datetime) -> None:
    """Tell the order's accountant, once, that the money of the transfer's case was given back."""
    case = await uow.return_cases.of_transfer(transfer_id)
    order = await uow.orders.get(case.order_id) if case and case.order_id is not None else None
    if case is not None and order is not None:
        told = Push(f"refund_made:{case.id}", Channel.CHAT, RefundMade(case.id), order.accountant_id)
        await queue_pushes(uow, [told], now)
