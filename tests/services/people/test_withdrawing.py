"""A consent that is withdrawn outside of the conversation, by a means of the app."""

import json
from datetime import timedelta

import pytest

from domain.chats import Channel, zalo_chat_id
from domain.messaging.people_contents import WithdrawalWaitsContent
from domain.people import Actor
from services.operations import Operations
from services.people.people import ChatIdentity
from services.people.withdrawing import WITHDRAW_JOB, NoteWithdrawal, WithdrawConsent
from storage.database import Database
from storage.shared_files import SqlSharedFiles
from tests.support.banks import Bank
from tests.support.builders import add_customers, back_office_person, chat, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

ZALO = ChatIdentity(Channel.ZALO, str(zalo_chat_id("1234567890123456789")))


@pytest.fixture
def withdraw(database: Database, clock: FixedClock) -> WithdrawConsent:
    return WithdrawConsent(database, clock)


def _told(bank: Bank) -> list[WithdrawalWaitsContent]:
    return [it.content for it in bank.working.sent if isinstance(it.content, WithdrawalWaitsContent)]


async def test_it_is_kept_once_until_it_is_done(database: Database, clock: FixedClock) -> None:
    note = NoteWithdrawal(database, clock)
    for at in (clock.now(), clock.now(), clock.now() + timedelta(days=1)):
        await note(ZALO, at)
    jobs = [row for row in await rows_of(database, "jobs") if row["name"] == WITHDRAW_JOB]
    assert [json.loads(job["payload"])["chat"] for job in jobs] == [ZALO.external_id] * 2


async def test_it_erases_as_the_persons_own_wish(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock, withdraw: WithdrawConsent
) -> None:
    await operations.link_chat(ZALO, await operations.make_link_code(owner))
    for _ in range(2):
        await withdraw(ZALO)
    (person,) = [row for row in await rows_of(database, "accountants") if row["id"] == owner.accountant_id]
    assert (person["name"], person["phone"], person["email"]) == (f"#{owner.accountant_id}", "", "")
    assert await operations.who_is(ZALO) is None
    assert await operations.who_is(chat("owner-1")) is None
    consents = await rows_of(database, "consents")
    assert [row["withdrawn_at"] for row in consents if row["accountant_id"] == owner.accountant_id] == [
        clock.now()
    ]


async def test_what_is_in_the_way_is_told_once_a_day_to_both(
    operations: Operations,
    owner: Actor,
    database: Database,
    clock: FixedClock,
    bank: Bank,
    withdraw: WithdrawConsent,
) -> None:
    await back_office_person(database, clock)
    await operations.link_chat(ZALO, await operations.make_link_code(owner))
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    for _ in range(2):
        await withdraw(ZALO)
    await bank.working.work()
    told = _told(bank)
    assert [(it.person.id, it.orders, it.colleagues) for it in told] == [
        (owner.accountant_id, (order.code,), 0)
    ] * 2
    assert await operations.who_is(ZALO) is not None


async def test_of_a_stranger_nothing_is_left(
    database: Database, clock: FixedClock, withdraw: WithdrawConsent
) -> None:
    files = SqlSharedFiles(database, clock.now)
    token = await files.share(b"a", "a.xlsx", "application/x", timedelta(days=1), int(ZALO.external_id))
    await withdraw(ZALO)
    assert await files.read(token) is None


async def test_somebody_of_back_office_is_told_of_and_stays(
    operations: Operations, database: Database, clock: FixedClock, bank: Bank, withdraw: WithdrawConsent
) -> None:
    person = await back_office_person(database, clock)
    async with database.write() as uow:
        await uow.chats.link(ZALO.channel, ZALO.external_id, person.accountant_id, clock.now())
    await withdraw(ZALO)
    await bank.working.work()
    assert [it.person.id for it in _told(bank)] == [person.accountant_id]
