"""What the program writes is private, and what is open to others is said at the start."""

import asyncio
import os
import stat
from pathlib import Path

import aiohttp
import pytest

from bot.app_settings import secret_of_app
from bot.exposure import close_database, keep_private, open_to_others
from bot.web import serve
from bot.wiring import build_program
from domain.chats import Channel
from sandbox.app import SandboxServer
from storage.migrate import upgrade
from tests.support.program import Program
from tests.support.settings import settings_of


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_all_files_of_the_running_program_are_its_own(tmp_path: Path) -> None:
    """A real process, begun with the usual umask 022; its `.env` and its old database are open to all."""
    async with SandboxServer(tmp_path / "world") as server:
        folder, env = tmp_path / "var", tmp_path / ".env"
        url = f"sqlite+aiosqlite:///{folder / 'bot.db'}"
        env.write_text("LOG_LEVEL=INFO\n")
        env.chmod(0o644)
        settings = server.environment(0) | {"DATABASE_URL": url, "BOT_ENV_FILE": str(env)}
        program = Program(settings, tmp_path / "log")
        program.start()
        try:
            while not program.log.exists() or "ready for" not in program.log.read_text():
                assert program.is_running, program.log.read_text()
                await asyncio.sleep(0.05)
            files = sorted(folder.iterdir())
            assert [path.name for path in files] == ["bot.db", "bot.db-shm", "bot.db-wal", "bot.db.lock"]
            assert {_mode(path) for path in files} == {0o600}
            assert _mode(folder) == 0o700
            assert f"others may read {env}" in program.log.read_text()
            await program.stop()
        finally:
            program.end()


def test_an_old_database_is_closed_and_what_stays_open_is_named(tmp_path: Path) -> None:
    database, env = tmp_path / "bot.db", tmp_path / ".env"
    url = f"sqlite+aiosqlite:///{database}"
    for path in (database, tmp_path / "bot.db-wal", env):
        path.write_text("")
        path.chmod(0o644)
    said = "\n".join(open_to_others(env, url))
    assert f"chmod 600 {env}" in said
    assert f"chmod go= {database}" in said
    assert ("runs as root" in said) == (os.geteuid() == 0)
    close_database(url)
    env.chmod(0o600)
    assert (_mode(database), _mode(tmp_path / "bot.db-wal")) == (0o600, 0o600)
    assert [one for one in open_to_others(env, url) if "root" not in one] == []
    assert [one for one in open_to_others(env, "postgresql+psycopg://u:p@h/n") if "root" not in one] == []


def test_new_files_and_folders_are_private(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        keep_private()
        (tmp_path / "folder").mkdir()
        (tmp_path / "file").write_text("")
    finally:
        os.umask(before)
    assert (_mode(tmp_path / "folder"), _mode(tmp_path / "file")) == (0o700, 0o600)


@pytest.mark.parametrize("details", [False, True])
async def test_strangers_learn_only_whether_it_is_up(details: bool, tmp_path: Path) -> None:
    async with SandboxServer(tmp_path / "world") as server:
        values = {name.lower(): value for name, value in server.environment(0).items()}
        values["health_details"] = str(details)
        settings = settings_of(values)
        await upgrade(settings.database_url)
        async with (
            build_program(settings) as program,
            serve(program) as port,
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            body = await answer.json()
            assert "Server" not in answer.headers
    assert ("jobs_due" in body, body["status"]) == (details, "ok")
    assert details or body == {"status": "ok"}


def test_each_app_has_a_secret_of_its_own() -> None:
    given = "a-secret-of-twenty-one"
    secrets = {secret_of_app(given, app) for app in (Channel.TELEGRAM, Channel.ZALO)}
    assert len(secrets | {given}) == 3
    assert all(len(one) == 64 for one in secrets)
