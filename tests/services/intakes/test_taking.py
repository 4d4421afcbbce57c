"""From a list into the catalogue."""

import asyncio
import json
from dataclasses import replace

import pytest

from domain.customers import CustomerField, CustomerKind
from domain.intakes.entries import EntryField, IntakeState, Standing
from domain.people import Actor
from services.intakes.operations import Intaking
from services.intakes.taking import Taken, take_entries
from services.operations import Operations
from storage.database import Database
from tests.services.intakes.conftest import Entries, Listed
from tests.services.intakes.entries import full, row
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    add_customers,
    enterprise,
    enterprise_tax_code,
    household,
    ready_draft,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.lists import Lists, list_file
from tests.support.rows import rows_of


async def test_the_ready_are_taken_and_the_others_stay(
    operations: Operations, owner: Actor, listed: Listed, entries: Entries
) -> None:
    intake = await listed(owner, full(1), full(2, phone="12"), row(3), full(1, name="Trùng"), full(4))
    assert await operations.intakes.take_intake(owner, intake.id) == Taken(2, 0, 2)
    assert [entry.standing for entry in await entries(intake)] == [
        Standing.TAKEN,
        Standing.WRONG,
        Standing.LACKING,
        Standing.REPEATED,
        Standing.TAKEN,
    ]
    found = (await operations.find_customers(owner)).items
    assert {customer.tax_code for customer in found} == {enterprise_tax_code(1), enterprise_tax_code(4)}
    taken = await operations.find_by_tax_code(owner, enterprise_tax_code(1))
    assert taken is not None
    assert taken.data == enterprise(1)
    assert taken.in_catalogue
    assert taken in (await operations.find_customers(owner)).items


async def test_those_lacking_something_are_taken_when_that_is_wanted(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    intake = await listed(owner, full(1), row(2), full(3, email="sai"))
    assert await operations.intakes.take_intake(owner, intake.id, lacking=True) == Taken(2, 0, 1)
    customer = await operations.find_by_tax_code(owner, enterprise_tax_code(2))
    assert customer is not None
    assert (customer.name, customer.kind, customer.phone) == ("Công ty 2", CustomerKind.ENTERPRISE, "")


@pytest.mark.parametrize("update_known", [False, True])
async def test_taking_twice_changes_nothing(
    intakes: Intaking, owner: Actor, listed: Listed, database: Database, update_known: bool
) -> None:
    intake = await listed(owner, full(1, labels="VIP", assignee="Phạm Chủ 1"), full(2))
    assert await intakes.take_intake(owner, intake.id, update_known=update_known) == Taken(2, 0, 0)
    async with unchanged(database):
        assert await intakes.take_intake(owner, intake.id, update_known=update_known) == Taken(0, 0, 0)


async def test_the_same_list_once_more_is_known(
    intakes: Intaking, owner: Actor, listed: Listed, database: Database
) -> None:
    rows = (full(1, labels="VIP", assignee="Phạm Chủ 1"), row(2))
    first, again = await listed(owner, *rows), await listed(owner, *rows)
    await intakes.take_intake(owner, first.id, lacking=True)
    # The first list has already taken them.
    assert await intakes.take_intake(owner, again.id, lacking=True, update_known=True) == Taken(0, 0, 0)
    counts = (await intakes.view_intake(owner, (await listed(owner, *rows)).id)).counts
    assert (counts.new, counts.changed, counts.same) == (0, 0, 2)


async def test_all_who_take_at_once_add_each_once(
    operations: Operations, owner: Actor, colleague: Actor, listed: Listed
) -> None:
    rows = [full(number) for number in range(20)]
    shared = await listed(owner, *rows)
    own = await listed(colleague, *rows)
    taken = await asyncio.gather(
        operations.intakes.take_intake(owner, shared.id),
        operations.intakes.take_intake(colleague, shared.id),
        operations.intakes.take_intake(colleague, own.id),
    )
    assert sum(one.added for one in taken) == 20
    assert (await operations.find_customers(owner)).total == 20


async def test_a_known_customer_changes_only_when_that_is_wanted(
    operations: Operations, owner: Actor, listed: Listed, database: Database
) -> None:
    (known,) = await add_customers(operations, owner, 1)
    changed = full(1, address="Địa chỉ mới", email="", own_code="")
    for update_known, address in ((False, known.address), (True, "Địa chỉ mới")):
        intake = await listed(owner, changed)
        counts = (await operations.intakes.view_intake(owner, intake.id)).counts
        assert (counts.ready, counts.new, counts.changed, counts.same) == (1, 0, 1, 0)
        taken = await operations.intakes.take_intake(owner, intake.id, update_known=update_known)
        assert taken == Taken(0, int(update_known), 0)
        # A blank cell leaves the field as it is.
        assert await operations.get_customer(owner, known.id) == replace(known, address=address)


async def test_what_was_edited_since_the_list_was_read_is_not_undone(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    """Fields that the list leaves open are read again when it is taken."""
    (known,) = await add_customers(operations, owner, 1)
    intake = await listed(owner, row(1, name="Tên mới"))
    edited = replace(known, phone="+84988888888", address="Địa chỉ mới")
    async with operations.edit_customer.units.write() as uow:
        await uow.customers.update(edited, operations.edit_customer.clock.now())
    assert await operations.intakes.take_intake(owner, intake.id, update_known=True) == Taken(0, 1, 0)
    assert await operations.get_customer(owner, known.id) == replace(edited, name="Tên mới")


async def test_accounting_data_of_a_row_is_kept_and_blank_cells_keep_what_was_known(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    first = await listed(owner, full(1, regime="TT 133/2016", vat_method="Khấu trừ", first_month="4"))
    await operations.intakes.take_intake(owner, first.id)
    second = await listed(owner, full(1, name="Tên mới"))
    await operations.intakes.take_intake(owner, second.id, update_known=True)
    customer = await operations.find_by_tax_code(owner, enterprise_tax_code(1))
    assert customer is not None
    assert customer.data == enterprise(
        1, name="Tên mới", regime="TT133", vat_method="KHAU_TRU", first_month=4
    )


async def test_an_archived_customer_is_known_and_comes_back_when_taken(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    (known,) = await add_customers(operations, owner, 1)
    await operations.archive_customer(owner, known.id, True)
    intake = await listed(owner, full(1, address="Địa chỉ mới"))
    assert (await operations.intakes.view_intake(owner, intake.id)).counts.new == 0
    assert (await operations.find_customers(owner)).total == 0
    assert await operations.intakes.take_intake(owner, intake.id) == Taken(0, 1, 0)
    assert (await operations.find_customers(owner)).items == (known,)


async def test_another_firms_customers_are_not_known(
    operations: Operations, owner: Actor, stranger: Actor, listed: Listed
) -> None:
    (foreign,) = await add_customers(operations, stranger, 1)
    intake = await listed(owner, full(1, name="Của tôi"))
    assert await operations.intakes.take_intake(owner, intake.id, update_known=True) == Taken(1, 0, 0)
    assert await operations.get_customer(stranger, foreign.id) == foreign


async def test_an_update_takes_back_the_ticks_of_drafts_that_hold_the_customer(
    operations: Operations, owner: Actor, colleague: Actor, listed: Listed
) -> None:
    held, other = await add_customers(operations, owner, 2)
    await ready_draft(operations, owner, [held])
    view = await ready_draft(operations, colleague, [other])
    intake = await listed(colleague, full(1, phone="0988888888"), full(3))
    assert await operations.intakes.take_intake(colleague, intake.id, update_known=True) == Taken(1, 1, 0)
    assert not (await operations.view_draft(owner)).draft.confirmed
    assert await operations.view_draft(colleague) == view


async def test_a_row_that_does_not_say_the_kind_converts_nobody(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    """A household's older ten digits look like an enterprise's."""
    shop = (await operations.add_customer(owner, household(1, tax_code=enterprise_tax_code(1)))).customer
    await start_draft(operations, owner, package_code="HKD_BASIC")
    await operations.pick_customer(owner, shop.id, True)
    intake = await listed(owner, {"tax_code": shop.tax_code, "name": shop.name})
    counts = (await operations.intakes.view_intake(owner, intake.id)).counts
    assert (counts.changed, counts.same, counts.households) == (0, 1, 1)
    assert await operations.intakes.take_intake(owner, intake.id, update_known=True) == Taken(0, 0, 0)
    assert await operations.get_customer(owner, shop.id) == shop
    assert (await operations.view_draft(owner)).sums.lines == 1


async def test_a_row_that_says_another_kind_converts_as_an_edit_does(
    operations: Operations, owner: Actor, colleague: Actor, listed: Listed
) -> None:
    data = household(
        1, tax_code=enterprise_tax_code(1), regime="TT152", vat_method="KHONG_CHIU", first_month=1
    )
    shop, name = (await operations.add_customer(owner, data)).customer, "Công ty TNHH Bánh Mì"
    (other,) = await add_customers(operations, owner, 1, household, first=2)
    await ready_draft(operations, colleague, [shop, other], package_code="HKD_BASIC")
    intake = await listed(
        owner, {"tax_code": shop.tax_code, "name": name, "kind": "doanh nghiệp", "regime": "TT133"}
    )
    assert await operations.intakes.take_intake(owner, intake.id, update_known=True) == Taken(0, 1, 0)
    assert await operations.get_customer(owner, shop.id) == replace(
        shop, name=name, kind=CustomerKind.ENTERPRISE, regime="TT133", vat_method=None, first_month=None
    )
    view = await operations.view_draft(colleague)
    assert (view.sums.lines, view.draft.confirmed) == (1, False)
    assert [line.line.customer for line in (await operations.review_lines(colleague)).lines] == [other]


async def test_labels_and_assignees_come_with_their_customers(
    operations: Operations, owner: Actor, colleague: Actor, listed: Listed, database: Database
) -> None:
    known, _ = await add_customers(operations, owner, 2)
    intake = await listed(
        owner,
        full(1, labels="Thuế khoán; VIP", assignee="vo nhan vien 1"),
        full(2),
        full(3, labels="vip", assignee="Võ Nhân Viên 1"),
    )
    # The known customer keeps its data, and gets labels and an assignee.
    assert await operations.intakes.take_intake(owner, intake.id) == Taken(1, 1, 0)
    found = {customer.tax_code: customer for customer in (await operations.find_customers(owner)).items}
    assert {code: customer.assignee_id for code, customer in found.items()} == {
        enterprise_tax_code(1): colleague.accountant_id,
        enterprise_tax_code(2): None,
        enterprise_tax_code(3): colleague.accountant_id,
    }
    async with database.read() as uow:
        labels = await uow.labels.of_customers([customer.id for customer in found.values()])
    assert [label.name for label in labels[known.id]] == ["Thuế khoán", "VIP"]
    assert [label.name for label in labels[found[enterprise_tax_code(3)].id]] == ["VIP"]
    assert len(labels) == 2


async def test_an_assignee_is_replaced_only_when_known_ones_are_to_be_updated(
    operations: Operations, owner: Actor, colleague: Actor, listed: Listed
) -> None:
    first = await listed(owner, full(1, assignee="Phạm Chủ 1"))
    await operations.intakes.take_intake(owner, first.id)
    for update_known, assignee in ((False, owner), (True, colleague)):
        intake = await listed(owner, full(1, assignee="Võ Nhân Viên 1"))
        assert (await operations.intakes.view_intake(owner, intake.id)).counts.changed == 1
        await operations.intakes.take_intake(owner, intake.id, update_known=update_known)
        customer = await operations.find_by_tax_code(owner, enterprise_tax_code(1))
        assert customer is not None
        assert customer.assignee_id == assignee.accountant_id


async def test_taking_answers_with_all_customers_of_the_list_in_its_order(
    operations: Operations, owner: Actor, listed: Listed, database: Database, clock: FixedClock
) -> None:
    (known,) = await add_customers(operations, owner, 1)
    intake = await listed(owner, full(3), full(1, address="Mới"), row(4), full(2), full(3))
    await operations.intakes.take_intake(owner, intake.id)
    async with database.write() as uow:
        taken = await take_entries(uow, owner, intake, True, False, clock.now())
        again = await take_entries(uow, owner, intake, False, False, clock.now())
    assert [(entry.position, customer.tax_code) for entry, customer in taken] == [
        (1, enterprise_tax_code(3)),
        (2, enterprise_tax_code(1)),
        (3, enterprise_tax_code(4)),
        (4, enterprise_tax_code(2)),
    ]
    assert taken[1][1] == known
    assert taken[1][0].get(EntryField.ADDRESS) == "Mới"
    assert [customer for _, customer in again] == [customer for _, customer in taken]


async def test_taking_is_written_down(
    operations: Operations, owner: Actor, listed: Listed, database: Database
) -> None:
    await add_customers(operations, owner, 1)
    intake = await listed(owner, full(1, address="Mới"), full(2), full(3), full(4, email="x"))
    await operations.intakes.take_intake(owner, intake.id, update_known=True)
    await operations.intakes.take_intake(owner, intake.id, update_known=True)
    events = [event for event in await rows_of(database, "events") if event["verb"] == "customers_taken"]
    assert [(event["accountant_id"], event["firm_id"]) for event in events] == [
        (owner.accountant_id, owner.firm_id)
    ]
    assert json.loads(events[0]["params"]) == {"intake": intake.id, "taken": 3, "added": 2, "updated": 1}


async def test_nothing_is_taken_while_the_list_is_read(
    operations: Operations, owner: Actor, lists: Lists, database: Database
) -> None:
    file = lists.files.send(list_file(full(1)))
    intake = await operations.intakes.receive_file(owner, file, {})
    assert intake.state is IntakeState.READING
    async with unchanged(database):
        with refusal("intake_reading"):
            await operations.intakes.take_intake(owner, intake.id)


async def test_an_entry_whose_customer_lost_a_field_is_not_taken(
    operations: Operations, owner: Actor, listed: Listed, entries: Entries
) -> None:
    """It was ready when it was read, because the known customer had the field that the list leaves open."""
    (known,) = await add_customers(operations, owner, 1)
    intake = await listed(owner, row(1), full(2))
    assert [entry.standing for entry in await entries(intake)] == [Standing.READY, Standing.READY]
    await operations.clear_field(owner, known.id, CustomerField.PHONE)
    assert await operations.intakes.take_intake(owner, intake.id, update_known=True) == Taken(1, 0, 1)
    assert [entry.standing for entry in await entries(intake)] == [Standing.LACKING, Standing.TAKEN]


async def test_the_list_that_is_left_unfinished_is_found(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    """It is the newest list, until nothing in it can be fixed or taken any more."""
    intakes = operations.intakes
    assert await intakes.find_unfinished(owner) is None
    first, second = await listed(owner, row(1)), await listed(owner, full(2), full(3, phone="12"))
    found = await intakes.find_unfinished(owner)
    assert found == await intakes.view_intake(owner, second.id)
    await intakes.take_intake(owner, second.id)
    await intakes.skip_entry(owner, second.id, 2)
    assert await intakes.find_unfinished(owner) == await intakes.view_intake(owner, first.id)
