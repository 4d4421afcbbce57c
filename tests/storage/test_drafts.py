"""Drafts, their answers and their other recipients."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from domain.accounting import AccountingData
from domain.customers import CustomerData
from domain.orders import Step
from domain.people import Role
from domain.recipients import RecipientMode
from storage.database import Database
from storage.tables import customers, draft_lines, draft_others, drafts
from tests.storage.conftest import ACCOUNTING, LATER, NOW, PACKAGE, Office, open_office
from tests.support.builders import enterprise, other_invoice, other_notice


async def counts(database: Database) -> tuple[int, ...]:
    """Rows of drafts, draft_lines, draft_others and customers."""
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
        other = await uow.drafts.add_other(draft.id, other_notice(), None)
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
        other = await uow.drafts.add_other(draft.id, other_notice(), other_invoice())
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
        assert await uow.drafts.discard_older_than(LATER + timedelta(days=99)) == 0
        assert await uow.drafts.get(draft.id) is not None
        assert await uow.drafts.open_of(office.owner.id) is None


async def test_only_old_drafts_are_dropped(office: Office) -> None:
    draft = await office.draft()
    async with office.database.write() as uow:
        assert await uow.drafts.discard_older_than(NOW) == 0
        await uow.drafts.save(draft, LATER)
        assert await uow.drafts.discard_older_than(LATER) == 0
        assert await uow.drafts.discard_older_than(LATER + timedelta(seconds=1)) == 1
        assert await uow.drafts.open_of(office.owner.id) is None


async def test_other_recipients_belong_to_their_draft(office: Office) -> None:
    draft = await office.draft()
    async with office.database.write() as uow:
        first = await uow.drafts.add_other(draft.id, other_notice(1), other_invoice(1))
        second = await uow.drafts.add_other(draft.id, other_notice(2), None)
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
