"""Journeys on Zalo's Official Account: the same dialogs, with buttons, files and a token that is renewed."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import SandboxServer
from tests.support.oa_chat import OaChat, back_office_of
from tests.support.steps import register
from tests.support.world import SAMPLES, World, running_bot

ENTERPRISES = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()


@pytest.fixture
def app() -> str:
    return "zalo"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world", zalo_oa=True) as running:
        yield running


@pytest.fixture
async def world(server: SandboxServer, database_url: str) -> AsyncIterator[World]:
    bot = running_bot(server, DATABASE_URL=database_url, **back_office_of(server))
    async with aiohttp.ClientSession() as http, bot:
        yield World(http, server.url, "oa")


async def test_an_order_of_thirty_from_a_file_to_its_instructions(world: World) -> None:
    chat = world.chat("newcomer")
    assert isinstance(chat, OaChat)
    await register(chat)
    window = await chat.sends(ENTERPRISES, "khach-hang.xlsx")
    print(window["text"], window["quick"])
    assert "30" in window["text"]
