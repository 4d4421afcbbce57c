"""Preferences: the defaults, and the last choice."""

import pytest

from domain.chats import Channel
from domain.messaging.notices import QuietHours, Topic
from domain.messaging.preferences import Preferences
from storage.database import Database
from tests.storage.conftest import Office, open_office


async def test_whoever_chose_nothing_has_the_defaults(office: Office) -> None:
    async with office.database.read() as uow:
        assert await uow.preferences.get(office.owner.id) == Preferences()


@pytest.mark.parametrize(
    "chosen",
    [
        Preferences(frozenset(Topic), QuietHours(22, 7)),
        Preferences(frozenset({Topic.REMINDERS, Topic.BACK_OFFICE}), QuietHours(0, 0)),
        Preferences(frozenset(), None),
        Preferences(frozenset(), None, Channel.ZALO),
    ],
)
async def test_what_was_chosen_last_holds(either: Database, chosen: Preferences) -> None:
    office = await open_office(either)
    other = await open_office(either, "B", "0300000000")
    async with either.write() as uow:
        await uow.preferences.save(office.owner.id, Preferences(frozenset({Topic.STAFF}), QuietHours(1, 2)))
        await uow.preferences.save(office.owner.id, chosen)
        assert await uow.preferences.get(office.owner.id) == chosen
        assert await uow.preferences.get(other.owner.id) == Preferences()
