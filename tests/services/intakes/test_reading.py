"""The job that reads a list."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import DomainError
from domain.files import UPLOADED
from domain.intakes.entries import EntryField, IntakeState, Known, Standing
from domain.people import Actor
from services.intakes import reading
from services.intakes.judging import TOGETHER
from services.intakes.operations import Intaking
from services.intakes.viewing import IntakeCounts
from services.operations import Operations
from services.ports import ReadList, RetryLater
from storage.database import Database
from storage.shared_files import SqlSharedFiles
from tests.services.intakes.conftest import Entries, Listed
from tests.services.intakes.entries import full, row
from tests.services.support import unchanged
from tests.support.builders import add_customers, enterprise_tax_code, household_tax_code
from tests.support.clock import FixedClock
from tests.support.lists import JsonLists, KnownTaxpayers, Lists, list_file
from tests.support.rows import rows_of
from tests.support.working import Working

SCREEN = {"channel": "telegram", "chat": "1", "intent": "a"}


@dataclass
class Slow(JsonLists):
    """A reader that calls `at_row` at each row."""

    at_row: Callable[[int], Awaitable[object]]

    async def read_list(self, *arguments: Any, **_: Any) -> ReadList | None:
        content, columns, progress, take = arguments[:4]

        async def told(read: int, total: int) -> bool:
            await self.at_row(read)
            return bool(await progress(read, total))

        return await JsonLists.read_list(self, content, columns, told, take)


@pytest.fixture
def slowly(lists: Lists, database: Database, clock: FixedClock) -> Callable[..., Working]:
    """Makes a worker whose reader calls `at_row` at each row."""

    def build(at_row: Callable[[int], Awaitable[object]]) -> Working:
        return Working(database, clock, replace(lists.read_intake, reader=Slow(at_row)))

    return build


async def test_a_file_is_read_as_one_of_its_firm(
    operations: Operations, owner: Actor, lists: Lists, database: Database, clock: FixedClock
) -> None:
    """Readers share themselves out by firm (`gateways.workbooks.readers`)."""
    whose: list[object] = []

    class Noting(JsonLists):
        async def read_list(self, *arguments: Any, **_: Any) -> ReadList | None:
            whose.append(arguments[5])
            return await JsonLists.read_list(self, *arguments[:4])

    working = Working(database, clock, replace(lists.read_intake, reader=Noting()))
    await operations.intakes.receive_file(owner, lists.files.send(list_file(full(1))), SCREEN, in_order=True)
    await working.work()
    assert whose == [owner.firm_id]


async def test_a_file_becomes_a_list_that_is_shown(
    operations: Operations, owner: Actor, lists: Lists, working: Working, entries: Entries
) -> None:
    await add_customers(operations, owner, 2)
    rows = [
        full(1),
        full(2, address="Địa chỉ mới"),
        full(3),
        {"tax_code": household_tax_code(1), "name": "HKD Bánh Mì"},
        row(3, name="Trùng"),
        row(4, email="sai"),
    ]
    file = lists.files.send(list_file(*rows))
    intake = await operations.intakes.receive_file(owner, file, SCREEN, in_order=True)
    assert (intake.state, intake.file, intake.in_order) == (IntakeState.READING, file, True)
    await working.work()
    view = await operations.intakes.view_intake(owner, intake.id)
    assert view.counts == IntakeCounts(
        ready=3,
        lacking=1,
        wrong=1,
        repeated=1,
        new=2,
        same=1,
        changed=1,
        ready_new=1,
        ready_changed=1,
        enterprises=3,
        households=1,
    )
    assert (view.intake.state, view.intake.read, view.intake.total) == (IntakeState.CHECKED, 6, 6)
    assert (view.intake.skipped_sheets, len(view.intake.sheets[0].columns)) == (("Ghi chú",), 8)
    assert [(entry.position, entry.number, entry.known) for entry in (await entries(intake))[:3]] == [
        (1, 2, Known.SAME),
        (2, 3, Known.CHANGED),
        (3, 4, Known.NEW),
    ]
    assert lists.screens.drawn == [SCREEN]


async def test_an_empty_list_is_a_list(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working
) -> None:
    intake = await intakes.receive_file(owner, lists.files.send(b'[["tax_code"]]'), {})
    await working.work()
    view = await intakes.view_intake(owner, intake.id)
    assert (view.intake.state, view.counts) == (IntakeState.CHECKED, IntakeCounts())


class Killed(BaseException):
    """The process was killed."""


@pytest.mark.parametrize("survived", range(1, 5))
async def test_reading_that_was_killed_ends_the_same(
    intakes: Intaking,
    owner: Actor,
    lists: Lists,
    working: Working,
    database: Database,
    entries: Entries,
    monkeypatch: pytest.MonkeyPatch,
    survived: int,
) -> None:
    """The reading is killed at each of its transactions in turn, then repeated."""
    monkeypatch.setattr(reading, "PORTION", 2)
    file = lists.files.send(list_file(*(full(number, A="", B="") for number in range(7))))
    whole = await intakes.receive_file(owner, file, {})
    killed = await intakes.receive_file(owner, file, SCREEN)
    await working.work()
    for intake in (whole, killed):
        await intakes.receive_text(owner, enterprise_tax_code(50), intake_id=intake.id)
        await intakes.set_column(owner, intake.id, 0, 8, EntryField.LABELS)
    await lists.read_intake(owner.firm_id, whole.id, 1)
    dying = replace(lists.read_intake, units=Dying(database, survived))
    with pytest.raises(Killed):
        await dying(owner.firm_id, killed.id, 1)
    assert (await intakes.view_intake(owner, killed.id)).intake.state is IntakeState.READING
    await working.work()
    assert (await intakes.view_intake(owner, killed.id)).intake.state is IntakeState.CHECKED
    assert await entries(killed) == await entries(whole)
    assert len(await entries(whole)) == 8


@pytest.mark.parametrize("survived", range(6))
async def test_a_first_reading_that_was_killed_ends_the_same(
    intakes: Intaking,
    owner: Actor,
    lists: Lists,
    working: Working,
    database: Database,
    entries: Entries,
    monkeypatch: pytest.MonkeyPatch,
    survived: int,
) -> None:
    """One write of the progress, four portions, and the outcome."""
    monkeypatch.setattr(reading, "PORTION", 2)
    file = lists.files.send(list_file(*map(full, range(7))))
    intake = await intakes.receive_file(owner, file, SCREEN)
    with pytest.raises(Killed):
        await replace(lists.read_intake, units=Dying(database, survived))(owner.firm_id, intake.id, 1)
    view = await intakes.view_intake(owner, intake.id)
    assert (view.intake.state, view.counts.total) == (
        IntakeState.READING,
        min(2 * max(survived - 1, 0), 7),
    )
    await working.work()
    view = await intakes.view_intake(owner, intake.id)
    assert (view.intake.state, view.counts.total) == (IntakeState.CHECKED, 7)
    assert [entry.position for entry in await entries(intake)] == list(range(1, 8))


@pytest.mark.parametrize("ends", ["read", "stopped", "broken"])
async def test_what_was_read_is_stored_while_more_is_read(
    intakes: Intaking, owner: Actor, lists: Lists, entries: Entries, ends: str
) -> None:
    rows = [full(number) for number in range(TOGETHER + 1)]

    class Waiting(JsonLists):
        """Reads no further until the first thousand are stored."""

        async def read_list(self, *arguments: Any, **_: Any) -> ReadList | None:
            content, columns, _, take = arguments[:4]
            found = await JsonLists.read_list(self, content, columns)
            assert found is not None
            take(found.entries[:TOGETHER])
            while len(await entries(intake)) < TOGETHER:  # noqa: ASYNC110
                await asyncio.sleep(0)
            assert (await intakes.view_intake(owner, intake.id)).intake.state is IntakeState.READING
            if ends == "stopped":
                await intakes.stop_intake(owner, intake.id)
            if ends == "broken":
                raise DomainError("workbook_broken")
            take(found.entries[TOGETHER:])
            return found

    intake = await intakes.receive_file(owner, lists.files.send(list_file(*rows)), SCREEN)
    await replace(lists.read_intake, reader=Waiting())(owner.firm_id, intake.id, 1)
    state = (await intakes.view_intake(owner, intake.id)).intake.state
    assert (state, len(await entries(intake))) == {
        "read": (IntakeState.CHECKED, TOGETHER + 1),
        "stopped": (IntakeState.STOPPED, 0),
        "broken": (IntakeState.REFUSED, 0),
    }[ends]


class Dying:
    """`Units` whose process is killed after `left` writing transactions."""

    def __init__(self, database: Database, left: int) -> None:
        self._database, self._left = database, left
        self.read, self.write_together = database.read, database.write_together

    def write(self, *turns):  # type: ignore[no-untyped-def]
        self._left -= 1
        if self._left < 0:
            raise Killed
        return self._database.write(*turns)


async def test_once_read_the_job_only_draws_the_window_again(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working, database: Database
) -> None:
    """The job was killed between reading and drawing."""
    intake = await intakes.receive_file(owner, lists.files.send(list_file(full(1))), SCREEN)
    await working.work()
    async with unchanged(database):
        await lists.read_intake(owner.firm_id, intake.id, 2)
    assert lists.screens.drawn == [SCREEN, SCREEN]


async def test_reading_can_be_stopped_and_begun_again(
    intakes: Intaking,
    owner: Actor,
    lists: Lists,
    clock: FixedClock,
    slowly: Callable[..., Working],
    entries: Entries,
    working: Working,
) -> None:
    seen: list[int] = []

    async def stop_at_third(read: int) -> None:
        seen.append(read)
        clock.forward(seconds=1)
        if read == 3:
            await intakes.stop_intake(owner, intake.id)

    rows = [full(number) for number in range(6)]
    intake = await intakes.receive_file(owner, lists.files.send(list_file(*rows)), SCREEN)
    await slowly(stop_at_third).work()
    view = await intakes.view_intake(owner, intake.id)
    assert (view.intake.state, view.counts.total, seen) == (IntakeState.STOPPED, 0, [1, 2, 3])
    assert (await intakes.stop_intake(owner, intake.id)).state is IntakeState.STOPPED
    assert (await intakes.read_again(owner, intake.id)).state is IntakeState.READING
    await working.work()
    assert len(await entries(intake)) == 6
    assert (await intakes.read_again(owner, intake.id)).state is IntakeState.CHECKED


async def test_progress_is_written_at_most_twice_a_second_and_drawn_more_seldom(
    intakes: Intaking, owner: Actor, lists: Lists, clock: FixedClock, slowly: Callable[..., Working]
) -> None:
    told: list[int] = []

    async def at_row(read: int) -> None:
        clock.forward(seconds=0.2)
        now = (await intakes.view_intake(owner, intake.id)).intake
        if now.read not in told:
            told.append(now.read)
            assert now.total == (40 if now.read else 0)

    rows = [full(number) for number in range(40)]
    intake = await intakes.receive_file(owner, lists.files.send(list_file(*rows)), SCREEN)
    # Trouble with drawing does not disturb reading.
    lists.screens.outcomes = [RetryLater(1, "rate limit")]
    await slowly(at_row).work()
    assert told == [0, 1, *range(4, 40, 3)]
    # Reading takes 8 seconds; it draws after 2.2 (in vain), 4.6 and 7 of them, and at the end.
    assert lists.screens.drawn == [SCREEN] * 3


@pytest.mark.parametrize("content", [b"\x00", b"[1]"])
async def test_what_cannot_be_read_is_refused_with_the_reason(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working, content: bytes
) -> None:
    """Either the reader says so, or it fails each time."""
    intake = await intakes.receive_file(owner, lists.files.send(content), SCREEN)
    await working.work_until(working.clock.now() + timedelta(minutes=2))
    view = await intakes.view_intake(owner, intake.id)
    assert view.intake.state is IntakeState.REFUSED
    assert view.intake.error is not None
    assert view.intake.error.code == ("workbook_broken" if content == b"\x00" else "list_not_read")
    assert lists.screens.drawn == [SCREEN]


async def test_a_file_that_cannot_be_fetched_is_tried_again_then_refused(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working
) -> None:
    away = RetryLater(5, "Telegram is out of reach")
    lists.files.outcomes = [away]
    first = await intakes.receive_file(owner, lists.files.send(list_file(full(1))), SCREEN)
    await working.work_until(working.clock.now() + timedelta(minutes=1))
    assert (await intakes.view_intake(owner, first.id)).intake.state is IntakeState.CHECKED
    lists.files.outcomes = [away] * reading.ATTEMPTS
    second = await intakes.receive_file(owner, lists.files.send(list_file(full(1))), SCREEN)
    await working.work_until(working.clock.now() + timedelta(minutes=1))
    error = (await intakes.view_intake(owner, second.id)).intake.error
    assert error is not None
    assert error.code == "file_not_fetched"
    assert (await intakes.read_again(owner, second.id)).error is None
    await working.work()
    assert (await intakes.view_intake(owner, second.id)).counts.ready == 1


async def test_a_window_that_cannot_be_drawn_is_tried_again(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working
) -> None:
    lists.screens.outcomes = [RetryLater(5, "Telegram is out of reach")] * 2
    await intakes.receive_file(owner, lists.files.send(list_file(full(1))), SCREEN)
    await working.work_until(working.clock.now() + timedelta(minutes=1))
    assert lists.screens.drawn == [SCREEN]


async def test_the_window_that_shows_it_by_now_is_drawn(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working
) -> None:
    intake = await intakes.receive_file(owner, lists.files.send(list_file(full(1))), SCREEN)
    await intakes.show_on(owner, intake.id, {**SCREEN, "intent": "b"})
    await working.work()
    assert lists.screens.drawn == [{**SCREEN, "intent": "b"}]


async def test_a_column_is_read_as_the_accountant_says(
    intakes: Intaking, owner: Actor, listed: Listed, working: Working, entries: Entries
) -> None:
    intake = await listed(owner, {"tax_code": enterprise_tax_code(1), "name": "Tắt", "Tên đầy đủ": "Đầy đủ"})
    changed = await intakes.set_column(owner, intake.id, 0, 2, EntryField.NAME)
    assert changed.state is IntakeState.READING
    assert [column.field for column in changed.sheets[0].columns] == [
        EntryField.TAX_CODE,
        None,
        EntryField.NAME,
    ]
    await working.work()
    (entry,) = await entries(intake)
    assert entry.name == "Đầy đủ"
    read = (await intakes.view_intake(owner, intake.id)).intake
    assert (read.state, read.sheets) == (IntakeState.CHECKED, changed.sheets)
    # The same choice a second time changes nothing.
    assert await intakes.set_column(owner, intake.id, 0, 2, EntryField.NAME) == read


async def test_a_choice_made_while_it_is_read_holds(
    intakes: Intaking,
    owner: Actor,
    listed: Listed,
    slowly: Callable[..., Working],
    entries: Entries,
) -> None:
    intake = await listed(owner, {"tax_code": enterprise_tax_code(1), "A": "Tên A", "B": "Tên B"})

    async def choose(read: int) -> None:
        await intakes.set_column(owner, intake.id, 0, 2, EntryField.NAME)

    await intakes.set_column(owner, intake.id, 0, 1, EntryField.NAME)
    await slowly(choose).work()
    assert (await intakes.view_intake(owner, intake.id)).intake.state is IntakeState.CHECKED
    assert [entry.name for entry in await entries(intake)] == ["Tên B"]


async def test_people_of_the_firm_are_known_by_name_or_email(
    intakes: Intaking, owner: Actor, colleague: Actor, stranger: Actor, listed: Listed, entries: Entries
) -> None:
    intake = await listed(
        owner,
        full(1, assignee="PHAM CHU 1"),
        full(2, assignee="ketoan1001@dichvu.vn"),
        full(3, assignee="Phạm Chủ 2"),
    )
    first, second, third = await entries(intake)
    assert first.get(EntryField.ASSIGNEE) == "Phạm Chủ 1"
    assert second.get(EntryField.ASSIGNEE) == "Võ Nhân Viên 1"
    # The other firm's owner.
    assert (third.standing, third.get(EntryField.ASSIGNEE)) == (Standing.WRONG, "")
    (problem,) = third.problems
    assert (problem.error.code, problem.choices) == ("assignee_unknown", ("Phạm Chủ 1", "Võ Nhân Viên 1"))
    mended = await intakes.mend_entry(owner, intake.id, 3, EntryField.ASSIGNEE, "vo nhan vien 1")
    assert mended.entry.standing is Standing.READY
    assert mended.entry.get(EntryField.ASSIGNEE) == "Võ Nhân Viên 1"


async def test_the_registry_fills_what_new_ones_leave_open(
    operations: Operations, owner: Actor, listed: Listed, entries: Entries, registry: KnownTaxpayers
) -> None:
    await add_customers(operations, owner, 1)
    codes = {number: enterprise_tax_code(number) for number in range(1, 6)}
    registry.known = {code: (f"Tên {number}", f"Địa chỉ {number}") for number, code in codes.items()}
    registry.known[codes[4]] = ("", "x" * 400)
    intake = await listed(
        owner,
        {"tax_code": codes[1]},
        full(2, name=""),
        row(3, address="Của tôi"),
        {"tax_code": codes[4], "email": "sai"},
        full(5),
        {"tax_code": household_tax_code(1)},
    )
    said = [
        (entry.get(EntryField.NAME), entry.get(EntryField.ADDRESS), entry.standing)
        for entry in await entries(intake)
    ]
    address = full(2)["address"]
    assert said[0] == ("", "", Standing.READY)
    assert said[1] == ("Tên 2", address, Standing.READY)
    assert said[2] == ("Công ty 3", "Của tôi", Standing.LACKING)
    assert said[3] == ("", "", Standing.WRONG)
    assert said[5] == ("", "", Standing.LACKING)
    assert sorted(registry.asked) == sorted([codes[2], codes[4]])
    assert (await operations.intakes.view_intake(owner, intake.id)).intake.looked_up == 1


async def test_a_list_that_is_gone_is_nobodys_trouble(owner: Actor, lists: Lists) -> None:
    await lists.read_intake(owner.firm_id, 4711, 1)
    assert lists.screens.drawn == []


async def test_an_upload_that_is_refused_is_dropped_and_one_that_is_read_stays(
    operations: Operations,
    owner: Actor,
    lists: Lists,
    working: Working,
    database: Database,
    clock: FixedClock,
) -> None:
    shared = SqlSharedFiles(database, clock.now)
    for content, kept in ((b"\x00", False), (list_file(full(1)), True)):
        token = await shared.share(content, "a.xlsx", "x", timedelta(days=30))
        sent = replace(lists.files.send(content), file_id=f"{UPLOADED}{token}")
        lists.files.contents[sent.file_id] = content
        intake = await operations.intakes.receive_file(owner, sent, SCREEN)
        await working.work()
        view = await operations.intakes.view_intake(owner, intake.id)
        assert view.intake.state is (IntakeState.CHECKED if kept else IntakeState.REFUSED)
        assert (await shared.read(token) is not None) == kept


async def test_the_files_of_a_firm_are_read_one_after_the_other(
    operations: Operations, owner: Actor, stranger: Actor, lists: Lists, database: Database
) -> None:
    """Ten files of one firm occupy one reader: those of others wait for at most one of them."""
    for actor in (owner, owner, stranger):
        await operations.intakes.receive_file(actor, lists.files.send(list_file(full(1))), SCREEN)
    keys = [row["order_key"] for row in await rows_of(database, "jobs") if row["name"] == "read_intake"]
    assert len(keys) == 3
    assert len(set(keys)) == 2
