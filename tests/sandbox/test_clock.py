"""The world's clock moves only forward, never while the bot is at work, and is the same for bot and world."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import ShiftedClock
from sandbox.app import SandboxServer
from tests.sandbox.client import Client


async def now(world: Client) -> datetime:
    return datetime.fromisoformat((await world.get("clock"))["now"])


async def take(world: Client) -> dict[str, Any]:
    """Handle all updates as the bot does. Returns the last one."""
    updates: list[dict[str, Any]] = (await world.bot("getUpdates"))["result"]
    await world.bot("getUpdates", offset=updates[-1]["update_id"] + 1)
    return updates[-1]


def close(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=10)


async def test_it_moves_for_bot_and_world_and_outlives_a_restart(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    start, moved = datetime.now().astimezone(), timedelta()
    async with SandboxServer(tmp_path / "world") as server:
        world = Client(http, server)
        bots = ShiftedClock(Path(server.environment(1)["CLOCK_SHIFT_FILE"]))
        assert close(bots.now(), start)
        before = await world.says("owner", "trước")
        await take(world)
        for text, by in (
            ("3d", timedelta(days=3)),
            ("2h", timedelta(hours=2)),
            ("30m", timedelta(minutes=30)),
            ("1d12h", timedelta(days=1, hours=12)),
        ):
            moved += by
            answer = await world.post("clock", advance=text)
            assert close(datetime.fromisoformat(answer["now"]), start + moved)
            assert close(bots.now(), start + moved)
            assert close(await now(world), start + moved)
        after = await world.says("owner", "sau")
        assert [m["text"] for m in await world.messages("owner")] == ["trước", "sau"]
        assert datetime.fromisoformat(after["date"]) - datetime.fromisoformat(before["date"]) >= moved
    async with SandboxServer(tmp_path / "world") as again:
        assert close(await now(Client(http, again)), start + moved)
    async with SandboxServer(tmp_path / "world", fresh=True) as emptied:
        assert close(await now(Client(http, emptied)), start)


async def test_it_is_set_to_a_moment_ahead(world: Client) -> None:
    moment = await now(world) + timedelta(days=2, hours=5)
    assert close(datetime.fromisoformat((await world.post("clock", now=moment.isoformat()))["now"]), moment)
    for wrong in (moment - timedelta(days=1), moment + timedelta(days=9999)):
        assert (await world.post("clock", 400, now=wrong.isoformat()))["error"]
    assert (await world.post("clock", 400, now="2030-01-01T00:00:00"))["error"]
    assert (await world.post("clock", 400, now=moment.isoformat(), advance="1d"))["error"]
    assert close(await now(world), moment)


@pytest.mark.parametrize("advance", ["", "0d", "-3d", "3", "1h1d", "3x", "1.5d", "99999d", "d"])
async def test_it_goes_only_forward(world: Client, advance: str) -> None:
    before = await now(world)
    assert (await world.post("clock", 400, advance=advance))["error"]
    assert close(await now(world), before)


async def test_an_open_button_does_not_age(world: Client, greeted: int) -> None:
    markup = {"inline_keyboard": [[{"text": "Có", "callback_data": "c"}]]}
    sent = await world.bot("sendMessage", chat_id=greeted, text="a", reply_markup=markup)
    await take(world)
    await world.post("chats/telegram/owner/tap", message=sent["result"]["message_id"], button="Có")
    query = (await take(world))["callback_query"]
    await world.post("clock", advance="3d")
    assert (await world.bot("answerCallbackQuery", callback_query_id=query["id"]))["ok"]


async def test_it_waits_for_the_bot(world: Client) -> None:
    before = await now(world)
    await world.says("owner", "/start")
    moving = asyncio.create_task(world.post("clock", advance="1h"))
    for _ in range(20):
        assert close(await now(world), before)
    await take(world)
    await asyncio.wait_for(moving, 60)
    assert close(await now(world), before + timedelta(hours=1))
