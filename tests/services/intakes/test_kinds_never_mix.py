"""Whichever way a customer comes, what says one kind becomes no customer of the other.

Every way is walked with every pair of a kind and a name that contradicts it, under every form of code.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count, product

import pytest

from domain.customers import CustomerData, CustomerField, CustomerKind, told_otherwise
from domain.errors import DomainError
from domain.intakes.entries import EntryField
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import Criteria
from services.intakes.operations import Intaking
from services.operations import Operations
from storage.database import Database
from tests.services.intakes.conftest import Entries, Listed
from tests.services.support import refusal
from tests.support.builders import (
    answer_draft,
    drop_draft,
    enterprise,
    enterprise_tax_code,
    household,
    household_tax_code,
    place,
    placed_order,
    start_draft,
)
from tests.support.lists import KnownTaxpayers

ENTERPRISE, HOUSEHOLD = CustomerKind
PACKAGES = {ENTERPRISE: "STARTER", HOUSEHOLD: "HKD_BASIC"}
NAMES = {
    ENTERPRISE: ["Công ty TNHH Hoa Sen", "CTCP Kim Long", "DNTN Hồ Tây", "Hợp tác xã Rau Sạch"],
    HOUSEHOLD: ["Hộ kinh doanh Cô Ba", "HKD Chú Tư", "Hộ Bà Năm", "HO KINH DOANH BAY"],
}
CODES = {
    ENTERPRISE: [enterprise_tax_code, lambda number: f"{enterprise_tax_code(number)}-002"],
    # A household may still have the code that it had before 01/07/2025.
    HOUSEHOLD: [household_tax_code, enterprise_tax_code],
}
BUILD = {ENTERPRISE: enterprise, HOUSEHOLD: household}


@dataclass
class World:
    operations: Operations
    intakes: Intaking
    owner: Actor
    listed: Listed
    entries: Entries
    registry: KnownTaxpayers
    numbers: Iterator[int] = field(default_factory=lambda: count(100))


Way = Callable[[World, CustomerData, str], Awaitable[None]]
"""Tries to make a customer of the data's kind bear the name."""


async def by_the_form(world: World, data: CustomerData, name: str) -> None:
    await world.operations.add_customer(world.owner, replace(data, name=name))


async def in_an_order(world: World, data: CustomerData, name: str) -> None:
    await start_draft(world.operations, world.owner, package_code=PACKAGES[data.kind])
    await world.operations.declare_customer(world.owner, replace(data, name=name), in_catalogue=True)


async def for_one_order(world: World, data: CustomerData, name: str) -> None:
    await start_draft(world.operations, world.owner, package_code=PACKAGES[data.kind])
    await world.operations.declare_customer(world.owner, replace(data, name=name), in_catalogue=False)


async def by_an_edit(world: World, data: CustomerData, name: str) -> None:
    added = await world.operations.add_customer(world.owner, data)
    await world.operations.edit_customer(world.owner, added.customer.id, CustomerField.NAME, name)


async def by_a_reply(world: World, data: CustomerData, name: str) -> None:
    added = await world.operations.add_customer(world.owner, data)
    await world.operations.correct_customer(world.owner, added.customer.id, f"tên: {name}")


async def by_a_list(world: World, data: CustomerData, name: str) -> None:
    row = {"tax_code": data.tax_code, "name": name, "kind": data.kind.value}
    await _take(world, row)


async def by_a_list_about_a_known_one(world: World, data: CustomerData, name: str) -> None:
    await world.operations.add_customer(world.owner, data)
    await _take(world, {"tax_code": data.tax_code, "name": name})


async def by_a_list_and_the_registry(world: World, data: CustomerData, name: str) -> None:
    world.registry.known[data.tax_code] = (name, "1 Lê Lợi")
    await _take(world, {"tax_code": data.tax_code, "kind": data.kind.value})


async def _take(world: World, row: dict[str, str]) -> None:
    intake = await world.listed(world.owner, row)
    await world.intakes.take_intake(world.owner, intake.id, lacking=True, update_known=True)
    for entry in await world.entries(intake):
        kind, code = entry.get(EntryField.KIND), entry.get(EntryField.TAX_CODE)
        mixed = kind and told_otherwise(CustomerKind(kind), entry.get(EntryField.NAME), code)
        assert not mixed or entry.problems


async def by_a_merge(world: World, data: CustomerData, name: str) -> None:
    ops, owner = world.operations, world.owner
    keep = (await ops.add_customer(owner, replace(data, name=""))).customer
    (other,) = (kind for kind in CustomerKind if kind is not data.kind)
    drop = BUILD[other](next(world.numbers), name=name)
    await ops.merge_customers(owner, keep.id, (await ops.add_customer(owner, drop)).customer.id)


async def by_another_order(world: World, data: CustomerData, name: str) -> None:
    ops, owner = world.operations, world.owner
    customer = (await ops.add_customer(owner, data)).customer
    order = await placed_order(ops, owner, [customer], package_code=PACKAGES[data.kind])
    with suppress(DomainError):
        await ops.edit_customer(owner, customer.id, CustomerField.NAME, name)
    await ops.buy_again(owner, order.id)


WAYS: tuple[Way, ...] = (
    by_the_form,
    in_an_order,
    for_one_order,
    by_an_edit,
    by_a_reply,
    by_a_list,
    by_a_list_about_a_known_one,
    by_a_list_and_the_registry,
    by_a_merge,
    by_another_order,
)


@pytest.fixture
def world(
    operations: Operations,
    asking: Intaking,
    owner: Actor,
    listed: Listed,
    entries: Entries,
    registry: KnownTaxpayers,
) -> World:
    return World(operations, asking, owner, listed, entries, registry)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("kind", CustomerKind)
async def test_no_way_makes_a_customer_of_the_other_kind(world: World, way: Way, kind: CustomerKind) -> None:
    ops, owner = world.operations, world.owner
    (other,) = (one for one in CustomerKind if one is not kind)
    for code, name in product(CODES[kind], NAMES[other]):
        number = next(world.numbers)
        data = BUILD[kind](number, tax_code=code(number))
        with suppress(DomainError):
            await way(world, data, name)
        for line in await _picked(ops, owner):
            assert told_otherwise(kind, line.name, line.tax_code) is None
            assert line.kind is kind
        await drop_draft(ops, owner)
    kept = (await ops.find_customers(owner, page_size=500)).items
    assert [customer for customer in kept if told_otherwise(customer.kind, customer.name)] == []


async def _picked(ops: Operations, owner: Actor) -> list[CustomerData]:
    if await ops.find_draft(owner) is None:
        return []
    return [line.line.customer for line in (await ops.review_lines(owner)).lines]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_every_way_takes_what_fits(world: World, way: Way) -> None:
    for kind, name in product(CustomerKind, ("Cô Ba", "Hoa Sen")):
        number = next(world.numbers)
        await way(world, BUILD[kind](number), name)
        await drop_draft(world.operations, world.owner)


@pytest.mark.parametrize("kind", CustomerKind)
async def test_a_kind_chosen_against_the_name_is_marked_and_never_ordered(
    operations: Operations, owner: Actor, database: Database, kind: CustomerKind
) -> None:
    (other,) = (one for one in CustomerKind if one is not kind)
    data = BUILD[other](1, tax_code=enterprise_tax_code(1))
    customer = (await operations.add_customer(owner, data)).customer
    customer = await operations.edit_customer(owner, customer.id, CustomerField.KIND, kind.value)
    assert customer.missing == (CustomerField.KIND,)
    view = await answer_draft(operations, owner, [customer], package_code=PACKAGES[kind])
    assert view.sums.incomplete == 1
    await operations.confirm_draft(owner, True)
    with refusal("draft_incomplete"):
        await place(operations, owner, view)
    # A row that an earlier release wrote bears no mark.
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE customers SET missing = ''")
    with refusal("kind_of_name"):
        await place(operations, owner, view)


async def test_a_search_says_that_it_is_kept_under_the_other_kind(
    operations: Operations, owner: Actor
) -> None:
    customer = (await operations.add_customer(owner, enterprise(1))).customer
    await start_draft(operations, owner, RecipientMode.CUSTOMER, PACKAGES[HOUSEHOLD])
    found = await operations.find_to_pick(owner, Criteria(customer.tax_code))
    assert found.elsewhere is not None
    assert (found.page.total, found.elsewhere.total, found.elsewhere.items) == (0, 1, (customer,))
    assert (await operations.find_to_pick(owner)).elsewhere is None
    assert (await operations.find_to_pick(owner, Criteria("nobody"))).elsewhere.total == 0  # type: ignore[union-attr]
