"""The catalogue: what is kept, found, listed and refused."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from domain.customers import Customer, CustomerData, CustomerField, CustomerKind
from domain.look_alikes import Traits, alike_pairs
from domain.orders import OrderState
from domain.text import fold, search_terms
from services.ports import CustomerFilter
from storage.database import Database
from tests.storage.conftest import LATER, Office, open_office
from tests.storage.test_orders import order_line
from tests.storage.test_payments import request
from tests.support.builders import enterprise, household, without_login
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.rows import rows_of


async def names(office: Office, query: str = "", **filters: Any) -> list[str]:
    where = CustomerFilter(office.firm.id, tuple(search_terms(query)), **filters)
    async with office.database.read() as uow:
        return [customer.name for customer in (await uow.customers.find(where, 0, 100)).items]


async def test_a_customer_comes_back_as_it_was_given(office: Office) -> None:
    data = enterprise(1, regime="TT133", vat_method="KHAU_TRU", first_month=4)
    (customer,) = await office.customers([data])
    assert customer.data == data
    assert (customer.firm_id, customer.in_catalogue, customer.archived) == (office.firm.id, True, False)
    async with office.database.read() as uow:
        assert await uow.customers.get(office.firm.id, customer.id) == customer
        assert await uow.customers.by_tax_code(office.firm.id, data.tax_code) == customer
        assert await uow.customers.get(office.firm.id, 77) is None
        assert await uow.customers.by_tax_code(office.firm.id, "0100000000") is None


async def test_another_firms_customers_do_not_exist(office: Office) -> None:
    (customer,) = await office.customers([enterprise(1)])
    other = await open_office(office.database, "B", "0300000000")
    async with office.database.write() as uow:
        assert await uow.customers.get(other.firm.id, customer.id) is None
        assert await uow.customers.by_tax_code(other.firm.id, customer.tax_code) is None
        assert await uow.customers.by_tax_codes(other.firm.id, [customer.tax_code]) == {}
        await uow.customers.update(replace(customer, firm_id=other.firm.id, name="Taken"), LATER)
        assert await uow.customers.get(office.firm.id, customer.id) == customer
    assert await names(other) == []


async def test_many_are_added_and_found_by_their_tax_codes(office: Office) -> None:
    many = [enterprise(number) for number in range(1, 6_001)]
    async with office.database.write() as uow:
        await uow.customers.add_many(office.firm.id, many, NOW)
        await uow.customers.add_many(office.firm.id, [], NOW)
        codes = [data.tax_code for data in many]
        found = await uow.customers.by_tax_codes(office.firm.id, [*codes, "0100000000"])
        page = await uow.customers.find(office.all, 5_990, 20)
    assert {code: customer.data for code, customer in found.items()} == dict(zip(codes, many, strict=True))
    assert (len(page.items), page.total) == (10, 6_000)


async def test_many_are_updated_with_what_is_computed_from_them(office: Office) -> None:
    many = await office.customers([enterprise(1), without_login(enterprise(2))])
    changed = [
        replace(many[0], name="Xưởng gỗ Đức Phát", email="", archived=True),
        replace(many[1], name="An Bình", email="a@b.vn", phone="+84911111111"),
    ]
    async with office.database.write() as uow:
        await uow.customers.update_many(changed, LATER)
        await uow.customers.update_many([], LATER)
        assert await uow.customers.get(office.firm.id, many[0].id) == changed[0]
    assert await names(office) == ["An Bình"]
    assert await names(office, "duc phat", archived=True) == ["Xưởng gỗ Đức Phát"]
    draft = await office.draft(*changed)
    async with office.database.read() as uow:
        assert (await uow.drafts.sums(draft)).incomplete == 1
        line = await uow.drafts.line(draft.id, many[0].id)
    assert line is not None
    assert line.customer.missing == (CustomerField.EMAIL,)


async def test_a_customer_is_found_by_its_former_names(either: Database) -> None:
    office = await open_office(either)
    (customer,) = await office.customers([enterprise(1, name="Công ty CP Gỗ Đức Phát")])
    for name in ("Công ty CP Nội thất Minh Anh", "Công ty CP Minh Anh Việt", "Công ty CP Nội thất Minh Anh"):
        async with either.write() as uow:
            await uow.customers.update(customer := replace(customer, name=name), LATER)
    async with either.write() as uow:
        await uow.customers.update(customer := replace(customer, address="1 Láng"), LATER)
    for query in ("gỗ đức phát", "minh anh việt", "noi that", "", customer.tax_code):
        assert await names(office, query) == ["Công ty CP Nội thất Minh Anh"], query
    draft = await office.draft(customer)
    async with either.read() as uow:
        (line,) = await uow.drafts.find_lines(draft.id, search_terms("Đức Phát"))
        formerly = [
            await uow.customers.formerly_named(office.all, name)
            for name in ("Gỗ Đức Phát", "minh anh viet", "Đức Phá", "Minh Anh Gỗ", "", "%")
        ]
        shown = await uow.customers.formerly_named(replace(office.all, archived=True), "Gỗ Đức Phát")
    assert line.customer == customer
    assert formerly == [[customer], [customer], [], [], [], []]
    assert shown == []


async def test_former_names_do_not_grow_without_end(either: Database) -> None:
    office = await open_office(either)
    (customer,) = await office.customers([enterprise(1)])
    for number in range(12):
        async with either.write() as uow:
            await uow.customers.update(replace(customer, name=f"Hoa {number} " + "sen " * 40), LATER)
    (row,) = await rows_of(either, "customers")
    assert len(str(row["former_names"])) == 300
    assert len(str(row["search"])) < 600
    assert (await names(office, "hoa 10"), await names(office, "hoa 8")) == (["Hoa 11 " + "sen " * 40], [])


async def test_the_catalogue_holds_a_tax_code_once_but_orders_may_repeat_it(office: Office) -> None:
    await office.customers([enterprise(1)])
    async with office.database.write() as uow:
        await uow.customers.add(office.firm.id, enterprise(1), False, NOW)
        known = await uow.customers.by_tax_code(office.firm.id, enterprise(1).tax_code)
        assert known is not None
        assert known.in_catalogue
    with pytest.raises(IntegrityError):
        await office.customers([enterprise(1)])


@pytest.mark.parametrize(
    "query",
    [
        "đức phát",
        "DUC PHAT",
        "Đức  Phát",
        "phát gỗ",
        "cty tnhh",
        "trach nhiem huu han",
        "ĐP-07",
        "dp07",
        "03000",
    ],
)
async def test_search_needs_no_diacritics_no_case_and_no_order(office: Office, query: str) -> None:
    wanted = enterprise(1, name="Công ty TNHH Gỗ Đức Phát", own_code="ĐP-07", tax_code="0300011111")
    await office.customers([wanted, household(2, name="Bánh mì Sáu", own_code="", tax_code="079000000002")])
    assert await names(office, query) == [wanted.name]


@pytest.mark.parametrize("query", ["100%", "_", "%", "phát%gỗ", "x y z"])
async def test_a_search_has_no_wildcards(office: Office, query: str) -> None:
    await office.customers([enterprise(1, name="Gỗ Đức Phát")])
    terms = tuple(query.split())
    async with office.database.read() as uow:
        assert (await uow.customers.find(CustomerFilter(office.firm.id, terms), 0, 8)).total == 0


async def test_the_list_is_sorted_without_diacritics_then_by_age(office: Office) -> None:
    given = ["Ô tô Ba", "an Bình", "Đại Phát", "Ánh Sao", "Đại Phát", "da thue", "Zeta"]
    await office.customers([enterprise(at, name=name) for at, name in enumerate(given, 1)])
    await office.customers([CustomerData(CustomerKind.ENTERPRISE, "0100109106")])
    assert await names(office) == [
        *("", "an Bình", "Ánh Sao", "da thue", "Đại Phát", "Đại Phát", "Ô tô Ba", "Zeta"),
    ]


async def test_pages_follow_each_other_without_gap_or_repeat(office: Office) -> None:
    await office.customers([enterprise(number, name=f"Cùng tên {number % 3}") for number in range(1, 22)])
    seen: list[int] = []
    async with office.database.read() as uow:
        for offset in range(0, 24, 4):
            page = await uow.customers.find(office.all, offset, 4)
            assert page.total == 21
            seen += [customer.id for customer in page.items]
        beyond = await uow.customers.find(office.all, 40, 4)
    assert len(seen) == len(set(seen)) == 21
    assert (beyond.items, beyond.total) == ((), 21)


async def test_filters_choose_kind_and_archive(office: Office) -> None:
    first, second = await office.customers([enterprise(1, name="A"), household(2, name="B")])
    async with office.database.write() as uow:
        await uow.customers.update(replace(second, archived=True), LATER)
    assert await names(office) == ["A"]
    assert await names(office, archived=True) == ["B"]
    assert await names(office, kind=CustomerKind.HOUSEHOLD, archived=True) == ["B"]
    assert await names(office, kind=CustomerKind.HOUSEHOLD) == []
    assert first.name == "A"


async def test_a_draft_lists_its_own_declared_customers_and_marks_its_picks(office: Office) -> None:
    one, two = await office.customers([enterprise(1, name="Một"), enterprise(2, name="Hai")])
    async with office.database.write() as uow:
        own = await uow.customers.add(office.firm.id, enterprise(3, name="Riêng"), False, NOW)
        await uow.customers.add(office.firm.id, enterprise(4, name="Của ai khác"), False, NOW)
    draft = await office.draft(one, own)
    async with office.database.read() as uow:
        page = await uow.customers.find(office.all, 0, 8, draft.id)
        plain = await uow.customers.find(office.all, 0, 8)
    assert page.items == (two, one, own)
    assert (page.total, page.picked) == (3, frozenset({one.id, own.id}))
    assert plain.items == (two, one)
    assert plain.picked == frozenset()


async def test_a_shared_login_is_found_by_phone_or_e_mail(office: Office) -> None:
    a, b, c, d, e = await office.customers(
        [
            enterprise(1),
            enterprise(2, phone=enterprise(1).phone),
            enterprise(3, email=enterprise(1).email),
            enterprise(4, phone="", email=""),
            enterprise(5, phone="", email=""),
        ]
    )
    async with office.database.read() as uow:
        find = uow.customers.sharing_login
        assert await find(office.firm.id, a.phone, a.email, a.id) == [b, c]
        assert await find(office.firm.id, a.phone, "", b.id) == [a]
        assert await find(office.firm.id, "", "", d.id) == []
    await office.customers([enterprise(number, phone=a.phone) for number in (6, 7, 8)])
    async with office.database.read() as uow:
        assert len(await uow.customers.sharing_login(office.firm.id, a.phone, a.email, e.id)) == 3


async def test_filters_choose_label_assignee_and_what_is_missing(either: Database) -> None:
    office = await open_office(either)
    given = [enterprise(1, name="A"), without_login(enterprise(2, name="B")), enterprise(3, name="C")]
    a, b, _ = await office.customers(given)
    async with either.write() as uow:
        (label_id,) = (await uow.labels.ensure(office.firm.id, ["VIP"])).values()
        await uow.labels.put([(a.id, label_id), (b.id, label_id)])
        await uow.customers.update(replace(b, assignee_id=office.owner.id), LATER)
        found = await uow.customers.get(office.firm.id, b.id)
        assert found == replace(b, assignee_id=office.owner.id)
        mine = CustomerFilter(office.firm.id, assignee_id=office.owner.id, label_id=label_id)
        assert await uow.customers.all(mine) == [found]
    assert await names(office, label_id=label_id) == ["A", "B"]
    assert await names(office, label_id=label_id + 1) == []
    assert await names(office, assignee_id=office.owner.id) == ["B"]
    assert await names(office, missing=True) == ["B"]
    assert await names(office, missing=True, kind=CustomerKind.HOUSEHOLD) == []


async def bought(office: Office, code: str, year: int, *customers: Customer) -> None:
    """Make an order of that year for these customers."""
    draft = await office.draft()
    async with office.database.write() as uow:
        new = replace(await office.new_order(uow, draft, code), fiscal_year=year)
        order = await uow.orders.add(new, NOW)
        await uow.drafts.save(replace(draft, order_id=order.id), NOW)
        await uow.payments.add_many([request(order, code)])
        await uow.orders.add_lines(
            order.id, [order_line(at, one, code) for at, one in enumerate(customers, 1)]
        )
        if code.endswith("X"):
            await uow.orders.set_state(order.id, OrderState.CANCELLED)


async def test_those_who_bought_last_year_and_not_this_are_found(either: Database) -> None:
    office = await open_office(either)
    both, last, cancelled, again, merged, twice, kept, never = await office.customers(
        [enterprise(number, name=name) for number, name in enumerate("ABCDEFGH", 1)]
    )
    other = await open_office(either, "B", "0300000000")
    (foreign,) = await other.customers([enterprise(8, name="H")])
    await bought(office, "KT25", 2025, both, last, again, merged)
    await bought(office, "KT25X", 2025, cancelled)
    await bought(office, "KT26", 2026, both)
    await bought(office, "KT26X", 2026, again)
    await bought(other, "KT25B", 2025, foreign)
    assert await names(office, lapsed=2026) == ["B", "D", "E"]
    assert await names(office, lapsed=2027) == ["A"]
    assert await names(other, lapsed=2026) == ["H"]
    async with either.write() as uow:
        gone = [
            replace(merged, in_catalogue=False, merged_into=twice.id),
            replace(twice, in_catalogue=False, merged_into=kept.id),
        ]
        await uow.customers.update_many(gone, LATER)
        assert await uow.customers.merged_into(office.firm.id, kept.id) == [twice.id]
        assert await uow.customers.merged_into(office.firm.id, twice.id) == [merged.id]
        assert await uow.customers.merged_into(office.firm.id, never.id) == []
        where = CustomerFilter(office.firm.id, lapsed=2026)
        draft = await uow.drafts.start(office.firm.id, office.owner.id, NOW)
        assert await uow.drafts.pick_matching(draft.id, where) == 3
        assert [line.customer.name for line in await uow.drafts.lines(draft)] == ["B", "D", "G"]
        assert await uow.customers.assign_matching(where, office.owner.id, LATER) == 3
        assert await uow.customers.assign_matching(where, office.owner.id, LATER) == 0
        assert await uow.customers.assign_matching(where, None, LATER) == 3
        assert await uow.drafts.unpick_matching(draft.id, where) == 3
    assert await names(office, lapsed=2026) == ["B", "D", "G"]


async def test_a_draft_lists_nobody_who_was_merged_or_erased(office: Office) -> None:
    a, b, c = await office.customers([enterprise(number, name=name) for number, name in enumerate("ABC", 1)])
    draft = await office.draft(a, b, c)
    async with office.database.write() as uow:
        await uow.customers.update(replace(b, in_catalogue=False, merged_into=a.id), LATER)
        await uow.customers.erase(office.firm.id, c.id, LATER)
        for archived in (False, True):
            page = await uow.customers.find(replace(office.all, archived=archived), 0, 8, draft.id)
            assert [one.name for one in page.items] == ([] if archived else ["A"])


async def test_nothing_is_left_of_an_erased_customer_but_that_it_was(either: Database) -> None:
    office = await open_office(either)
    other = await open_office(either, "B", "0300000000")
    data = enterprise(1, regime="TT133", vat_method="KHAU_TRU", first_month=4)
    (customer,) = await office.customers([data])
    async with either.write() as uow:
        (label_id,) = (await uow.labels.ensure(office.firm.id, ["VIP"])).values()
        await uow.labels.put([(customer.id, label_id)])
        await uow.customers.update(replace(customer, name="Nguyễn Văn Cũ"), NOW)
        await uow.customers.update(replace(customer, assignee_id=office.owner.id), NOW)
        await uow.customers.erase(other.firm.id, customer.id, LATER)
        assert await uow.labels.of_customers([customer.id]) != {}
        await uow.customers.erase(office.firm.id, customer.id, LATER)
        assert await uow.customers.get(office.firm.id, customer.id) == Customer(
            CustomerKind.ENTERPRISE,
            "",
            id=customer.id,
            firm_id=office.firm.id,
            in_catalogue=False,
            archived=True,
            erased=True,
        )
        assert await uow.labels.of_customers([customer.id]) == {}
        assert await uow.customers.by_tax_code(office.firm.id, customer.tax_code) is None
    assert "van cu" not in str(await rows_of(either, "customers"))
    # The same customer may come back.
    (again,) = await office.customers([data])
    assert again.id != customer.id
    assert await names(office, "hoa sen") == [data.name]


async def test_look_alikes_of_the_catalogue_are_paged(office: Office) -> None:
    many = [enterprise(number, name="Gỗ Đức Phát") for number in range(1, 6)]
    found = await office.customers([*many, enterprise(6, name="Khác")])
    async with office.database.write() as uow:
        await uow.customers.update(replace(found[0], archived=True), LATER)
        await uow.customers.update(replace(found[1], in_catalogue=False, merged_into=found[2].id), LATER)
        pairs, total = await uow.customers.look_alikes(office.firm.id, 1, 8)
        assert total == 2
        assert [(pair.first, pair.second, pair.why) for pair in pairs] == [(found[3], found[4], "name")]
        assert await uow.customers.look_alikes(office.firm.id + 1, 0, 8) == ([], 0)


async def test_look_alikes_are_those_of_the_whole_catalogue(either: Database) -> None:
    """The database finds the few that share something; among all of them the same pairs are alike."""
    office, dice = await open_office(either), Random(12)
    names = ["Gỗ Đức Phát", "GO DUC PHAT", "Gỗ Đức Phát Hai", "Hoa Sen", "Cơ khí Tân Tiến"]
    heads = [enterprise(number).tax_code for number in range(1, 9)]
    units = [f"{head}-00{unit}" for head in heads for unit in (1, 2)]
    codes = [*heads, *units, *(f"0790{number:08d}" for number in range(30))]
    many = [
        enterprise(
            number,
            tax_code=code,
            name=dice.choice(names),
            phone=dice.choice(["", "+84912345678", f"+8491{number:07d}"]),
            email=dice.choice(["", "chung@hoasen.vn", f"rieng{number}@hoasen.vn"]),
        )
        for number, code in enumerate(dice.sample(codes, 40))
    ]
    kept = await office.customers(many)
    async with either.write() as uow:
        for one in dice.sample(kept, 6):
            await uow.customers.update(replace(one, archived=True), LATER)
    async with either.read() as uow:
        listed = await uow.customers.all(CustomerFilter(office.firm.id))
        traits = [Traits(one.id, fold(one.name), one.tax_code, one.phone, one.email) for one in listed]
        pairs, total = await uow.customers.look_alikes(office.firm.id, 0, 1000)
    assert [(one.first.id, one.second.id, one.why) for one in pairs] == alike_pairs(traits)
    assert total == len(pairs) > 20
    assert {one.why for one in pairs} == {"tax_code", "name", "login"}
