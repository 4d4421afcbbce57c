"""Customers kept twice: merged, and separated again."""

from dataclasses import replace

import pytest

from domain.customers import CustomerField
from domain.events import Verb
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import Criteria
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    enterprise,
    household,
    placed_order,
    ready_draft,
)


async def _events(database: Database, actor: Actor, verb: Verb) -> list[dict[str, str | int]]:
    async with database.read() as uow:
        return [dict(event.params) for event in await uow.events.of_firm(actor.firm_id, verb)]


async def test_what_looks_alike_is_listed_until_it_is_one(
    operations: Operations, owner: Actor, stranger: Actor
) -> None:
    one = (await operations.add_customer(owner, enterprise(1, name="Công ty Hoa Sen"))).customer
    two = (await operations.add_customer(owner, enterprise(2, name="CÔNG TY HOA SEN"))).customer
    await add_customers(operations, owner, 1, first=9)
    found = await operations.find_look_alikes(owner)
    assert [({pair.first.id, pair.second.id}, pair.why) for pair in found.pairs] == [
        ({one.id, two.id}, "name")
    ]
    assert found.total == 1
    assert (await operations.find_look_alikes(stranger)).total == 0
    await operations.merge_customers(owner, one.id, two.id)
    assert (await operations.find_look_alikes(owner)).total == 0


async def test_the_kept_one_gets_what_it_lacks_and_gives_it_back(
    operations: Operations, database: Database, owner: Actor, colleague: Actor
) -> None:
    keep = (await operations.add_customer(owner, enterprise(1, address="", email="", own_code=""))).customer
    drop = (await operations.add_customer(owner, enterprise(2, regime="TT133", first_month=4))).customer
    await operations.label_customer(owner, keep.id, "VIP")
    await operations.label_customer(owner, drop.id, "VIP, Quận 1")
    drop = await operations.assign_customer(owner, drop.id, colleague.accountant_id)

    merged = await operations.merge_customers(owner, keep.id, drop.id)
    assert merged == replace(
        keep,
        address=drop.address,
        email=drop.email,
        own_code=drop.own_code,
        regime="TT133",
        first_month=4,
        assignee_id=colleague.accountant_id,
    )
    view = await operations.view_customer(owner, keep.id)
    assert [label.name for label in view.labels] == ["Quận 1", "VIP"]
    assert [one.id for one in view.merged] == [drop.id]
    gone = await operations.view_customer(owner, drop.id)
    assert (gone.customer.merged_into, gone.into) == (keep.id, merged)
    assert (await operations.find_customers(owner)).items == (merged,)
    assert await operations.find_by_tax_code(owner, drop.tax_code) is None
    async with unchanged(database):
        assert await operations.merge_customers(owner, keep.id, drop.id) == merged

    # Later changes stay.
    await operations.edit_customer(owner, keep.id, CustomerField.EMAIL, "moi@hoasen.vn")
    assert await operations.undo_merge(owner, drop.id) == drop
    view = await operations.view_customer(owner, keep.id)
    assert view.customer == replace(keep, email="moi@hoasen.vn")
    assert [label.name for label in view.labels] == ["VIP"]
    assert [label.name for label in (await operations.view_customer(owner, drop.id)).labels] == [
        "Quận 1",
        "VIP",
    ]
    async with unchanged(database):
        assert await operations.undo_merge(owner, drop.id) == drop
    (merge,) = await _events(database, owner, Verb.CUSTOMERS_MERGED)
    assert (merge["customer"], merge["into"]) == (drop.id, keep.id)
    assert len(await _events(database, owner, Verb.MERGE_UNDONE)) == 1
    assert drop.email not in repr(merge)


async def test_merging_again_after_an_undo_gives_back_what_it_gave_then(
    operations: Operations, owner: Actor
) -> None:
    keep = (await operations.add_customer(owner, enterprise(1, email=""))).customer
    (drop,) = await add_customers(operations, owner, 1, first=2)
    await operations.merge_customers(owner, keep.id, drop.id)
    await operations.undo_merge(owner, drop.id)
    keep = await operations.edit_customer(owner, keep.id, CustomerField.EMAIL, drop.email)
    await operations.merge_customers(owner, keep.id, drop.id)
    await operations.undo_merge(owner, drop.id)
    assert await operations.get_customer(owner, keep.id) == keep


async def test_places_in_open_drafts_are_handed_over_and_ticks_taken_back(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    keep, drop, other = await add_customers(operations, owner, 3)
    await ready_draft(operations, owner, [drop, other])
    await ready_draft(operations, colleague, [keep, drop])
    await operations.merge_customers(owner, keep.id, drop.id)
    for actor, held in ((owner, [keep.id, other.id]), (colleague, [keep.id])):
        lines = (await operations.review_lines(actor)).lines
        assert [view.line.customer.id for view in lines] == held
        assert not (await operations.view_draft(actor)).draft.confirmed
    with refusal("customer_merged"):
        await operations.pick_customer(owner, drop.id, True)


async def test_an_order_of_the_other_kind_does_not_get_the_kept_one(
    operations: Operations, owner: Actor
) -> None:
    (keep,) = await add_customers(operations, owner, 1, household)
    drop, other = await add_customers(operations, owner, 2)
    await ready_draft(operations, owner, [drop, other])
    await operations.merge_customers(owner, keep.id, drop.id)
    assert [view.line.customer.id for view in (await operations.review_lines(owner)).lines] == [other.id]
    assert not (await operations.view_draft(owner)).draft.confirmed


async def test_orders_of_the_merged_one_count_as_those_of_the_kept_one(
    operations: Operations, owner: Actor
) -> None:
    keep, drop, other = await add_customers(operations, owner, 3)
    order = await placed_order(operations, owner, [drop, other], fiscal_year=FISCAL_YEAR - 1)
    await operations.merge_customers(owner, keep.id, drop.id)
    lapsed = await operations.find_customers(owner, Criteria(lapsed=FISCAL_YEAR))
    assert {one.id for one in lapsed.items} == {keep.id, other.id}
    data = await operations.export_person(owner, keep.id)
    assert [one.order.id for one in data.purchases] == [order.id]
    await operations.renew_order(owner, order.id, RecipientMode.CUSTOMER, RecipientMode.CUSTOMER)
    lines = (await operations.review_lines(owner)).lines
    assert {view.line.customer.id for view in lines} == {keep.id, other.id}


async def test_whoever_was_ordered_as_the_merged_one_is_not_ordered_again(
    operations: Operations, owner: Actor
) -> None:
    keep, drop = await add_customers(operations, owner, 2)
    order = await placed_order(operations, owner, [drop])
    await operations.merge_customers(owner, keep.id, drop.id)
    await ready_draft(operations, owner, [keep])
    (found,) = (await operations.find_already_ordered(owner)).items
    assert (found.before.customer_id, found.before.order_code) == (keep.id, order.code)
    with refusal("already_ordered", order_code=order.code):
        await operations.check_ready(owner)
    assert await operations.drop_already_ordered(owner) == 1


async def test_only_two_customers_of_the_catalogue_are_merged(
    operations: Operations, database: Database, owner: Actor
) -> None:
    first, second, third = await add_customers(operations, owner, 3)
    await operations.merge_customers(owner, first.id, second.id)
    async with unchanged(database):
        for keep, drop in ((first, first), (second, third), (third, second)):
            with refusal("merge_impossible"):
                await operations.merge_customers(owner, keep.id, drop.id)


async def test_a_merged_customer_does_not_come_back_beside_one_of_its_tax_code(
    operations: Operations, database: Database, owner: Actor
) -> None:
    keep, drop = await add_customers(operations, owner, 2)
    await operations.merge_customers(owner, keep.id, drop.id)
    again = await operations.add_customer(owner, enterprise(2, name="Lại nó"))
    assert again.created
    async with unchanged(database):
        with refusal("tax_code_taken", name="Lại nó"):
            await operations.undo_merge(owner, drop.id)


@pytest.mark.parametrize("undone", [0, 1])
async def test_a_chain_of_merges_is_undone_link_by_link(
    operations: Operations, owner: Actor, undone: int
) -> None:
    last, middle, first = await add_customers(operations, owner, 3)
    await operations.merge_customers(owner, middle.id, first.id)
    await operations.merge_customers(owner, last.id, middle.id)
    into = (await operations.view_customer(owner, first.id)).into
    assert into is not None
    assert into.id == last.id
    await operations.undo_merge(owner, [middle.id, first.id][undone])
    listed = {one.id for one in (await operations.find_customers(owner)).items}
    assert listed == {last.id, [middle.id, first.id][undone]}
