"""A window drawn again outside of an update."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.screens import DialogScreens
from bot.telegram.app import TelegramApp
from domain.chats import Channel, zalo_chat_id
from domain.people import Actor
from sandbox.telegram.errors import ApiError, too_many
from sandbox.telegram.params import Params
from services.people.people import ChatIdentity
from services.ports import RetryLater
from tests.support import builders
from tests.support.direct import DirectWorld
from texts.catalogue import customers as texts


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[DirectWorld]:
    opened = DirectWorld(database_url, tmp_path / "world")
    await opened.open()
    yield opened
    await opened.close()


async def _screen(world: DirectWorld, person: str) -> dict[str, str]:
    """The live window of this person."""
    stack = await world.stack(person)
    return {
        "channel": "telegram",
        "chat": str(world.phone(person).person.telegram_id),
        "intent": stack["intents"][-1],
    }


async def _with_catalogue_open(world: DirectWorld) -> tuple[Actor, DialogScreens]:
    firm = ("Ánh Sao", builders.enterprise_tax_code(1000))
    await world.operations.register_firm(world.identity("owner"), builders.person("Hương"), *firm)
    await world.says("owner", "/khachhang")
    actor = await world.actor("owner")
    assert actor is not None
    return actor, DialogScreens({Channel.TELEGRAM: world.bot}, world.dispatcher, TelegramApp.away)


async def test_the_window_shows_what_is_there_now_in_the_same_message(world: DirectWorld) -> None:
    actor, screens = await _with_catalogue_open(world)
    before = len(world.messages("owner"))
    await world.operations.add_customer(actor, builders.enterprise(1))
    await screens.redraw(await _screen(world, "owner"))
    assert "1 khách" in world.shown("owner")
    assert len(world.messages("owner")) == before
    # Again, with nothing new: Telegram's "not modified" is no failure.
    await screens.redraw(await _screen(world, "owner"))


async def test_whoever_uses_another_chat_meanwhile_is_still_written_to_there(world: DirectWorld) -> None:
    actor, screens = await _with_catalogue_open(world)
    world.clock.forward(minutes=1)
    zalo = ChatIdentity(Channel.ZALO, str(zalo_chat_id("6ede9afa66b88fe6d6a9")))
    await world.operations.link_chat(zalo, await world.operations.make_link_code(actor))
    world.clock.forward(minutes=1)
    await screens.redraw(await _screen(world, "owner"))
    assert (await world.operations.list_chats(actor))[0].channel is Channel.ZALO
    await world.says("owner", "/khachhang")
    assert (await world.operations.list_chats(actor))[0].channel is Channel.TELEGRAM


async def test_a_notice_over_the_window_stays_until_something_is_done(world: DirectWorld) -> None:
    _, screens = await _with_catalogue_open(world)
    await world.says("owner", "…")
    with_notice = world.shown("owner")
    await screens.redraw(await _screen(world, "owner"))
    await screens.redraw(await _screen(world, "owner"))
    assert world.shown("owner") == with_notice
    assert texts.UNREADABLE_SEARCH in with_notice
    await world.taps("owner", "Thêm khách")
    assert texts.UNREADABLE_SEARCH not in world.shown("owner")


async def test_a_window_that_was_left_stays_left(world: DirectWorld) -> None:
    actor, screens = await _with_catalogue_open(world)
    left = await _screen(world, "owner")
    await world.says("owner", "/start")
    shown = world.shown("owner")
    await world.operations.add_customer(actor, builders.enterprise(1))
    await screens.redraw(left)
    assert world.shown("owner") == shown


async def test_what_it_remembers_is_written(world: DirectWorld) -> None:
    """A tap after the redraw works, because the stack knows its message."""
    _, screens = await _with_catalogue_open(world)
    await screens.redraw(await _screen(world, "owner"))
    await world.taps("owner", "Thêm khách")
    assert await world.state("owner") == "NewCustomer:tax_code"


async def test_it_has_the_turn_of_the_chat(world: DirectWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the changes of a tap meanwhile would be lost."""
    actor, screens = await _with_catalogue_open(world)
    await world.operations.add_customer(actor, builders.enterprise(1))
    held: list[StorageKey] = []
    at_the_edit: list[list[StorageKey]] = []
    isolation, call = world.dispatcher.fsm.events_isolation, world.telegram.call
    lock = isolation.lock

    @asynccontextmanager
    async def locked(key: StorageKey) -> AsyncIterator[None]:
        async with lock(key):
            held.append(key)
            yield
            held.remove(key)

    async def watched(method: str, params: Params) -> object:
        at_the_edit.append(list(held))
        return await call(method, params)

    monkeypatch.setattr(isolation, "lock", locked)
    monkeypatch.setattr(world.telegram, "call", watched)
    await screens.redraw(await _screen(world, "owner"))
    by_redrawing = at_the_edit.pop()
    await world.says("owner", "/start")
    assert by_redrawing == at_the_edit.pop() != []


async def test_no_screen_is_nothing_to_draw(world: DirectWorld) -> None:
    _, screens = await _with_catalogue_open(world)
    await screens.redraw({})
    assert world.refusals == []


@pytest.mark.parametrize(
    ("refusal", "counts"), [(too_many(3), False), (ApiError("", 502), True)], ids=["asked to wait", "down"]
)
async def test_trouble_is_told_to_whoever_asked(
    world: DirectWorld, monkeypatch: pytest.MonkeyPatch, refusal: ApiError, counts: bool
) -> None:
    actor, screens = await _with_catalogue_open(world)
    await world.operations.add_customer(actor, builders.enterprise(1))
    screen = await _screen(world, "owner")

    async def refused(method: str, params: Params) -> object:
        raise refusal

    monkeypatch.setattr(world.telegram, "call", refused)
    with pytest.raises(RetryLater) as trouble:
        await screens.redraw(screen)
    assert trouble.value.counts is counts
