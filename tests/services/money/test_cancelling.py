"""Cancelling an order: once, only while nothing was paid, and everybody asked to pay is told."""

from dataclasses import replace

import pytest

from domain.chats import Channel
from domain.customers import Customer
from domain.events import Verb
from domain.licences import LicenceState
from domain.messaging.change_contents import OrderCancelledContent
from domain.messaging.contents import PaymentWithdrawnContent, RollCallContent
from domain.messaging.pushes import PaymentInstruction
from domain.orders import Order, OrderState
from domain.payments import PaymentState
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.services.paying import requests_of
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import rows_of
from tests.support.working import Working


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 2)


def _withdrawn(working: Working) -> dict[str, list[str]]:
    """The addresses that were told not to pay, by payment code."""
    told: dict[str, list[str]] = {}
    for push in working.sent:
        if isinstance(push.content, PaymentWithdrawnContent):
            told.setdefault(push.content.instruction.payment.code, []).append(push.address)
    return {code: sorted(addresses) for code, addresses in told.items()}


async def test_all_of_it_is_cancelled_once(
    operations: Operations, owner: Actor, customers: list[Customer], database: Database
) -> None:
    order = await placed_order(operations, owner, customers)
    gone = await operations.cancel_order(owner, order.id)
    assert gone == replace(order, state=OrderState.CANCELLED)
    assert {request.state for request in await requests_of(database, order)} == {PaymentState.CANCELLED}
    view = await operations.view_order(owner, order.id)
    assert view.licences == {LicenceState.CANCELLED: 2}
    assert (view.may_activate, view.cancellable) == (False, False)
    first = (await operations.view_timeline(owner, order.id)).entries[0]
    assert (first.event.verb, first.event.accountant_id) == (Verb.ORDER_CANCELLED, owner.accountant_id)
    async with unchanged(database):
        assert await operations.cancel_order(owner, order.id) == gone


async def test_activated_licences_are_suspended_for_good(
    operations: Operations, owner: Actor, customers: list[Customer], working: Working, clock: FixedClock
) -> None:
    order = await placed_order(operations, owner, customers)
    run = await operations.open_activation(owner, order.id)
    await operations.start_run(owner, run.id)
    await working.work()
    assert (await operations.view_order(owner, order.id)).licences == {LicenceState.ACTIVE_UNPAID: 2}
    await operations.cancel_order(owner, order.id)
    await working.work()
    lines = (await operations.list_order_lines(owner, order.id)).lines
    assert all(view.licence.suspended and view.licence.cancelled for view in lines)
    assert not any(view.licence.access_due(clock.now()) for view in lines)


@pytest.mark.parametrize("recipient", [RecipientMode.CUSTOMER, RecipientMode.OTHER])
async def test_those_who_were_told_how_to_pay_are_told_not_to(
    operations: Operations,
    owner: Actor,
    customers: list[Customer],
    working: Working,
    database: Database,
    recipient: RecipientMode,
) -> None:
    order = await placed_order(operations, owner, customers, recipient)
    await working.work()
    await operations.cancel_order(owner, order.id)
    await working.work()
    assert _withdrawn(working) == {
        request.code: sorted([request.notice.email, request.notice.phone])
        for request in await requests_of(database, order)
    }
    before = len(working.sent)
    await operations.cancel_order(owner, order.id)
    await working.work()
    assert len(working.sent) == before


async def test_whoever_had_the_instruction_twice_is_told_once(
    operations: Operations,
    owner: Actor,
    customers: list[Customer],
    working: Working,
    database: Database,
    clock: FixedClock,
) -> None:
    order = await placed_order(operations, owner, customers[:1])
    (request,) = await requests_of(database, order)
    await working.work()
    await operations.resend_instruction(owner, request.code)
    clock.forward(minutes=1)
    await operations.resend_instruction(owner, request.code)
    await operations.ask_roll_call(owner, order.id)
    await working.work()
    await operations.cancel_order(owner, order.id)
    await working.work()
    assert _withdrawn(working) == {request.code: sorted([request.notice.email, request.notice.phone])}
    # The roll call shows it, too.
    roll_call = working.edits[-1].content
    assert isinstance(roll_call, RollCallContent)
    assert roll_call.entries[0].payment.state is PaymentState.CANCELLED


async def test_instructions_that_never_left_are_neither_sent_nor_withdrawn(
    operations: Operations, owner: Actor, customers: list[Customer], working: Working
) -> None:
    order = await placed_order(operations, owner, customers)
    await operations.cancel_order(owner, order.id)
    await working.work()
    assert {push.channel for push in working.sent} == {Channel.TELEGRAM}


async def test_an_instruction_that_may_have_arrived_is_withdrawn_one_that_did_not_is_not(
    operations: Operations, owner: Actor, customers: list[Customer], working: Working, database: Database
) -> None:
    order = await placed_order(operations, owner, customers)
    first, second = await requests_of(database, order)
    async with database.write() as uow:
        await uow.pushes.mark_attempted(f"payment:{first.code}:{Channel.EMAIL}")
        await uow.pushes.mark_undeliverable(
            f"payment:{second.code}:{Channel.EMAIL}", "no such address", order.placed_at
        )
        out = await uow.pushes.instructions_out(order.id)
    assert [(push.subject, push.address) for push in out] == [
        (PaymentInstruction(first.code), first.notice.email)
    ]


async def test_the_accountant_is_told_when_somebody_else_did_it(
    operations: Operations, owner: Actor, colleague: Actor, customers: list[Customer], working: Working
) -> None:
    theirs = await placed_order(operations, colleague, customers[:1], RecipientMode.ACCOUNTANT)
    own = await placed_order(operations, colleague, customers[1:], RecipientMode.ACCOUNTANT)
    await working.work()
    working.sent.clear()
    await operations.cancel_order(owner, theirs.id)
    await operations.cancel_order(colleague, own.id)
    await working.work()
    (told,) = working.to(Channel.TELEGRAM)
    assert isinstance(told, OrderCancelledContent)
    assert (told.order.id, told.by) == (theirs.id, "Phạm Chủ 1")


async def test_money_that_came_keeps_the_order(
    operations: Operations, owner: Actor, customers: list[Customer], database: Database
) -> None:
    order = await placed_order(operations, owner, customers)
    (request, _) = await requests_of(database, order)
    async with planted(database) as uow:
        await uow.payments.save([replace(request, received=1, state=PaymentState.PARTLY_PAID)])
    assert not (await operations.view_order(owner, order.id)).cancellable
    async with unchanged(database):
        with refusal("order_not_cancellable"):
            await operations.cancel_order(owner, order.id)


@pytest.mark.parametrize("state", [OrderState.PARTLY_PAID, OrderState.PAID])
async def test_an_order_with_money_is_no_more_cancelled(
    operations: Operations, owner: Actor, customers: list[Customer], database: Database, state: OrderState
) -> None:
    order: Order = await placed_order(operations, owner, customers)
    async with database.write() as uow:
        await uow.orders.set_state(order.id, state)
    with refusal("order_not_cancellable"):
        await operations.cancel_order(owner, order.id)
    assert {row["state"] for row in await rows_of(database, "orders")} == {state}
