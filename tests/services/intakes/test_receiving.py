"""Lists that come as text."""

import asyncio
from dataclasses import replace

import pytest

from domain.intakes.entries import Entry, EntryField, Intake, IntakeState, Known, OrderWish, Standing
from domain.people import Actor
from services.intakes.judging import FEW
from services.intakes.operations import Intaking
from services.intakes.receiving import PASTED
from services.operations import Operations
from storage.database import Database
from tests.services.intakes.conftest import Entries, Listed
from tests.services.intakes.entries import WRONG_CODE, full
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, enterprise_tax_code
from tests.support.lists import KnownTaxpayers, Lists, list_file
from tests.support.working import Working

SCREEN = {"chat": "1"}
CODES = [enterprise_tax_code(number) for number in range(20)]


def line(number: int) -> str:
    return f"{CODES[number]}; Công ty TNHH Sao Mai {number}; giamdoc{number}@saomai.vn"


async def test_a_pasted_list_is_checked_at_once(
    operations: Operations, owner: Actor, entries: Entries
) -> None:
    await add_customers(operations, owner, 2)
    await operations.archive_customer(owner, 2, True)
    text = f"anh gửi em ds nhé:\n{CODES[1]}\n{line(3)}\n\n{CODES[2]}\n{CODES[1]}\n{WRONG_CODE} Công ty Lạ"
    wish = OrderWish("STANDARD", 2026)
    intake = await operations.intakes.receive_text(owner, text, in_order=True, wish=wish, screen=SCREEN)
    assert (intake.state, intake.in_order, intake.wish) == (IntakeState.CHECKED, True, wish)
    assert (intake.file, intake.screen) == (None, SCREEN)
    assert (await operations.intakes.view_intake(owner, intake.id)).intake == intake
    found = await entries(intake)
    assert [(entry.position, entry.number, entry.standing, entry.known) for entry in found] == [
        (1, 2, Standing.READY, Known.SAME),
        (2, 3, Standing.LACKING, Known.NEW),
        (3, 5, Standing.READY, Known.CHANGED),
        (4, 6, Standing.REPEATED, Known.NEW),
        (5, 7, Standing.WRONG, Known.NEW),
    ]
    assert found[3].repeats == 2


async def test_a_text_without_customers_is_refused(
    intakes: Intaking, owner: Actor, database: Database
) -> None:
    intake = await intakes.receive_text(owner, line(1))
    async with unchanged(database):
        for intake_id in (None, intake.id):
            with refusal("text_no_customers"):
                await intakes.receive_text(owner, "chào em, anh gửi sau nhé", intake_id=intake_id)


async def test_more_lines_are_added_to_the_list(intakes: Intaking, owner: Actor, entries: Entries) -> None:
    """Telegram splits a long message, and forwarded messages come one by one."""
    intake = await intakes.receive_text(owner, f"{line(1)}\n{line(2)}")
    again = await intakes.receive_text(owner, f"{line(3)}\n{CODES[2]}\n{line(3)}", intake_id=intake.id)
    assert again == intake
    found = await entries(intake)
    assert [(entry.position, entry.number, entry.standing, entry.repeats) for entry in found] == [
        (1, 1, Standing.LACKING, None),
        (2, 2, Standing.LACKING, None),
        (3, 3, Standing.LACKING, None),
        (4, 4, Standing.REPEATED, 2),
        (5, 5, Standing.REPEATED, 3),
    ]


async def test_the_same_message_once_more_adds_nothing(
    intakes: Intaking, owner: Actor, database: Database
) -> None:
    """An update may come twice; a customer written twice is reported as a repeat."""
    intake = await intakes.receive_text(owner, line(1))
    more = f"{line(2)}\n{line(2)}\n{WRONG_CODE}"
    await intakes.receive_text(owner, more, intake_id=intake.id)
    async with unchanged(database):
        assert await intakes.receive_text(owner, more, intake_id=intake.id) == intake
    await intakes.receive_text(owner, line(1), intake_id=intake.id)
    counts = (await intakes.view_intake(owner, intake.id)).counts
    assert (counts.lacking, counts.repeated, counts.wrong) == (2, 2, 1)


async def test_a_message_that_comes_twice_is_taken_once(
    asking: Intaking, owner: Actor, lists: Lists, working: Working, database: Database
) -> None:
    """It may open a different window each time."""
    said, sent, more = "chat:1", "chat:2", "chat:3"
    file = lists.files.send(list_file(full(1)))
    first = await asking.receive_text(owner, line(1), message=said, screen=SCREEN)
    from_file = await asking.receive_file(owner, file, SCREEN, message=sent)
    assert await asking.receive_file(owner, file, {"chat": "2"}, message=sent) == replace(
        from_file, screen={"chat": "2"}
    )
    await working.work()
    first = (await asking.view_intake(owner, first.id)).intake
    async with unchanged(database):
        assert await asking.receive_text(owner, line(1), message=said, screen=SCREEN) == first
    added = await asking.receive_text(owner, line(2), intake_id=first.id, message=more, screen=SCREEN)
    async with unchanged(database):
        again = await asking.receive_text(
            owner, "không còn ai", intake_id=first.id, message=more, screen=SCREEN
        )
        assert again == added
    assert {"chat": "2"} in lists.screens.drawn


async def test_messages_that_come_at_once_are_all_added(
    intakes: Intaking, owner: Actor, entries: Entries
) -> None:
    intake = await intakes.receive_text(owner, line(0))
    await asyncio.gather(*(intakes.receive_text(owner, line(n), intake_id=intake.id) for n in range(1, 6)))
    found = await entries(intake)
    assert [entry.position for entry in found] == [1, 2, 3, 4, 5, 6]
    assert {entry.get(EntryField.TAX_CODE) for entry in found} == set(CODES[:6])


async def test_one_that_was_skipped_may_come_again(intakes: Intaking, owner: Actor, entries: Entries) -> None:
    intake = await intakes.receive_text(owner, f"{line(1)}\n{line(2)}")
    await intakes.skip_entry(owner, intake.id, 1)
    await intakes.receive_text(owner, line(1), intake_id=intake.id)
    standings = [entry.standing for entry in await entries(intake)]
    assert standings == [Standing.SKIPPED, Standing.LACKING, Standing.LACKING]


async def test_lines_pasted_to_a_workbooks_list_stay_when_it_is_read_anew(
    intakes: Intaking, owner: Actor, listed: Listed, working: Working, entries: Entries
) -> None:
    intake = await listed(owner, full(1), full(2, Ghi="chú"))
    await intakes.receive_text(owner, f"{CODES[2]}\n{line(3)}\n{CODES[3]}", intake_id=intake.id)
    before = await entries(intake)
    assert [(entry.position, entry.number, entry.sheet, entry.standing) for entry in before] == [
        (1, 2, 0, Standing.READY),
        (2, 3, 0, Standing.READY),
        (3, 4, PASTED, Standing.REPEATED),
        (4, 5, PASTED, Standing.LACKING),
        (5, 6, PASTED, Standing.REPEATED),
    ]
    await intakes.set_column(owner, intake.id, 0, 8, EntryField.OWN_CODE)
    with refusal("intake_reading"):
        await intakes.receive_text(owner, line(4), intake_id=intake.id)
    await working.work()
    after = await entries(intake)
    assert [entry.standing for entry in after] == [entry.standing for entry in before]
    assert [(entry.number, entry.repeats) for entry in after] == [
        (2, None),
        (3, None),
        (4, 3),
        (5, None),
        (6, 5),
    ]
    assert after[1].get(EntryField.OWN_CODE) == "chú"
    # Without its column of tax codes the file knows none of them.
    await intakes.set_column(owner, intake.id, 0, 0, None)
    await working.work()
    assert [entry.standing for entry in (await entries(intake))[2:]] == [
        Standing.LACKING,
        Standing.LACKING,
        Standing.REPEATED,
    ]


async def test_what_was_mended_in_a_workbooks_list_stays_when_lines_are_pasted(
    asking: Intaking, owner: Actor, listed: Listed, working: Working, entries: Entries
) -> None:
    """Even if a registry knows something else."""
    intake = await listed(owner, full(1, email=""))
    await asking.mend_entry(owner, intake.id, 1, EntryField.EMAIL, "moi@hoasen.vn")
    await asking.receive_text(owner, CODES[2], intake_id=intake.id)
    await working.work()
    assert [entry.get(EntryField.EMAIL) for entry in await entries(intake)] == ["moi@hoasen.vn", ""]


@pytest.mark.parametrize("error", ["workbook_broken", None])
async def test_lines_help_a_list_whose_file_could_not_be_read(
    intakes: Intaking, owner: Actor, lists: Lists, working: Working, error: str | None
) -> None:
    """The file was refused, or its reading was stopped."""
    content = b"\x00" if error else list_file(full(1))
    intake = await intakes.receive_file(owner, lists.files.send(content), {})
    if not error:
        await intakes.stop_intake(owner, intake.id)
    await working.work()
    intake = await intakes.receive_text(owner, line(1), intake_id=intake.id)
    assert (intake.state, intake.error) == (IntakeState.CHECKED, None)
    assert (await intakes.view_intake(owner, intake.id)).counts.lacking == 1


def names(found: list[Entry]) -> list[str]:
    return [entry.get(EntryField.NAME) for entry in found]


async def test_names_are_looked_up_for_bare_tax_codes(
    asking: Intaking,
    operations: Operations,
    owner: Actor,
    working: Working,
    entries: Entries,
    registry: KnownTaxpayers,
    lists: Lists,
) -> None:
    await add_customers(operations, owner, 1)
    registry.known = {CODES[number]: (f"Tên {number}", f"Địa chỉ {number}") for number in range(20)}
    intake = await asking.receive_text(owner, f"{CODES[1]}\n{CODES[2]}\n{line(3)}", screen=SCREEN)
    assert intake.state is IntakeState.READING
    assert len(await entries(intake)) == 3
    await working.work()
    assert names(await entries(intake)) == ["", "Tên 2", "Công ty TNHH Sao Mai 3"]
    now = (await asking.view_intake(owner, intake.id)).intake
    assert (now.state, now.looked_up) == (IntakeState.CHECKED, 2)
    assert sorted(registry.asked) == sorted(CODES[2:4])
    assert lists.screens.drawn == [SCREEN]
    # Nothing is asked about the known customer.
    assert (await asking.receive_text(owner, CODES[1])).state is IntakeState.CHECKED


async def test_lines_that_come_while_names_are_looked_up_are_looked_up_too(
    asking: Intaking, owner: Actor, working: Working, entries: Entries, registry: KnownTaxpayers
) -> None:
    registry.known = {CODES[number]: (f"Tên {number}", "Hà Nội") for number in range(20)}
    intake = await asking.receive_text(owner, CODES[1])

    async def more() -> None:
        registry.meanwhile = None
        await asking.receive_text(owner, CODES[2], intake_id=intake.id)

    registry.meanwhile = more
    await working.work()
    assert names(await entries(intake)) == ["Tên 1", "Tên 2"]
    assert (await asking.view_intake(owner, intake.id)).intake.state is IntakeState.CHECKED


async def test_looking_up_can_be_stopped(
    asking: Intaking, owner: Actor, working: Working, entries: Entries, registry: KnownTaxpayers
) -> None:
    """The list stays as it is."""
    registry.known = {CODES[1]: ("Tên 1", "Hà Nội")}
    intake = await asking.receive_text(owner, CODES[1])
    stopped: Intake = await asking.stop_intake(owner, intake.id)
    assert stopped.state is IntakeState.CHECKED
    await working.work()
    assert names(await entries(intake)) == [""]


async def test_a_list_that_is_shown_again_stands_beside_the_catalogue_of_now(
    operations: Operations, owner: Actor, entries: Entries, database: Database
) -> None:
    intakes = operations.intakes
    intake = await intakes.receive_text(owner, f"{CODES[1]}\n{CODES[2]}", screen=SCREEN)
    assert [entry.standing for entry in await entries(intake)] == [Standing.LACKING, Standing.LACKING]
    async with unchanged(database):
        await intakes.show_on(owner, intake.id, SCREEN)
    await add_customers(operations, owner, 1)
    await intakes.show_on(owner, intake.id, {"chat": "2"})
    assert [entry.standing for entry in await entries(intake)] == [Standing.READY, Standing.LACKING]
    assert (await intakes.view_intake(owner, intake.id)).intake.screen == {"chat": "2"}


async def test_a_long_list_is_judged_as_a_short_one(
    operations: Operations, owner: Actor, entries: Entries
) -> None:
    (known,) = await add_customers(operations, owner, 1, first=FEW)
    text = "\n".join(enterprise_tax_code(number) for number in range(FEW + 1))
    found = await entries(await operations.intakes.receive_text(owner, text))
    assert [entry.standing for entry in found] == [Standing.LACKING] * FEW + [Standing.READY]
    assert found[-1].get(EntryField.TAX_CODE) == known.tax_code


async def test_a_pasted_line_that_was_skipped_stays_so_when_its_workbook_is_read_anew(
    intakes: Intaking, owner: Actor, listed: Listed, working: Working, entries: Entries
) -> None:
    intake = await listed(owner, full(1), full(2, Ghi="chú"))
    await intakes.receive_text(owner, f"{line(3)}\n{line(4)}", intake_id=intake.id)
    await intakes.skip_entry(owner, intake.id, 3)
    await intakes.set_column(owner, intake.id, 0, 8, EntryField.OWN_CODE)
    await working.work()
    assert [(entry.standing, entry.repeats) for entry in (await entries(intake))[2:]] == [
        (Standing.SKIPPED, None),
        (Standing.LACKING, None),
    ]


async def test_a_sheet_that_is_not_there_has_no_columns_to_set(
    intakes: Intaking, owner: Actor, listed: Listed, database: Database
) -> None:
    intake = await listed(owner, full(1))
    async with unchanged(database):
        for sheet in (-1, 1):
            with refusal("choice_gone"):
                await intakes.set_column(owner, intake.id, sheet, 0, None)
