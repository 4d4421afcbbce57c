"""Catching up from a service's list: what was told is not taken again, whichever comes first."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from domain.orders import Order
from domain.people import Actor
from domain.transfers import Provider, ReportedTransfer
from services.money.catching_up import AT_ONCE, EVERY, CatchUp, StartCatchingUp
from services.money.transfers import TakeTransfers
from services.operations import Operations
from services.ports import RetryLater
from services.ports.bank_feeds import FeedRefused, Listing
from storage.database import Database
from tests.services.paying import pushes_of, requests_of
from tests.support.banks import add_back_office, reported
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

SEPAY = Provider.SEPAY


@dataclass
class FakeFeed:
    """A list that a test writes; `asked` says since when it was read."""

    rows: list[ReportedTransfer] = field(default_factory=list)
    is_whole: bool = True
    trouble: Exception | None = None
    asked: list[datetime] = field(default_factory=list)

    async def transfers(self, since: datetime) -> Listing:
        self.asked.append(since)
        if self.trouble:
            raise self.trouble
        return Listing(self.rows, self.is_whole)


@dataclass
class Bank:
    """A service's list and its webhook, and the program that reads both."""

    database: Database
    clock: FixedClock
    feed: FakeFeed

    async def reads(self) -> None:
        await CatchUp(self.database, self.clock, {SEPAY: self.feed})(SEPAY)

    async def tells(self, *told: ReportedTransfer) -> None:
        await TakeTransfers(self.database, self.clock)(told)

    async def events(self) -> list[str]:
        return [row["event_id"] for row in await rows_of(self.database, "transfers")]


@pytest.fixture
def bank(database: Database, clock: FixedClock) -> Bank:
    return Bank(database, clock, FakeFeed())


def row(number: int, told: ReportedTransfer) -> ReportedTransfer:
    return replace(told, event_id=f"list:{number}", listed=True)


FIRST = reported("ck KTM7R4Q2X", 2_950_000, event_id="501", reference="FT1")
BARE = replace(FIRST, reference="")


@pytest.mark.parametrize("told", [FIRST, BARE], ids=["reference", "none"])
async def test_it_is_stored_once_whichever_comes_first(bank: Bank, told: ReportedTransfer) -> None:
    bank.feed.rows = [row(1, told)]
    await bank.reads()
    assert await bank.events() == ["list:1"]
    await bank.reads()
    assert await bank.events() == ["list:1"]
    # The webhook comes later, and again, and bears its own id from then on.
    for _ in range(3):
        await bank.tells(told)
        assert await bank.events() == ["501"]
        await bank.reads()
    # One more that is alike is another transfer, in whatever order.
    await bank.tells(replace(told, event_id="502"))
    bank.feed.rows.append(row(2, told))
    await bank.reads()
    assert await bank.events() == ["501", "502"]
    bank.feed.rows.append(row(3, told))
    await bank.reads()
    await bank.tells(replace(told, event_id="503"))
    assert await bank.events() == ["501", "502", "503"]


async def test_what_is_caught_up_is_matched_and_told_once(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock, bank: Bank
) -> None:
    order: Order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    (request,) = await requests_of(database, order)
    paid = reported(request.code, request.amount, event_id="1")
    working = Working(database, clock, feeds={SEPAY: bank.feed})
    bank.feed.rows = [row(1, paid)]
    await StartCatchingUp(database, clock, {SEPAY: bank.feed})()
    await working.work()
    assert (await requests_of(database, order))[0].received == request.amount
    for _ in range(3):
        await bank.tells(paid)
        await working.work_until(clock.now() + EVERY)
    assert (await requests_of(database, order))[0].received == request.amount
    assert len(await pushes_of(database, "transfer_received")) == 1
    assert len(bank.feed.asked) == 4


async def test_a_long_list_is_taken_in_parts(bank: Bank) -> None:
    bank.feed.rows = [row(number, FIRST) for number in range(2 * AT_ONCE + 1)]
    await bank.tells(*(replace(FIRST, event_id=f"{number}") for number in range(AT_ONCE)))
    await bank.reads()
    assert len(await bank.events()) == 2 * AT_ONCE + 1


async def test_a_list_that_is_not_whole_is_read_on_from_where_it_ends(bank: Bank) -> None:
    bank.feed.rows = [row(1, replace(FIRST, occurred_at=FIRST.occurred_at - timedelta(days=9)))]
    bank.feed.is_whole = False
    await bank.reads()
    bank.feed.is_whole = True
    await bank.reads()
    assert bank.feed.asked[1] == FIRST.occurred_at - timedelta(days=9 + 1)
    await bank.reads()
    assert bank.feed.asked[2] == bank.clock.now() - timedelta(hours=1)


async def test_webhook_and_list_at_once_store_it_once(bank: Bank) -> None:
    told = [replace(FIRST, event_id=f"{number}", reference=f"FT{number}") for number in range(20)]
    bank.feed.rows = [row(number, one) for number, one in enumerate(told)]
    await asyncio.gather(bank.reads(), *(bank.tells(one) for one in told), bank.reads())
    assert len(await bank.events()) == 20


async def test_a_list_is_read_again_from_an_hour_before_and_at_times_from_a_day(bank: Bank) -> None:
    start = bank.clock.now()
    for passed in (0, 5, 10, 65, 70, 600):
        bank.clock.set(start + timedelta(minutes=passed))
        await bank.reads()
    hour, day = timedelta(hours=1), timedelta(days=1)
    at = [start + timedelta(minutes=passed) for passed in (0, 5, 10, 65, 70)]
    assert bank.feed.asked == [
        start - day,
        at[0] - hour,
        at[1] - hour,
        at[2] - day,
        at[3] - hour,
        at[4] - day,
    ]


async def test_after_a_failure_it_is_read_since_the_last_time_that_it_could_be(
    bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    await bank.reads()
    last = bank.clock.now()
    for trouble in (RetryLater(30, "away"), FeedRefused("login"), ValueError("ours")):
        bank.clock.set(bank.clock.now() + timedelta(hours=30))
        bank.feed.trouble = trouble
        await bank.reads()
    assert "was not caught up" in caplog.text
    assert set(bank.feed.asked[1:]) == {last - timedelta(days=1)}


async def test_the_next_reading_waits_as_long_as_the_service_asks(bank: Bank) -> None:
    working = Working(bank.database, bank.clock, feeds={SEPAY: bank.feed})
    await StartCatchingUp(bank.database, bank.clock, {SEPAY: bank.feed})()
    bank.feed.trouble = RetryLater(1800, "it asks to slow down")
    await working.work()
    start = bank.clock.now()
    # A start of the program meanwhile asks no sooner, and adds nothing.
    await working.work_until(start + timedelta(minutes=12))
    await StartCatchingUp(bank.database, bank.clock, {SEPAY: bank.feed})()
    bank.feed.trouble = None
    await working.work_until(start + timedelta(minutes=30))
    assert len(bank.feed.asked) == 1
    await working.work_until(start + timedelta(minutes=35))
    assert len(bank.feed.asked) == 2
    await working.work_until(start + timedelta(minutes=50))
    assert len(bank.feed.asked) == 5


async def test_a_refusal_is_told_once_until_the_list_can_be_read(
    bank: Bank, database: Database, clock: FixedClock
) -> None:
    await add_back_office(database, clock)

    async def told() -> int:
        clock.set(clock.now() + EVERY)
        await bank.reads()
        return len(await pushes_of(database, "bank_list_refused"))

    bank.feed.trouble = FeedRefused("login")
    assert [await told() for _ in range(3)] == [1, 1, 1]
    bank.feed.trouble = RetryLater(30, "away")
    assert await told() == 1
    bank.feed.trouble = FeedRefused("HTTP 422")
    assert await told() == 1
    bank.feed.trouble = None
    assert await told() == 1
    bank.feed.trouble = FeedRefused("login")
    assert await told() == 2


async def test_a_list_that_is_off_now_is_left(bank: Bank) -> None:
    await CatchUp(bank.database, bank.clock, {})(SEPAY)
    assert bank.feed.asked == []
    assert await rows_of(bank.database, "jobs") == []
