"""The numbers that triggers keep are those that counting gives, after every kind of change."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Text, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import CustomerKind
from services.ports import CustomerFilter, UnitOfWork
from storage.connections import Connections
from storage.database import Database
from storage.kept_numbers import rebuilt
from storage.tables.catalogue import customers
from storage.tables.ordering import draft_lines, drafts
from tests.storage.conftest import Office, open_office
from tests.support.builders import enterprise, household
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.kept import KEPT_AND_COUNTED
from tests.support.statements import watched

STEPS = 300


async def numbers(connection: AsyncConnection) -> list[Any]:
    """What is kept, after a look that it is what is counted."""
    found = []
    for kept, counted in KEPT_AND_COUNTED:
        rows = [tuple(row) for row in await connection.execute(text(kept))]
        assert rows == [tuple(row) for row in await connection.execute(text(counted))]
        found += rows
    return found


async def check(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return await numbers(connection)


async def test_whatever_people_do_is_counted(either: Database) -> None:
    office = await open_office(either)
    one, two, three = await office.customers([enterprise(1), enterprise(2), household(3)])
    draft = await office.draft(one, three)
    assert [row[-1] for row in await check(either)] == [2, 1, 1, 1]
    async with either.write() as uow:
        declared = await uow.customers.add(office.firm.id, enterprise(4), False, NOW)
        await uow.drafts.pick(draft.id, declared.id)
    assert sum(row[-1] for row in await check(either)) == 6
    changes = [
        {"archived": True},
        {"archived": False},
        {"kind": CustomerKind.HOUSEHOLD},
        {"in_catalogue": False},
        {"merged_into": two.id},
        {"erased": True},
    ]
    for customer in (one, declared):
        for change in changes:
            async with either.write() as uow:
                customer = replace(customer, **change)  # type: ignore[arg-type]
                await uow.customers.update(customer, NOW)
            await check(either)
    acts: tuple[Callable[[UnitOfWork], Awaitable[object]], ...] = (
        lambda uow: uow.drafts.pick_matching(draft.id, CustomerFilter(office.firm.id)),
        lambda uow: uow.drafts.hand_over(three.id, one.id),
        lambda uow: uow.drafts.unpick(draft.id, two.id),
        lambda uow: uow.drafts.unpick_matching(draft.id, CustomerFilter(office.firm.id)),
        lambda uow: uow.drafts.unpick_everywhere(declared.id),
        lambda uow: uow.drafts.pick(draft.id, two.id),
        lambda uow: uow.customers.erase(office.firm.id, two.id, NOW),
        lambda uow: uow.drafts.discard(draft.id),
        lambda uow: uow.customers.add_many(office.firm.id, [enterprise(n) for n in range(10, 40)], NOW),
    )
    for act in acts:
        async with either.write() as uow:
            await act(uow)
        await check(either)


async def some_change(connection: AsyncConnection, random: Random, firms: list[int]) -> None:
    """Change, add or delete rows by bare statements, many at once."""
    some = customers.c.id % random.randint(1, 4) == 0
    flag = random.choice(["in_catalogue", "archived", "erased"])
    held = select(draft_lines.c.customer_id)
    in_firm = drafts.join(customers, customers.c.firm_id == drafts.c.firm_id)
    pairs = select(drafts.c.id, customers.c.id, customers.c.id).select_from(in_firm).where(some)
    line = draft_lines.c.customer_id % random.randint(1, 4) == 0
    statements: list[Any] = [
        update(customers).where(some).values({flag: random.random() < 0.5}),
        update(customers).where(some).values(kind=random.choice(list(CustomerKind))),
        update(customers).where(some).values(merged_into=random.choice([None, 1])),
        update(customers).where(some, customers.c.id.not_in(held)).values(firm_id=random.choice(firms)),
        delete(customers).where(some, customers.c.id.not_in(held)),
        delete(draft_lines).where(line),
        delete(drafts).where(drafts.c.id == random.randint(1, 9)),
        insert(draft_lines).from_select(
            ["draft_id", "customer_id", "position"], pairs.where(customers.c.id.not_in(held))
        ),
    ]
    await connection.execute(random.choice(statements))


@pytest.mark.parametrize("seed", range(3))
async def test_any_changes_in_any_order_are_counted(either: Database, seed: int) -> None:
    random = Random(seed)
    offices = [await open_office(either, tax_code=code) for code in ("0100109106", "0312345673")]
    firms = [office.firm.id for office in offices]
    for step in range(STEPS):
        async with either.write() as uow:
            if step % 10 == 0:
                office = random.choice(offices)
                await uow.customers.add(office.firm.id, enterprise(step), random.random() < 0.7, NOW)
                if await uow.drafts.open_of(office.owner.id) is None:
                    await uow.drafts.start(office.firm.id, office.owner.id, NOW)
        async with either.writing() as connection:
            await some_change(connection, random, firms)
            await numbers(connection)


async def test_what_is_rolled_back_is_not_counted(either: Database) -> None:
    office = await open_office(either)
    (one,) = await office.customers([enterprise(1)])
    draft = await office.draft(one)
    before = await check(either)

    async def fail() -> None:
        async with either.write() as uow:
            await uow.customers.add_many(office.firm.id, [enterprise(n) for n in range(2, 9)], NOW)
            await uow.drafts.unpick(draft.id, one.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await check(either) == before


def made_anew(connection: Connection) -> None:
    """Change a table as a migration does: SQLite makes it anew, and its triggers are gone."""
    with Operations(MigrationContext.configure(connection)).batch_alter_table("customers") as batch:
        batch.add_column(Column("further", Text))
        batch.alter_column("name", nullable=True)
    with Operations(MigrationContext.configure(connection)).batch_alter_table("draft_lines") as batch:
        batch.alter_column("position", nullable=True)


async def test_a_migration_that_makes_tables_anew_loses_no_number(either_url: str) -> None:
    migrating = Database(either_url)
    office = await open_office(migrating)
    one, two = await office.customers([enterprise(1), enterprise(2)])
    draft = await office.draft(one)
    await migrating.close()

    def migrate(connection: Connection) -> None:
        with rebuilt(connection):
            made_anew(connection)

    connections = Connections(either_url, pragmas=["foreign_keys = OFF"])
    async with connections.writing() as connection:
        await connection.run_sync(migrate)
    await connections.close()
    before = await check(migrating)
    async with migrating.write() as uow:
        await uow.drafts.pick(draft.id, two.id)
        await uow.customers.update(replace(one, archived=True), NOW)
    assert await check(migrating) != before
    await migrating.close()


async def test_a_page_of_a_whole_list_counts_nothing(office: Office) -> None:
    await office.customers([enterprise(number) for number in range(1, 20)])
    draft = await office.draft()
    async with office.database.write() as uow:
        declared = await uow.customers.add(office.firm.id, enterprise(30), False, NOW)
        await uow.drafts.pick(draft.id, declared.id)
    with watched() as seen:
        async with office.database.read() as uow:
            page = await uow.customers.find(CustomerFilter(office.firm.id), 8, 8, draft.id)
            assert page.total == 20
            page = await uow.customers.find(
                CustomerFilter(office.firm.id, kind=CustomerKind.ENTERPRISE), 0, 8
            )
            assert page.total == 19
            assert await uow.drafts.count_lines(draft.id) == 1
    assert not [sql for sql, _ in seen.statements if "count(" in sql.lower()]
