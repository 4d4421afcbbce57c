"""A file's reader that hangs or is killed, in the program as it runs."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import SandboxServer, free_port
from tests.support.builders import enterprise_tax_code
from tests.support.program import Program
from tests.support.steps import register
from tests.support.world import SAMPLES, Chat, World

LIST = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()
READ = "30 khách đủ thông tin"

pytestmark = pytest.mark.kill


@pytest.fixture
def program(server: SandboxServer, either_url: str, tmp_path: Path) -> Iterator[Program]:
    port = free_port()
    settings = server.environment(port) | {"DATABASE_URL": either_url}
    server.health_url = f"http://127.0.0.1:{port}/healthz"
    made = Program(settings, tmp_path / "bot.log")
    made.start()
    yield made
    made.end()


@pytest.fixture
async def world(server: SandboxServer, program: Program) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        made = World(http, server.url)
        await made.idle()
        yield made


async def _send(chat: Chat) -> None:
    """Send the list, and do not wait for what becomes of it."""
    await chat.world.send_file(f"{chat.path}/file", LIST, "khach-hang.xlsx")


async def _sees(chat: Chat, text: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if text in (await chat.window())["text"]:
                return
            await asyncio.sleep(0.05)


async def test_others_files_are_read_while_a_reader_hangs_and_its_own_when_it_is_killed(
    program: Program, world: World
) -> None:
    lan, minh = world.chat("newcomer"), world.chat("owner")
    await register(lan)
    await register(minh, enterprise_tax_code(7), "Trần Văn Minh")
    await lan.says("/khachhang")
    assert READ in (await lan.sends(LIST, "khach-hang.xlsx"))["text"]
    (reader,) = program.children

    os.kill(reader, signal.SIGSTOP)
    for chat in (lan, minh):
        await chat.says("/khachhang")
    await _send(lan)
    await _sees(lan, "Đang đọc tệp")
    await _send(minh)
    await _sees(minh, READ)
    assert "Đang đọc tệp" in (await lan.window())["text"]
    assert len(program.children) == 2

    os.kill(reader, signal.SIGKILL)
    await _sees(lan, READ)
    await world.idle()
    assert reader not in program.children
    await program.stop()
    assert program.errors == []
