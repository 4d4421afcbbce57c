"""The program's own upkeep."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.intakes.entries import INTAKE_DAYS, Intake, IntakeState
from domain.orders import DRAFT_DAYS
from domain.packages import sample_price_list
from domain.people import Actor
from services.catalogue.registry import KEEP_FOUND
from services.housekeeping import DropOldAnswers, DropOldDrafts, DropOldIntakes, EnsurePriceList
from services.operations import Operations
from storage.database import Database
from tests.services.support import unchanged
from tests.support.builders import add_customers, enterprise, placed_order, ready_draft, start_draft
from tests.support.clock import FixedClock
from tests.support.rows import rows_of


async def test_the_sample_price_list_is_put_on_sale_where_there_is_none(
    database: Database, clock: FixedClock
) -> None:
    ensure = EnsurePriceList(database, clock)
    await ensure(sample_price_list())
    async with database.read() as uow:
        on_sale = await uow.packages.on_sale()
    assert [replace(package, id=0) for package in on_sale] == list(sample_price_list())
    assert len({package.id for package in on_sale}) == len(on_sale)
    assert all(package.sample for package in on_sale)
    async with unchanged(database):
        await ensure(sample_price_list())


async def test_a_price_list_of_ones_own_is_left_alone(database: Database, clock: FixedClock) -> None:
    own = [replace(sample_price_list()[0], price=1, sample=False)]
    async with database.write() as uow:
        await uow.packages.replace_all(own, clock.now())
    async with unchanged(database):
        await EnsurePriceList(database, clock)(sample_price_list())


async def test_two_starts_at_once_put_one_list_on_sale(database: Database, clock: FixedClock) -> None:
    ensure = EnsurePriceList(database, clock)
    await asyncio.gather(*(ensure(sample_price_list()) for _ in range(4)))
    assert len(await rows_of(database, "packages")) == len(sample_price_list())


async def test_drafts_are_dropped_once_untouched_for_longer_than_thirty_days(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    drop = DropOldDrafts(database, clock)
    (customer,) = await add_customers(operations, owner, 1)
    await start_draft(operations, owner)
    await operations.pick_customer(owner, customer.id, True)
    await operations.declare_customer(owner, enterprise(2), in_catalogue=False)
    clock.forward(days=DRAFT_DAYS)
    async with unchanged(database):
        assert await drop() == 0
    clock.forward(microseconds=1)
    assert await drop() == 1
    assert await operations.find_draft(owner) is None
    assert await rows_of(database, "draft_lines") == []
    assert [row["id"] for row in await rows_of(database, "customers")] == [customer.id]
    async with unchanged(database):
        assert await drop() == 0


async def test_a_customer_declared_and_taken_out_again_is_forgotten(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    drop = DropOldDrafts(database, clock)
    await start_draft(operations, owner)
    held, out = [
        (await operations.declare_customer(owner, enterprise(number), in_catalogue=False)).customer
        for number in (1, 2)
    ]
    kept, merged = await add_customers(operations, owner, 2, first=3)
    await operations.merge_customers(owner, kept.id, merged.id)
    await operations.pick_customer(owner, out.id, False)
    clock.forward(days=DRAFT_DAYS)
    await operations.pick_customer(owner, kept.id, True)
    async with unchanged(database):
        assert await drop() == 0
    clock.forward(microseconds=1)
    assert await drop() == 0
    assert {row["id"] for row in await rows_of(database, "customers")} == {held.id, kept.id, merged.id}


async def test_every_change_keeps_a_draft_for_another_thirty_days(
    operations: Operations, owner: Actor, colleague: Actor, database: Database, clock: FixedClock
) -> None:
    customers = await add_customers(operations, owner, 1)
    for actor in (owner, colleague):
        await ready_draft(operations, actor, customers)
    clock.forward(days=20)
    await operations.confirm_draft(owner, False)
    # Looking at a draft is no change.
    await operations.open_draft(colleague)
    await operations.view_draft(colleague)
    clock.forward(days=20)
    assert await DropOldDrafts(database, clock)() == 1
    assert await operations.find_draft(owner) is not None
    assert await operations.find_draft(colleague) is None


async def test_what_became_an_order_is_never_dropped(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    customers = await add_customers(operations, owner, 1)
    order = await placed_order(operations, owner, customers)
    clock.set(clock.now() + timedelta(days=3650))
    async with unchanged(database):
        assert await DropOldDrafts(database, clock)() == 0
    assert (await operations.view_order(owner, order.id)).order == order


async def test_lists_are_forgotten_once_unchanged_for_longer_than_thirty_days(
    owner: Actor, database: Database, clock: FixedClock
) -> None:
    drop = DropOldIntakes(database, clock)
    async with database.write() as uow:
        given = Intake(0, owner.firm_id, owner.accountant_id, IntakeState.CHECKED, in_order=False)
        await uow.intakes.add(given, clock.now())
    clock.forward(days=INTAKE_DAYS)
    async with unchanged(database):
        assert await drop() == 0
    clock.forward(microseconds=1)
    assert await drop() == 1
    assert await rows_of(database, "intakes") == []


async def test_the_registrys_answers_are_dropped_once_nobody_believes_them(
    database: Database, clock: FixedClock
) -> None:
    drop = DropOldAnswers(database, clock)
    async with database.write() as uow:
        await uow.registry_answers.put({"0100109106": None}, clock.now())
    clock.set(clock.now() + KEEP_FOUND)
    async with unchanged(database):
        assert await drop() == 0
    clock.forward(microseconds=1)
    assert await drop() == 1
