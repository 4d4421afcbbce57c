"""The canary walks an order without a trace: not in the database, not outside, not in a total."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot.canary import canary_walks
from bot.watching import Lookout
from bot.wiring import Program
from services.canary import walk
from services.operations import build_operations
from services.ports import Lane
from storage.rehearsal import rehearsal
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    back_office_person,
    placed_order,
    register_owner,
)
from tests.support.clock import FixedClock
from tests.support.rows import dump, rows_of
from tests.support.watched import still_program
from tests.support.workbooks import JsonWorkbooks


@pytest.fixture
async def program(tmp_path: Path, database_url: str, clock: FixedClock) -> AsyncIterator[Program]:
    async with still_program(tmp_path, database_url, clock, canary_minutes=15) as built:
        yield built


def calls_outside() -> float:
    """All calls that were ever counted, and mails."""
    return sum(
        one.value
        for family in REGISTRY.collect()
        if family.name == "ktdv_api_calls"
        for one in family.samples
        if one.name.endswith("_total")
    )


async def test_it_leaves_nothing_behind_and_calls_nobody(program: Program, clock: FixedClock) -> None:
    # Who registers here proves nothing.
    operations = build_operations(program.database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    owner = await register_owner(operations)
    await placed_order(operations, owner, await add_customers(operations, owner, 2))
    office = await back_office_person(program.database, clock)
    totals = await operations.desk.show_totals(office, clock.today())
    before, called = await dump(program.database), calls_outside()
    woken: list[object] = []
    program.database.on_enqueued = woken.append
    for _ in range(2):
        assert await canary_walks(program)
    assert await dump(program.database) == before
    assert await operations.desk.show_totals(office, clock.today()) == totals
    assert calls_outside() == called
    assert not woken


async def test_it_comes_as_far_as_the_jobs_that_would_call(program: Program, clock: FixedClock) -> None:
    async with rehearsal(program.database) as units:
        operations = build_operations(units, clock, PAYEE, CHANNELS, JsonWorkbooks())
        told = await walk(operations, units, clock)
        async with units.read() as uow:
            lanes = {
                lane: (await uow.figures.lane(lane, clock.now())).due for lane in (Lane.MAIN, Lane.VENDOR)
            }
    # A mail and an SMS to each of two customers, and an activation of each.
    assert len(told) == 2
    assert lanes[Lane.VENDOR] == 2
    assert lanes[Lane.MAIN] >= 4


async def test_what_it_stumbles_over_alarms_back_office_once(program: Program, clock: FixedClock) -> None:
    lookout = Lookout(program)
    await lookout.look()

    async def told() -> list[str]:
        await lookout.look()
        # Nobody runs the jobs here, so that a lane comes to stand as well.
        kinds = {str(row["id"]): row["kind"] for row in await rows_of(program.database, "alarms")}
        pushes = [row for row in await rows_of(program.database, "pushes") if row["kind"].startswith("alarm")]
        first = [row for row in pushes if row["accountant_id"] == pushes[0]["accountant_id"]]
        return [row["kind"] for row in first if kinds[row["about"]] == "canary"]

    assert await told() == []
    async with program.database.write() as uow:
        on_sale = await uow.packages.on_sale()
        await uow.packages.replace_all([], clock.now())
    clock.forward(minutes=14)
    assert await told() == [], "it walks every 15 minutes"
    clock.forward(minutes=1)
    assert await told() == ["alarm"]
    clock.forward(minutes=15)
    assert await told() == ["alarm"]
    async with program.database.write() as uow:
        await uow.packages.replace_all(on_sale, clock.now())
    clock.forward(minutes=15)
    assert await told() == ["alarm", "alarm_over"]
