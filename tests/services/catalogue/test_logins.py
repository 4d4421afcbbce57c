"""Doubts about logins: asked once, answered for good, and asked anew for another value."""

from typing import Any

from domain.customers import Customer, CustomerField
from domain.logins import LoginDoubt
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import enterprise, household

LANDLINE = "+842438251234"


async def added(operations: Operations, owner: Actor, number: int, **changes: Any) -> Customer:
    return (await operations.add_customer(owner, enterprise(number, **changes))).customer


async def doubts(operations: Operations, owner: Actor, *customers: Customer) -> list[list[LoginDoubt]]:
    found = await operations.find_login_doubts(owner, [customer.id for customer in customers])
    return [[doubt.kind for doubt in found.get(customer.id, ())] for customer in customers]


async def test_each_doubt_stands_until_it_is_answered(operations: Operations, owner: Actor) -> None:
    odd = await added(operations, owner, 1, email="hoa@gmail.con", phone=LANDLINE)
    clean = await added(operations, owner, 2)
    one = await added(operations, owner, 3, phone="+84912000009")
    other = await added(operations, owner, 4, phone="+84912000009")
    assert await doubts(operations, owner, odd, clean, one, other) == [
        [LoginDoubt.NEAR_MISS, LoginDoubt.LANDLINE],
        [],
        [LoginDoubt.SHARED],
        [LoginDoubt.SHARED],
    ]
    await operations.accept_logins(owner, [odd.id, one.id])
    # Whoever shares the login is answered for, too.
    assert await doubts(operations, owner, odd, one, other) == [[], [], []]


async def test_another_value_is_doubted_anew(operations: Operations, owner: Actor) -> None:
    customer = await added(operations, owner, 1, email="hoa@gmail.con")
    await operations.accept_logins(owner, [customer.id])
    await operations.edit_customer(owner, customer.id, CustomerField.EMAIL, "hoa@gmail.cmo")
    assert await doubts(operations, owner, customer) == [[LoginDoubt.NEAR_MISS]]
    await operations.edit_customer(owner, customer.id, CustomerField.EMAIL, "hoa@gmail.con")
    assert await doubts(operations, owner, customer) == [[]]


async def test_a_third_who_gets_a_shared_login_is_asked_about_alone(
    operations: Operations, owner: Actor
) -> None:
    one, other = [await added(operations, owner, number, email="chung@sen.vn") for number in (1, 2)]
    await operations.accept_logins(owner, [one.id])
    third = await added(operations, owner, 3, email="chung@sen.vn")
    assert await doubts(operations, owner, one, other, third) == [[], [], [LoginDoubt.SHARED]]


async def test_who_is_sure_of_an_edit_is_not_asked(operations: Operations, owner: Actor) -> None:
    customer = await added(operations, owner, 1)
    edited = await operations.edit_customer(
        owner, customer.id, CustomerField.PHONE, "024 3825 1234", sure=True
    )
    assert edited.phone == LANDLINE
    assert await doubts(operations, owner, edited) == [[]]
    assert (await operations.view_customer(owner, customer.id)).doubts == ()


async def test_an_answer_given_while_adding_is_kept_for_all_who_share(
    operations: Operations, owner: Actor
) -> None:
    first = await added(operations, owner, 1, phone="+84912000009")
    second = await operations.add_customer(
        owner, household(2, phone="+84912000009", sure_of="shared:+84912000009")
    )
    assert await doubts(operations, owner, first, second.customer) == [[], []]


async def test_nobody_elses_customers_are_answered_for(
    operations: Operations, owner: Actor, stranger: Actor, database: Database
) -> None:
    customer = await added(operations, owner, 1, email="hoa@gmail.con")
    async with unchanged(database):
        with refusal("customer_unknown"):
            await operations.accept_logins(stranger, [customer.id])
    assert await operations.find_login_doubts(stranger, [customer.id]) == {}
