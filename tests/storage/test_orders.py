"""Orders, stored together with their lines, payment requests and pushes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounting import AccountingData
from domain.customers import Customer, CustomerField
from domain.invoices import BuyerKind
from domain.orders import Order, OrderLine, OrderState
from domain.payments import PaymentState
from domain.people import Role
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from domain.text import search_terms
from services.ports import LastAnswers, OrderedBefore, OrderFilter, Purchase
from storage.database import Database
from tests.storage.conftest import ACCOUNTING, Office, open_office
from tests.storage.test_payments import request
from tests.support.builders import enterprise
from tests.support.clock import NOON_OF_JUNE_15 as NOW


def order_line(position: int, customer: Customer, payment_code: str) -> OrderLine:
    """A line in which all texts differ."""
    return OrderLine(
        position=position,
        customer_id=customer.id,
        kind=customer.kind,
        tax_code=customer.tax_code,
        name=customer.name,
        address=customer.address,
        representative=customer.representative,
        email=customer.email,
        phone=customer.phone,
        accounting=AccountingData("TT200", "TT_GTGT", 7, date(2026, 8, 1), "USD", "fifo"),
        price=1_000_000,
        vat_rate=None,
        amount=1_080_000,
        notice=NoticeRecipient(f"Nhận {position}", f"n{position}@b.vn", "+84911111111"),
        invoice=InvoiceRecipient(
            f"Đơn vị {position}", "0100109106", "Hà Nội", f"i{position}@b.vn", BuyerKind.PERSON
        ),
        payment_code=payment_code,
    )


async def with_lines(office: Office, count: int, first: int = 1) -> tuple[Order, list[OrderLine]]:
    """An order for customers numbered from `first`; one request pays the even lines, another the odd ones."""
    customers = await office.customers([enterprise(first + at) for at in range(count)])
    ending = "AA" if first == 1 else f"{first:02d}"
    order = await office.order(await office.draft(), f"KTAAAA{ending}")
    codes = (f"KTEVEN{ending}", f"KTODDA{ending}")
    lines = [order_line(at, customer, codes[at % 2]) for at, customer in enumerate(customers, 1)]
    async with office.database.write() as uow:
        firsts = {line.payment_code: line.notice for line in reversed(lines)}
        requests = [request(order, code) for code in codes]
        requests = [replace(one, notice=firsts.get(one.code, one.notice)) for one in requests]
        await uow.payments.add_many(requests)
        await uow.orders.add_lines(order.id, lines)
    return order, lines


async def test_an_order_comes_back_from_every_side(office: Office) -> None:
    draft = await office.draft()
    order = await office.order(draft)
    assert order == Order(
        id=order.id,
        code="KTAAAAAA",
        firm_id=office.firm.id,
        accountant_id=office.owner.id,
        draft_id=draft.id,
        package_name="Starter",
        kind=enterprise().kind,
        fiscal_year=2026,
        recipient=RecipientMode.CUSTOMER,
        line_count=2,
        total=2_160_000,
        state=OrderState.PLACED,
        placed_at=NOW,
        package_code="STARTER",
    )
    async with office.database.read() as uow:
        assert await uow.orders.get(order.id) == order
        assert await uow.orders.by_draft(draft.id) == order
        assert await uow.orders.get(77) is None
        assert await uow.orders.by_draft(77) is None
        assert await uow.orders.by_code("KTAAAAAA") == order
        assert await uow.orders.by_code("KTNONEAA") is None


async def test_lines_come_back_as_they_were_given(either: Database) -> None:
    office = await open_office(either)
    order, lines = await with_lines(office, 5)
    async with either.read() as uow:
        assert await uow.orders.lines(order.id, 0, 10) == lines
        assert await uow.orders.lines(order.id, 3, 1) == [lines[3]]
        assert await uow.orders.lines_of_payment("KTEVENAA", 10) == [lines[1], lines[3]]
        assert await uow.orders.lines_of_payment("KTODDAAA", 2) == [lines[0], lines[2]]
        assert await uow.orders.lines_of_payment("KTNONEAA", 2) == []


async def test_requests_come_in_the_order_of_the_lines_they_pay_for(either: Database) -> None:
    office = await open_office(either)
    order, _lines = await with_lines(office, 5)
    async with either.read() as uow:
        found = [payment.code for payment in await uow.payments.of_order(order.id)]
        assert found == ["KTODDAAA", "KTEVENAA"]
        assert [payment.code for payment in await uow.payments.of_order(order.id, 1, 1)] == ["KTEVENAA"]


async def test_more_lines_than_a_batch_keep_their_order(office: Office) -> None:
    order, lines = await with_lines(office, 1_234)
    async with office.database.write() as uow:
        assert await uow.orders.lines(order.id, 0, 3_000) == lines
        await uow.orders.add_lines(order.id, [])


async def test_later_edits_of_a_customer_do_not_reach_an_order(office: Office) -> None:
    order, lines = await with_lines(office, 1)
    async with office.database.write() as uow:
        customer = await uow.customers.get(office.firm.id, lines[0].customer_id)
        assert customer is not None
        await uow.customers.update(replace(customer, name="Khác", email="khac@b.vn"), NOW)
        assert await uow.orders.lines(order.id, 0, 1) == lines


async def test_a_draft_becomes_one_order_and_a_code_is_borne_once(either: Database) -> None:
    office = await open_office(either)
    draft = await office.draft()
    await office.order(draft)
    with pytest.raises(IntegrityError):
        await office.order(draft, "KTBBBBBB")
    second = await office.draft()
    with pytest.raises(IntegrityError):
        await office.order(second)
    await office.order(second, "KTBBBBBB")


async def test_orders_are_listed_newest_first_by_firm_and_by_accountant(either: Database) -> None:
    office = await open_office(either)
    mine = [await office.order(await office.draft(), f"KTAAAAA{number}") for number in range(5)]
    async with either.write() as uow:
        staff = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
    colleague = Office(either, office.firm, staff)
    theirs = await colleague.order(await colleague.draft(), "KTBBBBBB")
    stranger = await open_office(either, "B", "0300000000")
    firm = OrderFilter(office.firm.id)
    async with either.write() as uow:
        assert await uow.orders.find(firm, 0, 3) == ([theirs, mine[4], mine[3]], 6)
        assert await uow.orders.find(firm, 5, 3) == ([mine[0]], 6)
        assert await uow.orders.find(replace(firm, accountant_id=staff.id), 0, 3) == ([theirs], 1)
        assert await uow.orders.find(OrderFilter(None), 0, 1) == ([theirs], 6)
        assert await uow.orders.find(OrderFilter(stranger.firm.id), 0, 3) == ([], 0)
        await uow.orders.set_state(mine[1].id, OrderState.PAID)
        await uow.orders.set_state(mine[2].id, OrderState.CANCELLED)
        paid, cancelled = await uow.orders.get(mine[1].id), await uow.orders.get(mine[2].id)
        assert paid == replace(mine[1], state=OrderState.PAID)
        assert cancelled == replace(mine[2], state=OrderState.CANCELLED)
        both = replace(firm, states=(OrderState.PAID, OrderState.CANCELLED))
        assert await uow.orders.find(both, 0, 3) == ([cancelled, paid], 2)
        assert await uow.orders.find(replace(firm, states=(OrderState.PARTLY_PAID,)), 0, 3) == ([], 0)


@pytest.mark.parametrize(
    "query",
    [
        "ktaaaa04",
        "aa04",
        "hoa sen 5",
        "CÔNG TY hoa sén 5",
        "DN0005",
        "cty hoa sen dn0005",
        enterprise(5).tax_code,
        enterprise(5).tax_code[-6:],
    ],
)
async def test_orders_are_found_by_code_or_by_one_of_their_customers(either: Database, query: str) -> None:
    office = await open_office(either)
    await with_lines(office, 3)
    wanted, _ = await with_lines(office, 3, first=4)
    where = OrderFilter(office.firm.id, terms=tuple(search_terms(query)))
    async with either.read() as uow:
        assert await uow.orders.find(where, 0, 8) == ([wanted], 1)


@pytest.mark.parametrize("terms", [("dn0001", "dn0002"), ("dn0001", "ktaaaa"), ("%",), ("_",)])
async def test_all_terms_are_met_in_one_place(office: Office, terms: tuple[str, ...]) -> None:
    await with_lines(office, 3)
    async with office.database.read() as uow:
        assert await uow.orders.find(OrderFilter(office.firm.id, terms=terms), 0, 8) == ([], 0)


async def test_a_line_is_mended_alone(either: Database) -> None:
    office = await open_office(either)
    order, lines = await with_lines(office, 3)
    async with either.write() as uow:
        await uow.orders.mend_line(order.id, 2, CustomerField.EMAIL, "dung@b.vn")
        await uow.orders.mend_line(order.id, 2, CustomerField.NAME, "Công ty Bông Súng")
        mended = replace(lines[1], email="dung@b.vn", name="Công ty Bông Súng")
        assert await uow.orders.line(order.id, 2) == mended
        assert await uow.orders.lines(order.id, 0, None) == [lines[0], mended, lines[2]]
        assert await uow.orders.line(order.id, 4) is None
        for terms, count in ((("bong", "sung", "dn0002"), 1), (("sen", "dn0002"), 0)):
            assert (await uow.orders.find(OrderFilter(None, terms=terms), 0, 8))[1] == count


async def test_what_was_ordered_before_is_found_by_tax_code(either: Database) -> None:
    office = await open_office(either)
    first, lines = await with_lines(office, 3)
    async with either.write() as uow:
        staff = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        (package,) = await uow.packages.on_sale()
        # The price list has a new version, but the first year's order still counts.
        await uow.packages.replace_all([package], NOW)
        (package,) = await uow.packages.on_sale()
        alone = await uow.customers.add(office.firm.id, enterprise(2), False, NOW)
        third = await uow.customers.get(office.firm.id, lines[2].customer_id)
        assert third is not None
    colleague = Office(either, office.firm, staff)
    (new,) = await office.customers([enterprise(9)])
    draft = await colleague.draft(new, third, package_id=package.id, fiscal_year=2026)
    before = {
        customer.tax_code: OrderedBefore(
            customer.id,
            customer.tax_code,
            customer.name,
            first.id,
            first.code,
            office.owner.id,
            NOW,
            first.package_name,
        )
        for customer in (third, alone)
    }
    async with either.write() as uow:
        await uow.drafts.pick(draft.id, alone.id)
        found = [before[third.tax_code], before[alone.tax_code]]
        assert await uow.orders.ordered_before(draft.id, 8) == (found, 2)
        assert await uow.orders.ordered_before(draft.id, 1) == (found[:1], 2)
        await uow.packages.replace_all([replace(package, code="OTHER")], NOW)
        (other,) = await uow.packages.on_sale()
        await uow.drafts.save(replace(draft, package_id=other.id), NOW)
        assert await uow.orders.ordered_before(draft.id, 8) == ([], 0)
        assert await uow.orders.ordered_before(draft.id, 8, any_package=True) == (found, 2)
        await uow.drafts.save(replace(draft, fiscal_year=2027), NOW)
        assert await uow.orders.ordered_before(draft.id, 8) == ([], 0)
        assert await uow.orders.ordered_before(draft.id, 8, any_package=True) == ([], 0)
        await uow.drafts.save(draft, NOW)
        await uow.orders.set_state(first.id, OrderState.CANCELLED)
        assert await uow.orders.ordered_before(draft.id, 8) == ([], 0)


async def test_what_other_firms_ordered_is_not_told(office: Office) -> None:
    await with_lines(office, 2)
    stranger = await open_office(office.database, "B", "0300000000")
    (same,) = await stranger.customers([enterprise(1)])
    async with office.database.read() as uow:
        (package,) = await uow.packages.on_sale()
    draft = await stranger.draft(same, package_id=package.id, fiscal_year=2026)
    async with office.database.read() as uow:
        assert await uow.orders.ordered_before(draft.id, 8) == ([], 0)


async def test_the_last_answers_are_those_of_the_last_order(office: Office) -> None:
    async with office.database.read() as uow:
        assert await uow.orders.last_answers(office.owner.id) is None
    await office.order(await office.draft())
    draft = await office.draft()
    async with office.database.write() as uow:
        new = await office.new_order(uow, draft, "KTBBBBBB")
        new = replace(new, fiscal_year=2027, recipient=RecipientMode.OTHER)
        await uow.orders.add(new, NOW + timedelta(days=1))
        last = await uow.orders.last_answers(office.owner.id)
    assert last == LastAnswers(new.package.id, 2027, RecipientMode.OTHER, new.package.kind, ACCOUNTING)


async def test_what_was_bought_for_customers_is_listed_newest_first(either: Database) -> None:
    office = await open_office(either)
    first, lines = await with_lines(office, 3)
    second = await office.order(await office.draft(), "KTBBBBBB")
    one, two = lines[0], replace(lines[1], position=9, payment_code="KTBBBBBB")
    async with either.write() as uow:
        paid = replace(request(second, "KTBBBBBB"), state=PaymentState.PAID, paid_at=NOW)
        await uow.payments.add_many([paid])
        await uow.orders.add_lines(second.id, [two])
        await uow.licences.add_for(first.id, 3)
        await uow.licences.add_for(second.id, 9)
        licences = {
            (found.licence.order_id, found.line.position): found.licence
            for order in (first, second)
            for found in await uow.licences.of_order(order.id)
        }
        newest = Purchase(second, two, licences[second.id, 9], PaymentState.PAID, NOW)
        older = Purchase(first, lines[1], licences[first.id, 2], PaymentState.AWAITING, None)
        oldest = Purchase(first, one, licences[first.id, 1], PaymentState.AWAITING, None)
        both = [one.customer_id, two.customer_id]
        assert await uow.orders.purchases(office.firm.id, both[1:], 9) == [newest, older]
        assert await uow.orders.purchases(office.firm.id, both, 9) == [newest, oldest, older]
        assert await uow.orders.purchases(office.firm.id, both, 1) == [newest]
        assert await uow.orders.purchases(office.firm.id + 1, both, 9) == []
        assert await uow.orders.purchases(office.firm.id, [], 9) == []


async def test_of_a_forgotten_person_only_the_invoice_is_left(either: Database) -> None:
    office = await open_office(either)
    order, lines = await with_lines(office, 3)
    nobody = NoticeRecipient("", "", "")
    async with either.write() as uow:
        await uow.licences.add_for(order.id, 3)
        for found in await uow.licences.of_order(order.id):
            await uow.licences.save(replace(found.licence, login="a@b.vn"))
        await uow.orders.forget_person(office.firm.id + 1, [lines[1].customer_id])
        assert await uow.orders.lines(order.id, 0, None) == lines
        # The second line has its own request; the first and the third share one.
        await uow.orders.forget_person(office.firm.id, [one.customer_id for one in lines[:2]])
        forgotten = [replace(one, representative="", email="", phone="", notice=nobody) for one in lines[:2]]
        assert await uow.orders.lines(order.id, 0, None) == [*forgotten, lines[2]]
        alone, shared = await uow.payments.get("KTEVENAA"), await uow.payments.get("KTODDAAA")
        assert alone is not None
        assert alone.notice == nobody
        assert shared == replace(request(order, "KTODDAAA"), notice=lines[0].notice)
        logins = [found.licence.login for found in await uow.licences.of_order(order.id)]
        assert logins == ["", "", "a@b.vn"]
