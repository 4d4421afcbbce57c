"""Events: kept as they happened, read for one order and by time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.calendar import VIETNAM
from domain.events import Event, Verb
from services.ports import LoggedEvent, UnitOfWork
from storage.database import Database
from tests.storage.conftest import Office, open_office
from tests.support.clock import NOON_OF_JUNE_15 as NOW


async def log(uow: UnitOfWork, since: datetime, until: datetime) -> list[LoggedEvent]:
    return [event async for page in uow.events.between(since, until) for event in page]


async def test_the_timeline_of_an_order_is_newest_first(either: Database) -> None:
    office = await open_office(either)
    first = await office.order(await office.draft(), "KTAAAAAA")
    second = await office.order(await office.draft(), "KTBBBBBB")

    def event(verb: Verb, order_id: int | None) -> Event:
        return Event(verb, NOW, office.owner.id, office.firm.id, order_id, {"reason": "Trả lại", "amount": 7})

    mine = [event(verb, first.id) for verb in Verb]
    async with either.write() as uow:
        for each in mine:
            await uow.events.add(each)
            await uow.events.add(event(Verb.MONEY_RECEIVED, second.id))
            await uow.events.add(event(Verb.LOG_EXPORTED, None))
        newest_first = mine[::-1]
        assert await uow.events.of_order(first.id, 0, 3) == (newest_first[:3], len(mine))
        assert await uow.events.of_order(first.id, len(mine) - 1, 3) == (newest_first[-1:], len(mine))
        assert await uow.events.of_order(77, 0, 3) == ([], 0)


async def test_the_log_of_a_span_is_oldest_first(office: Office) -> None:
    hours = [
        Event(Verb.TOTALS_SHOWN, NOW + timedelta(hours=hour), params={"hour": hour}) for hour in range(5)
    ]
    async with office.database.write() as uow:
        for event in (hours[3], hours[0], hours[2], hours[4], hours[1], hours[1]):
            await uow.events.add(event)
        found = await log(uow, hours[1].at, hours[4].at)
        assert [one.event for one in found] == [hours[1], hours[1], hours[2], hours[3]]
        assert {(one.by, one.firm, one.order_code) for one in found} == {("", "", "")}
        assert await log(uow, hours[4].at, hours[4].at) == []


async def test_a_span_that_begins_at_midnight_in_vietnam_has_its_first_hours(office: Office) -> None:
    midnight = datetime(2026, 6, 16, tzinfo=VIETNAM)
    early = Event(Verb.TOTALS_SHOWN, midnight + timedelta(minutes=5))
    async with office.database.write() as uow:
        await uow.events.add(Event(Verb.TOTALS_SHOWN, midnight - timedelta(minutes=5)))
        await uow.events.add(early)
        found = await log(uow, midnight, midnight + timedelta(days=1))
    assert [one.event for one in found] == [early]


async def test_a_long_log_is_read_in_pages(office: Office) -> None:
    """Events of one moment do not get lost where a page ends."""
    many = [Event(Verb.TOTALS_SHOWN, NOW + timedelta(hours=n // 350), params={"n": n}) for n in range(700)]
    async with office.database.write() as uow:
        for event in many:
            await uow.events.add(event)
        pages = [page async for page in uow.events.between(NOW, NOW + timedelta(hours=2))]
    assert [one.event for page in pages for one in page] == many
    assert max(map(len, pages)) < 350


async def test_the_log_names_who_and_what(office: Office) -> None:
    order = await office.order(await office.draft(), "KTAAAAAA")
    done = Event(Verb.ORDER_PLACED, NOW, office.owner.id, office.firm.id, order.id)
    async with office.database.write() as uow:
        await uow.events.add(done)
        (found,) = await log(uow, NOW, NOW + timedelta(hours=1))
    assert found == LoggedEvent(done, office.owner.name, office.firm.name, order.code)


async def test_what_never_was_has_no_events(office: Office) -> None:
    with pytest.raises(IntegrityError):
        async with office.database.write() as uow:
            await uow.events.add(Event(Verb.ORDER_PLACED, NOW, order_id=77))
