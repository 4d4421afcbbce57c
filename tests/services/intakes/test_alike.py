"""The same fault in many entries is one question with one answer, undone at once and remembered."""

from domain.intakes.alike import Alike, in_ranges, of_ranges
from domain.intakes.entries import EntryField, Standing
from domain.people import Actor
from services.intakes.operations import Intaking
from tests.services.intakes.conftest import Entries, Listed
from tests.services.intakes.entries import full
from tests.services.support import refusal
from tests.support.builders import enterprise_tax_code

EMAIL = EntryField.EMAIL


async def test_one_answer_mends_all(
    intakes: Intaking, owner: Actor, listed: Listed, entries: Entries
) -> None:
    wrong = (full(number, email=f"kh{number}@gmail.con") for number in range(1, 6))
    intake = await listed(owner, *wrong, full(6), full(7, phone="1"))
    found = await intakes.find_alike(owner, intake.id, 3, EMAIL)
    assert found == Alike(EMAIL, "email_doubtful", 5, ("0", "1", "leave"))

    positions = await intakes.answer_alike(owner, intake.id, EMAIL, "email_doubtful", "0")

    assert list(positions) == [1, 2, 3, 4, 5]
    now = await entries(intake)
    assert [entry.get(EMAIL) for entry in now[:5]] == [f"kh{n}@gmail.com" for n in range(1, 6)]
    assert {entry.standing for entry in now[:6]} == {Standing.READY}
    assert now[6].standing is Standing.WRONG

    assert await intakes.undo_alike(owner, intake.id, positions) == 5
    assert {entry.standing for entry in (await entries(intake))[:5]} == {Standing.WRONG}
    assert await intakes.undo_alike(owner, intake.id, positions) == 0


async def test_the_answer_is_remembered_for_the_next_list(
    intakes: Intaking, owner: Actor, colleague: Actor, listed: Listed
) -> None:
    first = await listed(owner, full(1, email="a@gmail.con"), full(2, email="b@gmail.con"))
    await intakes.answer_alike(owner, first.id, EMAIL, "email_doubtful", "1")
    second = await listed(owner, full(3, email="c@gmail.con"), full(4, email="d@gmail.con"))
    theirs = await listed(colleague, full(3, email="c@gmail.con"), full(4, email="d@gmail.con"))

    found = await intakes.find_alike(owner, second.id, 1, EMAIL)
    assert found is not None
    assert found.remembered == "1"
    # Others answer for themselves.
    found = await intakes.find_alike(colleague, theirs.id, 1, EMAIL)
    assert found is not None
    assert found.remembered is None


async def test_codes_that_others_have_are_repeated(
    intakes: Intaking, owner: Actor, listed: Listed, entries: Entries
) -> None:
    """Two of the mended codes are one, and a third stands in the list."""
    lost = ["101243150", "312345673", "312345673"]
    intake = await listed(
        owner,
        full(11, tax_code="0101243150"),
        *(full(20 + place, tax_code=code) for place, code in enumerate(lost)),
    )
    await intakes.answer_alike(owner, intake.id, EntryField.TAX_CODE, "tax_code_lost_zero", "0")
    assert [entry.standing for entry in await entries(intake)] == [
        Standing.READY,
        Standing.REPEATED,
        Standing.READY,
        Standing.REPEATED,
    ]


async def test_what_stands_alone_or_has_no_answer_is_asked_by_itself(
    intakes: Intaking, owner: Actor, listed: Listed
) -> None:
    intake = await listed(
        owner,
        full(1, email="a@gmail.con"),
        full(2, phone="1"),
        full(3, tax_code="sai"),
        full(4, tax_code="sai"),
    )
    assert await intakes.find_alike(owner, intake.id, 1, EMAIL) is None
    assert await intakes.find_alike(owner, intake.id, 3, EntryField.TAX_CODE) is None
    with refusal("choice_gone"):
        await intakes.answer_alike(owner, intake.id, EMAIL, "email_doubtful", "0")


def test_positions_are_kept_short() -> None:
    positions = [1, 2, 3, 7, 9, 10]
    assert in_ranges(positions) == "1-3,7,9-10"
    assert of_ranges("1-3,7,9-10") == positions


async def test_hidden_rows_are_read_when_they_are_asked_for(
    intakes: Intaking, owner: Actor, listed: Listed, entries: Entries, working: object
) -> None:
    intake = await listed(owner, full(1), {**full(2), "hidden": "1"})
    assert [sheet.hidden for sheet in intake.sheets] == [1]
    assert len(await entries(intake)) == 1

    await intakes.take_hidden(owner, intake.id, True)
    await working.work()  # type: ignore[attr-defined]

    assert len(await entries(intake)) == 2


async def test_lines_left_out_are_named(intakes: Intaking, owner: Actor) -> None:
    code = enterprise_tax_code(1)
    intake = await intakes.receive_text(owner, f"{code} Công ty An\nkhông mua cho {enterprise_tax_code(2)}")
    intake = await intakes.receive_text(
        owner, f"{enterprise_tax_code(3)} Công ty Bình\ntrừ {code}", intake_id=intake.id
    )
    (sheet,) = (await intakes.view_intake(owner, intake.id)).intake.sheets
    assert sheet.left == (f"không mua cho {enterprise_tax_code(2)}", f"trừ {code}")
    assert sheet.left_total == 2
