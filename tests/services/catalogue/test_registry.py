"""Looking up names and addresses: what is asked, what is remembered, and that nobody waits for it."""

import asyncio
from typing import Any

import pytest

from domain.people import Actor
from services.catalogue.registry import AT_ONCE, KEEP_FOUND, KEEP_UNKNOWN, LookUp
from services.operations import Operations, build_operations
from services.ports import Registered
from storage.database import Database
from tests.support.builders import CHANNELS, PAYEE, enterprise_tax_code, household_tax_code
from tests.support.clock import FixedClock
from tests.support.registry import ScriptedRegistry
from tests.support.workbooks import JsonWorkbooks

KNOWN, UNKNOWN = enterprise_tax_code(1), enterprise_tax_code(2)
HOA_SEN = Registered(KNOWN, "Công ty Hoa Sen", "1 Lê Lợi")


@pytest.fixture
def registry() -> ScriptedRegistry:
    return ScriptedRegistry({KNOWN: (HOA_SEN.name, HOA_SEN.address)})


@pytest.fixture
def look_up(database: Database, clock: FixedClock, registry: ScriptedRegistry) -> LookUp:
    return LookUp(database, clock, registry)


async def test_off_it_finds_nothing(database: Database, clock: FixedClock) -> None:
    look_up = LookUp(database, clock, None)
    assert not look_up.on
    assert await look_up.one(KNOWN) is None
    assert await look_up.many([KNOWN, UNKNOWN]) == {}


async def test_what_is_registered_is_found(look_up: LookUp, registry: ScriptedRegistry) -> None:
    assert look_up.on
    assert await look_up.one(KNOWN) == HOA_SEN
    assert await look_up.many([UNKNOWN, KNOWN, KNOWN]) == {KNOWN: HOA_SEN}
    assert registry.asked == [KNOWN, UNKNOWN]


async def test_personal_ids_are_not_sent_out(look_up: LookUp, registry: ScriptedRegistry) -> None:
    branch = f"{KNOWN}-001"
    asked = [household_tax_code(1), "", "0101", f"{KNOWN}001", f"{KNOWN}/..", branch]
    registry.taxpayers = dict.fromkeys(asked, ("Ai đó", "Đâu đó"))
    assert await look_up.many(asked) == {branch: Registered(branch, "Ai đó", "Đâu đó")}
    assert registry.asked == [branch]


async def test_answers_are_remembered_for_a_while(
    look_up: LookUp, registry: ScriptedRegistry, clock: FixedClock
) -> None:
    await look_up.many([KNOWN, UNKNOWN])
    clock.forward(seconds=KEEP_UNKNOWN.total_seconds() - 1)
    assert await look_up.many([KNOWN, UNKNOWN]) == {KNOWN: HOA_SEN}
    assert registry.asked == [KNOWN, UNKNOWN]
    clock.forward(seconds=1)
    registry.taxpayers[UNKNOWN] = ("Công ty mới", "")
    assert len(await look_up.many([KNOWN, UNKNOWN])) == 2
    assert registry.asked == [KNOWN, UNKNOWN, UNKNOWN]
    clock.forward(seconds=KEEP_FOUND.total_seconds())
    registry.taxpayers[KNOWN] = ("Công ty Hoa Sen Mới", "2 Lê Lợi")
    found = await look_up.one(KNOWN)
    assert found is not None
    assert found.name == "Công ty Hoa Sen Mới"


async def test_no_answer_is_not_remembered(look_up: LookUp, registry: ScriptedRegistry) -> None:
    registry.silent = {KNOWN}
    registry.taxpayers[UNKNOWN] = ("B", "")
    assert set(await look_up.many([KNOWN, UNKNOWN])) == {UNKNOWN}
    registry.silent = set()
    assert set(await look_up.many([KNOWN, UNKNOWN])) == {KNOWN, UNKNOWN}


class Stuck(ScriptedRegistry):
    """A registry that answers only the first few questions."""

    under_way = 0

    async def find(self, tax_code: str) -> Registered | None:
        if len(self.asked) >= 3:
            self.under_way += 1
            self.asked.append(tax_code)
            await asyncio.Event().wait()
        return await super().find(tax_code)


async def test_what_came_in_time_is_used_and_remembered(database: Database, clock: FixedClock) -> None:
    codes = [enterprise_tax_code(number) for number in range(20)]
    stuck = Stuck(dict.fromkeys(codes, ("Công ty", "Hà Nội")))
    assert list(await LookUp(database, clock, stuck).many(codes, seconds=0.05)) == codes[:3]
    assert stuck.under_way == AT_ONCE
    again = ScriptedRegistry()
    assert list(await LookUp(database, clock, again).many(codes[:4])) == codes[:3]
    assert again.asked == [codes[3]]


class Broken(ScriptedRegistry):
    async def find(self, tax_code: str) -> Registered | None:
        raise RuntimeError("not foreseen")


async def test_it_never_raises(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    assert await LookUp(database, clock, Broken()).many([KNOWN]) == {}
    assert "a look-up in the registry failed" in caplog.text

    class NoDatabase:
        def read(self) -> Any:
            raise OSError("no database")

    assert await LookUp(NoDatabase(), clock, ScriptedRegistry()).one(KNOWN) is None  # type: ignore[arg-type]


async def test_an_accountant_looks_one_up(
    database: Database, clock: FixedClock, owner: Actor, operations: Operations, look_up: LookUp
) -> None:
    assert await operations.look_up_tax_code(owner, KNOWN) is None
    on = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), look_up=look_up)
    assert await on.look_up_tax_code(owner, KNOWN) == HOA_SEN
