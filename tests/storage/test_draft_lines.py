"""The picked customers of a draft: picking by the thousand, sums, order, exceptions."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.accounting import AccountingData
from domain.customers import CustomerKind
from domain.orders import Draft, DraftLine, line_gaps
from domain.people import Role
from domain.recipients import OtherRecipient, RecipientMode
from domain.text import search_terms
from services.ports import CustomerFilter, DraftSums
from storage.database import Database
from tests.storage.conftest import ACCOUNTING, LATER, Office, open_office
from tests.support.builders import enterprise, household, other_notice, without_login
from tests.support.clock import NOON_OF_JUNE_15 as NOW

OWN = AccountingData("TT200", "TT_GTGT", 7, date(2026, 8, 1), "USD", "fifo")


async def ids(office: Office, draft: Draft, **how: Any) -> list[int]:
    async with office.database.read() as uow:
        lines = await uow.drafts.lines(draft, **how)
        return [line.customer.id for line in lines]


async def test_lines_stand_in_the_order_of_picking(office: Office) -> None:
    a, b, c = await office.customers([enterprise(number) for number in (1, 2, 3)])
    draft = await office.draft(c, a, b, a)
    assert await ids(office, draft) == [c.id, a.id, b.id]
    async with office.database.write() as uow:
        await uow.drafts.unpick(draft.id, c.id)
        await uow.drafts.unpick(draft.id, c.id)
        await uow.drafts.pick(draft.id, c.id)
    assert await ids(office, draft) == [a.id, b.id, c.id]
    assert await ids(office, draft, offset=1, limit=1) == [b.id]
    assert await ids(office, draft, offset=1) == [b.id, c.id]


async def test_all_that_match_are_picked_at_once_and_counted_once(office: Office) -> None:
    many = await office.customers([enterprise(number, name=f"Hoa {9 - number}") for number in range(1, 9)])
    await office.customers([enterprise(20, name="Lá"), household(21, name="Hoa hộ")])
    async with office.database.write() as uow:
        own = await uow.customers.add(office.firm.id, enterprise(30, name="Hoa riêng"), False, NOW)
        await uow.customers.update(replace(many[0], archived=True), LATER)
    draft = await office.draft(many[4], own)
    where = CustomerFilter(office.firm.id, tuple(search_terms("hoa")), CustomerKind.ENTERPRISE)
    async with office.database.write() as uow:
        assert await uow.drafts.pick_matching(draft.id, where) == 6
        assert await uow.drafts.pick_matching(draft.id, where) == 0
    by_name = [many[at].id for at in (7, 6, 5, 3, 2, 1)]
    assert await ids(office, draft) == [many[4].id, own.id, *by_name]
    async with office.database.write() as uow:
        assert await uow.drafts.unpick_matching(draft.id, replace(where, terms=("rieng",))) == 1
        assert await uow.drafts.unpick_matching(draft.id, where) == 7
    assert await ids(office, draft) == []


async def test_unpicking_all_leaves_none(office: Office) -> None:
    many = await office.customers([enterprise(number) for number in (1, 2)])
    draft = await office.draft(*many)
    async with office.database.write() as uow:
        await uow.drafts.unpick_all(draft.id)
    assert await ids(office, draft) == []


async def test_a_line_keeps_what_was_declared_for_it_alone(office: Office) -> None:
    a, b = await office.customers([enterprise(1), enterprise(2)])
    draft = await office.draft(a, b)
    async with office.database.write() as uow:
        other = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(), None))
        line = await uow.drafts.line(draft.id, a.id)
        assert line is not None
        assert (line.customer, line.accounting, line.other_id) == (a, None, None)
        changed = replace(line, accounting=OWN, other_id=other.id)
        await uow.drafts.save_line(draft.id, changed)
        assert await uow.drafts.line(draft.id, a.id) == changed
        untouched = await uow.drafts.line(draft.id, b.id)
        assert untouched is not None
        assert (untouched.accounting, untouched.other_id) == (None, None)
        await uow.drafts.clear_own_accounting(draft.id)
        assert await uow.drafts.line(draft.id, a.id) == replace(changed, accounting=None)
        assert await uow.drafts.line(draft.id, 77) is None


async def test_lines_are_added_with_what_is_declared_and_taken_out_by_customer(either: Database) -> None:
    office = await open_office(either)
    many = await office.customers([enterprise(number) for number in range(1, 5)])
    draft = await office.draft()
    async with either.write() as uow:
        other = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(), None))
        lines = [DraftLine(customer, None, None) for customer in reversed(many)]
        lines[1:3] = [replace(lines[1], accounting=OWN), replace(lines[2], other_id=other.id)]
        await uow.drafts.add_lines(draft.id, lines)
        assert await uow.drafts.lines(draft) == lines
        await uow.drafts.unpick_many(draft.id, [lines[0].customer.id, lines[2].customer.id, 77])
        await uow.drafts.unpick_many(draft.id, [])
        await uow.drafts.unpick_many(77, [lines[1].customer.id])
        assert await uow.drafts.lines(draft) == [lines[1], lines[3]]


async def test_sums_agree_with_the_rules_line_by_line(office: Office) -> None:
    given = [
        enterprise(1),
        without_login(enterprise(2)),
        enterprise(3, regime="TT133"),
        enterprise(4, first_month=4),
        enterprise(5, vat_method="KHAU_TRU", name=""),
    ]
    many = await office.customers(given)
    draft = await office.draft(*many, recipient=RecipientMode.OTHER, accounting=ACCOUNTING)
    async with office.database.write() as uow:
        first = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(1), None))
        second = await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(2), None))
        for customer, other in ((many[0], first), (many[2], first), (many[3], second)):
            line = await uow.drafts.line(draft.id, customer.id)
            assert line is not None
            accounting = OWN if customer is many[3] else None
            await uow.drafts.save_line(draft.id, replace(line, accounting=accounting, other_id=other.id))
    expected = DraftSums(
        lines=5, incomplete=2, own_accounting=1, saved_accounting=2, recipients=2, without_other=2
    )
    for asked, sums in (
        (draft, expected),
        (replace(draft, recipient=RecipientMode.CUSTOMER), expected),
        (replace(draft, other_id=first.id), replace(expected, without_other=0)),
        (replace(draft, rest_to_customers=True), expected),
        (replace(draft, recipient=RecipientMode.ACCOUNTANT, invoice=RecipientMode.OTHER), expected),
    ):
        async with office.database.read() as uow:
            lines = await uow.drafts.lines(asked)
            assert await uow.drafts.sums(asked) == sums
            assert await uow.drafts.count_lines(asked.id) == sums.lines
        assert sum(1 for line in lines if line_gaps(line, asked)) == sums.incomplete
    async with office.database.write() as uow:
        line = await uow.drafts.line(draft.id, many[0].id)
        assert line is not None
        await uow.drafts.save_line(draft.id, replace(line, other_id=None))
        assert (await uow.drafts.sums(draft)).incomplete == 3
        apart = replace(draft, recipient=RecipientMode.CUSTOMER, invoice=RecipientMode.OTHER)
        assert (await uow.drafts.sums(apart)).incomplete == 3
        assert (await uow.drafts.sums(replace(draft, other_id=first.id))).incomplete == 2
        assert await uow.drafts.sums(replace(draft, id=77)) == DraftSums(0, 0, 0, 0, 0, 0)
        assert await uow.drafts.count_lines(77) == 0


async def test_incomplete_lines_come_first_each_group_as_picked(office: Office) -> None:
    many = await office.customers(
        [without_login(enterprise(n)) if n in (2, 5) else enterprise(n) for n in range(1, 7)]
    )
    draft = await office.draft(*many)
    order = [many[at].id for at in (1, 4, 0, 2, 3, 5)]
    assert await ids(office, draft, incomplete_first=True) == order
    assert await ids(office, draft, offset=1, limit=3, incomplete_first=True) == order[1:4]


async def test_edits_elsewhere_reach_open_drafts_only(office: Office) -> None:
    a, b = await office.customers([enterprise(1), enterprise(2)])
    placed = await office.draft(a, b, confirmed=True)
    await office.order(placed)
    mine = await office.draft(a, confirmed=True)
    async with office.database.write() as uow:
        colleague = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        theirs = await uow.drafts.start(office.firm.id, colleague.id, NOW)
        await uow.drafts.save(replace(theirs, confirmed=True), NOW)
        await uow.drafts.pick(theirs.id, b.id)
        await uow.drafts.withdraw_ticks([a.id, 77])
        found = [await uow.drafts.get(draft.id) for draft in (placed, mine, theirs)]
        assert [draft.confirmed for draft in found if draft is not None] == [True, False, True]
        await uow.drafts.unpick_everywhere(a.id)
    assert await ids(office, placed) == [a.id, b.id]
    assert await ids(office, mine) == []
    assert await ids(office, theirs) == [b.id]
