"""Zalo chats: their ids on Zalo, their menus, and the month's messages."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy.exc import NoResultFound

from domain.chats import CODES_KEPT, PUSH_LETTERS, Channel, push_letters, zalo_chat_id
from domain.choices import WINDOW, Choice, ChoiceMenu, Typing
from storage import zalo_chats as module
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.zalo_chats import add_count, meet, put_menu
from tests.storage.conftest import open_office
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.clock import FixedClock
from tests.support.zalo_chats import CountedChats

TED = "6ede9afa66b88fe6d6a9"
CHAT = zalo_chat_id(TED)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def database(either_url: str) -> AsyncIterator[Database]:
    opened = Database(either_url)
    yield opened
    await opened.close()


@pytest.fixture
def chats(database: Database, clock: FixedClock) -> CountedChats:
    return CountedChats(database, clock)


async def known(database: Database, external_id: str = TED) -> int:
    async with database.writing() as connection:
        return (await meet(connection, [external_id]))[external_id]


async def test_a_chat_that_wrote_is_found_by_its_number(database: Database, chats: CountedChats) -> None:
    assert await chats.external_id(CHAT) is None
    assert await known(database) == CHAT
    assert await chats.external_id(CHAT) == TED
    assert await chats.external_id(CHAT + 1) is None


async def test_a_chat_met_again_keeps_its_count_of_pushes(database: Database, chats: CountedChats) -> None:
    await known(database)
    first = await chats.next_letters(CHAT)
    await known(database)
    assert await chats.next_letters(CHAT) != first


async def test_what_zalo_calls_a_chat_is_read_once(
    database: Database, chats: CountedChats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 2)
    names = ["a", "b", "c"]
    numbers = [await known(database, name) for name in names]
    for number, name in zip(numbers, names, strict=True):
        assert await chats.external_id(number) == name
    await database.close()
    monkeypatch.setattr(database, "reading", lambda: pytest.fail("asked the database"))
    assert [await chats.external_id(number) for number in numbers[1:]] == names[1:]
    with pytest.raises(pytest.fail.Exception):
        await chats.external_id(numbers[0])


async def test_each_push_gets_the_next_letter_however_many_leave_at_once(
    database: Database, chats: CountedChats
) -> None:
    await known(database)
    other = await known(database, "other")
    together = await asyncio.gather(*(chats.next_letters(CHAT) for _ in PUSH_LETTERS))
    assert sorted(together) == sorted(PUSH_LETTERS)
    assert await chats.next_letters(CHAT) == "CC"
    assert await chats.next_letters(other) == PUSH_LETTERS[0]


async def test_an_unknown_chat_has_no_letters(chats: CountedChats) -> None:
    with pytest.raises(NoResultFound):
        await chats.next_letters(CHAT)


async def test_the_menu_shown_last_stands_under_its_letter(
    database: Database, chats: CountedChats, clock: FixedClock
) -> None:
    first, other, last, window = (
        ChoiceMenu((Choice(key, says="chữ"),), number, typing)
        for key, number, typing in (
            ("A1", 1, Typing.CHOICE),
            ("C1", 2, Typing.CHOICE),
            ("A1", 1_750_316_131_602_000, Typing.CHOICE),
            ("1", 4, Typing.ANSWER),
        )
    )
    await chats.keep_menu(CHAT, "A", first)
    await chats.keep_menu(CHAT, "C", other)
    await chats.keep_menu(CHAT + 1, "A", first)
    clock.forward(minutes=1)
    await chats.keep_menu(CHAT, "A", last)
    async with database.writing() as connection:
        await put_menu(connection, CHAT, WINDOW, window, NOW)
    assert await chats.menus(CHAT) == {
        "A": replace(last, shown_at=clock.now()),
        "C": replace(other, shown_at=NOW),
        WINDOW: replace(window, shown_at=NOW),
    }
    assert await chats.menus(CHAT + 2) == {}


async def test_the_menus_of_the_last_messages_are_kept(chats: CountedChats) -> None:
    for pushed in range(CODES_KEPT + 2):
        await chats.keep_menu(CHAT, push_letters(pushed), ChoiceMenu((), pushed))
    kept = await chats.menus(CHAT)
    assert sorted(menu.message_id for menu in kept.values()) == list(range(2, CODES_KEPT + 2))


async def test_old_menus_of_pushes_are_forgotten_and_the_window_stays(chats: CountedChats) -> None:
    for letter in ("", "A", "C"):
        await chats.keep_menu(CHAT, letter, ChoiceMenu((), 1))
    assert await chats.purge(NOW) == 0
    assert await chats.purge(NOW + timedelta(seconds=1)) == 2
    assert list(await chats.menus(CHAT)) == [""]


async def test_a_chat_that_is_nobodys_is_forgotten_after_its_last_window(
    database: Database, chats: CountedChats, clock: FixedClock
) -> None:
    office = await open_office(database)
    for external_id in (TED, "0" * 20, "1" * 20):
        number = await known(database, external_id)
        await chats.keep_menu(number, WINDOW, ChoiceMenu((), 1))
    async with database.write() as uow:
        await uow.chats.link(Channel.ZALO, str(CHAT), office.owner.id, NOW)
    key = StorageKey(1, zalo_chat_id("0" * 20), 1)
    dialogs = DialogStorage(database, clock.now)
    await dialogs.update_data(key, {"a": 1})
    assert await chats.forget_strangers() == 1
    assert await chats.external_id(zalo_chat_id("1" * 20)) is None
    assert await chats.menus(zalo_chat_id("1" * 20)) == {}
    for external_id in (TED, "0" * 20):
        assert await chats.external_id(zalo_chat_id(external_id)) == external_id
        assert list(await chats.menus(zalo_chat_id(external_id))) == [WINDOW]


async def test_messages_are_counted_by_the_month_of_vietnam(
    database: Database, chats: CountedChats, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 10, 31, 16, 59, tzinfo=UTC))
    await chats.count(1, 2)
    await chats.count(1, 3)
    clock.set(datetime(2026, 10, 31, 17, 0, tzinfo=UTC))
    async with database.writing() as connection:
        await add_count(connection, 1, clock.now())
    assert [await chats.sent_in(month) for month in ("2026-10", "2026-11", "2026-12")] == [5, 1, 0]
