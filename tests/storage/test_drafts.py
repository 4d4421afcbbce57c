"""Drafts, their answers and their other recipients."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from domain.accounting import AccountingData
from domain.customers import CustomerData
from domain.invoices import BuyerKind
from domain.orders import Step
from domain.people import Role
from domain.recipients import InvoiceRecipient, OtherRecipient, RecipientMode
from storage.database import Database
from storage.tables.catalogue import customers
from storage.tables.ordering import draft_lines, draft_others, drafts
from tests.storage.conftest import ACCOUNTING, LATER, PACKAGE, Office, open_office
from tests.support.builders import enterprise, other_invoice, other_notice
from tests.support.clock import NOON_OF_JUNE_15 as NOW


async def counts(database: Database) -> tuple[int, ...]:
    """How many rows drafts, draft_lines, draft_others and customers have."""
    async with database.reading() as connection:
        return tuple(
            [
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (drafts, draft_lines, draft_others, customers)
            ]
        )


async def test_a_new_draft_has_no_answers(office: Office) -> None:
    async with office.database.write() as uow:
        assert await uow.drafts.open_of(office.owner.id) is None
        draft = await uow.drafts.start(office.firm.id, office.owner.id, NOW)
        assert await uow.drafts.open_of(office.owner.id) == draft
        assert await uow.drafts.get(draft.id) == draft
        assert await uow.drafts.get(77) is None
    assert (draft.firm_id, draft.accountant_id, draft.step) == (office.firm.id, office.owner.id, Step.PACKAGE)
    answers = (draft.package_id, draft.fiscal_year, draft.recipient, draft.other_id, draft.accounting)
    assert (*answers, draft.invoice) == (None,) * 6
    assert (draft.confirmed, draft.order_id, draft.updated_at) == (False, None, NOW)


@pytest.mark.parametrize(
    "accounting", [None, ACCOUNTING, AccountingData("TT99", "KHAU_TRU", 4, date(2026, 7, 1), "USD", "fifo")]
)
async def test_answers_come_back_as_they_were_saved(
    office: Office, accounting: AccountingData | None
) -> None:
    draft = await office.draft()
    async with office.database.write() as uow:
        await uow.packages.replace_all([PACKAGE], NOW)
        (package,) = await uow.packages.on_sale()
        other = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(), None))
        answered = replace(
            draft,
            step=Step.REVIEW,
            package_id=package.id,
            fiscal_year=2027,
            recipient=RecipientMode.OTHER,
            invoice=RecipientMode.CUSTOMER,
            other_id=other.id,
            accounting=accounting,
            confirmed=True,
            keep_declared=False,
        )
        await uow.drafts.save(answered, LATER)
        assert await uow.drafts.get(draft.id) == replace(answered, updated_at=LATER)
        await uow.drafts.save(draft, LATER)
        assert await uow.drafts.get(draft.id) == replace(draft, updated_at=LATER)


async def test_an_accountant_has_one_open_draft(either: Database) -> None:
    office = await open_office(either)
    draft = await office.draft()
    with pytest.raises(IntegrityError):
        await office.draft()
    await office.order(draft)
    assert (await office.draft()).id != draft.id
    async with either.write() as uow:
        other = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        await uow.drafts.start(office.firm.id, other.id, NOW)


async def test_a_discarded_draft_takes_all_that_was_declared_in_it_alone(office: Office) -> None:
    (kept,) = await office.customers([enterprise(1)])
    before = await counts(office.database)
    async with office.database.write() as uow:
        own = await uow.customers.add(office.firm.id, enterprise(2), False, NOW)
    draft = await office.draft(kept, own)
    async with office.database.write() as uow:
        other = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(), other_invoice()))
        line = await uow.drafts.line(draft.id, own.id)
        assert line is not None
        await uow.drafts.save_line(draft.id, replace(line, other_id=other.id))
    assert await counts(office.database) == (1, 2, 1, 2)
    async with office.database.write() as uow:
        await uow.drafts.discard(draft.id)
        await uow.drafts.discard(draft.id)
    assert await counts(office.database) == before


async def test_the_number_of_a_discarded_draft_is_not_given_again(either: Database) -> None:
    office = await open_office(either)
    draft = await office.draft()
    async with either.write() as uow:
        await uow.drafts.discard(draft.id)
    assert (await office.draft()).id > draft.id


async def test_a_placed_draft_is_never_discarded(office: Office) -> None:
    (customer,) = await office.customers([enterprise(1)])
    draft = await office.draft(customer)
    await office.order(draft)
    async with office.database.write() as uow:
        await uow.drafts.discard(draft.id)
        assert await uow.drafts.discard_older_than(office.firm.id, LATER + timedelta(days=99), 9) == 0
        assert await uow.drafts.get(draft.id) is not None
        assert await uow.drafts.open_of(office.owner.id) is None


async def test_only_old_drafts_are_dropped(office: Office) -> None:
    draft = await office.draft()
    async with office.database.write() as uow:
        assert await uow.drafts.discard_older_than(office.firm.id, NOW, 9) == 0
        await uow.drafts.save(draft, LATER)
        assert await uow.drafts.discard_older_than(office.firm.id, LATER, 9) == 0
        assert await uow.drafts.firms_with_older_than(LATER) == []
        assert await uow.drafts.firms_with_older_than(LATER + timedelta(seconds=1)) == [office.firm.id]
        assert await uow.drafts.discard_older_than(office.firm.id + 1, LATER + timedelta(days=1), 9) == 0
        assert await uow.drafts.discard_older_than(office.firm.id, LATER + timedelta(seconds=1), 9) == 1
        assert await uow.drafts.open_of(office.owner.id) is None


async def test_other_recipients_belong_to_their_draft(office: Office) -> None:
    draft = await office.draft()
    async with office.database.write() as uow:
        first = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(1), other_invoice(1)))
        second = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(2), None))
        assert await uow.drafts.others(draft.id) == {first.id: first, second.id: second}
        assert await uow.drafts.others(77) == {}
    assert (first.notice, first.invoice) == (other_notice(1), other_invoice(1))
    assert (second.notice, second.invoice) == (other_notice(2), None)


async def test_a_customer_declared_in_the_draft_is_found_by_its_tax_code(office: Office) -> None:
    (kept,) = await office.customers([enterprise(1)])

    def elsewhere(number: int) -> CustomerData:
        return enterprise(number, name="Ở nơi khác")

    async with office.database.write() as uow:
        await uow.customers.add(office.firm.id, elsewhere(2), False, NOW)
        own = await uow.customers.add(office.firm.id, enterprise(2), False, NOW)
    draft = await office.draft(kept, own)
    async with office.database.read() as uow:
        assert await uow.drafts.uncatalogued(draft.id, own.tax_code) == own
        assert await uow.drafts.uncatalogued(draft.id, kept.tax_code) is None
        assert await uow.drafts.uncatalogued(77, own.tax_code) is None


async def test_a_draft_that_waits_opens_when_the_one_before_is_placed(either: Database) -> None:
    office = await open_office(either)
    first = await office.draft()
    async with either.write() as uow:
        second = await uow.drafts.start_after(first.id, NOW)
        third = await uow.drafts.start_after(second.id, NOW)
        assert (second.firm_id, second.accountant_id, second.follows_id) == (
            office.firm.id,
            office.owner.id,
            first.id,
        )
        assert await uow.drafts.open_of(office.owner.id) == first
        assert await uow.drafts.follower_of(first.id) == second
        assert await uow.drafts.follower_of(third.id) is None
        # Saving the answers does not change which draft follows which.
        await uow.drafts.save(replace(second, fiscal_year=2027, follows_id=None), NOW)
        assert await uow.drafts.open_of(office.owner.id) == first
    with pytest.raises(IntegrityError):
        async with either.write() as uow:
            await uow.drafts.start_after(first.id, NOW)
    async with either.write() as uow:
        order = await uow.orders.add(await office.new_order(uow, first, "KTAAAAAA"), LATER)
        await uow.drafts.save(replace(first, order_id=order.id), LATER)
        opened = replace(second, fiscal_year=2027, follows_id=None, updated_at=LATER)
        assert await uow.drafts.open_of(office.owner.id) == opened
        assert await uow.drafts.follower_of(first.id) is None
        assert await uow.drafts.follower_of(second.id) == third


@pytest.mark.parametrize("dropped", [0, 1, 2])
async def test_the_follower_of_a_dropped_draft_takes_its_place(either: Database, dropped: int) -> None:
    office = await open_office(either)
    chain = [await office.draft()]
    async with either.write() as uow:
        for _ in range(2):
            chain.append(await uow.drafts.start_after(chain[-1].id, NOW))
        await uow.drafts.save(chain[dropped], LATER)
        await uow.drafts.discard(chain.pop(dropped).id)
        opened = await uow.drafts.open_of(office.owner.id)
        assert opened is not None
        assert opened.id == chain[0].id
        following = await uow.drafts.follower_of(opened.id)
        assert following is not None
        assert following.id == chain[1].id
        for follower in chain[dropped : dropped + 1]:
            moved = await uow.drafts.get(follower.id)
            assert moved is not None
            # Its age counts from the last work on the draft before it.
            assert moved.updated_at == LATER


async def test_drafts_that_follow_each_other_grow_old_together(either: Database) -> None:
    office = await open_office(either)
    first = await office.draft()
    async with either.write() as uow:
        second = await uow.drafts.start_after(first.id, NOW)
        await uow.drafts.start_after(second.id, LATER)
        await uow.drafts.save(first, LATER)
        assert await uow.drafts.discard_older_than(office.firm.id, LATER, 9) == 0
        assert await uow.drafts.discard_older_than(office.firm.id, LATER + timedelta(seconds=1), 9) == 3
        assert await uow.drafts.open_of(office.owner.id) is None
    assert (await counts(either))[0] == 0


async def test_other_recipients_of_a_forgotten_person_go_unless_shared(either: Database) -> None:
    office = await open_office(either)
    one, two, three = await office.customers([enterprise(1), enterprise(2), enterprise(3)])
    draft = await office.draft(one, two, three)
    async with either.write() as uow:
        own, shared, common = [
            await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(number), None))
            for number in (1, 2, 3)
        ]
        await uow.drafts.save(replace(draft, other_id=common.id), NOW)
        for customer, other in ((one, own), (two, shared), (three, shared)):
            line = await uow.drafts.line(draft.id, customer.id)
            assert line is not None
            await uow.drafts.save_line(draft.id, replace(line, other_id=other.id))
        await uow.drafts.forget_person([one.id, two.id])
        assert await uow.drafts.others(draft.id) == {shared.id: shared, common.id: common}
        assert [line.other_id for line in await uow.drafts.lines(draft)] == [None, None, shared.id]


async def test_the_kind_of_a_buyers_number_stays_open_until_it_is_said(office: Office) -> None:
    draft = await office.draft()
    listed = InvoiceRecipient("Trần Mai", "001090012345", "1 Huế", "mai@b.vn", BuyerKind.PERSON)
    async with office.database.write() as uow:
        add = uow.drafts.add_other
        asked = await add(draft.id, OtherRecipient(0, other_notice(1), listed, kind_open=True))
        mailed = await add(draft.id, OtherRecipient(0, other_notice(2), None, "hd@b.vn"))
        each = await add(draft.id, OtherRecipient(0, other_notice(3), None))
    assert (asked.invoice, asked.kind_open) == (listed, True)
    assert (mailed.invoice_email, each.invoice_email) == ("hd@b.vn", "")
    async with office.database.write() as uow:
        await uow.drafts.say_buyer_kind(draft.id + 1, asked.id, BuyerKind.HOUSEHOLD)
        assert (await uow.drafts.others(draft.id))[asked.id] == asked
        await uow.drafts.say_buyer_kind(draft.id, asked.id, BuyerKind.HOUSEHOLD)
        said = replace(asked, invoice=replace(listed, kind=BuyerKind.HOUSEHOLD), kind_open=False)
        assert await uow.drafts.others(draft.id) == {one.id: one for one in (said, mailed, each)}


async def test_recipients_of_the_release_before_are_read(office: Office) -> None:
    """It knows no kinds, and mails invoices in the customers' names to the recipient."""
    draft = await office.draft()
    async with office.database.writing() as connection:
        names = ("invoice_unit_name", "invoice_tax_id", "invoice_address", "invoice_email")
        for number in (None, "0300588569", "1054321", "001090012345"):
            values = {"notice_name": "A", "notice_email": "a@b.vn", "notice_phone": "+84912345678"}
            if number is not None:
                values |= dict(zip(names, ("B", number, "1 Huế", "b@b.vn"), strict=True))
            await connection.execute(insert(draft_others).values(draft_id=draft.id, **values))
    async with office.database.read() as uow:
        plain, *others = (await uow.drafts.others(draft.id)).values()
    assert (plain.invoice, plain.invoice_email) == (None, "a@b.vn")
    found = [(other.invoice and other.invoice.kind, other.kind_open) for other in others]
    expected = [(BuyerKind.COMPANY, False), (BuyerKind.BUDGET_UNIT, False), (BuyerKind.PERSON, True)]
    assert found == expected
