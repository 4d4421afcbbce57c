"""Statements of account: what is asked, paid and open, and how long it has been due."""

from domain.ageing import Age
from domain.customers import Customer
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.services.paying import requests_of
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from texts.money.account_statements import caption


async def test_a_firms_statement_follows_orders_money_and_time(
    operations: Operations,
    owner: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    clock: FixedClock,
) -> None:
    with refusal("nothing_owed"):
        await operations.view_account_statement(owner)
    customers = await add_customers(operations, owner, 5)
    order = await placed_order(operations, owner, customers[:3])
    gone = await placed_order(operations, owner, customers[3:4])
    first, second, _ = await requests_of(database, order)
    price = first.amount
    await bank.tells(first.code, price)
    await bank.tells(second.code, 1_000)
    await bank.tells(first.code, 7)
    await operations.desk.ignore_transfer(back_office, 3, "khách để lại")
    await operations.cancel_order(owner, gone.id)
    clock.forward(days=40)
    await placed_order(operations, owner, customers[4:], RecipientMode.ACCOUNTANT)
    statement = await operations.view_account_statement(owner)
    # What is kept of the first one's surplus pays for nobody else.
    assert (statement.asked, statement.paid, statement.rest) == (4 * price, price + 1_007, 3 * price - 1_000)
    assert statement.ages == {Age.TO_60: 2 * price - 1_000, Age.TO_30: price}
    assert await operations.desk.view_firms_account_statement(back_office, owner.firm_id) == statement
    said = caption(statement)
    assert "Đặt 31–60 ngày trước" in said
    assert f"• {second.code} · " in said
    assert "khoản khác" not in said


async def test_a_customers_statement_is_of_its_own_requests(
    operations: Operations, owner: Actor, colleague: Actor, bank: Bank, database: Database
) -> None:
    customers: list[Customer] = await add_customers(operations, owner, 3)
    order = await placed_order(operations, owner, customers[:2])
    first, second = await requests_of(database, order)
    await bank.tells(first.code, 5)
    statement = await operations.view_account_statement(owner, customers[0].id)
    assert statement.whose == customers[0].name
    assert [(item.code, item.rest) for item in statement.items] == [(first.code, first.amount - 5)]
    with refusal("nothing_owed"):
        await operations.view_account_statement(owner, customers[2].id)
    # Staff see what they ordered themselves.
    with refusal("nothing_owed"):
        await operations.view_account_statement(colleague)
    await placed_order(operations, colleague, customers[2:])
    assert (await operations.view_account_statement(colleague)).asked == second.amount
    assert (await operations.view_account_statement(owner)).asked == 3 * second.amount


async def test_another_firms_customer_is_unknown(
    operations: Operations, owner: Actor, back_office: Actor, stranger: Actor
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    with refusal("customer_unknown"):
        await operations.view_account_statement(stranger, customer.id)
    for firm_id in (0, 2**63):
        with refusal("firm_unknown"):
            await operations.desk.view_firms_account_statement(back_office, firm_id)
