"""Placed orders, as their accountants see them."""

import pytest

from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from services.orders import PAGE_SIZE
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, join_staff, placed_order


async def test_orders_are_listed_newest_first_page_by_page(operations: Operations, owner: Actor) -> None:
    customers = await add_customers(operations, owner, 1)
    assert (await operations.list_orders(owner)).items == ()
    placed = [await placed_order(operations, owner, customers) for _ in range(PAGE_SIZE + 1)]
    pages = [await operations.list_orders(owner, page) for page in range(3)]
    assert [order for page in pages for order in page.items] == placed[::-1]
    assert [len(page.items) for page in pages] == [PAGE_SIZE, 1, 0]
    assert {page.total for page in pages} == {PAGE_SIZE + 1}


@pytest.mark.parametrize("order_id", [0, -1, 2**63 - 1, 2**63, 10**40])
async def test_any_number_of_a_link_may_be_asked_for(
    operations: Operations, owner: Actor, order_id: int
) -> None:
    """Deep links carry what somebody typed, more than a column holds included."""
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
        customers = await add_customers(operations, owner, 1)
        foreign = await add_customers(operations, stranger, 1)
        orders = {
            actor: await placed_order(operations, actor, customers) for actor in (owner, colleague, second)
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


class TestView:
    async def test_lines_come_page_by_page_in_their_order(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, PAGE_SIZE + 2)
        order = await placed_order(operations, owner, customers)
        views = [await operations.view_order(owner, order.id, page) for page in range(3)]
        assert [len(view.lines) for view in views] == [PAGE_SIZE, 2, 0]
        lines = [line for view in views for line in view.lines]
        assert [line.position for line in lines] == list(range(1, PAGE_SIZE + 3))
        assert [line.customer_id for line in lines] == [customer.id for customer in customers]

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
