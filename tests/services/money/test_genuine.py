"""Whoever got an instruction asks whether it is genuine: a right answer, and nothing to learn by trying."""

import pytest

from domain.genuine import CHECKS_A_DAY, WRONG_A_DAY, ReportReason, Verdict
from domain.people import Actor
from domain.recipients import RecipientMode
from services.money.genuine import CheckInstruction, ReportInstruction
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import PAYEE, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

ACCOUNT = PAYEE.account
CALLER = "203.0.113.7"


@pytest.fixture
def check(database: Database, clock: FixedClock, back_office: Actor) -> CheckInstruction:
    return CheckInstruction(database, clock)


async def _asked(database: Database) -> tuple[str, int]:
    request = (await rows_of(database, "payment_requests"))[0]
    return request["code"], request["amount"]


async def _reports(database: Database) -> list[str]:
    return [
        row["about"] for row in await rows_of(database, "pushes") if row["kind"] == "instruction_reported"
    ]


async def test_only_code_sum_and_account_together_are_genuine(
    check: CheckInstruction, operations: Operations, owner: Actor, database: Database
) -> None:
    await placed_order(operations, owner, await add_customers(operations, owner, 2))
    code, amount = await _asked(database)
    spaced = f" {code[:4].lower()} {code[4:].lower()} "

    assert await check(code, amount, ACCOUNT, CALLER) is Verdict.GENUINE
    assert await check(spaced, amount, f" {ACCOUNT[:3]} {ACCOUNT[3:]}", CALLER) is Verdict.GENUINE
    assert await _reports(database) == []
    assert await check(code, amount + 1, ACCOUNT, CALLER) is Verdict.UNKNOWN
    assert await check("KTC2C2222", amount, ACCOUNT, CALLER) is Verdict.UNKNOWN
    assert await check("", 0, "", CALLER) is Verdict.UNKNOWN
    assert await _reports(database) == []
    assert await check(code, amount, "9704229999", CALLER) is Verdict.OTHER_ACCOUNT
    assert await check(code, amount, "9704229999", CALLER) is Verdict.OTHER_ACCOUNT
    [told] = await _reports(database)
    assert f"{code}:other_account" in told


async def test_of_an_order_that_its_accountant_pays_the_whole_and_each_part_are_genuine(
    check: CheckInstruction, operations: Operations, owner: Actor, database: Database
) -> None:
    customers = await add_customers(operations, owner, 3)
    order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
    code, amount = await _asked(database)

    assert await check(order.code, order.total, ACCOUNT, CALLER) is Verdict.GENUINE
    assert await check(code, amount, ACCOUNT, CALLER) is Verdict.GENUINE
    assert await check(order.code, amount, ACCOUNT, CALLER) is Verdict.UNKNOWN


async def test_what_is_left_is_genuine_and_what_was_withdrawn_is_not(
    check: CheckInstruction, operations: Operations, owner: Actor, database: Database, bank: Bank
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    code, amount = await _asked(database)
    await bank.tells(code, amount - 1_000)
    assert await check(code, 1_000, ACCOUNT, CALLER) is Verdict.GENUINE

    other = await placed_order(operations, owner, await add_customers(operations, owner, 1, first=50))
    withdrawn = next(
        row for row in await rows_of(database, "payment_requests") if row["order_id"] == other.id
    )
    await operations.cancel_order(owner, other.id)
    assert order.id != other.id
    assert await check(withdrawn["code"], withdrawn["amount"], ACCOUNT, CALLER) is Verdict.UNKNOWN


async def test_guesses_end_by_code_and_by_caller(
    check: CheckInstruction, operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    await placed_order(operations, owner, await add_customers(operations, owner, 1))
    code, amount = await _asked(database)
    for guess in range(WRONG_A_DAY):
        assert await check(code, guess, ACCOUNT, f"198.51.100.{guess}") is Verdict.UNKNOWN
    with refusal("checks_pause"):
        await check(code, amount, ACCOUNT, "198.51.100.99")
    clock.forward(days=1)
    for number in range(CHECKS_A_DAY):
        await check(f"unknown {number}", 1, ACCOUNT, CALLER)
    with refusal("checks_pause"):
        await check(code, amount, ACCOUNT, CALLER)
    assert await check(code, amount, ACCOUNT, "198.51.100.1") is Verdict.GENUINE


async def test_a_report_is_told_once_a_day_and_only_by_who_knows_the_sum(
    check: CheckInstruction, operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    await placed_order(operations, owner, await add_customers(operations, owner, 1))
    code, amount = await _asked(database)
    report = ReportInstruction(database, clock)

    assert not await report(code, amount + 1, ReportReason.NOT_ORDERED, CALLER)
    assert await _reports(database) == []
    for _ in range(2):
        assert await report(code, amount, ReportReason.NOT_ORDERED, CALLER)
    assert len(await _reports(database)) == 1
    assert await report(code, amount, ReportReason.WRONG_PERSON, CALLER)
    assert len(await _reports(database)) == 2


async def test_both_accounts_of_a_request_are_ours(
    check: CheckInstruction, operations: Operations, owner: Actor, database: Database
) -> None:
    """An instruction that left before the own number came names the vendor's account: no false alarm."""
    await placed_order(operations, owner, await add_customers(operations, owner, 1))
    code, amount = await _asked(database)
    async with database.write() as uow:
        await uow.payments.give_number(code, "96247BOT77")

    assert await check(code, amount, ACCOUNT, CALLER) is Verdict.GENUINE
    assert await check(code, amount, "96247 bot77", CALLER) is Verdict.GENUINE
    assert await _reports(database) == []
    assert await check(code, amount, "96247BOT78", CALLER) is Verdict.OTHER_ACCOUNT
