"""What the program sees of itself, and tells back office."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.watching import Lookout, Tried
from bot.wiring import Program
from domain.alarms import AlarmKind, Sign
from services.presence import Presence
from tests.support.builders import back_office_person
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.watched import still_program


def seen(tried: Tried, *presences: Presence) -> bool | None:
    sign = tried.sign("zalo", presences)
    assert (sign.kind, sign.about) == (AlarmKind.PART, "zalo")
    return sign.bad


def test_a_part_is_bad_by_a_call_that_fails_and_good_by_one_that_is_answered() -> None:
    tried, presence = Tried(), Presence("pushes on Zalo", 3)
    assert seen(tried, presence) is None
    presence.lost("out of reach")
    assert seen(tried, presence) is None, "one failure may come by itself"
    for _ in range(2):
        presence.lost("out of reach")
    assert seen(tried, presence) is True
    assert seen(tried, presence) is None, "nobody has called since"
    presence.found()
    assert seen(tried, presence) is False
    assert seen(tried, presence) is None


def test_a_part_is_not_good_while_another_way_to_it_is_lost() -> None:
    tried, talks, pushes = Tried(), Presence("answering on Zalo"), Presence("pushes on Zalo")
    pushes.lost("out of reach")
    talks.found()
    assert seen(tried, talks, pushes) is True
    talks.found()
    assert seen(tried, talks, pushes) is None
    pushes.found()
    assert seen(tried, talks, pushes) is False


def test_a_process_that_begins_knows_nothing() -> None:
    """It does not end an alarm that another process began."""
    assert Tried().sign("smtp", [Presence("smtp")]) == Sign(AlarmKind.PART, "smtp", None)


@pytest.fixture
async def program(tmp_path: Path, sqlite_url: str, clock: FixedClock) -> AsyncIterator[Program]:
    async with still_program(tmp_path, sqlite_url, clock) as built:
        yield built


async def told(program: Program, kind: AlarmKind) -> list[str]:
    """What back office was told of alarms of this kind. Nobody runs the jobs here, so that lanes come to
    stand as well."""
    about = {str(row["id"]) for row in await rows_of(program.database, "alarms") if row["kind"] == kind}
    return [row["kind"] for row in await rows_of(program.database, "pushes") if row["about"] in about]


async def test_a_disk_that_runs_full_alarms_once_and_clears_once(
    program: Program, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await back_office_person(program.database, clock)
    lookout, least = Lookout(program), program.settings.min_free_mb * 2**20

    async def with_free(free: float) -> list[str]:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        clock.forward(minutes=1)
        await lookout.look()
        return await told(program, AlarmKind.DISK)

    assert await with_free(least) == []
    assert await with_free(least - 1) == ["alarm"]
    assert await with_free(least - 2) == ["alarm"]
    assert await with_free(least * 1.05) == ["alarm"], "it could run full again at once"
    assert await with_free(least * 1.2) == ["alarm", "alarm_over"]
    assert await with_free(least * 1.2) == ["alarm", "alarm_over"]


async def test_a_part_that_is_down_for_ten_minutes_alarms_once_and_clears_once(
    program: Program, clock: FixedClock
) -> None:
    await back_office_person(program.database, clock)
    lookout, smtp = Lookout(program), program.presences["smtp"]

    async def after(minutes: float, *calls: Callable[[], object]) -> list[str]:
        clock.forward(minutes=minutes)
        for call in calls:
            call()
        await lookout.look()
        return await told(program, AlarmKind.PART)

    def fails() -> None:
        smtp.lost("out of reach")

    assert await after(0, fails, fails, fails) == []
    assert await after(9, fails) == []
    assert await after(1, fails) == ["alarm"]
    assert await after(60, fails) == ["alarm"]
    assert await after(1, smtp.found) == ["alarm", "alarm_over"]
    assert await after(1, smtp.found) == ["alarm", "alarm_over"]
