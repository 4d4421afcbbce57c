"""Payment instructions sent again, and orders that cost nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.chats import Channel
from domain.messaging.contents import PaymentCardContent, PaymentContent
from domain.orders import Order, OrderState
from domain.packages import sample_price_list
from domain.payments import PaymentState
from domain.people import Actor
from domain.recipients import RecipientMode
from services.money.instructions import CARDS_AT_ONCE
from services.operations import Operations
from storage.database import Database
from tests.services.paying import order_state, pushes_of, requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import rows_of
from tests.support.senders import ScriptedAlbums
from tests.support.working import Working
from texts.money.payments import all_resent


@pytest.fixture
async def order(operations: Operations, owner: Actor, bank: Bank) -> Order:
    placed = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    await bank.working.work()
    bank.working.sent.clear()
    return placed


async def test_an_instruction_is_resent_by_its_channels_once_a_minute(
    operations: Operations, owner: Actor, bank: Bank, clock: FixedClock, database: Database, order: Order
) -> None:
    (request, _) = await requests_of(database, order)
    assert await operations.resend_instruction(owner, request.code) == (Channel.EMAIL, Channel.SMS)
    async with unchanged(database):
        assert await operations.resend_instruction(owner, request.code) == (Channel.EMAIL, Channel.SMS)
    clock.forward(minutes=1)
    await operations.resend_instruction(owner, request.code)
    await bank.working.work()
    # Messages to different addresses leave in any order.
    addresses = sorted(push.address for push in bank.working.sent)
    assert addresses == sorted([request.notice.email, request.notice.phone] * 2)
    resent = [row for row in await rows_of(database, "events") if row["verb"] == "instruction_resent"]
    assert [row["accountant_id"] for row in resent] == [owner.accountant_id] * 2


async def test_who_was_just_reminded_gets_no_second_message(
    operations: Operations, owner: Actor, bank: Bank, order: Order
) -> None:
    """A reminder says how to pay, too; its own button goes to whoever it did not reach."""
    run = await operations.open_activation(owner, order.id)
    await operations.start_run(owner, run.id)
    await bank.working.work()
    assert await operations.resend_instructions(owner, order.id) == (2, 0, 0, 0)
    await bank.working.work_until(bank.working.clock.now() + timedelta(days=4))
    bank.working.sent.clear()
    assert await operations.resend_instructions(owner, order.id) == (0, 0, 0, 2)
    await bank.working.work()
    assert bank.working.sent == []
    await bank.working.work_until(bank.working.clock.now() + timedelta(hours=2))
    assert await operations.resend_instructions(owner, order.id) == (2, 0, 0, 0)
    assert "2 khách vừa được nhắc" in all_resent(0, 0, 0, 2)


async def test_what_is_resent_asks_for_what_is_left(
    operations: Operations, owner: Actor, bank: Bank, database: Database, order: Order
) -> None:
    (request, _) = await requests_of(database, order)
    await bank.tells(request.code, 1000)
    bank.working.sent.clear()
    await operations.resend_instruction(owner, request.code)
    await operations.ask_payment_card(owner, request.code)
    await bank.working.work()
    contents = [push.content for push in bank.working.sent]
    lefts = [one.payment.left for one in contents if isinstance(one, PaymentContent)]
    lefts += [one.instruction.payment.left for one in contents if isinstance(one, PaymentCardContent)]
    assert lefts == [request.amount - 1000] * 3


async def test_a_card_comes_as_often_as_it_is_asked_for(
    operations: Operations, owner: Actor, bank: Bank, database: Database, order: Order
) -> None:
    (request, _) = await requests_of(database, order)
    await operations.ask_payment_card(owner, request.code)
    async with unchanged(database):
        await operations.ask_payment_card(owner, request.code)
    await bank.working.work()
    await operations.ask_payment_card(owner, request.code)
    await bank.working.work()
    assert [push.address for push in bank.working.sent] == ["owner-1", "owner-1"]


async def test_nobody_is_asked_for_what_is_paid_or_cancelled(
    operations: Operations, owner: Actor, bank: Bank, database: Database, order: Order
) -> None:
    (request, other) = await requests_of(database, order)
    await bank.tells(request.code, request.amount)
    async with unchanged(database):
        for ask in (operations.resend_instruction, operations.ask_payment_card):
            with refusal("payment_settled"):
                await ask(owner, request.code)
    # A queued card is dropped if the money comes first.
    await operations.ask_payment_card(owner, other.code)
    async with planted(database) as uow:
        await uow.payments.cancel(order.id)
    await bank.working.work()
    assert [row["state"] for row in await pushes_of(database, "payment_card")] == ["dropped"]
    for ask in (operations.resend_instruction, operations.ask_payment_card):
        with refusal("payment_cancelled"):
            await ask(owner, other.code)


@pytest.mark.parametrize("recipient", [RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT])
async def test_what_is_free_never_asks_for_money(
    recipient: RecipientMode,
    operations: Operations,
    owner: Actor,
    bank: Bank,
    clock: FixedClock,
    database: Database,
) -> None:
    async with database.write() as uow:
        free = [replace(package, price=0) for package in sample_price_list()]
        await uow.packages.replace_all(free, clock.now())
    customers = await add_customers(operations, owner, 2)
    placed = await placed_order(operations, owner, customers, recipient)
    assert placed.state is await order_state(database, placed) is OrderState.PAID
    requests = await requests_of(database, placed)
    assert {(request.state, request.left) for request in requests} == {(PaymentState.PAID, 0)}
    run = await operations.open_activation(owner, placed.id)
    await operations.start_run(owner, run.id)
    # After the seven days and all their reminders.
    for _ in range(10):
        clock.forward(days=1)
        await bank.working.work()
    assert {row["kind"] for row in await rows_of(database, "pushes")} == {
        "order_placed",
        "activation_progress",
        "activation_result",
    }
    async with database.read() as uow:
        licences = await uow.licences.of_order(placed.id)
    assert {(one.licence.paid, one.licence.suspended) for one in licences} == {(True, False)}
    page = await operations.list_payments(owner, placed.id)
    assert page.sums.paid == page.sums.requests == len(requests)
    with refusal("payment_settled"):
        await operations.resend_instruction(owner, requests[0].code)


async def test_the_cards_of_all_who_owe_come_some_at_a_time(
    operations: Operations, owner: Actor, bank: Bank, database: Database, clock: FixedClock
) -> None:
    customers = await add_customers(operations, owner, CARDS_AT_ONCE + 5)
    order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
    requests = await requests_of(database, order)
    await bank.tells(requests[0].code, requests[0].amount)
    first, rest = requests[1 : CARDS_AT_ONCE + 1], requests[CARDS_AT_ONCE + 1 :]

    async def cards() -> list[str]:
        return [row["about"] for row in await pushes_of(database, "payment_card")]

    assert await operations.ask_payment_cards(owner, order.id) == (CARDS_AT_ONCE, len(rest))
    assert await cards() == [one.code for one in first]
    assert await operations.ask_payment_cards(owner, order.id) == (len(rest), 0)
    sent = [one.code for one in (*first, *rest)]
    assert await cards() == sent
    # All have had one: it begins anew, but not within the same minute.
    await operations.ask_payment_cards(owner, order.id)
    assert await cards() == sent
    clock.forward(minutes=1)
    await operations.ask_payment_cards(owner, order.id)
    assert await cards() == [*sent, *(one.code for one in first)]
    await bank.working.work()
    shown = [push.content for push in bank.working.sent if isinstance(push.content, PaymentCardContent)]
    assert shown[0].instruction.payment == first[0]
    assert len(shown[0].instruction.lines) == 1


async def test_no_cards_where_nothing_is_left_to_pay(
    operations: Operations, owner: Actor, bank: Bank, database: Database
) -> None:
    customers = await add_customers(operations, owner, 4)
    paid = await placed_order(operations, owner, customers[:2], RecipientMode.ACCOUNTANT)
    dropped = await placed_order(operations, owner, customers[2:], RecipientMode.ACCOUNTANT)
    await bank.tells(paid.code, paid.total)
    await operations.cancel_order(owner, dropped.id)
    async with unchanged(database):
        with refusal("payment_settled"):
            await operations.ask_payment_cards(owner, paid.id)
        with refusal("payment_cancelled"):
            await operations.ask_payment_cards(owner, dropped.id)


async def test_cards_leave_as_albums_of_ten_and_nothing_else_joins_them(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    telegram = ScriptedAlbums()
    working = Working(database, clock, senders={Channel.TELEGRAM: telegram})
    order = await placed_order(operations, owner, await add_customers(operations, owner, 12))
    await working.work()
    assert telegram.albums == []
    await operations.ask_payment_cards(owner, order.id)
    await operations.ask_roll_call(owner, order.id)
    await working.work()
    assert [len(album) for album in telegram.albums] == [10, 2]
    assert {type(one) for album in telegram.albums for one in album} == {PaymentCardContent}
    states = {row["state"] for row in await pushes_of(database, "payment_card")}
    assert states == {"sent"}
