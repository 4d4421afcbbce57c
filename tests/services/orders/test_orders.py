"""Placed orders as accountants see them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.licences import ActivationFailure, FailureReason, LicenceState
from domain.orders import Order, OrderState
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from services.paging import PAGE_SIZE
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    add_customers,
    enterprise_tax_code,
    household,
    join_staff,
    placed_order,
)
from tests.support.clock import FixedClock


async def test_orders_are_listed_newest_first_page_by_page(operations: Operations, owner: Actor) -> None:
    assert (await operations.list_orders(owner)).items == ()
    customers = await add_customers(operations, owner, PAGE_SIZE + 1)
    placed = [await placed_order(operations, owner, [customer]) for customer in customers]
    pages = [await operations.list_orders(owner, page) for page in range(3)]
    assert [order for page in pages for order in page.items] == placed[::-1]
    assert [len(page.items) for page in pages] == [PAGE_SIZE, 1, 0]
    assert {page.total for page in pages} == {PAGE_SIZE + 1}


@pytest.mark.parametrize("order_id", [0, -1, 2**63 - 1, 2**63, 10**40])
async def test_any_number_of_a_link_may_be_asked_for(
    operations: Operations, owner: Actor, order_id: int
) -> None:
    """Deep links carry whatever somebody typed, even numbers larger than a column holds."""
    with refusal("order_unknown"):
        await operations.view_order(owner, order_id)


class TestWhoSeesWhat:
    @pytest.fixture
    async def second(self, operations: Operations, owner: Actor) -> Actor:
        """Another member of the owner's staff."""
        return await join_staff(operations, owner, 2)

    @pytest.fixture
    async def orders(
        self, operations: Operations, owner: Actor, colleague: Actor, second: Actor, stranger: Actor
    ) -> dict[Actor, Order]:
        customers = await add_customers(operations, owner, 3)
        foreign = await add_customers(operations, stranger, 1)
        orders = {
            actor: await placed_order(operations, actor, [customer])
            for actor, customer in zip((owner, colleague, second), customers, strict=True)
        }
        return {**orders, stranger: await placed_order(operations, stranger, foreign)}

    async def test_an_owner_sees_all_the_firms_orders(
        self, operations: Operations, owner: Actor, stranger: Actor, orders: dict[Actor, Order]
    ) -> None:
        firms = [order for order in orders.values() if order.firm_id == owner.firm_id]
        page = await operations.list_orders(owner)
        assert (page.total, set(page.items)) == (3, set(firms))
        for order in firms:
            assert (await operations.view_order(owner, order.id)).order == order

    async def test_staff_see_their_own_alone(
        self,
        operations: Operations,
        colleague: Actor,
        second: Actor,
        orders: dict[Actor, Order],
        database: Database,
    ) -> None:
        for actor in (colleague, second):
            page = await operations.list_orders(actor)
            assert (page.total, page.items) == (1, (orders[actor],))
            assert (await operations.view_order(actor, orders[actor].id)).order == orders[actor]
            for other, order in orders.items():
                if other != actor:
                    async with unchanged(database):
                        with refusal("order_unknown"):
                            await operations.view_order(actor, order.id)

    async def test_another_firms_order_looks_like_none(
        self, operations: Operations, owner: Actor, stranger: Actor, orders: dict[Actor, Order]
    ) -> None:
        for actor, order_id in ((stranger, orders[owner].id), (owner, orders[stranger].id), (owner, 999_999)):
            with refusal("order_unknown"):
                await operations.view_order(actor, order_id)
        assert (await operations.list_orders(stranger)).items == (orders[stranger],)


class TestSearch:
    """Orders are found by code or by a customer's name, and filtered by state."""

    @pytest.fixture
    async def placed(self, operations: Operations, owner: Actor) -> list[Order]:
        first = await add_customers(operations, owner, 2)
        second = await add_customers(operations, owner, 2, household)
        return [
            await placed_order(operations, owner, first),
            await placed_order(operations, owner, second, package_code="HKD_BASIC"),
        ]

    async def test_what_was_typed_finds_the_order(
        self, operations: Operations, owner: Actor, placed: list[Order]
    ) -> None:
        enterprises, households = placed
        for query, expected in (
            ("", [households, enterprises]),
            (enterprises.code, [enterprises]),
            (f" {households.code.lower()} ", [households]),
            ("bánh mì", [households]),
            ("BANH MI 2", [households]),
            (enterprise_tax_code(2), [enterprises]),
            ("dn0001", [enterprises]),
            ("hoa sen banh mi", []),
            ("không ai", []),
        ):
            page = await operations.list_orders(owner, 0, query)
            assert (list(page.items), page.total) == (expected, len(expected)), query

    async def test_states_narrow_it_down(
        self, operations: Operations, owner: Actor, placed: list[Order]
    ) -> None:
        gone = await operations.cancel_order(owner, placed[0].id)
        for states, expected in (
            ((OrderState.CANCELLED,), [gone]),
            ((OrderState.PLACED, OrderState.PAID), [placed[1]]),
            ((OrderState.PAID,), []),
        ):
            assert list((await operations.list_orders(owner, 0, "", states)).items) == expected


class TestView:
    async def test_lines_come_page_by_page_in_their_order(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, PAGE_SIZE + 2)
        order = await placed_order(operations, owner, customers)
        pages = [await operations.list_order_lines(owner, order.id, page) for page in range(3)]
        assert [len(page.lines) for page in pages] == [PAGE_SIZE, 2, 0]
        lines = [view.line for page in pages for view in page.lines]
        assert [line.position for line in lines] == list(range(1, PAGE_SIZE + 3))
        assert [line.customer_id for line in lines] == [customer.id for customer in customers]

    @pytest.mark.parametrize("recipient", RecipientMode)
    async def test_each_line_comes_with_its_licence_and_its_payment(
        self, operations: Operations, owner: Actor, recipient: RecipientMode
    ) -> None:
        customers = await add_customers(operations, owner, PAGE_SIZE + 2)
        order = await placed_order(operations, owner, customers, recipient)
        everything = (await operations.export_order(owner, order.id)).lines
        assert len(everything) == order.line_count
        for view in everything:
            assert view.licence.position == view.line.position
            assert view.payment.code == view.line.payment_code
            alone = await operations.view_order_line(owner, order.id, view.line.position)
            assert alone.lines == (view,)

    @pytest.mark.parametrize("position", [-1, 0, 3, 2**70])
    async def test_a_line_that_is_not_there(
        self, operations: Operations, owner: Actor, position: int
    ) -> None:
        order = await placed_order(operations, owner, await add_customers(operations, owner, 2))
        with refusal("line_gone"):
            await operations.view_order_line(owner, order.id, position)

    async def test_licences_are_counted_and_the_most_urgent_is_told(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        order = await placed_order(operations, owner, await add_customers(operations, owner, 6))
        view = await operations.view_order(owner, order.id)
        assert (view.licences, view.time_left, view.may_activate) == ({LicenceState.ORDERED: 6}, None, True)
        async with database.write() as uow:
            lines = await uow.licences.of_order(order.id)
            for days, line in zip((3, 5, 6, 8), lines, strict=False):
                at = clock.now() - timedelta(days=days)
                await uow.licences.save(line.licence.begun().activated("v", "login", at))
            _, _, third, late, failed, _ = [one.licence for one in await uow.licences.of_order(order.id)]
            await uow.licences.save(replace(third, paid=True))
            await uow.licences.save(replace(late, suspended=True))
            await uow.licences.save(failed.begun().refused(ActivationFailure(FailureReason.OTHER)))
        view = await operations.view_order(owner, order.id)
        assert view.licences == {
            LicenceState.ACTIVE_UNPAID: 2,
            LicenceState.ACTIVE: 1,
            LicenceState.SUSPENDED: 1,
            LicenceState.FAILED: 1,
            LicenceState.ORDERED: 1,
        }
        assert view.time_left == timedelta(days=2)

    @pytest.mark.parametrize(
        ("recipient", "count", "is_one_transfer"),
        [
            (RecipientMode.ACCOUNTANT, 3, True),
            (RecipientMode.OTHER, 3, True),
            (RecipientMode.CUSTOMER, 3, False),
            (RecipientMode.CUSTOMER, 1, True),
        ],
    )
    async def test_the_payment_is_shown_where_one_transfer_pays_for_all(
        self,
        operations: Operations,
        owner: Actor,
        recipient: RecipientMode,
        count: int,
        is_one_transfer: bool,
    ) -> None:
        customers = await add_customers(operations, owner, count)
        order = await placed_order(operations, owner, customers, recipient)
        payment = (await operations.view_order(owner, order.id)).payment
        if not is_one_transfer:
            assert payment is None
        else:
            assert payment is not None
            assert (payment.order_id, payment.amount, payment.line_count) == (order.id, order.total, count)
