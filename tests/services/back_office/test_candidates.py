"""A transfer without a right code proposes whose it may be, and books nothing by itself."""

from collections.abc import Sequence

import pytest

from domain.customers import Customer
from domain.orders import Order
from domain.payments import PaymentState
from domain.people import Actor
from services.back_office.candidates import SHOWN
from services.operations import Operations
from storage.database import Database
from tests.services.back_office.test_transfers import only_open, requests_of, states
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order, register_owner

PAID, AWAITING = PaymentState.PAID, PaymentState.AWAITING


async def proposed(operations: Operations, desk: Actor, database: Database) -> list[list[str]]:
    """The customers of each candidate of the one open transfer; proposing changes nothing."""
    transfer_id = await only_open(operations, desk)
    async with unchanged(database):
        found = await operations.desk.list_candidates(desk, transfer_id)
    return [[request.customer for request in one.requests] for one in found]


def names(customers: Sequence[Customer], *places: int) -> list[list[str]]:
    return [[customers[place].name] for place in places]


async def test_the_exact_sum_is_proposed_and_the_named_one_first(
    operations: Operations,
    desk: Actor,
    order: Order,
    customers: list[Customer],
    bank: Bank,
    database: Database,
) -> None:
    await bank.tells("CTY hoa sen 2 ck", order.total // 3)
    assert await proposed(operations, desk, database) == names(customers, 1, 0, 2)
    (candidate, *_) = await operations.desk.list_candidates(desk, 1)
    await operations.desk.assign_transfer(desk, 1, candidate.codes)
    assert await states(database, order) == [AWAITING, PAID, AWAITING]
    assert await operations.desk.list_candidates(desk, 1) == ()


async def test_a_name_or_a_tax_code_is_enough(
    operations: Operations,
    desk: Actor,
    order: Order,
    customers: list[Customer],
    bank: Bank,
    database: Database,
) -> None:
    await bank.tells("Hoa Sen 3 ung truoc", 1000)
    assert await proposed(operations, desk, database) == names(customers, 2)
    await operations.desk.ignore_transfer(desk, 1, "thử")
    await bank.tells(f"mst {customers[0].tax_code} tt", 2000)
    assert await proposed(operations, desk, database) == names(customers, 0)


async def test_the_firms_tax_code_names_its_open_requests(
    operations: Operations, desk: Actor, owner: Actor, order: Order, bank: Bank, database: Database
) -> None:
    firm = (await operations.show_profile(owner)).firm
    await bank.tells(f"{firm.tax_code} nop tien", 1000)
    assert len(await proposed(operations, desk, database)) == 3


async def test_what_is_left_counts_and_paid_ones_are_not_proposed(
    operations: Operations,
    desk: Actor,
    order: Order,
    customers: list[Customer],
    bank: Bank,
    database: Database,
) -> None:
    first, second, _ = await requests_of(database, order)
    await bank.tells(first.code, first.amount - 700)
    await bank.tells(second.code, second.amount)
    await bank.tells("khong ro", 700)
    assert await proposed(operations, desk, database) == names(customers, 0)


async def test_the_one_set_of_a_firm_is_proposed_and_booked_whole(
    operations: Operations,
    desk: Actor,
    order: Order,
    customers: list[Customer],
    bank: Bank,
    database: Database,
) -> None:
    await bank.tells("khong ro", order.total)
    assert await proposed(operations, desk, database) == [[one.name for one in customers]]
    (candidate,) = await operations.desk.list_candidates(desk, 1)
    preview = await operations.desk.preview_assignment(desk, 1, candidate.codes)
    assert (preview.booked, preview.must_choose) == (tuple([order.total // 3] * 3), False)
    assert await states(database, order) == [AWAITING] * 3
    await operations.desk.assign_transfer(desk, 1, candidate.codes)
    assert await states(database, order) == [PAID] * 3
    async with unchanged(database):
        await operations.desk.assign_transfer(desk, 1, candidate.codes)


async def test_two_sets_of_one_sum_are_no_proposal(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    await bank.tells("hoa sen", order.total // 3 * 2)
    assert await proposed(operations, desk, database) == []


async def test_an_orders_code_does_not_say_which_customer(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    _, second, _ = await requests_of(database, order)
    await bank.tells("khong ro", second.amount)
    preview = await operations.desk.preview_assignment(desk, 1, order.code)
    assert (preview.must_choose, preview.booked) == (True, (0, 0, 0))
    async with unchanged(database):
        with refusal("which_request"):
            await operations.desk.assign_transfer(desk, 1, order.code)
    preview = await operations.desk.preview_assignment(desk, 1, second.code)
    assert (preview.must_choose, preview.booked) == (False, (second.amount,))


async def test_nothing_is_proposed_for_what_left_or_is_settled(
    operations: Operations, desk: Actor, order: Order, bank: Bank
) -> None:
    await bank.tells("Hoa Sen 1", order.total // 3, outgoing=True)
    assert await operations.desk.list_candidates(desk, 1) == ()
    with refusal("transfer_unknown"):
        await operations.desk.list_candidates(desk, 2)


@pytest.mark.parametrize("currency, count", [("JPY", 0), ("VND", SHOWN)])
async def test_at_most_so_many_and_no_sum_in_another_currency(
    operations: Operations, desk: Actor, bank: Bank, database: Database, currency: str, count: int
) -> None:
    owner = await register_owner(operations, 7)
    order = await placed_order(operations, owner, await add_customers(operations, owner, SHOWN + 2))
    await bank.tells("khong ro", order.total // (SHOWN + 2), currency=currency)
    assert len(await proposed(operations, desk, database)) == count
