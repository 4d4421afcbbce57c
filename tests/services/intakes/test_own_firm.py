"""A list that names the firm of whoever sends it asks whether the firm itself is meant."""

from domain.intakes.entries import EntryField, Standing
from domain.people import Actor
from services.intakes.operations import Intaking
from services.operations import Operations
from tests.services.intakes.conftest import Entries, Listed
from tests.services.intakes.entries import full
from tests.support.builders import enterprise, enterprise_tax_code

OWN = enterprise_tax_code(80_001)
LINE = f"{OWN}; Công ty TNHH Gia Bảo"
ASKED = [(EntryField.TAX_CODE, "tax_code_own_firm", (OWN,))]


async def test_a_pasted_list_asks_and_an_answer_stands(
    intakes: Intaking, owner: Actor, entries: Entries
) -> None:
    intake = await intakes.receive_text(owner, f"{enterprise_tax_code(1)}; Công ty TNHH Sao Mai\n{LINE}")
    _, own = await entries(intake)
    assert own.standing is Standing.WRONG
    assert [(one.field, one.error.code, one.choices) for one in own.problems] == ASKED
    await intakes.mend_entry(owner, intake.id, own.position, EntryField.TAX_CODE, OWN)
    _, own = await entries(intake)
    assert (own.standing, own.get(EntryField.TAX_CODE), own.problems) == (Standing.LACKING, OWN, ())


async def test_a_file_asks(owner: Actor, listed: Listed, entries: Entries) -> None:
    intake = await listed(owner, full(1), {**full(2), "tax_code": OWN})
    other, own = await entries(intake)
    assert (other.standing, own.standing) == (Standing.READY, Standing.WRONG)
    assert [(one.field, one.error.code, one.choices) for one in own.problems] == ASKED


async def test_nothing_is_asked_once_the_firm_is_its_own_customer(
    operations: Operations, owner: Actor, entries: Entries
) -> None:
    await operations.add_customer(owner, enterprise(80_001))
    (own,) = await entries(await operations.intakes.receive_text(owner, LINE))
    assert (own.get(EntryField.TAX_CODE), own.problems) == (OWN, ())
