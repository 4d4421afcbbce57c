"""Databases of earlier versions: this version opens each and goes on where the old one was killed."""

import asyncio
import os
import signal
import sqlite3
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Engine, event

import storage.migrate
from bot import __version__
from sandbox.app import SandboxServer
from sandbox.world import CLOCK_FILE
from storage.backups import backups_in, open_backup
from storage.copies import counts_of, path_of, put_back, url_of
from storage.migrate import check, revision_of, upgrade
from storage.moving import move
from tests.fixtures.make import FOLDER, PART_PAID, bot_until_killed
from tests.support.forks import fork
from tests.support.postgres import tools
from tests.support.world import SEVERAL, Chat, World, running_bot

LATER = 7_200
"""Seconds between the kill and now, so that everything put off is due."""

TOLD = f"💰 Đã nhận {PART_PAID:,} ₫".replace(",", ".")


pytestmark = pytest.mark.skipif(SEVERAL, reason="the databases are given, and one process opens them")


PROGRAM = "1d13bd0b"
"""The commit of the program that made the database of 0.2.0."""

VERSIONS = sorted(path.stem.removeprefix("bot-") for path in FOLDER.glob("bot-*.sql"))
MOVED = [f"{version}, moved" for version in VERSIONS if not version.endswith(".postgresql")]


@pytest.fixture(params=[*VERSIONS, *MOVED])
def version(request: pytest.FixtureRequest) -> str:
    """The version that made the database; whether on PostgreSQL, or moved there."""
    return str(request.param)


@pytest.fixture
def folder(version: str, tmp_path: Path) -> Path:
    """A world two hours after the bot of this version was killed."""
    name = version.partition(",")[0]
    (tmp_path / "world.jsonl").write_text((FOLDER / f"world-{name}.jsonl").read_text("utf-8"), "utf-8")
    first = (FOLDER / f"bot-{name}.sql").read_text("utf-8").partition("\n")[0]
    killed = datetime.fromisoformat(first.removeprefix("-- "))
    (tmp_path / CLOCK_FILE).write_text(str(int(killed.timestamp() - time.time()) + LATER), "ascii")
    return tmp_path


@pytest.fixture
def url(
    version: str, folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The database of that version."""
    name, _, moved = version.partition(",")
    path = folder / "bot.db"
    if name.endswith(".postgresql"):
        monkeypatch.setenv("PATH", f"{tools()}{os.pathsep}{os.environ['PATH']}")
        filled = request.getfixturevalue("postgresql_url")
        asyncio.run(put_back(filled, FOLDER / f"bot-{name}.sql"))
        yield filled
        return
    with closing(sqlite3.connect(path)) as database:
        database.executescript((FOLDER / f"bot-{name}.sql").read_text("utf-8"))
    if not moved:
        yield url_of(path)
        return
    before = path.read_bytes()
    target = request.getfixturevalue("postgresql_url")
    counts = asyncio.run(move(url_of(path), target, __version__))
    assert counts["dialog_states"]
    assert counts["jobs"]
    assert path.read_bytes() == before
    yield target


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


async def test_the_work_goes_on_where_the_kill_cut_it_off(
    server: SandboxServer, world: World, url: str
) -> None:
    lan, minh = world.chat("newcomer"), world.chat("owner", "zalo")
    assert not any(TOLD in text for text in await _said(lan))
    async with running_bot(server, DATABASE_URL=url):
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
    async with running_bot(server, DATABASE_URL=url):
        await world.idle()
        assert (await _said(lan), await _said(minh), await world.mails()) == before


@pytest.mark.parametrize("kind", ["", ".postgresql"])
def test_this_version_has_left_a_database_too(kind: str) -> None:
    """Made by `python -m tests.fixtures.make`, once for each version, before it is released."""
    names = (f"bot-{__version__}{kind}.sql", f"world-{__version__}{kind}.jsonl")
    assert sum((FOLDER / name).stat().st_size for name in names) < 200_000


def test_a_migration_that_is_killed_leaves_all_as_it_was(url: str, tmp_path: Path) -> None:
    """Killed at four moments, the last of them just before it commits; then it goes through."""
    if asyncio.run(revision_of(url)) != "0001_everything":
        pytest.skip("moved: it is migrated already")
    before = asyncio.run(counts_of(url))
    counted = tmp_path / "counted"
    assert _exit_code_of(fork(_upgrade, url, 0, counted)) == 0
    statements = int(counted.read_text())
    assert statements > 100
    for at in (statements // 4, statements // 2, 3 * statements // 4, statements):
        assert _exit_code_of(fork(_upgrade, url, at, counted)) == -signal.SIGKILL
        assert asyncio.run(revision_of(url)) == "0001_everything"
        assert asyncio.run(counts_of(url)) == before
    asyncio.run(upgrade(url, release=__version__))
    asyncio.run(check(url))


class _Enough(Exception):
    pass


def _exit_code_of(process: ForkServerProcess) -> int | None:
    process.join()
    return process.exitcode


def _upgrade(url: str, killed_at: int, counted: Path) -> None:
    """Migrate, and kill this process before its statement of this number; 0: count them, commit nothing."""
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1
        if statements == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def enough(*_: object) -> None:
        raise _Enough

    event.listen(Engine, "before_cursor_execute", count)
    if not killed_at:
        vars(storage.migrate)["note_release"] = enough
    try:
        asyncio.run(upgrade(url, release="counted"))
    except _Enough:
        counted.write_text(str(statements))


async def test_what_was_there_before_is_kept(
    url: str, version: str, server: SandboxServer, folder: Path
) -> None:
    """The last release starts on it, as it did before."""
    if version != "0.2.0":
        pytest.skip("on PostgreSQL with BACKUP_FOLDER only; the same code")
    with closing(sqlite3.connect(path_of(url))) as database:
        before = list(database.iterdump())
    async with running_bot(server, DATABASE_URL=url):
        pass
    (kept,) = backups_in(folder / "backups")
    (folder / "opened").mkdir()
    backup = await open_backup(kept, folder / "opened")
    assert backup.manifest.revision == "0001_everything"
    with closing(sqlite3.connect(backup.database)) as database:
        assert list(database.iterdump()) == before


@pytest.mark.long
async def test_the_old_program_goes_on_with_the_backup_from_before(
    url: str, version: str, server: SandboxServer, world: World, folder: Path
) -> None:
    """As docs/operating/upgrading.md says: its `database` in the place of bot.db, then the old one starts."""
    if version != "0.2.0":
        pytest.skip("PostgreSQL's own programs put it back there")
    (old := folder / "old").mkdir()
    await _unpack(PROGRAM, old)
    async with running_bot(server, DATABASE_URL=url):
        """It migrates at its start."""
    path = path_of(url)
    (kept,) = backups_in(folder / "backups")
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    await _run("tar", "-xzf", str(kept), "-C", str(path.parent), "database")
    path.with_name("database").rename(path)
    async with bot_until_killed(server, DATABASE_URL=url, PYTHONPATH=str(old)):
        window = await world.chat("newcomer").says("/mua")
        assert "Đã chọn: 2" in window["text"]
    assert await revision_of(url) == "0001_everything"


async def _run(*command: str) -> bytes:
    process = await asyncio.create_subprocess_exec(*command, cwd=FOLDER.parents[1], stdout=PIPE, stderr=PIPE)
    answer, trouble = await process.communicate()
    if process.returncode:
        raise OSError(trouble.decode())
    return answer


async def _unpack(commit: str, folder: Path) -> None:
    """The program of this commit; skips where the clone has no history."""
    archive = folder.with_suffix(".tar")
    try:
        await _run("git", "archive", "-o", str(archive), commit)
    except OSError as error:
        pytest.skip(f"the old program is not in this clone: {error}")
    await _run("tar", "-xf", str(archive), "-C", str(folder))


async def test_the_tables_are_those_of_a_new_database(server: SandboxServer, url: str) -> None:
    async with running_bot(server, DATABASE_URL=url):
        """It migrates at its start."""
    await check(url)
