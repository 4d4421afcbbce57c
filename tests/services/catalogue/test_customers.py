"""The catalogue of a firm's customers."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain.customers import Customer, CustomerField, CustomerKind
from domain.people import Actor
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from services.paging import PAGE_SIZE
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    add_customers,
    answer_draft,
    enterprise,
    enterprise_tax_code,
    household,
    household_tax_code,
    ready_draft,
    without_login,
)
from tests.support.rows import rows_of


async def test_what_was_added_is_found_as_it_was(operations: Operations, owner: Actor) -> None:
    data = enterprise(regime="TT133", vat_method="KHAU_TRU", first_month=4)
    added = await operations.add_customer(owner, data)
    assert added.created
    assert added.customer.data == data
    assert (added.customer.firm_id, added.customer.in_catalogue) == (owner.firm_id, True)
    assert await operations.get_customer(owner, added.customer.id) == added.customer
    assert await operations.find_by_tax_code(owner, data.tax_code) == added.customer
    assert await operations.find_by_tax_code(owner, enterprise_tax_code(2)) is None


async def test_a_known_tax_code_is_shown_and_not_made_twice(
    operations: Operations, owner: Actor, database: Database
) -> None:
    first = await operations.add_customer(owner, enterprise(1))
    async with unchanged(database):
        again = await operations.add_customer(owner, replace(enterprise(1), name="Tên khác"))
    assert again.customer == first.customer
    assert not again.created


async def test_an_archived_tax_code_is_known_too(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    await operations.archive_customer(owner, customer.id, True)
    again = await operations.add_customer(owner, enterprise(1))
    assert (again.customer.id, again.customer.archived, again.created) == (customer.id, True, False)
    assert await operations.find_by_tax_code(owner, customer.tax_code) == again.customer


async def test_one_tax_code_added_many_times_at_once_is_one_customer(
    operations: Operations, owner: Actor, colleague: Actor, database: Database
) -> None:
    added = await asyncio.gather(
        *(
            operations.add_customer(actor, enterprise(1, name=f"Công ty {at}"))
            for at, actor in enumerate([owner, colleague] * 5)
        )
    )
    assert sum(one.created for one in added) == 1
    assert len({one.customer for one in added}) == 1
    assert len(await rows_of(database, "customers")) == 1


async def test_two_firms_may_keep_the_same_customer(
    operations: Operations, owner: Actor, stranger: Actor
) -> None:
    own = await operations.add_customer(owner, enterprise(1))
    other = await operations.add_customer(stranger, enterprise(1))
    assert own.created
    assert other.created
    assert own.customer.id != other.customer.id
    assert (await operations.find_by_tax_code(stranger, own.customer.tax_code)) == other.customer


async def _names(operations: Operations, actor: Actor, query: str, **where: Any) -> list[str]:
    found = await operations.find_customers(actor, Criteria(query, **where))
    assert found.total == len(found.items)
    return [customer.name for customer in found.items]


@pytest.mark.parametrize(
    "query",
    ["", "hoa sen", "HOA SEN", "cong ty tnhh", "hoà sen", enterprise_tax_code(1), "dn0001", " sen  hoa "],
)
async def test_search_forgives_diacritics_case_and_order(
    operations: Operations, owner: Actor, query: str
) -> None:
    await operations.add_customer(owner, enterprise(1))
    await operations.add_customer(owner, household(1, name="Tạp hoá Tám", own_code=""))
    names = await _names(operations, owner, query, kind=CustomerKind.ENTERPRISE)
    assert names == ["Công ty TNHH Hoa Sen 1"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "'; DROP TABLE customers; --", "hoa % sen", "x" * 5000])
async def test_nothing_typed_into_the_search_is_a_pattern(
    operations: Operations, owner: Actor, query: str
) -> None:
    await operations.add_customer(owner, household(1, name="Một trăm phần trăm"))
    found = await operations.find_customers(owner, Criteria(query))
    # A query without letters or digits finds all.
    assert found.total == (0 if any(char.isalnum() for char in query) else 1)


async def test_pages_hold_everyone_once(operations: Operations, owner: Actor) -> None:
    customers = await add_customers(operations, owner, 2 * PAGE_SIZE + 1)
    pages = [await operations.find_customers(owner, EVERYONE, page) for page in range(4)]
    assert [len(page.items) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 1, 0]
    assert {page.total for page in pages} == {len(customers)}
    shown = [customer for page in pages for customer in page.items]
    assert sorted(customer.id for customer in shown) == [customer.id for customer in customers]
    assert len((await operations.find_customers(owner, EVERYONE, 0, page_size=100)).items) == len(customers)


async def test_the_kinds_are_listed_apart(operations: Operations, owner: Actor) -> None:
    await add_customers(operations, owner, 2)
    await add_customers(operations, owner, 3, household)
    assert (await operations.find_customers(owner)).total == 5
    for kind, count in ((CustomerKind.ENTERPRISE, 2), (CustomerKind.HOUSEHOLD, 3)):
        page = await operations.find_customers(owner, Criteria(kind=kind))
        assert page.total == count
        assert {customer.kind for customer in page.items} == {kind}


async def test_archiving_takes_a_customer_out_of_the_list_and_back(
    operations: Operations, owner: Actor
) -> None:
    first, second = await add_customers(operations, owner, 2)
    archived = await operations.archive_customer(owner, first.id, True)
    assert archived == replace(first, archived=True)
    assert (await operations.find_customers(owner)).items == (second,)
    assert (await operations.find_customers(owner, Criteria(archived=True))).items == (archived,)
    assert await operations.get_customer(owner, first.id) == archived
    assert await operations.archive_customer(owner, first.id, True) == archived
    assert await operations.archive_customer(owner, first.id, False) == first
    assert (await operations.find_customers(owner)).total == 2


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (CustomerField.NAME, "  Công ty   Mới ", "Công ty Mới"),
        (CustomerField.ADDRESS, "1 Hàng Bài", "1 Hàng Bài"),
        (CustomerField.REPRESENTATIVE, "Lý Mới", "Lý Mới"),
        (CustomerField.EMAIL, "Moi@Example.VN", "Moi@example.vn"),
        (CustomerField.PHONE, "0912 345 678", "+84912345678"),
        (CustomerField.OWN_CODE, "A-1", "A-1"),
        (CustomerField.TAX_CODE, enterprise_tax_code(9), enterprise_tax_code(9)),
    ],
)
async def test_a_field_is_edited_as_typed(
    operations: Operations, owner: Actor, field: CustomerField, text: str, value: str
) -> None:
    first, second = await add_customers(operations, owner, 2)
    changes: dict[str, Any] = {field.value: value}
    expected = replace(first, **changes)
    assert await operations.edit_customer(owner, first.id, field, text) == expected
    assert await operations.get_customer(owner, first.id) == expected
    assert await operations.get_customer(owner, second.id) == second


async def test_search_finds_an_edited_name_and_the_one_before(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    await operations.edit_customer(owner, customer.id, CustomerField.NAME, "Xưởng Gỗ Đồng Kỵ")
    for query in ("dong ky", "hoa sen"):
        assert await _names(operations, owner, query) == ["Xưởng Gỗ Đồng Kỵ"]
    assert await _names(operations, owner, "dong sen ky lan") == []


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        (CustomerField.EMAIL, "không phải", "email_format"),
        (CustomerField.PHONE, "1900 1234", "phone_not_mobile"),
        (CustomerField.TAX_CODE, "0300000019", "tax_code_check_digit"),
        (CustomerField.TAX_CODE, household_tax_code(1), "tax_code_kind"),
        (CustomerField.NAME, " ", "text_empty"),
        (CustomerField.ADDRESS, "x" * 301, "text_too_long"),
        (CustomerField.KIND, "công an", "kind_unknown"),
    ],
)
async def test_a_wrong_value_changes_nothing(
    operations: Operations, owner: Actor, database: Database, field: CustomerField, text: str, code: str
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    async with unchanged(database):
        with refusal(code):
            await operations.edit_customer(owner, customer.id, field, text)


async def test_the_tax_code_of_another_customer_is_refused_by_its_name(
    operations: Operations, owner: Actor, stranger: Actor, database: Database
) -> None:
    first, second = await add_customers(operations, owner, 2)
    await add_customers(operations, stranger, 1, first=3)
    async with unchanged(database):
        with refusal("tax_code_taken", name=second.name):
            await operations.edit_customer(owner, first.id, CustomerField.TAX_CODE, second.tax_code)
        # Its own code belongs to no other customer.
        assert (
            await operations.edit_customer(owner, first.id, CustomerField.TAX_CODE, first.tax_code) == first
        )
    third = await operations.edit_customer(owner, first.id, CustomerField.TAX_CODE, enterprise_tax_code(3))
    assert third.tax_code == enterprise_tax_code(3)


async def test_two_customers_edited_to_one_tax_code_at_once_end_with_two_codes(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    first, second = await add_customers(operations, owner, 2)
    wanted = enterprise_tax_code(9)
    outcomes = await asyncio.gather(
        operations.edit_customer(owner, first.id, CustomerField.TAX_CODE, wanted),
        operations.edit_customer(colleague, second.id, CustomerField.TAX_CODE, wanted),
        return_exceptions=True,
    )
    assert sorted(getattr(outcome, "code", "edited") for outcome in outcomes) == ["edited", "tax_code_taken"]
    codes = [customer.tax_code for customer in (await operations.find_customers(owner)).items]
    assert codes.count(wanted) == 1


async def test_another_kind_forgets_the_accounting_data(operations: Operations, owner: Actor) -> None:
    data = household(
        1, tax_code=enterprise_tax_code(4), regime="TT152", vat_method="KHONG_CHIU", first_month=1
    )
    customer = (await operations.add_customer(owner, data)).customer
    edited = await operations.edit_customer(owner, customer.id, CustomerField.KIND, "doanh nghiệp")
    assert edited == replace(
        customer, kind=CustomerKind.ENTERPRISE, regime=None, vat_method=None, first_month=None
    )


async def test_the_same_kind_again_changes_nothing(
    operations: Operations, owner: Actor, database: Database
) -> None:
    customer = (await operations.add_customer(owner, enterprise(1, regime="TT133"))).customer
    await ready_draft(operations, owner, [customer])
    async with unchanged(database):
        edited = await operations.edit_customer(owner, customer.id, CustomerField.KIND, "doanh nghiệp")
    assert edited == customer


async def test_another_kind_takes_the_customer_out_of_every_open_draft_and_its_tick(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    """An order never mixes kinds, and nobody places a list that they did not tick."""
    staying, leaving = await add_customers(operations, owner, 2)
    for actor in (owner, colleague):
        await ready_draft(operations, actor, [staying, leaving])
    await operations.edit_customer(colleague, leaving.id, CustomerField.KIND, "hộ kinh doanh")
    for actor in (owner, colleague):
        view = await operations.view_draft(actor)
        assert view.sums.lines == 1
        assert not view.draft.confirmed
        with refusal("line_gone"):
            await operations.review_line(actor, leaving.id)


async def test_a_personal_id_is_no_enterprises_tax_code(
    operations: Operations, owner: Actor, database: Database
) -> None:
    (customer,) = await add_customers(operations, owner, 1, household)
    async with unchanged(database):
        with refusal("tax_code_kind", value=customer.tax_code):
            await operations.edit_customer(owner, customer.id, CustomerField.KIND, "doanh nghiệp")


async def _tick(operations: Operations, actor: Actor) -> bool:
    return (await operations.view_draft(actor)).draft.confirmed


@pytest.mark.parametrize("by_colleague", [False, True])
async def test_an_edit_takes_back_the_ticks_of_drafts_that_hold_the_customer(
    operations: Operations, owner: Actor, colleague: Actor, by_colleague: bool
) -> None:
    held, free = await add_customers(operations, owner, 2)
    await ready_draft(operations, owner, [held])
    editor = colleague if by_colleague else owner
    await operations.edit_customer(editor, free.id, CustomerField.NAME, "Không trong đơn")
    assert await _tick(operations, owner)
    await operations.edit_customer(editor, held.id, CustomerField.NAME, held.name)
    assert await _tick(operations, owner)
    await operations.edit_customer(editor, held.id, CustomerField.NAME, "Trong đơn")
    assert not await _tick(operations, owner)


async def test_the_missing_field_once_given_completes_the_line(operations: Operations, owner: Actor) -> None:
    customer = (await operations.add_customer(owner, without_login(enterprise(1)))).customer
    assert customer.missing == (CustomerField.EMAIL, CustomerField.PHONE)
    assert (await answer_draft(operations, owner, [customer])).sums.incomplete == 1
    await operations.edit_customer(owner, customer.id, CustomerField.EMAIL, "a@b.vn")
    assert (await operations.view_draft(owner)).sums.incomplete == 1
    await operations.edit_customer(owner, customer.id, CustomerField.PHONE, "0912345678")
    assert (await operations.view_draft(owner)).sums.incomplete == 0


async def test_those_who_will_share_a_login_are_named(
    operations: Operations, owner: Actor, stranger: Actor
) -> None:
    async def added(actor: Actor, number: int, **changes: Any) -> Customer:
        return (await operations.add_customer(actor, enterprise(number, **changes))).customer

    first = await added(owner, 1)
    same_phone = await added(owner, 2, phone=first.phone)
    same_email = await added(owner, 3, email=first.email)
    await added(owner, 4)
    await added(stranger, 5, phone=first.phone, email=first.email)
    blank = (await operations.add_customer(owner, without_login(enterprise(6)))).customer
    await operations.add_customer(owner, without_login(enterprise(7)))
    assert set(await operations.find_shared_logins(owner, first.id)) == {same_phone, same_email}
    assert list(await operations.find_shared_logins(owner, same_phone.id)) == [first]
    # Two customers without data share nothing.
    assert list(await operations.find_shared_logins(owner, blank.id)) == []


async def test_an_unknown_customer_is_refused(
    operations: Operations, owner: Actor, database: Database
) -> None:
    async with unchanged(database):
        with refusal("customer_unknown"):
            await operations.get_customer(owner, 1)
        with refusal("customer_unknown"):
            await operations.edit_customer(owner, 1, CustomerField.NAME, "Ai")
        with refusal("customer_unknown"):
            await operations.archive_customer(owner, 1, True)
        with refusal("customer_unknown"):
            await operations.find_shared_logins(owner, 1)


@pytest.mark.parametrize("customer_id", [0, -1, 2**63 - 1, 2**63, 10**40])
async def test_any_number_of_a_link_may_be_asked_for(
    operations: Operations, owner: Actor, customer_id: int
) -> None:
    """Deep links carry whatever somebody typed, even numbers larger than a column holds."""
    with refusal("customer_unknown"):
        await operations.get_customer(owner, customer_id)
