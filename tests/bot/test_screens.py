"""A window drawn again from outside of an update."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.screens import DialogScreens
from domain.people import Actor
from services.ports import RetryLater
from tests.support import builders
from tests.support.direct import DirectWorld
from tests.support.steps import register


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
    await register(world)
    await world.says("lan", "/khachhang")
    actor = await world.actor("lan")
    assert actor is not None
    return actor, DialogScreens(world.bot, world.dispatcher)


async def test_the_window_shows_what_is_there_now_in_the_same_message(world):
    actor, screens = await _with_catalogue_open(world)
    before = len(world.messages("lan"))
    await world.operations.add_customer(actor, builders.enterprise(1))
    await screens.redraw(await _screen(world, "lan"))
    assert "1 khách" in world.shown("lan")
    assert len(world.messages("lan")) == before
    # Again, with nothing new: Telegram's "not modified" is no failure.
    await screens.redraw(await _screen(world, "lan"))


async def test_a_window_that_was_left_stays_left(world):
    actor, screens = await _with_catalogue_open(world)
    left = await _screen(world, "lan")
    await world.says("lan", "/start")
    shown = world.shown("lan")
    await world.operations.add_customer(actor, builders.enterprise(1))
    await screens.redraw(left)
    assert world.shown("lan") == shown


async def test_what_it_remembers_is_written(world):
    """A tap after the redraw works: the stack knows its message."""
    _, screens = await _with_catalogue_open(world)
    await screens.redraw(await _screen(world, "lan"))
    await world.taps("lan", "Thêm khách")
    assert await world.state("lan") == "NewCustomer:tax_code"


async def test_no_screen_is_nothing_to_draw(world):
    _, screens = await _with_catalogue_open(world)
    await screens.redraw({})
    assert world.bot.session.refusals == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("status", "counts"), [(429, False), (502, True)])
async def test_trouble_is_told_to_whoever_asked(world, status, counts):
    actor, screens = await _with_catalogue_open(world)
    await world.operations.add_customer(actor, builders.enterprise(1))
    world.telegram.faults.add(status, times=1, retry_after=3)
    with pytest.raises(RetryLater) as trouble:
        await screens.redraw(await _screen(world, "lan"))
    assert trouble.value.counts is counts
