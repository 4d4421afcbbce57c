"""A part payment for all customers of an order: its accountant says who has paid."""

from datetime import timedelta

import pytest

from domain.messaging.contents import ChoosePayersContent, TransferContent
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Attention, Provider, TransferState
from services.money.choosing import choice_ends
from services.operations import Operations
from storage.database import Database
from tests.services.paying import last_transfer, order_state, pushes_of, requests_of, transfer_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, made_one_request, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import rows_of

PRICE = 1_950_000


@pytest.fixture
async def order(operations: Operations, colleague: Actor, bank: Bank) -> Order:
    """Four customers, in an order placed by staff, so that the owner may see it."""
    customers = await add_customers(operations, colleague, 4)
    placed = await placed_order(operations, colleague, customers, RecipientMode.ACCOUNTANT)
    await bank.working.work()
    bank.working.sent.clear()
    return placed


@pytest.fixture
async def requests(database: Database, order: Order) -> list[PaymentRequest]:
    return await requests_of(database, order)


async def _received(database: Database, order: Order) -> list[int]:
    return [request.received for request in await requests_of(database, order)]


async def _paid(database: Database) -> list[bool]:
    return [bool(row["paid"]) for row in await rows_of(database, "licences")]


async def test_the_accountant_is_asked_and_nothing_is_booked(
    operations: Operations, colleague: Actor, bank: Bank, database: Database, clock: FixedClock, order: Order
) -> None:
    await bank.tells(order.code, 2 * PRICE + 1)
    (told,) = bank.working.sent
    assert told.address == "staff-1"
    assert isinstance(told.content, ChoosePayersContent)
    assert (told.content.waiting, told.content.enough, told.content.count) == (2 * PRICE + 1, 2, 4)
    assert await _received(database, order) == [0] * 4
    transfer = await last_transfer(database)
    assert (transfer.state, transfer.attention, transfer.order_id) == (TransferState.CHOOSING, None, order.id)
    assert await order_state(database, order) is OrderState.PLACED
    async with database.read() as uow:
        day = await uow.transfers.totals(clock.now() - timedelta(1), clock.now() + timedelta(1))
    # It counts among what waits, as its money does.
    assert (day.open_transfers, day.waiting) == (1, 2 * PRICE + 1)
    page = await operations.list_payments(colleague, order.id)
    assert (page.waiting, page.to_choose) == (2 * PRICE + 1, transfer.id)
    # What is asked for all is what is left beside it.
    assert page.bundle is not None
    assert page.bundle.left == 2 * PRICE - 1


async def test_the_chosen_ones_are_paid_first_and_the_rest_by_the_lines(
    operations: Operations,
    colleague: Actor,
    bank: Bank,
    database: Database,
    order: Order,
    requests: list[PaymentRequest],
) -> None:
    await bank.tells(order.code, 2 * PRICE + 700_000)
    transfer = await last_transfer(database)
    chosen = [requests[3].code, requests[1].code]
    seen = await operations.view_choice(colleague, transfer.id, ticked=chosen)
    assert (seen.count, seen.cost, seen.waiting) == (4, 2 * PRICE, 2 * PRICE + 700_000)
    assert [entry.payment for entry in seen.items] == requests
    await operations.choose_payments(colleague, transfer.id, chosen)
    assert await _received(database, order) == [700_000, PRICE, 0, PRICE]
    assert await _paid(database) == [False, True, False, True]
    async with unchanged(database):
        await operations.choose_payments(colleague, transfer.id, [])
    await bank.working.work()
    content = bank.working.sent[-1].content
    assert isinstance(content, TransferContent)
    assert [part.line.position for part in content.parts] == [4, 2, 1]
    assert content.bundle is not None
    assert (content.rest, content.paid) == (content.bundle, 2)
    verbs = [row["verb"] for row in await rows_of(database, "events")]
    assert verbs[-2:] == ["payers_chosen", "money_received"]


async def test_who_comes_second_is_told_and_changes_nothing(
    operations: Operations, owner: Actor, colleague: Actor, bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells(order.code, PRICE)
    transfer = await last_transfer(database)
    await operations.choose_payments(owner, transfer.id, [])
    async with unchanged(database):
        with refusal("choice_made"):
            await operations.choose_payments(colleague, transfer.id, [])
        with refusal("choice_made"):
            await operations.view_choice(colleague, transfer.id)


async def test_what_nobody_chose_is_booked_by_the_lines_on_the_same_day(
    bank: Bank, database: Database, clock: FixedClock, order: Order
) -> None:
    today = clock.today()
    await bank.tells(order.code, PRICE + 5)
    await bank.working.work_until(choice_ends(clock.now()) - timedelta(seconds=1))
    assert await _received(database, order) == [0] * 4
    await bank.working.work_until(choice_ends(clock.now()))
    assert await _received(database, order) == [PRICE, 5, 0, 0]
    assert clock.today() == today
    assert isinstance(bank.working.sent[-1].content, TransferContent)
    assert [row["state"] for row in await pushes_of(database, "choose_payers")] == ["sent"]


async def test_at_the_end_of_the_day_nobody_is_asked_any_more(
    bank: Bank, database: Database, clock: FixedClock, order: Order
) -> None:
    clock.set(choice_ends(clock.now()))
    await bank.tells(order.code, PRICE)
    assert await _received(database, order) == [PRICE, 0, 0, 0]


async def test_two_parts_that_pay_for_all_need_no_choice(
    bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells(order.code, PRICE)
    await bank.tells(order.code, PRICE)
    assert await _received(database, order) == [0] * 4
    await bank.tells(order.code, 2 * PRICE)
    assert await _received(database, order) == [PRICE] * 4
    assert {row["state"] for row in await rows_of(database, "transfers")} == {"matched"}
    assert await order_state(database, order) is OrderState.PAID


async def test_a_customers_own_code_is_booked_at_once_and_the_rest_waits(
    operations: Operations,
    colleague: Actor,
    bank: Bank,
    database: Database,
    order: Order,
    requests: list[PaymentRequest],
) -> None:
    await bank.tells(f"{order.code} {requests[2].code}", 2 * PRICE)
    assert await _received(database, order) == [0, 0, PRICE, 0]
    transfer = await last_transfer(database)
    assert transfer.state is TransferState.CHOOSING
    assert (await operations.list_payments(colleague, order.id)).waiting == PRICE
    await operations.choose_payments(colleague, transfer.id, [requests[1].code])
    assert await _received(database, order) == [0, PRICE, PRICE, 0]
    assert sum(row["amount"] for row in await rows_of(database, "shares")) == 2 * PRICE


async def test_the_rest_beside_a_customers_own_code_is_asked_about_and_not_forgotten(
    bank: Bank, database: Database, clock: FixedClock, order: Order, requests: list[PaymentRequest]
) -> None:
    await bank.tells(f"{order.code} {requests[2].code}", 2 * PRICE)
    await bank.working.work()
    assert [row["state"] for row in await pushes_of(database, "choose_payers")] == ["sent"]
    await bank.working.work_until(choice_ends(clock.now()))
    assert await _received(database, order) == [PRICE, 0, PRICE, 0]
    assert {row["state"] for row in await rows_of(database, "transfers")} == {"matched"}


async def test_what_was_paid_meanwhile_goes_to_the_others(
    operations: Operations,
    colleague: Actor,
    bank: Bank,
    database: Database,
    order: Order,
    requests: list[PaymentRequest],
) -> None:
    await bank.tells(order.code, 2 * PRICE)
    transfer = await last_transfer(database)
    for request in requests[1:]:
        await bank.tells(request.code, PRICE)
    await operations.choose_payments(colleague, transfer.id, [requests[3].code])
    assert await _received(database, order) == [2 * PRICE, PRICE, PRICE, PRICE]
    settled = await transfer_of(database, transfer.id)
    assert (settled.attention, settled.surplus) == (Attention.TOO_MUCH, PRICE)


async def test_the_order_is_not_cancelled_as_if_nothing_had_come(
    operations: Operations, colleague: Actor, bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells(order.code, PRICE)
    assert not (await operations.view_order(colleague, order.id)).cancellable
    async with unchanged(database):
        with refusal("order_not_cancellable"):
            await operations.cancel_order(colleague, order.id)


async def test_a_cancelled_order_leaves_the_money_to_back_office(
    bank: Bank, database: Database, clock: FixedClock, order: Order
) -> None:
    await bank.tells(order.code, PRICE)
    async with planted(database) as uow:
        await uow.payments.cancel(order.id)
    await bank.working.work_until(choice_ends(clock.now()))
    transfer = await last_transfer(database)
    assert (transfer.state, transfer.attention) == (TransferState.UNMATCHED, Attention.CANCELLED_ORDER)


async def test_another_service_that_tells_of_it_books_nothing(
    bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells(order.code, PRICE, reference="FT1")
    await bank.tells(order.code, PRICE, reference="FT1", provider=Provider.CASSO)
    await bank.tells(order.code, PRICE, provider=Provider.PAYOS)
    first, second, third = await rows_of(database, "transfers")
    assert (first["state"], second["state"]) == ("choosing", "repeated")
    assert third["attention"] == "perhaps_repeated"


async def test_back_office_gives_a_part_to_the_order_and_its_accountant_chooses(
    operations: Operations, back_office: Actor, bank: Bank, database: Database, order: Order
) -> None:
    await bank.tells("tien phan mem", PRICE)
    transfer = await last_transfer(database)
    await operations.desk.assign_transfer(back_office, transfer.id, order.code)
    async with unchanged(database):
        await operations.desk.assign_transfer(back_office, transfer.id, order.code)
    assert (await last_transfer(database)).state is TransferState.CHOOSING
    await operations.desk.enter_payment(back_office, order.code, PRICE, "FT77")
    assert [row["state"] for row in await rows_of(database, "transfers")] == ["choosing", "choosing"]
    assert await _received(database, order) == [0] * 4


async def test_a_stored_order_with_one_request_is_not_asked_about(
    bank: Bank, database: Database, order: Order
) -> None:
    await made_one_request(database, order)
    await bank.tells(order.code, PRICE)
    (request,) = await requests_of(database, order)
    assert (request.received, request.state) == (PRICE, PaymentState.PARTLY_PAID)


async def test_a_choice_is_not_made_again_when_the_day_ends(
    operations: Operations, colleague: Actor, bank: Bank, database: Database, clock: FixedClock, order: Order
) -> None:
    """The job of the end of the day finds nothing to do."""
    await bank.tells(order.code, PRICE)
    await operations.choose_payments(colleague, (await last_transfer(database)).id, [])
    await bank.working.work()
    booked = await rows_of(database, "shares")
    await bank.working.work_until(choice_ends(clock.now()))
    assert await rows_of(database, "shares") == booked
