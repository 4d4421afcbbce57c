"""Two processes on one PostgreSQL: whatever they do at the same moment, it is done once and rightly.

What is meant to meet is held by a lock of the test until both wait for it; no time decides anything.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain.chats import Channel
from domain.invoices import InvoiceState
from domain.people import Actor
from domain.transfers import Provider
from sandbox.app import SandboxServer
from sandbox.einvoice.server import PATH as EINVOICE
from sandbox.einvoice.trouble import EinvoiceFault
from services.catalogue.customers import EVERYONE
from services.invoices.closing import InvoiceRules
from services.money.posting import take_in
from services.money.transfers import TakeTransfers
from services.operations import Operations
from services.people.people import ChatIdentity
from services.ports import Turn
from storage.connections import POOLED
from storage.database import Database
from tests.services.invoices.conftest import PRICE, Books
from tests.support.banks import Bank, reported
from tests.support.builders import (
    add_customers,
    back_office_person,
    enterprise,
    enterprise_tax_code,
    join_staff,
    placed_order,
    ready_draft,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.databases import Databases
from tests.support.elsewhere import LONG, Elsewhere, by, processes, until_waiting
from tests.support.mixed_acts import BROKEN
from tests.support.rows import rows_of
from tests.support.seeds import People
from tests.support.working import Working

pytestmark = [pytest.mark.machines, pytest.mark.postgresql, pytest.mark.long]


@pytest.fixture
def database_url(databases: Databases, people: People, tmp_path: Path) -> Iterator[str]:
    with databases.fresh("postgresql", tmp_path, people) as url:
        yield url


@pytest.fixture
async def two(database_url: str) -> AsyncIterator[list[Elsewhere]]:
    async with processes(database_url, 2) as started:
        yield started


@asynccontextmanager
async def table_held(database: Database, table: str) -> AsyncIterator[None]:
    """Let nobody add to a table in the block."""
    async with database.writing() as connection:
        await connection.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
        yield


async def at_once(
    database: Database, two: Sequence[Elsewhere], act: str, *arguments: dict[str, Any], turn: Turn
) -> list[Any]:
    """Have each do the act; both wait for this turn before either goes on."""
    async with database.writing(turn):
        doing = [
            asyncio.create_task(one.act(act, **given)) for one, given in zip(two, arguments, strict=True)
        ]
        await until_waiting(database, 2)
    return list(await asyncio.gather(*doing))


async def full_draft(operations: Operations, actor: Actor, database: Database, lines: int) -> None:
    async with database.write(Turn.of_firm(actor.firm_id)) as uow:
        many = [enterprise(number) for number in range(lines)]
        await uow.customers.add_many(actor.firm_id, many, FixedClock().now())
    await start_draft(operations, actor)
    await operations.pick_matching(actor, EVERYONE, picked=True)
    await operations.finish_picking(actor)
    await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
    await operations.confirm_draft(actor, True)


async def test_two_firms_place_large_orders_at_once_though_they_draw_the_same_codes(
    operations: Operations, owner: Actor, stranger: Actor, database: Database, two: list[Elsewhere]
) -> None:
    for actor in (owner, stranger):
        await full_draft(operations, actor, database, 300)
    for one in two:
        # Each draws 300, and some 100 of them are the same.
        await one.act("draws", codes=900)
    async with table_held(database, "order_lines"):
        # Both have their requests then, of which neither sees the other's.
        placing = [
            asyncio.create_task(one.act("place", by=by(actor)))
            for one, actor in zip(two, (owner, stranger), strict=True)
        ]
        await until_waiting(database, 2)
    assert all(isinstance(each, int) for each in await asyncio.gather(*placing))
    assert [order["line_count"] for order in await rows_of(database, "orders")] == [300, 300]
    codes = [
        row["code"] for table in ("orders", "payment_requests") for row in await rows_of(database, table)
    ]
    assert len(set(codes)) == len(codes) == 602


async def test_a_draft_that_two_place_becomes_one_order(
    operations: Operations, owner: Actor, database: Database, two: list[Elsewhere]
) -> None:
    view = await ready_draft(operations, owner, await add_customers(operations, owner, 3))
    given = {"by": by(owner), "draft_id": view.draft.id, "total": view.total}
    placed = await at_once(database, two, "place_draft", given, given, turn=Turn.of_firm(owner.firm_id))
    (order,) = await rows_of(database, "orders")
    assert placed == [order["id"]] * 2
    assert len(await rows_of(database, "payment_requests")) == 3


async def test_of_two_accountants_who_order_the_same_customers_one_is_told(
    operations: Operations, owner: Actor, colleague: Actor, database: Database, two: list[Elsewhere]
) -> None:
    customers = await add_customers(operations, owner, 3)
    for actor in (owner, colleague):
        await ready_draft(operations, actor, customers)
    placed = await at_once(
        database,
        two,
        "place",
        {"by": by(owner)},
        {"by": by(colleague)},
        turn=Turn.of_firm(owner.firm_id),
    )
    (order,) = await rows_of(database, "orders")
    assert sorted(placed, key=str) == sorted([order["id"], "already_ordered"], key=str)


async def test_a_chat_that_registers_twice_has_one_firm(
    operations: Operations, database: Database, two: list[Elsewhere]
) -> None:
    first, second = {"external_id": "new", "number": 1}, {"external_id": "new", "number": 2}
    turn = Turn.of_chat(Channel.TELEGRAM, "new")
    registered = await at_once(database, two, "register", first, second, turn=turn)
    (person,) = await rows_of(database, "accountants")
    assert registered == [person["id"]] * 2
    assert len(await rows_of(database, "firms")) == 1


async def test_a_tax_code_that_two_claim_is_seen_by_the_second(
    database: Database, clock: FixedClock, two: list[Elsewhere]
) -> None:
    await back_office_person(database, clock)
    given = [{"external_id": f"new-{number}", "number": 1} for number in range(2)]
    turn = Turn.of_tax_code(enterprise_tax_code(70_001))
    assert len(set(await at_once(database, two, "register", *given, turn=turn))) == 2
    told = [one for one in await rows_of(database, "pushes") if one["kind"] == "firm_claimed"]
    assert len(told) == 1


async def test_an_invitation_that_two_take_up_lets_one_in(
    operations: Operations, owner: Actor, database: Database, two: list[Elsewhere]
) -> None:
    token = await operations.invite_staff(owner)
    given = [{"external_id": f"new-{number}", "token": token} for number in range(2)]
    joined = await at_once(database, two, "join", *given, turn=Turn.of_firm(owner.firm_id))
    assert sorted(type(one).__name__ for one in joined) == ["int", "str"]
    assert len(await rows_of(database, "accountants")) == 2


async def test_a_link_code_that_two_chats_send_links_one(
    operations: Operations, owner: Actor, database: Database, two: list[Elsewhere]
) -> None:
    zalo = ChatIdentity(Channel.ZALO, "z")
    await operations.link_chat(zalo, await operations.make_link_code(owner))
    await operations.unlink_chat(owner, Channel.TELEGRAM, Channel.ZALO)
    code = await operations.make_link_code(owner)
    given = [{"external_id": f"new-{number}", "code": code} for number in range(2)]
    linked = await at_once(database, two, "link", *given, turn=Turn.of_person(owner.accountant_id))
    assert sorted(type(one).__name__ for one in linked) == ["int", "str"]
    assert len(await rows_of(database, "chats")) == 2


async def test_a_transfer_that_two_match_is_booked_once_across_firms(
    operations: Operations, owner: Actor, stranger: Actor, database: Database, two: list[Elsewhere]
) -> None:
    codes = []
    for actor in (owner, stranger):
        order = await placed_order(operations, actor, await add_customers(operations, actor, 1))
        codes.append((await operations.list_payments(actor, order.id)).items[0].payment.code)
    amount = sum(row["amount"] for row in await rows_of(database, "payment_requests"))
    transfer = reported(" ".join(codes), amount)
    await TakeTransfers(database, FixedClock())([transfer])
    (stored,) = await rows_of(database, "transfers")
    given = {"transfer_id": stored["id"]}
    await at_once(database, two, "match", given, given, turn=Turn.of_transfer(transfer.reference))
    assert [row["state"] for row in await rows_of(database, "payment_requests")] == ["paid"] * 2
    assert sum(row["amount"] for row in await rows_of(database, "shares")) == amount
    assert [row["state"] for row in await rows_of(database, "orders")] == ["paid"] * 2


@pytest.mark.parametrize("stored_first_committed_last", [False, True])
async def test_a_movement_that_two_providers_report_is_booked_once(
    operations: Operations,
    owner: Actor,
    database: Database,
    two: list[Elsewhere],
    stored_first_committed_last: bool,
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    told = [
        reported(order.code, order.total, reference="FT1", provider=one)
        for one in (Provider.SEPAY, Provider.CASSO)
    ]
    first, second = [TakeTransfers(database, FixedClock())([one]) for one in told]
    if stored_first_committed_last:
        # The first has its number before the second, and is seen only after the second was matched.
        async with database.write() as uow:
            first_id = await take_in(uow, told[0], FixedClock().now())
            await second
            (second_id,) = [row["id"] for row in await rows_of(database, "transfers")]
            await two[1].act("match", transfer_id=second_id)
        first.close()
        assert first_id is not None
        assert first_id < second_id
        await two[0].act("match", transfer_id=first_id)
    else:
        await asyncio.gather(first, second)
        given = [{"transfer_id": row["id"]} for row in await rows_of(database, "transfers")]
        await at_once(database, two, "match", *given, turn=Turn.of_transfer("FT1"))
    states = [row["state"] for row in await rows_of(database, "transfers")]
    assert sorted(states) == ["matched", "repeated"]
    assert [row["amount"] for row in await rows_of(database, "shares")] == [order.total]


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    """SePay, which would issue a second time what comes a second time."""
    async with SandboxServer(tmp_path / "world") as server:
        server.einvoice.faults.add(EinvoiceFault("two", times=1_000))
        yield server


@dataclass
class Issuing:
    """A document of yesterday, which is to be issued."""

    sandbox: SandboxServer
    database: Database
    now: datetime

    def given(self, minutes: int = 0) -> dict[str, Any]:
        at = self.now + timedelta(minutes=minutes)
        return {"invoice_id": 1, "url": f"{self.sandbox.url}{EINVOICE}", "at": at.isoformat()}

    async def check(self) -> None:
        (invoice,) = await rows_of(self.database, "invoices")
        (at_sepay,) = self.sandbox.einvoice.invoices
        assert (invoice["state"], invoice["key"]) == (InvoiceState.SENT, at_sepay.reference)


@pytest.fixture
async def issuing(
    operations: Operations, owner: Actor, database: Database, sandbox: SandboxServer, clock: FixedClock
) -> Issuing:
    now = datetime.now(UTC)
    clock.set(now - timedelta(days=1))
    day = clock.today()
    books = Books(operations, owner, Bank(database, clock, Working(database, clock)), database, clock)
    await books.pay(await books.order(), PRICE)
    await books.close(day, InvoiceRules(by_hand=False))
    return Issuing(sandbox, database, now)


@pytest.mark.parametrize("is_unclear", [False, True])
async def test_a_document_that_two_issue_at_once_is_made_once(
    issuing: Issuing, two: list[Elsewhere], is_unclear: bool
) -> None:
    if is_unclear:
        issuing.sandbox.einvoice.faults.add(EinvoiceFault("500"))
        assert await two[0].act("issue", **issuing.given()) == "the outcome is unclear"
    given = issuing.given(minutes=3)
    told = await at_once(issuing.database, two, "issue", given, given, turn=Turn.invoices())
    assert sorted(told) == ["", "it has changed meanwhile"]
    await issuing.check()


async def test_a_document_whose_call_goes_on_elsewhere_is_not_made_again(
    issuing: Issuing, two: list[Elsewhere]
) -> None:
    issuing.sandbox.einvoice.faults.add(EinvoiceFault("hang"))
    first = asyncio.create_task(two[0].act("issue", **issuing.given()))
    async with asyncio.timeout(LONG):
        while not [*issuing.sandbox.einvoice.invoices]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await two[1].act("issue", **issuing.given(minutes=3)) == ""
    two[0].process.kill()
    await asyncio.gather(first, return_exceptions=True)
    await issuing.check()


async def test_while_a_firm_holds_its_turn_for_good_others_do_not_wait(
    operations: Operations,
    owner: Actor,
    colleague: Actor,
    stranger: Actor,
    database: Database,
    two: list[Elsewhere],
) -> None:
    await ready_draft(operations, owner, await add_customers(operations, owner, 3))
    await start_draft(operations, stranger)
    (theirs,) = await add_customers(operations, stranger, 1)
    async with table_held(database, "order_lines"):
        placing = asyncio.create_task(two[0].act("place", by=by(owner)))
        await until_waiting(database, 1)
        # More of this process want the firm's turn than there are connections.
        waiting = [
            asyncio.create_task(operations.add_customer(colleague, enterprise(100 + number)))
            for number in range(2 * POOLED)
        ]
        async with asyncio.timeout(LONG):
            for picked in (True, False) * 10:
                await operations.pick_customer(stranger, theirs.id, picked)
            async with database.writing() as connection:
                await connection.execute(text("SELECT 1"))
        await until_waiting(database, 2)
        assert not placing.done()
        assert not any(task.done() for task in waiting)
    assert isinstance(await placing, int)
    await asyncio.gather(*waiting)


async def test_the_turns_of_a_process_that_was_killed_are_free(
    operations: Operations, owner: Actor, database: Database, two: list[Elsewhere]
) -> None:
    await ready_draft(operations, owner, await add_customers(operations, owner, 3))
    async with table_held(database, "order_lines"):
        placing = asyncio.create_task(two[0].act("place", by=by(owner)))
        await until_waiting(database, 1)
        two[0].process.kill()
        await asyncio.gather(placing, return_exceptions=True)
    async with asyncio.timeout(LONG):
        assert isinstance(await two[1].act("place", by=by(owner)), int)
    assert len(await rows_of(database, "orders")) == 1


async def test_any_mix_of_acts_of_few_firms_ends_without_an_error_and_adds_up(
    operations: Operations,
    owner: Actor,
    colleague: Actor,
    stranger: Actor,
    back_office: Actor,
    database: Database,
    two: list[Elsewhere],
) -> None:
    third = await join_staff(operations, stranger, 2)
    people = [by(one) for one in (owner, colleague, stranger, third, back_office)]
    wanted = ["order", "cancel", "match", "vendor_answers", "deliver", "merge", "assign_transfer"]
    done = await asyncio.gather(
        *(
            one.act("mixed", seed=seed, count=700, people=people, wanted=wanted)
            for seed, one in enumerate(two)
        )
    )
    assert [each["unforeseen"] for each in done] == [[], []]
    async with database.reading() as connection:
        broken = [name for name, sql in BROKEN.items() if (await connection.execute(text(sql))).first()]
    assert broken == []
    assert all({*wanted} <= each["done"].keys() for each in done)
