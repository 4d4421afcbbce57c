"""Lists of customers: what is kept, in which order, and for how long."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.files import FileRef
from domain.intakes.entries import (
    Entry,
    EntryField,
    Intake,
    IntakeState,
    Known,
    ListColumn,
    ListSheet,
    OrderWish,
    Problem,
    Standing,
)
from services.ports import EntryCount
from storage.database import Database
from storage.tables.intakes import intake_entries
from tests.storage.conftest import LATER, Office, open_office
from tests.support.clock import NOON_OF_JUNE_15 as NOW

PASTED = Intake(0, 0, 0, IntakeState.CHECKED, in_order=False)
UPLOADED = replace(
    PASTED,
    state=IntakeState.REFUSED,
    in_order=True,
    wish=OrderWish("STANDARD", 2027),
    file=FileRef("telegram", "BQAC", "Khách hàng.xlsx", 20_480),
    screen={"chat": "7", "intent": "x"},
    sheets=(
        ListSheet("Danh sách", 3, (ListColumn(0, "MST", EntryField.TAX_CODE, ("0100109106",)),)),
        ListSheet("2", 0, (ListColumn(2, "", None),)),
    ),
    skipped_sheets=("Ẩn",),
    error=DomainError("workbook_too_large", limit=5),
    read=400,
    total=1_000,
)


def entry(position: int, standing: Standing = Standing.READY, **values: str) -> Entry:
    """An entry whose kind and tax code are known."""
    known = {"kind": "enterprise", "tax_code": f"{position:010}", "name": f"Hoa Sen {position}"} | values
    return Entry(
        position=position,
        number=position + 3,
        values={EntryField(name): value for name, value in known.items()},
        standing=standing,
    )


def problem(error: DomainError) -> Problem:
    return Problem(EntryField.PHONE, "0912 345 678 / 0987 654 321", error)


def said(one: Intake | Entry) -> object:
    """The entry with its errors as words, because two errors are never equal."""
    if isinstance(one, Intake):
        error = one.error
        return replace(one, error=None), error and (error.code, error.params)
    problems = [(found.field, found.text, found.error.code, found.error.params) for found in one.problems]
    return replace(one, problems=()), problems


async def intake(office: Office, entries: Sequence[Entry] = (), given: Intake = PASTED) -> Intake:
    given = replace(given, firm_id=office.firm.id, accountant_id=office.owner.id)
    async with office.database.write() as uow:
        added = await uow.intakes.add(given, NOW)
        await uow.intakes.replace_entries(added.id, entries)
    return added


@pytest.mark.parametrize("given", [PASTED, UPLOADED], ids=["pasted", "uploaded"])
async def test_a_list_comes_back_as_it_was_given(either: Database, given: Intake) -> None:
    office = await open_office(either)
    added = await intake(office, given=given)
    wanted = replace(given, id=added.id, firm_id=office.firm.id, accountant_id=office.owner.id)
    assert said(added) == said(wanted)
    changed = replace(wanted, screen={"chat": "8"}, wish=OrderWish(None, 2026), state=IntakeState.STOPPED)
    async with either.write() as uow:
        await uow.intakes.save(changed, LATER)
        found = await uow.intakes.get(office.firm.id, added.id)
        assert found is not None
        assert said(found) == said(changed)
        assert await uow.intakes.get(office.firm.id + 1, added.id) is None


async def test_an_entry_comes_back_as_it_was_given(either: Database) -> None:
    office = await open_office(either)
    entries = [
        entry(1),
        Entry(
            position=2,
            number=9,
            values={EntryField.LABELS: 'VIP;ngại "gọi"'},
            problems=(
                problem(DomainError("phone_several", choices=("+84912345678", "+84987654321"))),
                Problem(EntryField.TAX_CODE, "", DomainError("tax_code_empty", limit=3)),
            ),
            says_kind=False,
            sheet=2,
            standing=Standing.WRONG,
            known=Known.CHANGED,
            repeats=1,
        ),
    ]
    list_ = await intake(office, entries)
    async with either.read() as uow:
        found = await uow.intakes.entries(list_.id)
        assert await uow.intakes.entry(list_.id, 3) is None
        one = await uow.intakes.entry(list_.id, 2)
    assert list(map(said, found)) == list(map(said, entries))
    assert one is not None
    assert one.problems[0].choices == ("+84912345678", "+84987654321")


async def test_entries_are_paged_by_position_and_counted_by_what_they_are(either: Database) -> None:
    office = await open_office(either)
    standings = (Standing.READY, Standing.WRONG, Standing.LACKING)
    list_ = await intake(office, [entry(at, standings[at % 3]) for at in range(1, 31)])
    other = await intake(office, [entry(1, Standing.WRONG)])
    to_fix = (Standing.WRONG, Standing.LACKING)
    async with either.write() as uow:
        await uow.intakes.save_entries(
            list_.id, [entry(31, kind="household"), replace(entry(32), values={}, known=Known.SAME)]
        )

        async def places(
            *standings: Standing, offset: int = 0, limit: int | None = None, after: int = 0
        ) -> list[int]:
            found = await uow.intakes.entries(list_.id, standings, offset, limit, after)
            return [one.position for one in found]

        assert await places() == list(range(1, 33))
        assert await places(*to_fix, limit=4) == [1, 2, 4, 5]
        assert await places(*to_fix, offset=4, limit=3) == [7, 8, 10]
        assert await places(*to_fix, limit=2, after=5) == [7, 8]
        assert await places(Standing.READY, after=29) == [30, 31, 32]
        assert await places(Standing.TAKEN) == []
        new, kind = Known.NEW, CustomerKind.ENTERPRISE
        assert set(await uow.intakes.counts(list_.id)) == {
            *(EntryCount(standing, new, kind, 10) for standing in standings),
            EntryCount(Standing.READY, new, CustomerKind.HOUSEHOLD, 1),
            EntryCount(Standing.READY, Known.SAME, None, 1),
        }
        assert await uow.intakes.counts(other.id) == [EntryCount(Standing.WRONG, new, kind, 1)]


async def test_what_stood_before_is_brought_back_once(either: Database) -> None:
    office = await open_office(either)
    wrong = replace(entry(1, Standing.WRONG), problems=(problem(DomainError("phone_length", digits=9)),))
    mended = replace(entry(1, tax_code="0300000001"), known=Known.SAME)
    list_ = await intake(office, [wrong, entry(2)])
    async with either.write() as uow:
        assert await uow.intakes.undo(list_.id, 1) is None
        for _ in range(2):
            await uow.intakes.save_entries(list_.id, [mended])
        (held,) = await uow.intakes.holding(list_.id, "0300000001")
        assert said(held) == said(mended)
        back = await uow.intakes.undo(list_.id, 1)
        assert back is not None
        stored = await uow.intakes.entry(list_.id, 1)
        assert stored is not None
        assert said(back) == said(stored) == said(wrong)
        assert await uow.intakes.holding(list_.id, "0300000001") == []
        assert await uow.intakes.undo(list_.id, 1) is None
        assert await uow.intakes.undo(list_.id, 77) is None


async def test_what_is_in_the_catalogue_is_not_undone(office: Office) -> None:
    list_ = await intake(office, [entry(1, Standing.LACKING), entry(2)])
    async with office.database.write() as uow:
        await uow.intakes.save_entries(list_.id, [entry(1)])
        await uow.intakes.mark_taken(list_.id, [1])
        assert await uow.intakes.undo(list_.id, 1) is None
        assert [one.standing for one in await uow.intakes.entries(list_.id)] == [
            Standing.TAKEN,
            Standing.READY,
        ]


async def test_reading_goes_on_until_the_list_is_stopped(office: Office) -> None:
    list_ = await intake(office, given=replace(PASTED, state=IntakeState.READING))
    async with office.database.write() as uow:
        assert await uow.intakes.progress(list_.id, 300, 900)
        found = await uow.intakes.get(office.firm.id, list_.id)
        assert found is not None
        assert (found.read, found.total) == (300, 900)
        await uow.intakes.save(replace(found, state=IntakeState.STOPPED), LATER)
        assert not await uow.intakes.progress(list_.id, 600, 900)
        assert not await uow.intakes.progress(77, 600, 900)


@pytest.mark.parametrize("standing", list(Standing))
async def test_the_latest_list_is_the_newest_with_something_left_to_do(
    office: Office, standing: Standing
) -> None:
    first = await intake(office, [entry(1)])
    second = await intake(office, [entry(1, Standing.TAKEN), entry(2, standing)])
    await intake(office)
    is_left = standing in (Standing.READY, Standing.LACKING, Standing.WRONG)
    async with office.database.read() as uow:
        latest = await uow.intakes.latest_of(office.owner.id)
        assert latest == (second if is_left else first)
        assert await uow.intakes.latest_of(office.owner.id + 1) is None


async def test_old_lists_are_forgotten_with_all_that_is_in_them(either: Database) -> None:
    office = await open_office(either)
    old = await intake(office, [entry(1)])
    kept = await intake(office, [entry(1), entry(2)])
    async with either.write() as uow:
        await uow.intakes.save(kept, LATER)
        assert await uow.intakes.firms_with_older_than(LATER) == [office.firm.id]
        assert await uow.intakes.purge(office.firm.id + 1, LATER, 9) == 0
        assert await uow.intakes.purge(office.firm.id, LATER, 9) == 1
        assert await uow.intakes.firms_with_older_than(LATER) == []
        assert await uow.intakes.get(office.firm.id, old.id) is None
        assert await uow.intakes.get(office.firm.id, kept.id) == kept
    async with either.reading() as connection:
        count = select(func.count()).select_from(intake_entries)
        assert (await connection.execute(count)).scalar_one() == 2
    # An old list's button must never lead to a new list.
    async with either.write() as uow:
        assert await uow.intakes.purge(office.firm.id, LATER + timedelta(days=1), 9) == 1
    assert (await intake(office)).id > kept.id


async def test_a_person_is_forgotten_in_the_lists_of_one_firm(office: Office) -> None:
    other = await open_office(office.database, "B", "0300000000")
    mine = [await intake(office, [entry(1), entry(2)]) for _ in range(2)]
    theirs = await intake(other, [entry(1)])
    async with office.database.write() as uow:
        await uow.intakes.forget_person(office.firm.id, str(entry(1).get(EntryField.TAX_CODE)), [])
        for one in mine:
            assert [found.position for found in await uow.intakes.entries(one.id)] == [2]
        assert len(await uow.intakes.entries(theirs.id)) == 1
