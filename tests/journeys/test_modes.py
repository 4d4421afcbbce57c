"""Every mode that the settings allow: the program serves, takes up again after a kill, and stops."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import SandboxServer, free_port
from tests.support.builders import enterprise_tax_code
from tests.support.program import Program
from tests.support.steps import register
from tests.support.world import World

MODES = [
    {app: mode for app, mode in (("telegram", telegram), ("zalo", zalo)) if mode}
    for telegram in ("", "polling", "webhook")
    for zalo in ("", "polling", "webhook")
    if telegram or zalo
]
"""Each app that is on, with how its updates come."""

PEOPLE = ("newcomer", "owner", "staff")
AT_ONCE = ("/start", "/trogiup", "/donhang", "/khachhang")
"""Messages of each person, one right after the other. On Zalo the same one again would be one with it."""

TOKENS = {"telegram": "TELEGRAM_TOKEN", "zalo": "ZALO_TOKEN"}

pytestmark = pytest.mark.kill


@pytest.fixture(params=MODES, ids=lambda modes: " ".join(f"{app} {mode}" for app, mode in modes.items()))
def modes(request: pytest.FixtureRequest) -> dict[str, str]:
    chosen: dict[str, str] = request.param
    return chosen


@pytest.fixture
def program(
    server: SandboxServer, modes: dict[str, str], either_url: str, tmp_path: Path
) -> Iterator[Program]:
    port = free_port()
    settings = server.environment(port) | {"DATABASE_URL": either_url, "BACK_OFFICE": ""}
    for app, token in TOKENS.items():
        if app not in modes:
            settings.pop(token)
    settings |= {f"{app.upper()}_MODE": mode for app, mode in modes.items()}
    server.health_url = f"http://127.0.0.1:{port}/healthz"
    made = Program(settings, tmp_path / "bot.log")
    yield made
    made.end()


@pytest.fixture
async def world(server: SandboxServer) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        yield World(http, server.url)


def _keeping(modes: dict[str, str]) -> list[str]:
    """The apps that keep what people write while the program is away. Zalo keeps nothing for polling."""
    return [app for app, mode in modes.items() if (app, mode) != ("zalo", "polling")]


async def _answers(world: World, apps: list[str]) -> dict[tuple[str, str], int]:
    """How many messages the bot has sent to each chat."""
    counts = {}
    for app in apps:
        for person in PEOPLE:
            messages = await world.chat(person, app).messages()
            counts[app, person] = sum(message["from"] == "bot" for message in messages)
    return counts


async def test_it_serves_takes_up_again_after_a_kill_and_stops(
    program: Program, world: World, modes: dict[str, str]
) -> None:
    program.start()
    await world.idle()
    # Zalo's strangers are answered once a day.
    chats = [(person, app) for app in modes for person in (PEOPLE if app == "zalo" else PEOPLE[:1])]
    for number, (person, app) in enumerate(chats, 1):
        await register(world.chat(person, app), enterprise_tax_code(number))

    for end, may_repeat in ((program.kill, 1), (program.stop, 0)):
        before = await _answers(world, _keeping(modes))
        for text in AT_ONCE:
            for app, person in before:
                await world.post(f"chats/{app}/{person}/text", text=text)
        await end()
        program.start()
        await world.idle()
        for chat, answers in (await _answers(world, _keeping(modes))).items():
            # A kill may come between an answer and the note that it was given.
            assert 0 <= answers - before[chat] - len(AT_ONCE) <= may_repeat, (chat, end.__name__)
        for app in modes:
            expected = "Mua hàng loạt" if app == "zalo" else "Bắt đầu đăng ký"
            assert expected in str(await world.chat("staff", app).says("/start"))
    await program.stop()
    assert program.errors == []
