"""Databases of earlier versions: this version opens each and goes on where the old one was killed."""

import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from bot import __version__
from sandbox.app import SandboxServer
from sandbox.world import CLOCK_FILE
from storage.migrate import check
from tests.fixtures.make import FOLDER, PART_PAID
from tests.support.world import SEVERAL, Chat, World, running_bot

LATER = 7_200
"""Seconds between the kill and now, so that everything put off is due."""

TOLD = f"💰 Đã nhận {PART_PAID:,} ₫".replace(",", ".")


pytestmark = pytest.mark.skipif(SEVERAL, reason="these databases are of SQLite, for one process")


@pytest.fixture(params=sorted(path.stem.removeprefix("bot-") for path in FOLDER.glob("bot-*.sql")))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A world two hours after the bot of this version was killed, with its database."""
    sql = (FOLDER / f"bot-{request.param}.sql").read_text("utf-8")
    database = sqlite3.connect(tmp_path / "bot.db")
    database.executescript(sql)
    database.close()
    world = (FOLDER / f"world-{request.param}.jsonl").read_text("utf-8")
    (tmp_path / "world.jsonl").write_text(world, "utf-8")
    killed = datetime.fromisoformat(sql.partition("\n")[0].removeprefix("-- "))
    (tmp_path / CLOCK_FILE).write_text(str(int(killed.timestamp() - time.time()) + LATER), "ascii")
    return tmp_path


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(folder) as running:
        yield running


@pytest.fixture
async def world(server: SandboxServer) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        yield World(http, server.url)


async def _said(chat: Chat) -> list[str]:
    return [message["text"] for message in await chat.messages() if message["from"] == "bot"]


async def test_the_work_goes_on_where_the_kill_cut_it_off(server: SandboxServer, world: World) -> None:
    lan, minh = world.chat("newcomer"), world.chat("owner", "zalo")
    assert not any(TOLD in text for text in await _said(lan))
    async with running_bot(server):
        await world.idle()
        # The run ends with one licence for each customer, and the push that Telegram refused comes once.
        said = await _said(lan)
        assert sum(TOLD in text for text in said) == 1
        (result,) = [text for text in said if "Đã kích hoạt đơn" in text]
        assert "Xong: 3" in result
        assert len({one["tax_code"] for one in await world.get("vendor/licences")}) == 3
        assert len(await world.get("vendor/licences")) == 3

        # The last window still answers, and the draft is as it was left.
        await lan.taps_on("Menu")
        window = await lan.says("/mua")
        assert "Professional" in window["text"]
        assert "Đã chọn: 2" in window["text"]
        await lan.taps_on("Làm tiếp")
        # The two have Standard for this year already.
        answers = ("Tiếp tục với 2", "Dùng thông tin", "Tôi đã kiểm tra", "Tiếp tục", "Đúng, mua thêm gói")
        for label in (*answers, "Đặt hàng"):
            window = await lan.taps_on(label)
        assert "Đã đặt đơn" in window["text"]

        # The chat on Zalo is still linked, and the list is mended there by numbers.
        assert "cần em giúp gì" in (await world.chat("newcomer", "zalo").says("menu"))["text"]
        window = await minh.says("3. 3 Lê Lợi, Quận 1\n4. 4 Lê Lợi, Quận 1")
        assert "4 khách đủ thông tin" in window["text"]
        await minh.taps_on("Thêm 4 khách")
        await world.idle()
    before = await _said(lan), await _said(minh), await world.mails()
    async with running_bot(server):
        await world.idle()
        assert (await _said(lan), await _said(minh), await world.mails()) == before


def test_this_version_has_left_a_database_too() -> None:
    """Made by `python -m tests.fixtures.make`, once for each version, before it is released."""
    sizes = [
        (FOLDER / name).stat().st_size for name in (f"bot-{__version__}.sql", f"world-{__version__}.jsonl")
    ]
    assert sum(sizes) < 200_000


async def test_the_tables_are_those_of_a_new_database(server: SandboxServer) -> None:
    async with running_bot(server):
        """It migrates at its start."""
    await check(server.environment(0)["DATABASE_URL"])
