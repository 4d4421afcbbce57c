"""Payments entered by hand, and claims with their picture."""

import pytest

from domain.orders import Order
from domain.payments import ClaimState, PaymentState
from domain.people import Actor
from domain.transfers import TransferState
from services.operations import Operations
from storage.database import Database
from tests.services.back_office.test_transfers import requests_of, states
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.rows import rows_of

PAID, AWAITING = PaymentState.PAID, PaymentState.AWAITING


async def test_entered_once_under_its_reference(
    operations: Operations, desk: Actor, order: Order, database: Database
) -> None:
    first, second, _ = await requests_of(database, order)
    transfer = await operations.desk.enter_payment(desk, first.code, first.amount, " FT26 ")
    assert (transfer.state, transfer.reported.reference) == (TransferState.MATCHED, "FT26")
    assert await states(database, order) == [PAID, AWAITING, AWAITING]
    async with unchanged(database):
        await operations.desk.enter_payment(desk, first.code, first.amount, "FT26")
        with refusal("reference_known"):
            await operations.desk.enter_payment(desk, second.code, second.amount, "FT26")
        with refusal("amount_not_positive"):
            await operations.desk.enter_payment(desk, second.code, 0, "FT27")
        with refusal("several_payments"):
            await operations.desk.enter_payment(desk, order.code, 1000, "FT28")
    entered = [row for row in await rows_of(database, "events") if row["verb"] == "payment_entered"]
    assert [row["accountant_id"] for row in entered] == [desk.accountant_id]


async def test_the_webhooks_transfer_is_the_same_money(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    await bank.tells("khong ghi gi", first.amount, reference="FT77")
    assert (await operations.desk.show_waiting(desk)).transfers == 1
    await operations.desk.enter_payment(desk, first.code, first.amount, "FT77")
    assert (await operations.desk.show_waiting(desk)).transfers == 0
    assert await states(database, order) == [PAID, AWAITING, AWAITING]
    async with unchanged(database):
        await operations.desk.enter_payment(desk, first.code, first.amount, "FT77")


async def test_of_an_order_that_one_pays_for(
    operations: Operations, owner: Actor, desk: Actor, database: Database
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    await operations.desk.enter_payment(desk, order.code, order.total, "FT1")
    assert await states(database, order) == [PAID]


async def test_a_claim_is_seen_and_accepted(
    operations: Operations, owner: Actor, desk: Actor, order: Order, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    claim = await operations.claim_transfer(owner, first.code, "photo-1")
    assert (await operations.desk.show_waiting(desk)).claims == 1
    seen = await operations.desk.view_claim(desk, claim.id)
    assert (seen.claim.picture, seen.payment.code, seen.order.id) == ("photo-1", first.code, order.id)
    await operations.settle_claim(desk, claim.id, True, "FT1")
    assert (await operations.desk.view_claim(desk, claim.id)).claim.state is ClaimState.ACCEPTED
    assert await states(database, order) == [PAID, AWAITING, AWAITING]


@pytest.mark.parametrize("claim_id", [0, 99, 2**70])
async def test_no_such_claim(operations: Operations, desk: Actor, claim_id: int) -> None:
    with refusal("claim_unknown"):
        await operations.desk.view_claim(desk, claim_id)
