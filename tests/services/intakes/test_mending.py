"""Looking at a list, and putting its entries right."""

from domain.intakes.entries import Entry, EntryField, Standing
from domain.people import Actor
from services.intakes.operations import Intaking
from services.intakes.taking import Taken
from services.intakes.viewing import EntryView
from services.operations import Operations
from storage.database import Database
from tests.services.intakes.conftest import Entries, Listed
from tests.services.intakes.entries import WRONG_CODE, full, row
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, enterprise_tax_code
from texts.intakes.entries import choice_label
from texts.intakes.fields import problem_sentence


def standings(view: list[Standing]) -> str:
    return " ".join(one.value for one in view)


async def test_pages_hold_six_of_those_asked_for(intakes: Intaking, owner: Actor, listed: Listed) -> None:
    intake = await listed(owner, *(full(number) for number in range(9)), *(row(20 + n) for n in range(10)))
    page = await intakes.list_entries(owner, intake.id, (Standing.LACKING,), 1)
    assert ([view.entry.position for view in page.entries], page.total) == ([16, 17, 18, 19], 10)
    page = await intakes.list_entries(owner, intake.id)
    assert ([view.entry.position for view in page.entries], page.total) == (list(range(1, 7)), 19)


async def test_one_question_at_a_time_round_the_list(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    """A known customer's entry is asked only for fields that the customer lacks too."""
    await add_customers(operations, owner, 1)
    intakes = operations.intakes
    intake = await listed(owner, row(1, email="sai"), full(2), full(3, representative=""), full(4, phone="1"))
    asked = []
    after = 0
    for _ in range(4):
        view = await intakes.next_entry(owner, intake.id, after)
        assert view is not None
        asked.append((view.entry.position, view.question, view.known is not None))
        after = view.entry.position
    assert asked == [
        (1, EntryField.EMAIL, True),
        (3, EntryField.REPRESENTATIVE, False),
        (4, EntryField.PHONE, False),
        (1, EntryField.EMAIL, True),
    ]
    assert [view.entry.position for view in await intakes.entries_to_fix(owner, intake.id)] == [1, 3, 4]
    view = await intakes.mend_entry(owner, intake.id, 1, EntryField.EMAIL, "dung@hoasen.vn")
    assert (view.entry.standing, view.question) == (Standing.READY, None)
    with refusal("phone_format"):
        await intakes.mend_entry(owner, intake.id, 4, EntryField.PHONE, "không biết")
    await intakes.mend_entry(owner, intake.id, 4, EntryField.PHONE, "0912345678")
    await intakes.skip_entry(owner, intake.id, 3)
    assert await intakes.next_entry(owner, intake.id, 4) is None
    assert await intakes.take_intake(owner, intake.id) == Taken(2, 0, 0)


async def test_a_doubtful_name_is_kept_by_one_tap_and_not_asked_about_again(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    name = "Công ty CP Bán Lẻ Tiki.vn"
    intake = await listed(owner, full(1, name=name), full(2, name="Công ty Hoa evil.vn/mo-khoa"))
    view = await operations.intakes.view_entry(owner, intake.id, 1)
    assert (view.entry.standing, view.question) == (Standing.WRONG, EntryField.NAME)
    (problem,) = view.entry.problems
    assert problem_sentence(problem).endswith("Tên này đúng không ạ?")
    assert [choice_label(problem, choice) for choice in problem.choices] == ["Giữ Công ty CP Bán Lẻ Tiki.vn"]
    for _ in range(2):
        view = await operations.intakes.mend_entry(owner, intake.id, 1, EntryField.NAME, name)
        assert (view.entry.standing, view.entry.get(EntryField.NAME)) == (Standing.READY, name)
    with refusal("name_leads_elsewhere"):
        await operations.intakes.mend_entry(owner, intake.id, 2, EntryField.NAME, "Công ty evil.vn/mo-khoa")
    await operations.intakes.mend_entry(owner, intake.id, 2, EntryField.NAME, "Công ty TNHH 123.VN")
    view = await operations.intakes.view_entry(owner, intake.id, 2)
    assert view.entry.problems[0].error.code == "name_doubtful"
    await operations.intakes.skip_entry(owner, intake.id, 2)
    assert await operations.intakes.take_intake(owner, intake.id) == Taken(1, 0, 0)
    # The next list with this customer asks nothing.
    again = await listed(owner, full(1, name=name))
    view = await operations.intakes.view_entry(owner, again.id, 1)
    assert (view.entry.standing, view.question, view.entry.problems) == (Standing.READY, None, ())


async def test_a_mended_tax_code_finds_its_customer(
    operations: Operations, owner: Actor, listed: Listed
) -> None:
    (known,) = await add_customers(operations, owner, 1)
    intake = await listed(owner, row(1, tax_code=WRONG_CODE))
    view = await operations.intakes.view_entry(owner, intake.id, 1)
    assert (view.entry.standing, view.question, view.known) == (Standing.WRONG, EntryField.TAX_CODE, None)
    view = await operations.intakes.mend_entry(
        owner, intake.id, 1, EntryField.TAX_CODE, enterprise_tax_code(1)
    )
    assert (view.entry.standing, view.question, view.known) == (Standing.READY, None, known)


async def test_a_mended_tax_code_that_another_has_is_repeated(
    intakes: Intaking, owner: Actor, listed: Listed, entries: Entries
) -> None:
    intake = await listed(owner, full(1, tax_code=WRONG_CODE), full(2), row(2))
    view = await intakes.mend_entry(owner, intake.id, 1, EntryField.TAX_CODE, enterprise_tax_code(2))
    assert (view.entry.standing, view.entry.repeats, view.question) == (Standing.REPEATED, 3, None)
    # The entry they repeat turns out to be another customer, so both repeats are judged again.
    await intakes.mend_entry(owner, intake.id, 2, EntryField.TAX_CODE, enterprise_tax_code(5))
    assert standings([entry.standing for entry in await entries(intake)]) == "ready ready repeated"
    assert (await entries(intake))[2].repeats == 2
    await intakes.undo_entry(owner, intake.id, 2)
    assert standings([entry.standing for entry in await entries(intake)]) == "ready repeated repeated"


async def test_who_took_a_place_gives_it_back_when_that_is_undone(
    intakes: Intaking, owner: Actor, listed: Listed, entries: Entries
) -> None:
    intake = await listed(owner, full(1), full(1, name="Viết lại"))
    before = [_entry(entry) for entry in await entries(intake)]
    await intakes.mend_entry(owner, intake.id, 1, EntryField.TAX_CODE, enterprise_tax_code(2))
    assert standings([entry.standing for entry in await entries(intake)]) == "ready ready"
    await intakes.undo_entry(owner, intake.id, 1)
    assert [_entry(entry) for entry in await entries(intake)] == before


async def test_one_step_is_undone(
    intakes: Intaking, owner: Actor, listed: Listed, database: Database
) -> None:
    intake = await listed(owner, full(1, phone="12"), full(2))
    async with unchanged(database):
        assert await intakes.undo_entry(owner, intake.id, 1) is None
    before = await intakes.view_entry(owner, intake.id, 1)
    mended = await intakes.mend_entry(owner, intake.id, 1, EntryField.PHONE, "0912345678")
    assert mended.entry.standing is Standing.READY
    # A tap may come twice.
    assert _texts(await intakes.mend_entry(owner, intake.id, 1, EntryField.PHONE, "0912345678")) == _texts(
        mended
    )
    assert _texts(await intakes.undo_entry(owner, intake.id, 1)) == _texts(before)
    assert await intakes.undo_entry(owner, intake.id, 1) is None
    await intakes.skip_entry(owner, intake.id, 2)
    await intakes.skip_entry(owner, intake.id, 2)
    assert (await intakes.view_intake(owner, intake.id)).counts.skipped == 1
    undone = await intakes.undo_entry(owner, intake.id, 2)
    assert undone is not None
    assert undone.entry.standing is Standing.READY


def _texts(view: EntryView | None) -> object:
    assert view is not None
    return _entry(view.entry), view.question


def _entry(entry: Entry) -> object:
    """An entry whose errors can be compared by their words."""
    problems = [(one.field, one.text, one.error.code) for one in entry.problems]
    return entry.standing, entry.repeats, dict(entry.values), problems


async def test_what_is_taken_is_out_of_the_lists_hands(
    intakes: Intaking, owner: Actor, listed: Listed, database: Database
) -> None:
    intake = await listed(owner, full(1, phone="12"))
    await intakes.mend_entry(owner, intake.id, 1, EntryField.PHONE, "0912345678")
    await intakes.take_intake(owner, intake.id)
    async with unchanged(database):
        with refusal("entry_taken"):
            await intakes.mend_entry(owner, intake.id, 1, EntryField.PHONE, "0912345679")
        with refusal("entry_taken"):
            await intakes.skip_entry(owner, intake.id, 1)
        with refusal("entry_taken"):
            await intakes.undo_entry(owner, intake.id, 1)
        with refusal("entry_unknown"):
            await intakes.view_entry(owner, intake.id, 2)
        with refusal("entry_unknown"):
            await intakes.skip_entry(owner, intake.id, 2**70)
        with refusal("intake_unknown"):
            await intakes.view_intake(owner, 2**70)


async def test_a_repeat_stays_one_while_another_entry_holds_its_code(
    intakes: Intaking, owner: Actor, listed: Listed, entries: Entries
) -> None:
    """A repeat that gives up its tax code releases nobody."""
    intake = await listed(owner, full(1), full(1, name="Lặp"), row(1), row(1, name="Lặp nữa"))
    await intakes.mend_entry(owner, intake.id, 2, EntryField.TAX_CODE, enterprise_tax_code(2))
    assert standings([entry.standing for entry in await entries(intake)]) == "ready ready repeated repeated"
    assert [entry.repeats for entry in await entries(intake)] == [None, None, 2, 2]


async def test_an_entry_that_was_left_out_and_then_mended_is_brought_back_to_left_out(
    intakes: Intaking, owner: Actor, listed: Listed
) -> None:
    intake = await listed(owner, full(1, phone=""))
    await intakes.skip_entry(owner, intake.id, 1)
    await intakes.mend_entry(owner, intake.id, 1, EntryField.PHONE, "0912345678")
    undone = await intakes.undo_entry(owner, intake.id, 1)
    assert undone is not None
    assert (undone.entry.standing, undone.entry.get(EntryField.PHONE)) == (Standing.SKIPPED, "")


async def test_what_is_missing_is_told_from_what_is_wrong(
    intakes: Intaking, owner: Actor, listed: Listed
) -> None:
    intake = await listed(owner, full(1, email="sai", phone=""))
    view = await intakes.view_entry(owner, intake.id, 1)
    assert (view.open, view.missing) == ((EntryField.EMAIL, EntryField.PHONE), (EntryField.PHONE,))
