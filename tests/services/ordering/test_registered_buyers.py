"""Buyers beside what the registry has: one question before their first invoice."""

from dataclasses import replace

import pytest

from domain.customers import CustomerField
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.registry import LookUp
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.support import unchanged
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    enterprise,
    household,
    other_invoice,
    place,
    ready_draft,
)
from tests.support.clock import FixedClock
from tests.support.registry import ScriptedRegistry
from tests.support.workbooks import JsonWorkbooks

CODES = [enterprise(number).tax_code for number in (1, 2, 3)]
SHORT = ("CTY TNHH HOA SEN 1", enterprise(1).address)
"""How the registry may write the first customer: there is no difference."""
OTHER_NAME = ("CÔNG TY CỔ PHẦN HOA SEN 2", enterprise(2).address)


@pytest.fixture
def registry() -> ScriptedRegistry:
    return ScriptedRegistry()


@pytest.fixture
def operations(database: Database, clock: FixedClock, registry: ScriptedRegistry) -> Operations:
    look_up = LookUp(database, clock, registry)
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), look_up=look_up)


async def _asked(operations: Operations, actor: Actor) -> list[str]:
    return [one.buyer.tax_id for one in await operations.compare_buyers(actor)]


async def test_only_differences_are_asked_about(
    operations: Operations, owner: Actor, registry: ScriptedRegistry
) -> None:
    registry.taxpayers = {CODES[0]: SHORT, CODES[1]: OTHER_NAME, CODES[2]: (enterprise(3).name, "9 Huế")}
    await ready_draft(operations, owner, await add_customers(operations, owner, 4))
    assert await _asked(operations, owner) == CODES[1:]


async def test_what_the_registry_lacks_is_no_difference(
    operations: Operations, owner: Actor, registry: ScriptedRegistry
) -> None:
    """An unknown code, an answer without address, and no answer at all."""
    registry.taxpayers = {CODES[1]: (enterprise(2).name, "")}
    registry.silent = {CODES[2]}
    await ready_draft(operations, owner, await add_customers(operations, owner, 3))
    assert await _asked(operations, owner) == []


async def test_no_personal_number_is_compared(
    operations: Operations, owner: Actor, registry: ScriptedRegistry
) -> None:
    kept = [(await operations.add_customer(owner, household(1))).customer]
    await ready_draft(operations, owner, kept, package_code="HKD_PLUS")
    assert await _asked(operations, owner) == []
    assert registry.asked == []


async def test_customers_are_named_as_registered_and_the_tick_stays(
    operations: Operations, owner: Actor, registry: ScriptedRegistry
) -> None:
    registry.taxpayers = {CODES[0]: ("CÔNG TY TNHH HOA SEN", ""), CODES[1]: OTHER_NAME}
    view = await ready_draft(operations, owner, await add_customers(operations, owner, 3))
    await operations.name_as_registered(owner, frozenset(CODES[:1]))
    assert await _asked(operations, owner) == CODES[1:2]
    order = await place(operations, owner, view)
    lines = (await operations.export_order(owner, order.id)).lines
    named = [(line.line.invoice.unit_name, line.line.invoice.address) for line in lines]
    assert named[0] == ("CÔNG TY TNHH HOA SEN", enterprise(1).address)
    assert named[1] == (enterprise(2).name, enterprise(2).address)
    assert lines[0].line.name == "CÔNG TY TNHH HOA SEN"
    kept = await operations.find_by_tax_code(owner, CODES[0])
    assert kept is not None
    assert kept.name == "CÔNG TY TNHH HOA SEN"


async def test_another_draft_with_the_customer_loses_its_tick(
    operations: Operations, owner: Actor, colleague: Actor, registry: ScriptedRegistry
) -> None:
    registry.taxpayers = {CODES[0]: OTHER_NAME}
    customers = await add_customers(operations, owner, 1)
    for actor in (owner, colleague):
        await ready_draft(operations, actor, customers)
    await operations.name_as_registered(owner, frozenset(CODES))
    confirmed = [(await operations.view_draft(actor)).draft.confirmed for actor in (owner, colleague)]
    assert confirmed == [True, False]


async def test_a_buyer_kept_as_written_is_not_asked_about_again(
    operations: Operations, owner: Actor, registry: ScriptedRegistry
) -> None:
    registry.taxpayers = {CODES[0]: OTHER_NAME}
    customers = await add_customers(operations, owner, 1)
    order = await place(operations, owner, await ready_draft(operations, owner, customers))
    await operations.buy_again(owner, order.id)
    assert await _asked(operations, owner) == []
    changed = replace(customers[0], name="Công ty Khác")
    await operations.edit_customer(owner, changed.id, CustomerField.NAME, changed.name)
    assert await _asked(operations, owner) == CODES[:1]


async def test_another_unit_is_compared_and_the_firm_is_not(
    operations: Operations, owner: Actor, registry: ScriptedRegistry
) -> None:
    customers = await add_customers(operations, owner, 2)
    await ready_draft(operations, owner, customers, RecipientMode.OTHER)
    mother, firm = other_invoice(), (await operations.show_profile(owner)).firm
    for code in (mother.tax_id, firm.tax_code):
        registry.taxpayers[code] = ("TẬP ĐOÀN MẸ", "1 Huế")
    assert await _asked(operations, owner) == [mother.tax_id]
    await operations.name_as_registered(owner, frozenset({mother.tax_id}))
    assert await _asked(operations, owner) == []
    (other,) = await operations.list_others(owner)
    assert other.invoice == replace(mother, unit_name="TẬP ĐOÀN MẸ", address="1 Huế")
    await operations.choose_recipient(owner, RecipientMode.ACCOUNTANT)
    assert await _asked(operations, owner) == []


async def test_without_a_registry_nothing_is_compared(
    database: Database, clock: FixedClock, operations: Operations, owner: Actor
) -> None:
    off = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    await ready_draft(off, owner, await add_customers(off, owner, 1, enterprise))
    async with unchanged(database):
        assert await off.compare_buyers(owner) == ()
