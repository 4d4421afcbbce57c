"""Customers from a workbook: checked first, the good ones taken at once."""

import asyncio
import json
from dataclasses import replace

import pytest

from domain.customers import CustomerField, CustomerKind
from domain.people import Actor
from services.customers import Criteria
from services.imports import Taken
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    add_customers,
    enterprise,
    enterprise_tax_code,
    household,
    household_tax_code,
    ready_draft,
    start_draft,
)

NAME = "khach-hang.xlsx"


def workbook(*rows: dict[str, str]) -> bytes:
    return json.dumps(rows).encode()


def row(number: int, **cells: str) -> dict[str, str]:
    """A row that says no more of an enterprise than it must."""
    return {"tax_code": enterprise_tax_code(number), "name": f"Công ty {number}", **cells}


FULL_ROW = {
    "kind": "Doanh nghiệp",
    "tax_code": enterprise_tax_code(1),
    "name": "Công ty TNHH Hoa Sen 1",
    "address": "1 Lê Lợi, Quận 1, TP. Hồ Chí Minh",
    "representative": "Nguyễn Văn 1",
    "email": "giamdoc1@hoasen.vn",
    "phone": "0910000001",
    "own_code": "DN0001",
}
"""Says of `enterprise(1)` just what is known."""


async def test_checking_takes_nothing(operations: Operations, owner: Actor, database: Database) -> None:
    content = workbook(
        FULL_ROW,
        row(2),
        {"tax_code": household_tax_code(1), "name": "HKD Bánh Mì"},
        row(2, name="Trùng"),
        row(3, email="sai"),
    )
    async with unchanged(database):
        checked = await operations.check_workbook(owner, content, NAME)
    assert [one.number for one in checked.new] == [2, 3, 4]
    assert [(one.number, one.problems[0].error.code) for one in checked.bad] == [
        (5, "row_repeated"),
        (6, "email_format"),
    ]
    assert (checked.changed, checked.same, checked.unknown_headings) == ((), 0, ("Ghi chú",))
    assert (checked.count(CustomerKind.ENTERPRISE), checked.count(CustomerKind.HOUSEHOLD)) == (2, 1)
    assert checked.new[0].data == enterprise(1)


async def test_the_good_rows_are_taken_and_the_bad_left(operations: Operations, owner: Actor) -> None:
    content = workbook(FULL_ROW, row(2, phone="12"), row(3))
    assert await operations.take_workbook(owner, content, NAME) == Taken(2, 0)
    found = (await operations.find_customers(owner)).items
    assert {customer.tax_code for customer in found} == {enterprise_tax_code(1), enterprise_tax_code(3)}
    full = await operations.find_by_tax_code(owner, enterprise_tax_code(1))
    assert full is not None
    assert full.data == enterprise(1)
    assert full.in_catalogue
    assert (await operations.find_customers(owner, Criteria("hoa sen"))).items == (full,)


@pytest.mark.parametrize("update_known", [False, True])
async def test_taking_twice_adds_nothing(
    operations: Operations, owner: Actor, database: Database, update_known: bool
) -> None:
    content = workbook(FULL_ROW, row(2))
    await operations.take_workbook(owner, content, NAME, update_known)
    async with unchanged(database):
        assert await operations.take_workbook(owner, content, NAME, update_known) == Taken(0, 0)
        checked = await operations.check_workbook(owner, content, NAME)
    assert (checked.new, checked.changed, checked.same) == ((), (), 2)


async def test_two_who_take_the_same_workbook_at_once_add_it_once(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    content = workbook(*(row(number) for number in range(20)))
    taken = await asyncio.gather(
        *(operations.take_workbook(actor, content, NAME) for actor in (owner, colleague, owner))
    )
    assert sum(one.added for one in taken) == 20
    assert (await operations.find_customers(owner)).total == 20


async def test_a_known_customer_changes_only_when_that_is_wanted(
    operations: Operations, owner: Actor, database: Database
) -> None:
    (known,) = await add_customers(operations, owner, 1)
    content = workbook({**FULL_ROW, "address": "Địa chỉ mới", "email": "", "own_code": ""})
    checked = await operations.check_workbook(owner, content, NAME)
    assert (len(checked.new), len(checked.changed), checked.same) == (0, 1, 0)
    async with unchanged(database):
        assert await operations.take_workbook(owner, content, NAME) == Taken(0, 0)
    assert await operations.take_workbook(owner, content, NAME, update_known=True) == Taken(0, 1)
    # A blank cell leaves the field as it is.
    assert await operations.get_customer(owner, known.id) == replace(known, address="Địa chỉ mới")


async def test_accounting_data_of_a_row_is_kept_and_blank_cells_keep_what_was_known(
    operations: Operations, owner: Actor
) -> None:
    content = workbook({**FULL_ROW, "regime": "TT 133/2016", "vat_method": "Khấu trừ"})
    await operations.take_workbook(owner, content, NAME)
    await operations.take_workbook(owner, workbook({**FULL_ROW, "name": "Tên mới"}), NAME, True)
    customer = await operations.find_by_tax_code(owner, FULL_ROW["tax_code"])
    assert customer is not None
    assert (customer.name, customer.regime, customer.vat_method) == ("Tên mới", "TT133", "KHAU_TRU")


async def test_an_archived_customer_comes_back_with_its_row(operations: Operations, owner: Actor) -> None:
    (known,) = await add_customers(operations, owner, 1)
    await operations.archive_customer(owner, known.id, True)
    checked = await operations.check_workbook(owner, workbook(FULL_ROW), NAME)
    assert len(checked.changed) == 1
    assert await operations.take_workbook(owner, workbook(FULL_ROW), NAME) == Taken(0, 0)
    assert (await operations.find_customers(owner)).total == 0
    assert await operations.take_workbook(owner, workbook(FULL_ROW), NAME, True) == Taken(0, 1)
    assert (await operations.find_customers(owner)).items == (known,)


async def test_another_firms_customers_are_not_known(
    operations: Operations, owner: Actor, stranger: Actor
) -> None:
    (foreign,) = await add_customers(operations, stranger, 1)
    changed = workbook({**FULL_ROW, "name": "Của tôi"})
    assert await operations.take_workbook(owner, changed, NAME, update_known=True) == Taken(1, 0)
    assert await operations.get_customer(stranger, foreign.id) == foreign


async def test_an_update_takes_back_the_ticks_of_drafts_that_hold_the_customer(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    held, other = await add_customers(operations, owner, 2)
    await ready_draft(operations, owner, [held])
    await ready_draft(operations, colleague, [other])
    await operations.take_workbook(colleague, workbook({**FULL_ROW, "phone": "0988888888"}), NAME, True)
    assert not (await operations.view_draft(owner)).draft.confirmed
    assert (await operations.view_draft(colleague)).draft.confirmed


async def test_new_rows_touch_no_draft(operations: Operations, owner: Actor) -> None:
    view = await ready_draft(operations, owner, await add_customers(operations, owner, 1))
    assert await operations.take_workbook(owner, workbook(row(2)), NAME, True) == Taken(1, 0)
    assert await operations.view_draft(owner) == view


async def test_a_row_that_does_not_say_the_kind_converts_nobody(
    operations: Operations, owner: Actor, database: Database
) -> None:
    """A household's older ten digits look like an enterprise's."""
    shop = (await operations.add_customer(owner, household(1, tax_code=enterprise_tax_code(1)))).customer
    await start_draft(operations, owner, package_code="HKD_BASIC")
    await operations.pick_customer(owner, shop.id, True)
    content = workbook({"tax_code": shop.tax_code, "name": shop.name})
    async with unchanged(database):
        assert await operations.take_workbook(owner, content, NAME, update_known=True) == Taken(0, 0)
        checked = await operations.check_workbook(owner, content, NAME)
    assert (checked.changed, checked.same) == ((), 1)


async def test_a_row_that_says_another_kind_converts_as_an_edit_does(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    data = household(
        1, tax_code=enterprise_tax_code(1), regime="TT152", vat_method="KHONG_CHIU", first_month=1
    )
    shop = (await operations.add_customer(owner, data)).customer
    (other,) = await add_customers(operations, owner, 1, household, first=2)
    await ready_draft(operations, colleague, [shop, other], package_code="HKD_BASIC")
    content = workbook(
        {"tax_code": shop.tax_code, "name": shop.name, "kind": "doanh nghiệp", "regime": "TT133"}
    )
    assert await operations.take_workbook(owner, content, NAME, update_known=True) == Taken(0, 1)
    assert await operations.get_customer(owner, shop.id) == replace(
        shop, kind=CustomerKind.ENTERPRISE, regime="TT133", vat_method=None, first_month=None
    )
    view = await operations.view_draft(colleague)
    assert (view.sums.lines, view.draft.confirmed) == (1, False)
    assert [line.line.customer for line in (await operations.review_lines(colleague)).lines] == [other]


async def test_a_row_is_refused_with_every_problem_it_has(operations: Operations, owner: Actor) -> None:
    content = workbook({"tax_code": "0300000019", "name": "", "email": "x", "phone": "1", "kind": "lạ"})
    (bad,) = (await operations.check_workbook(owner, content, NAME)).bad
    assert {problem.field for problem in bad.problems} == {
        CustomerField.KIND,
        CustomerField.TAX_CODE,
        CustomerField.NAME,
        CustomerField.EMAIL,
        CustomerField.PHONE,
    }


async def test_a_file_that_cannot_be_read_changes_nothing(
    operations: Operations, owner: Actor, database: Database
) -> None:
    async with unchanged(database):
        with refusal("workbook_broken"):
            await operations.check_workbook(owner, b"\x00", NAME)
        with refusal("workbook_broken"):
            await operations.take_workbook(owner, b"\x00", NAME, True)


async def test_an_empty_list_is_taken_as_empty(
    operations: Operations, owner: Actor, database: Database
) -> None:
    async with unchanged(database):
        assert await operations.take_workbook(owner, workbook(), NAME, True) == Taken(0, 0)
        checked = await operations.check_workbook(owner, workbook(), NAME)
    assert (checked.new, checked.changed, checked.same, checked.bad) == ((), (), 0, ())
