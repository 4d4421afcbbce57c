"""Transfers that accountants claim were made."""

import pytest

from domain.messaging.claim_contents import ClaimMadeContent, ClaimSettledContent
from domain.orders import Order
from domain.payments import ClaimState, PaymentRequest, PaymentState
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.services.paying import pushes_of, requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.planting import planted
from tests.support.rows import rows_of


@pytest.fixture
async def order(operations: Operations, colleague: Actor, bank: Bank) -> Order:
    """An order placed by staff, so that the owner may see it."""
    placed = await placed_order(operations, colleague, await add_customers(operations, colleague, 2))
    await bank.working.work()
    bank.working.sent.clear()
    return placed


@pytest.fixture
async def request_a(database: Database, order: Order) -> PaymentRequest:
    return (await requests_of(database, order))[0]


async def _claims(database: Database) -> list[tuple[str, str, str]]:
    return [(row["picture"], row["state"], row["note"]) for row in await rows_of(database, "transfer_claims")]


async def _verbs(database: Database) -> list[str]:
    return [row["verb"] for row in await rows_of(database, "events") if row["verb"] != "order_placed"]


async def test_a_claim_reaches_back_office_with_its_picture(
    operations: Operations,
    colleague: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    request_a: PaymentRequest,
) -> None:
    await operations.claim_transfer(colleague, request_a.code, "photo-1")
    async with unchanged(database):
        await operations.claim_transfer(colleague, request_a.code, "photo-1")
    await bank.working.work()
    (told,) = bank.working.sent
    assert told.address == "back-office"
    assert isinstance(told.content, ClaimMadeContent)
    assert told.content.about.claim.picture == "photo-1"
    page = await operations.list_claims(back_office)
    assert (page.total, page.items) == (1, (told.content.about,))
    assert await _verbs(database) == ["transfer_claimed"]


async def test_a_better_picture_takes_the_place_of_the_first(
    operations: Operations,
    colleague: Actor,
    back_office: Actor,
    database: Database,
    request_a: PaymentRequest,
) -> None:
    await operations.claim_transfer(colleague, request_a.code, "blurred")
    second = await operations.claim_transfer(colleague, request_a.code, "sharp")
    page = await operations.list_claims(back_office)
    assert [about.claim.id for about in page.items] == [second.id]


async def test_accepting_books_what_was_left_and_tells_once(
    operations: Operations,
    colleague: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    order: Order,
    request_a: PaymentRequest,
) -> None:
    claim = await operations.claim_transfer(colleague, request_a.code, "photo-1")
    await operations.settle_claim(back_office, claim.id, True, " FT123 ")
    await bank.working.work()
    (paid, other) = await requests_of(database, order)
    assert (paid.state, other.state) == (PaymentState.PAID, PaymentState.AWAITING)
    assert await _claims(database) == [("photo-1", "accepted", "FT123")]
    assert await _verbs(database) == ["transfer_claimed", "claim_accepted", "money_received"]
    # The accountant is told of the money, and back office has nothing left to check.
    to_staff = [push.content for push in bank.working.sent if push.address == "staff-1"]
    assert [type(content).__name__ for content in to_staff] == ["TransferContent"]
    async with unchanged(database):
        await operations.settle_claim(back_office, claim.id, True, "FT123")
        with refusal("claim_settled"):
            await operations.settle_claim(back_office, claim.id, False, "Không thấy")
    assert [row["state"] for row in await pushes_of(database, "claim_made")] == ["dropped"]


async def test_accepting_another_amount_books_that(
    operations: Operations,
    colleague: Actor,
    back_office: Actor,
    database: Database,
    order: Order,
    request_a: PaymentRequest,
) -> None:
    claim = await operations.claim_transfer(colleague, request_a.code, "photo-1")
    await operations.settle_claim(back_office, claim.id, True, "FT123", 1000)
    (partly, _) = await requests_of(database, order)
    assert (partly.state, partly.received) == (PaymentState.PARTLY_PAID, 1000)


async def test_who_claimed_for_a_colleague_is_told_too(
    operations: Operations, owner: Actor, back_office: Actor, bank: Bank, request_a: PaymentRequest
) -> None:
    claim = await operations.claim_transfer(owner, request_a.code, "photo-1")
    await operations.settle_claim(back_office, claim.id, True, "FT123")
    await bank.working.work()
    told = [type(push.content) for push in bank.working.sent if push.address == "owner-1"]
    assert told == [ClaimSettledContent]


async def test_refusing_tells_why_and_books_nothing(
    operations: Operations,
    colleague: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    order: Order,
    request_a: PaymentRequest,
) -> None:
    claim = await operations.claim_transfer(colleague, request_a.code, "photo-1")
    await bank.working.work()
    bank.working.sent.clear()
    await operations.settle_claim(back_office, claim.id, False, "Ảnh của đơn khác")
    await bank.working.work()
    (told,) = bank.working.sent
    assert told.address == "staff-1"
    assert isinstance(told.content, ClaimSettledContent)
    assert told.content.about.claim.state is ClaimState.REFUSED
    assert told.content.about.claim.note == "Ảnh của đơn khác"
    assert all(not request.received for request in await requests_of(database, order))
    assert await _verbs(database) == ["transfer_claimed", "claim_refused"]


async def test_money_that_arrives_by_itself_settles_the_claim(
    operations: Operations, colleague: Actor, bank: Bank, database: Database, request_a: PaymentRequest
) -> None:
    await operations.claim_transfer(colleague, request_a.code, "photo-1")
    await bank.tells(request_a.code, request_a.amount - 1)
    assert await _claims(database) == [("photo-1", "open", "")]
    await bank.tells(request_a.code, 1)
    assert await _claims(database) == [("photo-1", "accepted", "")]


async def test_who_claimed_for_a_colleague_hears_of_the_money_too(
    operations: Operations, owner: Actor, bank: Bank, request_a: PaymentRequest
) -> None:
    await operations.claim_transfer(owner, request_a.code, "photo-1")
    await bank.tells(request_a.code, request_a.amount)
    told = [type(push.content) for push in bank.working.sent if push.address == "owner-1"]
    assert told == [ClaimSettledContent]


async def test_a_reference_that_was_booked_leaves_the_claim_open(
    operations: Operations,
    colleague: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    order: Order,
) -> None:
    first, second = await requests_of(database, order)
    await bank.tells(first.code, first.amount, reference="FT123")
    claim = await operations.claim_transfer(colleague, second.code, "photo-1")
    async with unchanged(database):
        with refusal("reference_known"):
            await operations.settle_claim(back_office, claim.id, True, "FT123")
        with refusal("text_empty"):
            await operations.settle_claim(back_office, claim.id, False, "  ")
        with refusal("claim_unknown"):
            await operations.settle_claim(back_office, 2**63, True, "FT123")


async def test_nothing_is_claimed_of_what_is_paid_or_cancelled(
    operations: Operations, colleague: Actor, bank: Bank, database: Database, order: Order
) -> None:
    first, second = await requests_of(database, order)
    await bank.tells(first.code, first.amount)
    async with planted(database) as uow:
        await uow.payments.cancel(order.id)
        paid = await uow.payments.get(first.code)
        assert paid is not None
    with refusal("payment_cancelled"):
        await operations.claim_transfer(colleague, second.code, "photo-1")
    with refusal("payment_unknown"):
        await operations.claim_transfer(colleague, "KT", "photo-1")
