"""The form with all gaps, and the one message that answers it."""

from domain.intakes.entries import EntryField, Standing
from domain.people import Actor
from services.intakes.gaps import FilledGaps
from services.operations import Operations
from storage.database import Database
from tests.services.intakes.conftest import Listed
from tests.services.intakes.entries import WRONG_CODE, full, row
from tests.services.support import unchanged

AGAIN = FilledGaps(0, (), (), again=True)


async def test_gaps_are_listed_and_filled_from_one_message(
    operations: Operations, owner: Actor, listed: Listed, database: Database
) -> None:
    intakes = operations.intakes
    intake = await listed(
        owner,
        full(1, email="sai", representative=""),
        full(2),
        full(3, phone=""),
        row(4),
        full(5, tax_code=WRONG_CODE),
    )
    gaps = await intakes.list_gaps(owner, intake.id)
    assert [(line.entry.position, line.open) for line in gaps.entries] == [
        (1, (EntryField.EMAIL, EntryField.REPRESENTATIVE)),
        (3, (EntryField.PHONE,)),
        (4, (EntryField.ADDRESS, EntryField.REPRESENTATIVE, EntryField.EMAIL, EntryField.PHONE)),
        (5, (EntryField.TAX_CODE,)),
    ]
    assert gaps.entries[3].entry.get(EntryField.TAX_CODE) == ""
    assert (len((await intakes.list_gaps(owner, intake.id, 1)).entries), gaps.total) == (1, 4)
    async with unchanged(database):
        nothing = await intakes.fill_gaps(owner, intake.id, "cảm ơn em")
        assert (nothing.filled, nothing.refused) == (0, ())
    filled = await intakes.fill_gaps(
        owner,
        intake.id,
        f"1. giamdoc@hoasen.vn; Nguyễn Văn A\n3: ba bốn số\n4. 0912345678; email: sai\n5: {WRONG_CODE}",
    )
    assert filled.filled == 2
    assert [(name, problem.field, problem.text) for name, problem in filled.refused] == [
        ("Công ty 4", EntryField.EMAIL, "sai"),
        (full(5)["name"], EntryField.TAX_CODE, WRONG_CODE),
    ]
    assert filled.unread == ("ba bốn số",)
    views = [await intakes.view_entry(owner, intake.id, position) for position in (1, 3, 4, 5)]
    assert [(view.entry.standing, view.question) for view in views] == [
        (Standing.READY, None),
        (Standing.LACKING, EntryField.PHONE),
        (Standing.LACKING, EntryField.ADDRESS),
        (Standing.WRONG, EntryField.TAX_CODE),
    ]
    assert views[0].entry.get(EntryField.REPRESENTATIVE) == "Nguyễn Văn A"
    assert views[2].entry.get(EntryField.PHONE) == "+84912345678"


async def test_an_answer_that_comes_twice_answers_nothing_else(
    operations: Operations, owner: Actor, listed: Listed, database: Database
) -> None:
    intakes = operations.intakes
    intake = await listed(owner, full(1, address="", representative=""))
    assert (await intakes.fill_gaps(owner, intake.id, "1. 12 Lê Lợi", "chat:1")).filled == 1
    async with unchanged(database):
        assert await intakes.fill_gaps(owner, intake.id, "1. 12 Lê Lợi", "chat:1") == AGAIN
    await intakes.fill_gaps(owner, intake.id, "1. Lê Lợi", "chat:2")
    entry = (await intakes.view_entry(owner, intake.id, 1)).entry
    assert entry.get(EntryField.ADDRESS) == "12 Lê Lợi"
    assert entry.get(EntryField.REPRESENTATIVE) == "Lê Lợi"


async def test_further_customers_of_an_answer_are_added_with_it(
    operations: Operations, owner: Actor, listed: Listed, database: Database
) -> None:
    """They are added in the same transaction, so that no kill comes between."""
    intakes = operations.intakes
    intake = await listed(owner, full(1, email=""), full(2, email=""))
    text = "1 giamdoc@hoasen.vn\n0100112437 Công ty TNHH Sao Mai"
    assert await intakes.fill_gaps(owner, intake.id, text, "chat:1") == FilledGaps(1, (), (), 1)
    assert (await intakes.view_intake(owner, intake.id)).counts.total == 3
    left = "2 hai@hoasen.vn\n0300588569 Công ty TNHH Việt Đức\nkhông mua cho 0100686174"
    assert (await intakes.fill_gaps(owner, intake.id, left)).unread == ("không mua cho 0100686174",)
    await intakes.fill_gaps(owner, intake.id, text, "chat:1")
    async with unchanged(database):
        assert await intakes.fill_gaps(owner, intake.id, text, "chat:1") == AGAIN
        await intakes.receive_text(owner, text, intake_id=intake.id, message="chat:1")
