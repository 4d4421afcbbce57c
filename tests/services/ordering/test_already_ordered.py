"""Nobody is ordered twice for the same package and fiscal year."""

import asyncio

import pytest

from domain.customers import Customer
from domain.errors import DomainError
from domain.orders import Order
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    enterprise,
    place,
    placed_order,
    ready_draft,
    start_draft,
)


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 3)


async def test_the_second_is_shown_the_first_order(
    operations: Operations, owner: Actor, colleague: Actor, customers: list[Customer], database: Database
) -> None:
    order = await placed_order(operations, owner, customers[:2])
    view = await ready_draft(operations, colleague, customers)
    found = await operations.find_already_ordered(colleague)
    assert found.total == 2
    assert [(one.before.customer_id, one.before.order_code, one.by) for one in found.items] == [
        (customer.id, order.code, "Phạm Chủ 1") for customer in customers[:2]
    ]
    assert not any(one.may_open for one in found.items)
    for refused in (operations.check_ready(colleague), place(operations, colleague, view)):
        async with unchanged(database):
            with refusal(
                "already_ordered",
                name=customers[0].name,
                order_code=order.code,
                who="Phạm Chủ 1",
                count=2,
            ):
                await refused


async def test_it_is_told_though_the_first_order_withdrew_the_tick(
    operations: Operations, owner: Actor, colleague: Actor, customers: list[Customer]
) -> None:
    for actor in (owner, colleague):
        await ready_draft(operations, actor, customers)
    await place(operations, owner, await operations.view_draft(owner))
    view = await operations.view_draft(colleague)
    assert not view.draft.confirmed
    for refused in (operations.check_ready(colleague), place(operations, colleague, view)):
        with refusal("already_ordered", count=3):
            await refused


async def test_they_are_taken_out_at_once_and_the_rest_is_ordered(
    operations: Operations, owner: Actor, colleague: Actor, customers: list[Customer]
) -> None:
    await placed_order(operations, owner, customers[:2])
    await ready_draft(operations, colleague, customers)
    assert await operations.drop_already_ordered(colleague) == 2
    view = await operations.view_draft(colleague)
    assert (view.sums.lines, view.draft.confirmed) == (1, False)
    assert await operations.drop_already_ordered(colleague) == 0
    await operations.confirm_draft(colleague, True)
    order = await place(operations, colleague, await operations.view_draft(colleague))
    assert order.line_count == 1


async def test_only_an_owner_opens_a_colleagues_order(
    operations: Operations, owner: Actor, colleague: Actor, customers: list[Customer]
) -> None:
    await placed_order(operations, colleague, customers[:1])
    for actor in (owner, colleague):
        await ready_draft(operations, actor, customers)
        (found,) = (await operations.find_already_ordered(actor)).items
        assert found.may_open


class TestWhatDoesNotCount:
    @pytest.fixture
    async def first(self, operations: Operations, owner: Actor, customers: list[Customer]) -> Order:
        return await placed_order(operations, owner, customers)

    async def test_a_cancelled_order(
        self, operations: Operations, owner: Actor, customers: list[Customer], first: Order
    ) -> None:
        await operations.cancel_order(owner, first.id)
        assert (await placed_order(operations, owner, customers)).line_count == 3

    async def test_another_year_or_package(
        self, operations: Operations, owner: Actor, customers: list[Customer], first: Order
    ) -> None:
        assert (await placed_order(operations, owner, customers, package_code="STANDARD")).id != first.id
        later = await placed_order(operations, owner, customers, fiscal_year=FISCAL_YEAR + 1)
        assert later.id != first.id

    async def test_another_firms_order(
        self, operations: Operations, stranger: Actor, customers: list[Customer], first: Order
    ) -> None:
        same = await add_customers(operations, stranger, 3)
        assert [one.tax_code for one in same] == [one.tax_code for one in customers]
        assert (await placed_order(operations, stranger, same)).line_count == 3


async def test_one_declared_in_an_order_alone_is_known_by_the_tax_code(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    for actor in (owner, colleague):
        await start_draft(operations, actor)
        await operations.declare_customer(actor, enterprise(9), in_catalogue=False)
        await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
        await operations.confirm_draft(actor, True)
    await place(operations, owner, await operations.view_draft(owner))
    with refusal("already_ordered", name=enterprise(9).name):
        await place(operations, colleague, await operations.view_draft(colleague))


async def test_of_two_who_place_at_the_same_time_one_is_refused(
    operations: Operations, owner: Actor, colleague: Actor, customers: list[Customer]
) -> None:
    views = {actor: await ready_draft(operations, actor, customers) for actor in (owner, colleague)}
    results = await asyncio.gather(
        *(place(operations, actor, view) for actor, view in views.items()), return_exceptions=True
    )
    assert {type(result) for result in results} == {Order, DomainError}
    assert (await operations.list_orders(owner)).total == 1
