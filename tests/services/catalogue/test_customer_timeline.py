"""All purchases for one customer."""

from datetime import timedelta

import pytest

from domain.customers import Customer
from domain.intakes.entries import OrderWish
from domain.licences import LicenceState
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import add_customers, household, placed_order
from tests.support.clock import FixedClock


async def order(operations: Operations, actor: Actor, customer: Customer, year: int) -> Order:
    return await placed_order(operations, actor, [customer], RecipientMode.ACCOUNTANT, fiscal_year=year)


async def test_who_bought_nothing_has_an_empty_one(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    timeline = await operations.view_customer_timeline(owner, customer.id)
    assert (timeline.customer, timeline.years, timeline.more) == (customer, (), False)
    assert timeline.wish == OrderWish(None, 2026)


async def test_a_year_goes_from_ordered_to_active(
    operations: Operations, owner: Actor, clock: FixedClock, bank: Bank
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    placed = await order(operations, owner, customer, 2026)

    async def year() -> tuple[LicenceState, timedelta | None, bool]:
        (found,) = (await operations.view_customer_timeline(owner, customer.id)).years
        licence = found.purchase.licence
        assert (found.purchase.order.id, found.by, found.may_open) == (placed.id, "Phạm Chủ 1", True)
        assert (licence.paid, found.purchase.paid_at) in ((False, None), (True, clock.now()))
        return licence.state, found.time_left, licence.activated_at == clock.now()

    assert await year() == (LicenceState.ORDERED, None, False)
    run = await operations.open_activation(owner, placed.id)
    await operations.start_run(owner, run.id)
    await bank.working.work()
    assert await year() == (LicenceState.ACTIVE_UNPAID, timedelta(days=7), True)
    clock.forward(days=3)
    assert await year() == (LicenceState.ACTIVE_UNPAID, timedelta(days=4), False)
    (request,) = (await operations.list_payments(owner, placed.id)).items
    await bank.tells(request.payment.code, request.payment.amount)
    assert await year() == (LicenceState.ACTIVE, None, False)


async def test_the_newest_stands_first_whoever_ordered(
    operations: Operations, owner: Actor, colleague: Actor, stranger: Actor, clock: FixedClock
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    await add_customers(operations, stranger, 1)
    for actor, year in ((owner, 2026), (colleague, 2027)):
        await order(operations, actor, customer, year)
        clock.forward(hours=1)
    for actor, may_open in ((owner, [True, True]), (colleague, [True, False])):
        timeline = await operations.view_customer_timeline(actor, customer.id)
        assert [year.purchase.order.fiscal_year for year in timeline.years] == [2027, 2026]
        assert [year.by for year in timeline.years] == ["Võ Nhân Viên 1", "Phạm Chủ 1"]
        assert [year.may_open for year in timeline.years] == may_open
    with refusal("customer_unknown"):
        await operations.view_customer_timeline(stranger, customer.id)


async def test_what_the_merged_had_is_the_kept_one_s(operations: Operations, owner: Actor) -> None:
    keep, drop = await add_customers(operations, owner, 2)
    await order(operations, owner, drop, 2026)
    await operations.merge_customers(owner, keep.id, drop.id)
    for customer_id in (keep.id, drop.id):
        timeline = await operations.view_customer_timeline(owner, customer_id)
        assert timeline.customer.id == keep.id
        assert [year.purchase.line.customer_id for year in timeline.years] == [drop.id]


async def test_many_are_cut_off(operations: Operations, owner: Actor, clock: FixedClock) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    for year in (2025, 2026, 2027):
        for package_code in ("STARTER", "STANDARD", "PROFESSIONAL"):
            await placed_order(operations, owner, [customer], package_code=package_code, fiscal_year=year)
    timeline = await operations.view_customer_timeline(owner, customer.id)
    assert (len(timeline.years), timeline.more) == (8, True)


@pytest.mark.parametrize(
    ("had", "wanted"),
    [([2026], 2027), ([2025], 2026), ([2025, 2027], 2028), ([2029], None)],
)
async def test_the_year_to_buy_next(
    operations: Operations, owner: Actor, had: list[int], wanted: int | None
) -> None:
    (customer,) = await add_customers(operations, owner, 1, household)
    for year in had:
        await placed_order(operations, owner, [customer], package_code="HKD_BASIC", fiscal_year=year)
    timeline = await operations.view_customer_timeline(owner, customer.id)
    assert timeline.wish == (wanted and OrderWish("HKD_BASIC", wanted))


async def test_a_cancelled_year_is_bought_again(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    placed = await order(operations, owner, customer, 2026)
    await operations.cancel_order(owner, placed.id)
    timeline = await operations.view_customer_timeline(owner, customer.id)
    assert [year.purchase.licence.state for year in timeline.years] == [LicenceState.CANCELLED]
    assert timeline.wish == OrderWish(None, 2026)
