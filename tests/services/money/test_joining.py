"""One code for several orders that their accountant pays."""

import pytest

from domain.messaging.contents import ChoosePayersContent, JointInstructionContent
from domain.orders import Order, OrderState
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import TransferState
from services.operations import Operations
from storage.database import Database
from tests.services.paying import last_transfer, order_state, requests_of
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.rows import rows_of

PRICE = 1_950_000


@pytest.fixture
async def two(operations: Operations, owner: Actor, bank: Bank) -> list[Order]:
    """Orders of two and of three customers; and one whose customers pay for themselves."""
    orders = []
    for first, count in ((1, 2), (10, 3)):
        customers = await add_customers(operations, owner, count, first=first)
        orders.append(await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT))
    await placed_order(operations, owner, await add_customers(operations, owner, 1, first=20))
    await bank.working.work()
    bank.working.sent.clear()
    return orders


async def received(database: Database, orders: list[Order]) -> list[list[int]]:
    return [[one.received for one in await requests_of(database, order)] for order in orders]


async def test_one_instruction_asks_for_all_that_is_open(
    operations: Operations, owner: Actor, colleague: Actor, database: Database, two: list[Order], bank: Bank
) -> None:
    assert (await operations.count_open_orders(owner)).count == 2
    assert not (await operations.count_open_orders(colleague)).may_join
    await bank.tells(two[1].code, 3 * PRICE - 5)
    bank.working.sent.clear()
    code = await operations.ask_joint_instruction(owner)
    await bank.working.work()
    (told,) = [one.content for one in bank.working.sent if isinstance(one.content, JointInstructionContent)]
    # What waits for a choice is not asked for again.
    assert (told.payment.code, told.payment.left) == (code, 2 * PRICE + 5)
    assert [(order.code, left) for order, left in told.orders] == [(two[0].code, 2 * PRICE), (two[1].code, 5)]
    # The same orders have the same code.
    assert await operations.ask_joint_instruction(owner) == code
    with refusal("joint_too_few"):
        await operations.ask_joint_instruction(colleague)


async def test_the_whole_sum_pays_all_orders(
    operations: Operations, owner: Actor, database: Database, two: list[Order], bank: Bank
) -> None:
    code = await operations.ask_joint_instruction(owner)
    await bank.tells(f"MBVCB.1.{code.lower()} ck", 5 * PRICE)
    assert await received(database, two) == [[PRICE] * 2, [PRICE] * 3]
    assert [await order_state(database, order) for order in two] == [OrderState.PAID] * 2
    # It names nothing that is open any more.
    await bank.tells(code, PRICE)
    assert (await last_transfer(database)).surplus == PRICE


async def test_money_that_does_not_reach_pays_whole_orders_and_asks_about_the_rest(
    operations: Operations, owner: Actor, database: Database, two: list[Order], bank: Bank
) -> None:
    code = await operations.ask_joint_instruction(owner)
    await bank.tells(code, 4 * PRICE)
    assert await received(database, two) == [[PRICE] * 2, [0] * 3]
    transfer = await last_transfer(database)
    assert (transfer.state, transfer.order_id) == (TransferState.CHOOSING, two[1].id)
    (asked,) = [one.content for one in bank.working.sent if isinstance(one.content, ChoosePayersContent)]
    assert (asked.order.id, asked.waiting, asked.enough, asked.count) == (two[1].id, 2 * PRICE, 2, 3)
    third = (await requests_of(database, two[1]))[2]
    await operations.choose_payments(owner, transfer.id, [third.code])
    assert await received(database, two) == [[PRICE] * 2, [PRICE, 0, PRICE]]
    # Less than the first order alone is asked about there, and the rest then pays for all that waits.
    await bank.tells(code, PRICE)
    assert await received(database, two) == [[PRICE] * 2, [PRICE] * 3]


async def test_less_than_the_first_order_waits_there_until_the_rest_comes(
    operations: Operations, owner: Actor, database: Database, two: list[Order], bank: Bank
) -> None:
    code = await operations.ask_joint_instruction(owner)
    await bank.tells(code, PRICE)
    assert (await last_transfer(database)).order_id == two[0].id
    assert await received(database, two) == [[0] * 2, [0] * 3]
    await bank.tells(code, 4 * PRICE)
    assert await received(database, two) == [[PRICE] * 2, [PRICE] * 3]
    assert {row["state"] for row in await rows_of(database, "transfers")} == {TransferState.MATCHED}


async def test_back_office_finds_the_orders_by_their_one_code(
    operations: Operations, owner: Actor, database: Database, two: list[Order], bank: Bank, back_office: Actor
) -> None:
    code = await operations.ask_joint_instruction(owner)
    payable = await operations.desk.find_payable(back_office, code)
    assert (payable.count, payable.left) == (5, 5 * PRICE)
    await operations.desk.enter_payment(back_office, code, 5 * PRICE, "FT1")
    assert await received(database, two) == [[PRICE] * 2, [PRICE] * 3]
