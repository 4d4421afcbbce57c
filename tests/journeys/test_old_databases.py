"""Databases of earlier versions: this version opens each and goes on where the old one was killed."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Engine, event

import storage.migrate
from bot import __version__
from sandbox.app import SandboxServer
from sandbox.world import CLOCK_FILE
from storage.backups import backups_in, new_key, open_backup
from storage.copies import counts_of, path_of, put_back, url_of
from storage.migrate import check, is_behind, revision_of, upgrade
from storage.moving import move
from tests.fixtures.make import FOLDER, PART_PAID, ROOT, bot_until_killed, make
from tests.support.forks import fork
from tests.support.postgres import tools
from tests.support.world import SEVERAL, Chat, World, running_bot

LATER = 7_200
"""Seconds between the kill and now, so that everything put off is due."""

TOLD = f"💰 Đã nhận {PART_PAID:,} ₫".replace(",", ".")


pytestmark = pytest.mark.skipif(SEVERAL, reason="the databases are given, and one process opens them")


COMMITS = {"0.2.0": "1d13bd0b"}
"""Which commits are releases that bear no tag."""

VERSIONS = sorted(path.stem.removeprefix("bot-") for path in FOLDER.glob("bot-*.sql"))
MOVED = [f"{version}, moved" for version in VERSIONS if not version.endswith(".postgresql")]
MAIN = "main"
"""The database that this program leaves by `tests.fixtures.make`, as it will when it is released."""


@pytest.fixture(params=[*VERSIONS, *MOVED])
def version(request: pytest.FixtureRequest) -> str:
    """The version that made the database; whether on PostgreSQL, or moved there."""
    return str(request.param)


@pytest.fixture
def left(version: str, tmp_path: Path) -> Path:
    """The folder in which the files of this version are."""
    if version != MAIN:
        return FOLDER
    asyncio.run(make(MAIN, target=tmp_path))
    return tmp_path


@pytest.fixture
def folder(version: str, left: Path, tmp_path: Path) -> Path:
    """A world two hours after the bot of this version was killed."""
    name = version.partition(",")[0]
    (tmp_path / "world.jsonl").write_text((left / f"world-{name}.jsonl").read_text("utf-8"), "utf-8")
    first = (left / f"bot-{name}.sql").read_text("utf-8").partition("\n")[0]
    killed = datetime.fromisoformat(first.removeprefix("-- "))
    (tmp_path / CLOCK_FILE).write_text(str(int(killed.timestamp() - time.time()) + LATER), "ascii")
    return tmp_path


@pytest.fixture
def url(
    version: str,
    left: Path,
    folder: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The database of that version."""
    name, _, moved = version.partition(",")
    path = folder / "bot.db"
    if name.endswith(".postgresql"):
        monkeypatch.setenv("PATH", f"{tools()}{os.pathsep}{os.environ['PATH']}")
        filled = request.getfixturevalue("postgresql_url")
        dump = folder / "dump.sql"
        dump.write_text(_hours_ago((left / f"bot-{name}.sql").read_text("utf-8")), "utf-8")
        asyncio.run(put_back(filled, dump))
        yield filled
        return
    with closing(sqlite3.connect(path)) as database:
        database.executescript((left / f"bot-{name}.sql").read_text("utf-8"))
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


def _hours_ago(dump: str) -> str:
    """What processes share counts by the server's clock, which no world moves: it was `LATER` ago, too."""
    before, head, rest = dump.partition("\nCOPY public.shared_states ")
    rows, end, after = rest.partition("\n\\.\n")
    rows = re.sub(r"\b\d{10}\.\d+", lambda moment: f"{float(moment[0]) - LATER:.6f}", rows)
    return before + head + rows + end + after


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


@pytest.mark.parametrize("version", [*VERSIONS, *MOVED, MAIN])
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

        # The last window still answers, or the last push; and the draft is as it was left.
        shown = Chat.labels(await lan.window())
        await lan.taps_on("Menu" if any("Menu" in label for label in shown) else "Mở đơn")
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
    assert sum((FOLDER / name).stat().st_size for name in names) < 300_000


def test_a_migration_that_is_killed_leaves_all_as_it_was(url: str, tmp_path: Path) -> None:
    """Killed at four moments, the last of them just before it commits; then it goes through."""
    revision = asyncio.run(revision_of(url))
    if not asyncio.run(is_behind(url)):
        pytest.skip("its tables are those of this version")
    before = asyncio.run(counts_of(url))
    counted = tmp_path / "counted"
    assert _exit_code_of(fork(_upgrade, url, 0, counted)) == 0
    statements = int(counted.read_text())
    assert statements >= 4
    for at in (statements // 4, statements // 2, 3 * statements // 4, statements):
        assert _exit_code_of(fork(_upgrade, url, at, counted)) == -signal.SIGKILL
        assert asyncio.run(revision_of(url)) == revision
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


@pytest.mark.parametrize("version", [one for one in VERSIONS if not one.endswith(".postgresql")])
async def test_what_was_there_before_is_kept(url: str, server: SandboxServer, folder: Path) -> None:
    """Without BACKUP_FOLDER, too: beside the database."""
    if not await is_behind(url):
        pytest.skip("its tables are those of this version")
    revision = await revision_of(url)
    with closing(sqlite3.connect(path_of(url))) as database:
        before = list(database.iterdump())
    async with running_bot(server, DATABASE_URL=url):
        pass
    (kept,) = backups_in(folder / "backups")
    (folder / "opened").mkdir()
    backup = await open_backup(kept, folder / "opened")
    assert backup.manifest.revision == revision
    with closing(sqlite3.connect(backup.database)) as database:
        assert list(database.iterdump()) == before


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
async def test_the_old_program_goes_on_with_the_backup_from_before(
    url: str, version: str, server: SandboxServer, world: World, folder: Path
) -> None:
    """As docs/operating/upgrading.md says: the new program puts it back, then the old one starts."""
    if not await is_behind(url):
        pytest.skip("its tables are those of this version")
    (old := folder / "old").mkdir()
    await _unpack(version.removesuffix(".postgresql"), old)
    revision, before = await revision_of(url), await counts_of(url)
    settings = {"DATABASE_URL": url, "BACKUP_FOLDER": str(folder / "kept"), "BACKUP_KEY": new_key()}
    async with running_bot(server, **settings):
        """It migrates at its start."""
    assert await revision_of(url) != revision
    (kept,) = backups_in(folder / "kept")[:1]
    environment = {**os.environ, **server.environment(0), **settings, "PYTHONPATH": str(ROOT)}
    said = await _run(sys.executable, "-m", "bot", "restore", str(kept), "--force", env=environment)
    assert "rows, compared" in said
    assert (await revision_of(url), await counts_of(url)) == (revision, before)
    async with bot_until_killed(server, DATABASE_URL=url, PYTHONPATH=str(old)):
        window = await world.chat("newcomer").says("/mua")
        assert "Đã chọn: 2" in window["text"]
    assert await revision_of(url) == revision


async def _run(*command: str, **options: Any) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, **{"cwd": ROOT, **options}, stdout=PIPE, stderr=PIPE
    )
    said, trouble = await process.communicate()
    if process.returncode:
        raise OSError(trouble.decode())
    return said.decode()


async def _unpack(version: str, folder: Path) -> None:
    """The program of this release, out of the repository's history; skips where that is not there."""
    commit, archive = COMMITS.get(version, f"v{version}"), folder.with_suffix(".tar")
    try:
        await _run("git", "archive", "-o", str(archive), commit)
    except OSError:
        pytest.skip(
            f"needs the program of {version}, commit {commit} of this repository's history: a clone with git"
            " (git fetch --unshallow --tags where it is shallow), not an archive of the files"
        )
    await _run("tar", "-xf", str(archive), "-C", str(folder))


async def test_the_tables_are_those_of_a_new_database(server: SandboxServer, url: str) -> None:
    async with running_bot(server, DATABASE_URL=url):
        """It migrates at its start."""
    await check(url)
