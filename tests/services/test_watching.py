"""Back office is alarmed once, and told once when it is over, however many processes look."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.alarms import GRACE, AlarmKind, Sign
from domain.chats import Channel
from domain.messaging.alarm_contents import AlarmContent
from domain.messaging.pushes import AlarmBegan, AlarmOver, Push
from domain.people import Actor
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.ports import Lane, NewJob
from services.watching import ReadFigures, WatchOver
from storage.database import Database
from storage.zalo_chats import SqlZaloChats
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

DISK = AlarmKind.DISK


class Watched:
    """Looks at signs, and says what back office was told."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.watch = WatchOver(database, clock)

    async def see(self, kind: AlarmKind, bad: bool | None, about: str = "") -> None:
        await self.watch([Sign(kind, about, bad)])

    async def told(self) -> Sequence[str]:
        return [row["kind"] for row in await rows_of(self.database, "pushes")]


@pytest.fixture
def watched(database: Database, clock: FixedClock, back_office: Actor) -> Watched:
    return Watched(database, clock)


@pytest.mark.parametrize("kind", AlarmKind)
async def test_each_alarm_is_told_once_and_clears_once(watched: Watched, kind: AlarmKind) -> None:
    await watched.see(kind, False)
    await watched.see(kind, True)
    if GRACE[kind]:
        watched.clock.forward(seconds=GRACE[kind].total_seconds() - 1)
        await watched.see(kind, True)
        assert await watched.told() == []
        watched.clock.forward(seconds=1)
    for _ in range(3):
        await watched.see(kind, True)
        watched.clock.forward(hours=5)
    assert await watched.told() == ["alarm"]
    for _ in range(3):
        await watched.see(kind, False)
    assert await watched.told() == ["alarm", "alarm_over"]
    # It may begin again.
    await watched.see(kind, True)
    watched.clock.forward(minutes=10)
    await watched.see(kind, True)
    assert await watched.told() == ["alarm", "alarm_over", "alarm"]


async def test_what_passes_soon_is_not_told_at_all(watched: Watched) -> None:
    await watched.see(AlarmKind.PART, True, "zalo")
    watched.clock.forward(minutes=9)
    await watched.see(AlarmKind.PART, False, "zalo")
    # The ten minutes begin anew.
    await watched.see(AlarmKind.PART, True, "zalo")
    watched.clock.forward(minutes=9)
    await watched.see(AlarmKind.PART, True, "zalo")
    assert await watched.told() == []


async def test_what_is_not_known_changes_nothing(watched: Watched) -> None:
    await watched.see(DISK, None)
    await watched.see(DISK, True)
    await watched.see(DISK, None)
    assert await watched.told() == ["alarm"]


async def test_what_is_not_watched_any_more_is_over(watched: Watched) -> None:
    """A channel that was turned off, or the canary."""
    await watched.see(AlarmKind.CANARY, True)
    await watched.watch([])
    assert await watched.told() == ["alarm", "alarm_over"]


async def test_one_is_told_apart_from_another(watched: Watched) -> None:
    zalo, sms = (Sign(AlarmKind.PART, about, True) for about in ("zalo", "sms"))
    await watched.watch([zalo, sms])
    watched.clock.forward(minutes=10)
    await watched.watch([zalo, Sign(AlarmKind.PART, "sms", None)])
    assert await watched.told() == ["alarm"]


async def test_several_processes_tell_once_over_all(watched: Watched, database_url: str) -> None:
    others = [Database(database_url) for _ in range(3)]
    try:
        for bad in (True, False):
            looks = [
                WatchOver(one, watched.clock)([Sign(DISK, "", bad)]) for one in (*others, watched.database)
            ]
            await asyncio.gather(*looks)
    finally:
        for one in others:
            await one.close()
    assert await watched.told() == ["alarm", "alarm_over"]


async def test_an_alarm_that_left_too_late_is_told_by_its_end_alone(watched: Watched) -> None:
    await watched.see(DISK, True)
    began, over = (Push("", Channel.CHAT, about, 1) for about in (AlarmBegan(1), AlarmOver(1)))
    async with watched.database.read() as uow:
        now = Reading(watched.clock.now())
        assert isinstance(await read_content(uow, began, now), AlarmContent)
    await watched.see(DISK, False)
    async with watched.database.read() as uow:
        assert await read_content(uow, began, now) is None
        content = await read_content(uow, over, now)
    assert isinstance(content, AlarmContent)
    assert content.alarm.over_at is not None


async def test_the_figures_say_which_lane_stands(database: Database, clock: FixedClock) -> None:
    read = ReadFigures(database, clock)
    assert not any(sign.bad for sign in (await read()).signs())
    async with database.write() as uow:
        jobs = [NewJob("unknown", f"job {number}", {}, lane=Lane.VENDOR) for number in range(3)]
        await uow.jobs.enqueue(jobs, clock.now())
    found = (await read()).lanes
    assert (found[Lane.VENDOR].due, found[Lane.CHAT].due) == (3, 0)
    # PostgreSQL says by its own clock when a job was enqueued.
    since = found[Lane.VENDOR].since
    assert since is not None
    clock.set(since)
    for minutes, stands in ((9, set()), (1, {Lane.VENDOR})):
        clock.forward(minutes=minutes)
        assert {sign.about for sign in (await read()).signs() if sign.bad} == stands


async def test_a_job_for_later_and_those_behind_it_hold_up_no_lane(
    database: Database, clock: FixedClock
) -> None:
    later = clock.now().replace(year=2100)
    async with database.write() as uow:
        first = NewJob("unknown", "first", {}, later, order_key="a")
        await uow.jobs.enqueue([first, NewJob("unknown", "second", {}, order_key="a")], clock.now())
    clock.set(later.replace(year=2099))
    assert not any(sign.bad for sign in (await ReadFigures(database, clock)()).signs())


async def test_the_month_is_bad_until_zalo_takes_messages_again(
    watched: Watched, database: Database, clock: FixedClock
) -> None:
    read, chats = ReadFigures(database, clock), SqlZaloChats(database, clock.now)

    async def look() -> Sequence[str]:
        await watched.watch((await read()).signs())
        return await watched.told()

    await chats.count(1, 3_000)
    assert await look() == []
    for _ in range(2):
        await chats.refused()
        clock.forward(minutes=2)
    assert await look() == ["alarm"]
    clock.forward(hours=3)
    assert await look() == ["alarm"]
    await chats.count(1, 1)
    assert await look() == ["alarm", "alarm_over"]
