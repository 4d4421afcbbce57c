"""Contents of files are beside the SQLite database: a flood of them fills neither it nor its backups."""

import os
import stat
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.files_on_disk import Folder
from storage.shared_files import SqlSharedFiles, TooMuchToday, UsedTicket, drop_upload
from storage.tables.files import shared_files
from tests.support.clock import FixedClock

MARK = b"zyxwvq" * 1_000
HOUR = timedelta(hours=1)
CHAT = 2**62 + 5


async def _nothing(connection: AsyncConnection, used: UsedTicket) -> None:
    """Record nothing."""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def folder(database: Database) -> Path:
    return Path(f"{database.url.database}.files")


@pytest.fixture
def files(database: Database, clock: FixedClock) -> SqlSharedFiles:
    return SqlSharedFiles(database, clock.now, bytes_a_day=3 * len(MARK))


def _inside(database: Database) -> bytes:
    """All bytes of the database's own files."""
    path = Path(str(database.url.database))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*") if one.is_file())


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


def _modes(folder: Path) -> list[int]:
    return [stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())]


async def test_no_content_is_in_the_database_and_nobody_else_may_read_it(
    files: SqlSharedFiles, folder: Path, database: Database
) -> None:
    token = await files.share(MARK, "a.xlsx", "x", HOUR)
    sent_in = await files.open_ticket(CHAT, HOUR)
    await files.use_ticket(sent_in, MARK, "b.xlsx", "x", _nothing)
    found = await files.read(token)
    assert found is not None
    assert found.content == MARK
    assert MARK[:100] not in _inside(database)
    assert len(_names(folder)) == 2
    assert token not in _names(folder)
    assert _modes(folder) == [0o700, 0o600, 0o600]


async def test_what_is_refused_over_or_sent_twice_leaves_nothing(
    files: SqlSharedFiles, folder: Path, database: Database, clock: FixedClock
) -> None:
    told: list[str] = []

    async def note(connection: AsyncConnection, used: UsedTicket) -> None:
        told.append(used.file_token)

    ticket = await files.open_ticket(CHAT, HOUR)
    for _ in range(2):
        await files.use_ticket(ticket, MARK, "a.xlsx", "x", note)
    assert len(_names(folder)) == 1
    async with database.writing() as connection:
        await drop_upload(connection, told[0])
    assert _names(folder) == []

    await files.use_ticket(await files.open_ticket(CHAT, HOUR), MARK, "a.xlsx", "x", _nothing)
    with pytest.raises(TooMuchToday):
        await files.use_ticket(await files.open_ticket(CHAT, HOUR), 2 * MARK, "a.xlsx", "x", _nothing)
    assert len(_names(folder)) == 1
    clock.forward(days=31)
    os.utime(folder / _names(folder)[0], (time.time() - 3_700,) * 2)
    assert await files.purge(clock.now()) == 1
    assert _names(folder) == []


async def test_a_file_that_a_killed_process_left_is_swept_and_one_that_is_coming_in_is_not(
    files: SqlSharedFiles, folder: Path, clock: FixedClock
) -> None:
    kept = await files.share(MARK, "a.xlsx", "x", HOUR)
    (known,) = _names(folder)
    for name in ("left", "coming"):
        Folder(folder).put(name, b"x")
    for name in (known, "left"):
        os.utime(folder / name, (time.time() - 3_700,) * 2)
    await files.purge(clock.now())
    assert _names(folder) == sorted([known, "coming"])
    assert await files.read(kept) is not None


async def test_a_file_of_a_release_that_kept_them_in_the_database_is_read(
    files: SqlSharedFiles, database: Database, clock: FixedClock
) -> None:
    token = await files.share(b"", "a", "x", HOUR)
    async with database.writing() as connection:
        await connection.execute(shared_files.update().values(content=MARK))
        row = {"token_hash": "b", "name": "b", "mime": "x", "expires_at": clock.now() + HOUR}
        await connection.execute(insert(shared_files).values(row))
    found = await files.read(token)
    assert found is not None
    assert found.content == MARK


async def test_a_content_that_is_gone_is_no_file(files: SqlSharedFiles, folder: Path) -> None:
    token = await files.share(MARK, "a.xlsx", "x", HOUR)
    (folder / _names(folder)[0]).unlink()
    assert await files.read(token) is None
