"""Account numbers of requests: shown where they came in time, booked by the number alone, given once."""

from dataclasses import dataclass, field

import pytest

from domain.accounts import KnownAccounts
from domain.chats import Channel
from domain.messaging.contents import PaymentContent
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.money.account_numbers import ReserveNumber
from services.operations import Operations, build_operations
from services.ports import RetryLater
from services.ports.account_numbers import NumberRefused
from storage.database import Database
from tests.services.paying import requests_of
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

MAIN = PAYEE.account


@dataclass
class Numbers:
    """`AccountNumbers` that gives 9624700001 and so on, after the `troubles`."""

    troubles: list[Exception] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    async def reserve(self, name: str) -> str:
        assert name.isalnum()
        assert 6 <= len(name) <= 50
        self.names.append(name)
        if self.troubles:
            raise self.troubles.pop(0)
        return f"96247{len(self.names):05}"


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def operations(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), own_numbers=True)


@pytest.fixture
def bank(database: Database, clock: FixedClock, numbers: Numbers) -> Bank:
    # Another account counts as somebody else's, unless it is a request's own.
    accounts = KnownAccounts((MAIN,))
    return Bank(database, clock, Working(database, clock, numbers=numbers, accounts=accounts))


@pytest.fixture
async def order(operations: Operations, owner: Actor) -> Order:
    return await placed_order(operations, owner, await add_customers(operations, owner, 2))


def told_accounts(bank: Bank) -> list[str]:
    """The accounts of the instructions that were mailed."""
    sent = [one.content for one in bank.working.sent if one.channel is Channel.EMAIL]
    return [one.payment.payee.account for one in sent if isinstance(one, PaymentContent)]


async def test_money_to_the_number_pays_its_request_whatever_the_content_says(
    bank: Bank, order: Order, operations: Operations, owner: Actor, clock: FixedClock
) -> None:
    await bank.working.work_until(clock.now())
    first, second = await requests_of(bank.database, order)
    assert [first.payee.account, second.payee.account] == ["9624700001", "9624700002"]
    clock.forward(seconds=5)
    await bank.working.work_until(clock.now())
    assert sorted(told_accounts(bank)) == ["9624700001", "9624700002"]
    await bank.tells("", first.amount - 1, account="9624700001", main_account=MAIN)
    await bank.tells(f"nham {second.code}", 1, account="9624700001", main_account="")
    paid = [one.received for one in await requests_of(bank.database, order)]
    assert paid == [first.amount, 0]
    # More than it asks for is left to a person, as is a number that nobody has.
    await bank.tells("", 7, account="9624700001", main_account=MAIN)
    await bank.tells("", second.amount, account="9624700009", main_account="")
    attention = [row["attention"] for row in await rows_of(bank.database, "transfers")]
    assert attention == [None, None, "paid_twice", "other_account"]
    # The code works as before, to the vendor's account.
    await bank.tells(second.code, second.amount, account=MAIN)
    assert (await requests_of(bank.database, order))[1].left == 0


async def test_money_for_a_cancelled_order_waits(
    bank: Bank, order: Order, operations: Operations, owner: Actor, clock: FixedClock
) -> None:
    await bank.working.work_until(clock.now())
    await operations.cancel_order(owner, order.id)
    await bank.tells("", 5, account="9624700001", main_account=MAIN)
    (row,) = await rows_of(bank.database, "transfers")
    assert row["attention"] == "cancelled_order"
    (case,) = await rows_of(bank.database, "return_cases")
    assert case["order_id"] == order.id


async def test_where_no_number_is_given_the_code_does(
    bank: Bank, order: Order, numbers: Numbers, clock: FixedClock
) -> None:
    numbers.troubles = [NumberRefused("HTTP 403"), *[RetryLater(600, "away")] * 9]
    await bank.working.work_until(clock.now())
    clock.forward(seconds=3)
    await bank.working.work_until(clock.now())
    # The first was refused for good; the second may come yet.
    assert told_accounts(bank) == [MAIN]
    clock.forward(seconds=60)
    await bank.working.work_until(clock.now())
    assert told_accounts(bank) == [MAIN, MAIN]
    numbers.troubles.clear()
    clock.forward(minutes=20)
    await bank.working.work_until(clock.now())
    accounts = {one.payee.account for one in await requests_of(bank.database, order)}
    assert MAIN in accounts
    assert len(accounts) == 2
    first = (await requests_of(bank.database, order))[0]
    await bank.tells(first.code, first.amount, account=MAIN)
    assert (await requests_of(bank.database, order))[0].left == 0


async def test_a_lost_answer_or_a_kill_leaves_one_number(
    database: Database, clock: FixedClock, order: Order, numbers: Numbers
) -> None:
    (first, _), reserve = await requests_of(database, order), ReserveNumber(database, clock, numbers)
    numbers.troubles = [TimeoutError()]
    with pytest.raises(RetryLater):
        await reserve(first.code, 1)
    for attempts in (2, 2, 3):
        await reserve(first.code, attempts)
    assert [one.payee.account for one in await requests_of(database, order)] == ["9624700002", MAIN]
    assert len(set(numbers.names)) == len(numbers.names) == 2
    # Two at once: the later one is not taken.
    async with database.write() as uow:
        await uow.payments.give_number(first.code, "9624799999")
    assert (await requests_of(database, order))[0].payee.account == "9624700002"


async def test_without_the_setting_nothing_is_asked(
    database: Database, clock: FixedClock, owner: Actor, bank: Bank, numbers: Numbers
) -> None:
    plain = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    await placed_order(plain, owner, await add_customers(plain, owner, 1))
    await bank.working.work_until(clock.now())
    assert numbers.names == []
    assert told_accounts(bank) == [MAIN]


async def test_another_payer_gets_a_number_of_its_own(
    bank: Bank, order: Order, operations: Operations, owner: Actor, clock: FixedClock
) -> None:
    await bank.working.work_until(clock.now())
    change = await operations.preview_recipient(owner, order.id, RecipientMode.ACCOUNTANT)
    await operations.change_recipient(owner, order.id, RecipientMode.ACCOUNTANT, None, change.shown)
    await bank.working.work_until(clock.now())
    owed = [one for one in await requests_of(bank.database, order) if one.left]
    assert [one.payee.account for one in owed] == ["9624700003", "9624700004"]
    await bank.tells("", owed[0].amount, account="9624700001", main_account=MAIN)
    await bank.tells("", owed[0].amount, account="9624700003", main_account=MAIN)
    attention = [row["attention"] for row in await rows_of(bank.database, "transfers")]
    assert attention == ["cancelled_order", None]
