"""What stands of a firm on its invoices."""

from domain.events import Verb
from domain.people import Actor
from services.catalogue.registry import LookUp
from services.operations import Operations
from services.people.firms import LookUpFirm
from services.ports import Registered
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import enterprise_tax_code
from tests.support.clock import FixedClock
from tests.support.registry import ScriptedRegistry
from tests.support.rows import rows_of

ONE, TWO, THREE = map(enterprise_tax_code, (1, 2, 3))


async def test_an_address_is_changed_and_noted_once(
    operations: Operations, owner: Actor, database: Database
) -> None:
    before = (await operations.show_profile(owner)).firm
    changed = await operations.change_firm(owner, " 5  Láng, Hà Nội ")
    assert (changed.name, changed.address) == (before.name, "5 Láng, Hà Nội")
    async with unchanged(database):
        assert await operations.change_firm(owner, "5 Láng, Hà Nội") == changed
    events = [row["verb"] for row in await rows_of(database, "events")]
    assert events.count(Verb.FIRM_CHANGED) == 1
    renamed = await operations.change_firm(owner, "5 Láng, Hà Nội", "Công ty An")
    assert (await operations.show_profile(owner)).firm == renamed
    assert renamed.name == "Công ty An"


async def test_an_address_is_one_line_that_fits(
    operations: Operations, owner: Actor, database: Database
) -> None:
    async with unchanged(database):
        for address, code in (("", "text_empty"), ("x" * 301, "text_too_long")):
            with refusal(code):
                await operations.change_firm(owner, address)


async def test_only_a_whole_answer_of_the_registry_is_offered(database: Database, clock: FixedClock) -> None:
    registry = ScriptedRegistry({ONE: ("Công ty An", "5 Láng"), TWO: ("Công ty Bình", "")}, {THREE})
    look_up = LookUpFirm(database, clock, LookUp(database, clock, registry))
    assert await look_up(ONE) == Registered(ONE, "Công ty An", "5 Láng")
    assert await look_up(TWO) is None
    assert await look_up(THREE) is None
    assert await LookUpFirm(database, clock, LookUp(database, clock, None))(ONE) is None
