"""`python -m sandbox`: the bot is started, watched and stopped; a wrong port is told in one sentence."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Settings, VendorMode
from sandbox.__main__ import main
from sandbox.app import SandboxServer, free_port
from storage.migrate import upgrade
from tests.support.databases import OLDER, make_older
from tests.support.settings import settings_of

# A bot that is healthy, and dies the first time it is told to.
BOT = """
import asyncio, os, pathlib
from aiohttp import web
async def health(request):
    return web.json_response({"status": "ok", "url": os.environ["TELEGRAM_API_URL"], "pid": os.getpid()})
app = web.Application()
app.router.add_get("/healthz", health)
assert "SMTP_PASSWORD" not in os.environ and not pathlib.Path(".env").exists()
assert os.environ["PUBLIC_URL"] == "http://127.0.0.1:" + os.environ["WEB_PORT"]
assert "TELEGRAM_MODE" not in os.environ and len(os.environ["WEBHOOK_SECRET"]) >= 32
mark = pathlib.Path("died")
if not mark.exists():
    mark.touch()
    raise SystemExit(3)
web.run_app(app, host=os.environ["WEB_HOST"], port=int(os.environ["WEB_PORT"]), print=None)
"""

pytestmark = pytest.mark.long


async def test_the_bot_runs_in_the_world(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "__main__.py").write_text(BOT)
    (tmp_path / ".env").write_text("TELEGRAM_MODE=webhook")
    async with SandboxServer(tmp_path / "world"):
        """The world is set up: a fresh one is seeded by parts of the real bot, which the stand-in hides."""
    port = free_port()
    environment = os.environ | {
        "SANDBOX_PORT": str(port),
        "SMTP_PASSWORD": "of a real installation",
        "PUBLIC_URL": "https://of-a-real-installation.example",
        "WEBHOOK_SECRET": "of-a-real-installation",
        "TELEGRAM_MODE": "webhook",
        "SANDBOX_DIR": str(tmp_path / "world"),
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        said = await asyncio.wait_for(process.stdout.readuntil(b"is ready: "), 120)
        assert b"The bot ended with code 3" in said
        assert f"http://127.0.0.1:{port}".encode() in await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 120) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.communicate()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


async def test_a_world_of_another_version_ends_the_sandbox_with_a_sentence(tmp_path: Path) -> None:
    async with SandboxServer(tmp_path):
        """The world is there, and its demo firm is not put in again."""
    path = tmp_path / "bot.db"
    await upgrade(f"sqlite+aiosqlite:///{path}")
    await make_older(f"sqlite+aiosqlite:///{path}")
    before = path.read_bytes()
    environment = os.environ | {"SANDBOX_PORT": str(free_port()), "SANDBOX_DIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await asyncio.wait_for(process.communicate(), 120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert process.returncode == 2
    assert f"the database is of revision {OLDER}" in said.decode()
    assert said.decode().rstrip().endswith("begin anew: make run ARGS=--fresh")
    assert "Traceback" not in said.decode()
    assert path.read_bytes() == before


async def test_what_is_sent_on_zalo_before_the_bot_has_ever_run_is_answered(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"SANDBOX_PORT": str(port), "SANDBOX_DIR": str(tmp_path)}
    world = f"http://127.0.0.1:{port}/world/chats/zalo/newcomer"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession() as http, asyncio.timeout(120):
            while True:
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    async with http.post(f"{world}/text", json={"text": "xin chào"}) as answer:
                        assert answer.status == 200
                        break
                await asyncio.sleep(0.05)
            said: list[str] = []
            while "bot" not in said:
                await asyncio.sleep(0.1)
                async with http.get(f"{world}/messages", params={"after": 0}) as answer:
                    said = [message["from"] for message in await answer.json()]
        assert said == ["person", "bot"]
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 120) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_the_bot_is_given_its_bank_vendor_clock_and_back_office(server: SandboxServer) -> None:
    given = {name.lower(): value for name, value in server.environment(8080).items()}
    assert set(given) <= set(Settings.model_fields)
    settings = settings_of(given)
    assert settings.vendor_mode is VendorMode.API
    assert str(settings.vendor_api_url) == f"{server.url}/vendor"
    assert settings.clock_shift_file == server.world.clock.path.resolve()
    person = server.world.person("backoffice")
    assert person
    assert settings.back_office == ((str(person.telegram_id), person.name, False),)
    secrets = (
        settings.sepay_secret,
        settings.payos_checksum_key,
        settings.casso_secret,
        settings.gpmpay_secret,
    )
    assert all(secrets)


async def test_the_bot_is_given_both_chat_apps(server: SandboxServer) -> None:
    given = server.environment(8080)
    for url, token in (
        (given["TELEGRAM_API_URL"], given["TELEGRAM_TOKEN"]),
        (given["ZALO_API_URL"], given["ZALO_TOKEN"]),
    ):
        async with aiohttp.request("GET", f"{url}/bot{token}/getMe") as answer:
            assert (await answer.json())["ok"] is True
    assert (given["ZALO_MODE"], given["PUBLIC_URL"]) == ("webhook", "http://127.0.0.1:8080")


def test_a_taken_port_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("SANDBOX_PORT", port)
        monkeypatch.setenv("SANDBOX_DIR", str(tmp_path / "world"))
        monkeypatch.setattr("sys.argv", ["sandbox", "--fresh"])
        assert main() == 1
    assert f"can't start on port {port}" in capsys.readouterr().err
    assert not (tmp_path / "world").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_wrong_port(port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SANDBOX_PORT", port)
    monkeypatch.setattr("sys.argv", ["sandbox"])
    assert main() == 2
    assert "must be a number" in capsys.readouterr().err
