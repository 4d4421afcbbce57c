"""An order that its accountant pays: a request for each customer, and one code for all of them."""

import pytest

from domain.messaging.contents import PaymentContent, PushContent, TransferContent
from domain.orders import Order, OrderState
from domain.payments import PaymentState
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.services.paying import order_state, pushes_of, requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, made_one_request, placed_order
from tests.support.rows import rows_of

PRICE = 1_950_000
AWAITING, PAID, OVERPAID = PaymentState.AWAITING, PaymentState.PAID, PaymentState.OVERPAID


@pytest.fixture
async def order(operations: Operations, colleague: Actor, bank: Bank) -> Order:
    """Three customers, in an order placed by staff, so that the owner may see it."""
    customers = await add_customers(operations, colleague, 3)
    placed = await placed_order(operations, colleague, customers, RecipientMode.ACCOUNTANT)
    await bank.working.work()
    return placed


async def _states(database: Database, order: Order) -> list[PaymentState]:
    return [request.state for request in await requests_of(database, order)]


async def _paid(database: Database) -> list[bool]:
    return [bool(row["paid"]) for row in await rows_of(database, "licences")]


def _to_staff(bank: Bank) -> list[PushContent]:
    return [push.content for push in bank.working.sent if push.address == "staff-1"]


def _told(bank: Bank) -> TransferContent:
    content = _to_staff(bank)[-1]
    assert isinstance(content, TransferContent)
    return content


async def test_the_accountant_is_asked_once_for_all(bank: Bank, database: Database, order: Order) -> None:
    (asked,) = [one for one in _to_staff(bank) if isinstance(one, PaymentContent)]
    assert (asked.payment.code, asked.payment.left) == (order.code, 3 * PRICE)
    assert [line.position for line in asked.lines] == [1, 2, 3]


async def test_a_customers_own_code_frees_that_customer_alone(
    bank: Bank, database: Database, order: Order
) -> None:
    (_, second, _) = await requests_of(database, order)
    await bank.tells(second.code, PRICE)
    assert await _states(database, order) == [AWAITING, PAID, AWAITING]
    assert await _paid(database) == [False, True, False]
    told = _told(bank)
    assert [part.line.position for part in told.parts] == [2]
    assert told.rest is None
    assert told.bundle is not None
    assert (told.paid, told.bundle.left) == (1, 2 * PRICE)


async def test_the_code_for_all_pays_what_is_open(bank: Bank, database: Database, order: Order) -> None:
    (first, *_) = await requests_of(database, order)
    await bank.tells(first.code, PRICE)
    await bank.tells(order.code, 2 * PRICE)
    assert await _states(database, order) == [PAID] * 3
    assert await _paid(database) == [True] * 3
    assert await order_state(database, order) is OrderState.PAID
    assert len(await pushes_of(database, "payment_receipt")) == 0


async def test_a_surplus_of_one_customer_pays_for_no_other(
    bank: Bank, database: Database, order: Order
) -> None:
    (first, *_) = await requests_of(database, order)
    await bank.tells(first.code, 2 * PRICE)
    assert await _states(database, order) == [OVERPAID, AWAITING, AWAITING]
    async with database.read() as uow:
        whole = await uow.payments.bundle(order.code)
    assert whole is not None
    assert (whole.left, whole.received, whole.state) == (2 * PRICE, PRICE, PaymentState.PARTLY_PAID)


async def test_a_claim_for_all_is_accepted_with_what_is_open(
    operations: Operations, colleague: Actor, back_office: Actor, bank: Bank, database: Database, order: Order
) -> None:
    (first, *_) = await requests_of(database, order)
    claim = await operations.claim_transfer(colleague, order.code, "photo-1")
    assert (await operations.view_payment(colleague, order.code)).claim == claim
    await bank.tells(first.code, PRICE)
    (about,) = (await operations.list_claims(back_office)).items
    assert (about.payment.code, about.payment.left) == (order.code, 2 * PRICE)
    await operations.settle_claim(back_office, claim.id, True, "FT9")
    async with unchanged(database):
        await operations.settle_claim(back_office, claim.id, True, "FT9")
    assert await _states(database, order) == [PAID] * 3


async def test_a_claim_for_all_ends_when_the_last_customer_has_paid(
    operations: Operations, owner: Actor, bank: Bank, database: Database, order: Order
) -> None:
    await operations.claim_transfer(owner, order.code, "photo-1")
    for request in await requests_of(database, order):
        assert (await rows_of(database, "transfer_claims"))[0]["state"] == "open"
        await bank.tells(request.code, PRICE)
    assert (await rows_of(database, "transfer_claims"))[0]["state"] == "accepted"
    # Another person claimed it than the one who is told of the money.
    assert [row["accountant_id"] for row in await pushes_of(database, "claim_settled")] == [
        owner.accountant_id
    ]


async def test_back_office_enters_money_for_all(
    operations: Operations, back_office: Actor, database: Database, order: Order
) -> None:
    await operations.desk.enter_payment(back_office, order.code, 3 * PRICE, "FT5")
    async with unchanged(database):
        await operations.desk.enter_payment(back_office, order.code, 3 * PRICE, "FT5")
    assert await _states(database, order) == [PAID] * 3


async def test_nothing_is_asked_any_more_for_what_was_cancelled(
    operations: Operations, colleague: Actor, database: Database, order: Order
) -> None:
    await operations.cancel_order(colleague, order.id)
    for act in (operations.ask_payment_card, operations.resend_instruction):
        with refusal("payment_cancelled"):
            await act(colleague, order.code)
    async with database.read() as uow:
        whole = await uow.payments.bundle(order.code)
    assert whole is not None
    assert (whole.state, whole.left) == (PaymentState.CANCELLED, 0)


async def test_a_stored_order_goes_on_with_its_one_request(
    operations: Operations, colleague: Actor, bank: Bank, database: Database, order: Order
) -> None:
    await made_one_request(database, order)
    page = await operations.list_payments(colleague, order.id)
    assert (page.sums.requests, page.bundle) == (1, None)
    view = await operations.view_payment(colleague, order.code)
    assert (view.payment.line_count, view.bundled) == (3, False)
    assert (await operations.view_order(colleague, order.id)).payment == view.payment
    await bank.tells(order.code, PRICE)
    assert await _states(database, order) == [PaymentState.PARTLY_PAID]
    assert _told(bank).rest == (await requests_of(database, order))[0]
    await operations.ask_payment_card(colleague, order.code)
    await bank.tells(order.code, 2 * PRICE)
    assert await _paid(database) == [True] * 3
