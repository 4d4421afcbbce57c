"""Statements of account on the first of each month: once for each address, and stopped in one tap."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from domain.chats import Channel
from domain.messaging.statement_contents import AccountStatementContent
from domain.people import Actor
from services.money.monthly_statements import MAIL_STATEMENTS_JOB, MailStatements, StartMailingStatements
from services.operations import Operations
from storage.database import Database
from tests.services.paying import pushes_of, requests_of
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from texts.messaging.pushes import PushTexts

JULY = datetime(2026, 7, 1, 1, tzinfo=UTC)
"""Eight o'clock in Vietnam."""

TEXTS = PushTexts(lambda _: b"")


@pytest.fixture
async def owing(operations: Operations, owner: Actor, bank: Bank) -> Sequence[str]:
    """A firm with two customers, of which one has paid a part. Returns their tax codes."""
    customers = await add_customers(operations, owner, 2)
    order = await placed_order(operations, owner, customers)
    first, _ = await requests_of(bank.database, order)
    await bank.tells(first.code, 5)
    async with bank.database.write() as uow:
        await uow.held.clear(owner.firm_id)
    await StartMailingStatements(bank.database, bank.clock)()
    return [one.tax_code for one in customers]


def mailed(bank: Bank) -> list[tuple[str, AccountStatementContent]]:
    return [
        (one.address, one.content)
        for one in bank.working.sent
        if one.channel is Channel.EMAIL and isinstance(one.content, AccountStatementContent)
    ]


async def test_each_address_gets_its_statement_once_a_month(
    operations: Operations, owner: Actor, bank: Bank, owing: Sequence[str], clock: FixedClock
) -> None:
    await operations.add_monthly_statement(owner, "  So@KeToan.vn ")
    await operations.add_monthly_statement(owner, "so@ketoan.vn")
    await operations.add_monthly_statement(owner, f"{owing[0]}: sep@congty.vn")
    await bank.working.work_until(JULY - timedelta(minutes=1))
    assert mailed(bank) == []
    await bank.working.work_until(JULY)
    found = dict(mailed(bank))
    assert sorted(found) == sorted(["So@ketoan.vn", "so@ketoan.vn", "sep@congty.vn"])
    statement = found["sep@congty.vn"].statement
    assert (len(statement.items), statement.paid) == (1, 5)
    assert len(found["so@ketoan.vn"].statement.items) == 2
    mail = TEXTS.mail(found["sep@congty.vn"], maybe_repeated=False)
    assert mail.subject == "Sao kê công nợ đến 01/07/2026"
    assert f"Công nợ của {statement.whose}" in mail.text
    assert [one.name for one in mail.attachments] == ["cong-no-20260701.xlsx"]
    # The job comes again after a kill, and somebody stops and asks again.
    (first, *_) = await operations.list_monthly_statements(owner)
    await operations.stop_monthly_statement(owner, first.wish.id)
    await operations.add_monthly_statement(owner, first.wish.address)
    await MailStatements(bank.database, clock)()
    await bank.working.work()
    assert len(mailed(bank)) == 3
    await bank.working.work_until(datetime(2026, 8, 1, 1, tzinfo=UTC))
    assert len(mailed(bank)) == 6


async def test_what_was_stopped_or_has_gone_is_not_mailed(
    operations: Operations, owner: Actor, stranger: Actor, bank: Bank, owing: Sequence[str], clock: FixedClock
) -> None:
    await operations.add_monthly_statement(owner, "so@ketoan.vn")
    await operations.add_monthly_statement(owner, f"{owing[0]} sep@congty.vn")
    firm, customer = await operations.list_monthly_statements(owner)
    assert (firm.customer, customer.customer != "") == ("", True)
    with refusal("statement_unknown"):
        await operations.stop_monthly_statement(stranger, firm.wish.id)
    assert len(await operations.list_monthly_statements(owner)) == 2
    await MailStatements(bank.database, clock)()
    # Queued already.
    await operations.stop_monthly_statement(owner, firm.wish.id)
    await operations.stop_monthly_statement(owner, firm.wish.id)
    await bank.working.work()
    assert [address for address, _ in mailed(bank)] == ["sep@congty.vn"]
    dropped = [row["state"] for row in await pushes_of(bank.database, "monthly_statement")]
    assert sorted(dropped) == ["dropped", "sent"]


async def test_what_is_typed_is_checked(
    operations: Operations, owner: Actor, bank: Bank, owing: Sequence[str]
) -> None:
    for text, code in (
        ("khong phai email", "email_format"),
        ("so@gmail.con", "email_doubtful"),
        ("0100109106 so@ketoan.vn", "customer_unknown"),
        ("123 so@ketoan.vn", "tax_code_format"),
    ):
        with refusal(code):
            await operations.add_monthly_statement(owner, text)
    for number in range(30):
        await operations.add_monthly_statement(owner, f"so{number}@ketoan.vn")
    with refusal("statements_too_many"):
        await operations.add_monthly_statement(owner, "so@ketoan.vn")


async def test_a_firm_that_has_not_paid_mails_to_its_own_people_alone(
    operations: Operations, owner: Actor, database: Database
) -> None:
    await placed_order(operations, owner, await add_customers(operations, owner, 1))
    with refusal("not_cleared"):
        await operations.add_monthly_statement(owner, "so@ketoan.vn")
    (row,) = [one for one in await rows_of(database, "accountants") if one["id"] == owner.accountant_id]
    await operations.add_monthly_statement(owner, row["email"])


async def test_starts_make_one_chain_of_months(database: Database, clock: FixedClock) -> None:
    for _ in range(2):
        await StartMailingStatements(database, clock)()
    jobs = [row for row in await rows_of(database, "jobs") if row["name"] == MAIL_STATEMENTS_JOB]
    assert [row["due_at"] for row in jobs] == [JULY]
