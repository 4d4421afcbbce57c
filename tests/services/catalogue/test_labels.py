"""Labels and assignees of customers."""

from domain.customers import LABEL_LIMIT, Customer, CustomerKind
from domain.people import Actor
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, household


async def _labels(operations: Operations, actor: Actor, customer: Customer) -> list[str]:
    view = await operations.view_customer(actor, customer.id)
    return [label.name for label in view.labels]


async def _counts(operations: Operations, actor: Actor) -> dict[str, int]:
    return {one.label.name: one.customers for one in await operations.list_labels(actor)}


async def _ids(operations: Operations, actor: Actor) -> dict[str, int]:
    return {one.label.name: one.label.id for one in await operations.list_labels(actor)}


async def _found(operations: Operations, actor: Actor, criteria: Criteria) -> list[int]:
    return [one.id for one in (await operations.find_customers(actor, criteria)).items]


async def test_labels_are_typed_several_at_once_and_are_one_whatever_their_case(
    operations: Operations, database: Database, owner: Actor, colleague: Actor, stranger: Actor
) -> None:
    first, second = await add_customers(operations, owner, 2)
    assert await operations.label_customer(owner, first.id, " Quận 1, VIP\nvip ;  ") == ["Quận 1", "VIP"]
    await operations.label_customer(colleague, second.id, "quan 1")
    assert await _labels(operations, owner, first) == ["Quận 1", "VIP"]
    assert await _labels(operations, owner, second) == ["Quận 1"]
    assert await _counts(operations, owner) == {"Quận 1": 2, "VIP": 1}
    assert await _counts(operations, stranger) == {}
    async with unchanged(database):
        await operations.label_customer(owner, first.id, "VIP")
        for text, code in ((" , ;", "text_empty"), ("x" * (LABEL_LIMIT + 1), "text_too_long")):
            with refusal(code):
                await operations.label_customer(owner, first.id, text)


async def test_a_label_is_taken_off_renamed_and_deleted(
    operations: Operations, database: Database, owner: Actor
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    await operations.label_customer(owner, customer.id, "A, B, C")
    ids = await _ids(operations, owner)
    await operations.unlabel_customer(owner, customer.id, ids["A"])
    assert await _labels(operations, owner, customer) == ["B", "C"]
    assert (await operations.rename_label(owner, ids["B"], "Bê")).name == "Bê"
    async with unchanged(database):
        await operations.unlabel_customer(owner, customer.id, ids["A"])
        await operations.rename_label(owner, ids["B"], "Bê")
        with refusal("label_taken", name="C"):
            await operations.rename_label(owner, ids["B"], "c")
        with refusal("label_several"):
            await operations.rename_label(owner, ids["B"], "c, d")
    await operations.delete_label(owner, ids["B"])
    assert await _labels(operations, owner, customer) == ["C"]
    with refusal("label_unknown"):
        await operations.delete_label(owner, ids["B"])


async def test_all_that_match_are_labelled_and_found_by_it(
    operations: Operations, database: Database, owner: Actor
) -> None:
    companies = await add_customers(operations, owner, 3)
    shops = await add_customers(operations, owner, 2, household)
    of_shops = Criteria(kind=CustomerKind.HOUSEHOLD)
    assert await operations.label_matching(owner, of_shops, "Chợ, Quận 1") == 2
    assert await operations.label_matching(owner, Criteria("DN0001"), "Quận 1") == 1
    ids = await _ids(operations, owner)
    in_district = Criteria(label_id=ids["Quận 1"])
    assert await _found(operations, owner, in_district) == [companies[0].id, *(one.id for one in shops)]
    async with unchanged(database):
        assert await operations.label_matching(owner, of_shops, "chợ") == 2
    assert await operations.unlabel_matching(owner, of_shops, ids["Quận 1"]) == 2
    assert await operations.unlabel_matching(owner, of_shops, ids["Quận 1"]) == 0
    assert await _found(operations, owner, in_district) == [companies[0].id]


async def test_customers_are_given_to_colleagues_one_by_one_and_all_that_match(
    operations: Operations, database: Database, owner: Actor, colleague: Actor, stranger: Actor
) -> None:
    first, second, third = await add_customers(operations, owner, 3)
    await operations.assign_customer(owner, first.id, colleague.accountant_id)
    assert (await operations.view_customer(owner, first.id)).assignee == "Võ Nhân Viên 1"
    theirs = Criteria(assignee_id=colleague.accountant_id)
    assert await _found(operations, owner, theirs) == [first.id]
    assert await operations.assign_matching(colleague, EVERYONE, owner.accountant_id) == 3
    assert await operations.assign_matching(owner, Criteria("DN0003"), colleague.accountant_id) == 1
    assert await _found(operations, owner, theirs) == [third.id]
    await operations.assign_customer(owner, second.id, None)
    assert (await operations.view_customer(owner, second.id)).assignee == ""
    async with unchanged(database):
        for assignee_id in (stranger.accountant_id, 4711):
            with refusal("staff_unknown"):
                await operations.assign_customer(owner, first.id, assignee_id)
            with refusal("staff_unknown"):
                await operations.assign_matching(owner, EVERYONE, assignee_id)


async def test_nobody_looks_after_the_customers_of_who_has_left(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    first, second, third = await add_customers(operations, owner, 3)
    await operations.assign_matching(owner, EVERYONE, colleague.accountant_id)
    await operations.archive_customer(owner, second.id, True)
    await operations.assign_customer(owner, third.id, owner.accountant_id)
    await operations.remove_staff(owner, colleague.accountant_id)
    left = [(await operations.get_customer(owner, one.id)).assignee_id for one in (first, second, third)]
    assert left == [None, None, owner.accountant_id]
    with refusal("staff_unknown"):
        await operations.assign_customer(owner, first.id, colleague.accountant_id)
