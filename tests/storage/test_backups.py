"""Backups hold all, can be put back, and are refused where they are not what they were."""

import asyncio
import json
import os
import subprocess
import tarfile
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from domain.calendar import VIETNAM
from storage.backups import (
    BackupError,
    backups_in,
    check_copy,
    check_key,
    drop_old,
    made_at,
    make_backup,
    new_key,
    open_backup,
)
from storage.copies import CopyError, copy_to, counts_of, is_empty, kind_of, put_back, scratch, url_of
from storage.database import Database
from tests.storage.conftest import open_office
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.postgres import tools


@pytest.fixture(autouse=True)
def with_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs of the server's version come first."""
    monkeypatch.setenv("PATH", f"{tools()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
async def filled(either_url: str) -> str:
    """A database with a firm in it."""
    database = Database(either_url)
    await open_office(database)
    await database.close()
    return either_url


async def test_a_backup_holds_all_and_is_put_back(filled: str, tmp_path: Path) -> None:
    files = tmp_path / "bot.db.files"
    files.mkdir()
    (files / "0a1b").write_bytes(b"a list")
    key = new_key()
    path = await make_backup(filled, tmp_path / "backups", "9.9", NOW, key, files)
    assert made_at(path) == NOW
    (tmp_path / "opened").mkdir()
    backup = await open_backup(path, tmp_path / "opened", key)
    assert (backup.manifest.version, backup.manifest.kind, backup.manifest.moment) == (
        "9.9",
        kind_of(filled),
        NOW,
    )
    assert backup.manifest.counts["firms"] == 1
    assert (backup.files / "0a1b").read_bytes() == b"a list"
    async with scratch(filled, backup.database) as beside:
        await check_copy(backup.manifest, beside)
        assert (await counts_of(beside))["firms"] == 1
    # What came after the backup is gone when it is put back.
    database = Database(filled)
    async with database.write() as uow:
        await uow.backup_proofs.begin(NOW)
    await database.close()
    with pytest.raises(BackupError, match="backup_proofs"):
        await check_copy(backup.manifest, filled)
    await put_back(filled, backup.database)
    await check_copy(backup.manifest, filled)


def test_age_and_tar_alone_open_a_backup(database_url: str, tmp_path: Path) -> None:
    path = asyncio.run(make_backup(database_url, tmp_path, "9.9", NOW))
    listed = subprocess.run(["tar", "-tzf", path], check=True, capture_output=True, text=True).stdout.split()
    assert listed == ["database", "manifest.json"]
    secret = asyncio.run(make_backup(database_url, tmp_path, "9.9", NOW, new_key()))
    assert secret.read_bytes().startswith(b"age-encryption.org/v1\n")


async def test_what_is_not_whole_is_refused(database_url: str, tmp_path: Path) -> None:
    key = new_key()
    secret = await make_backup(database_url, tmp_path / "a", "9.9", NOW, key)
    plain = await make_backup(database_url, tmp_path / "b", "9.9", NOW)

    async def why(path: Path, key: str = "") -> str:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        with pytest.raises(BackupError) as refused:
            await open_backup(path, folder, key)
        return str(refused.value)

    assert "put its key in BACKUP_KEY" in await why(secret)
    assert "BACKUP_KEY is not its key" in await why(secret, new_key())
    assert "there is no file" in await why(tmp_path / "none.tar.gz")
    for path in (secret, plain):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        (tmp_path / path.name).write_bytes(content)
        assert "is damaged" in await why(tmp_path / path.name, key)
        (tmp_path / path.name).write_bytes(path.read_bytes()[:-100])
        assert "is damaged" in await why(tmp_path / path.name, key)
    # One that was packed anew with another database, or by a later release.
    for name, what in (("database", "is not what was packed"), ("revision", "made by version 9.9")):
        taken = tmp_path / f"taken-{name}"
        with tarfile.open(plain) as tar:
            tar.extractall(taken, filter="data")
        if name == "database":
            (taken / "database").write_bytes(b"another")
        told = json.loads((taken / "manifest.json").read_text())
        told["revision"] = "9999_later" if name == "revision" else told["revision"]
        (taken / "manifest.json").write_text(json.dumps(told))
        with tarfile.open(tmp_path / "again.tar.gz", "w:gz") as tar:
            for part in ("database", "manifest.json"):
                tar.add(taken / part, part)
        assert what in await why(tmp_path / "again.tar.gz")


async def test_old_backups_go_but_the_newest_stays(database_url: str, tmp_path: Path) -> None:
    for days in (0, 1, 2, 40):
        await make_backup(
            database_url, tmp_path, "9.9", NOW + timedelta(days=days), new_key() if days else ""
        )
    (tmp_path / "mine.txt").write_text("left alone")
    for name in (".making-killed", ".proving-now"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / ".making-killed", (0, 0))
    assert drop_old(tmp_path, NOW + timedelta(days=2)) == 2
    assert [made_at(path) for path in backups_in(tmp_path)] == [
        NOW + timedelta(days=days) for days in (2, 40)
    ]
    assert drop_old(tmp_path, NOW + timedelta(days=400)) == 1
    assert len(backups_in(tmp_path)) == 1
    assert (tmp_path / "mine.txt").exists()
    assert (tmp_path / ".proving-now").exists()
    assert not (tmp_path / ".making-killed").exists()


async def test_whoever_writes_meanwhile_waits_for_no_backup(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)

    async def write() -> None:
        for _ in range(50):
            async with database.write() as uow:
                await uow.backup_proofs.begin(NOW)

    writing = asyncio.create_task(write())
    copies = [await make_backup(database_url, tmp_path / str(number), "9.9", NOW) for number in range(3)]
    await writing
    await database.close()
    for number, path in enumerate(copies):
        folder = tmp_path / f"opened{number}"
        folder.mkdir()
        backup = await open_backup(path, folder)
        async with scratch(database_url, backup.database) as beside:
            await check_copy(backup.manifest, beside)


async def test_a_tool_that_fails_is_named_without_data(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.sql"
    bad.write_text("CREATE TABLE people (name text UNIQUE); INSERT INTO people VALUES ('Lan'), ('Lan');")
    before = await counts_of(postgresql_url)
    with pytest.raises(CopyError, match="psql failed") as failed:
        await put_back(postgresql_url, bad)
    assert "Lan" not in str(failed.value)
    # All or nothing: what was there is there still.
    assert await counts_of(postgresql_url) == before
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CopyError, match="pg_dump is not installed"):
        await copy_to(postgresql_url, tmp_path / "copy")


async def test_a_database_without_work_is_empty(either_url: str, tmp_path: Path) -> None:
    assert await is_empty(either_url)
    assert await is_empty(url_of(tmp_path / "none.db"))
    database = Database(either_url)
    await open_office(database)
    await database.close()
    assert not await is_empty(either_url)


def test_a_key_is_checked() -> None:
    check_key(new_key())
    with pytest.raises(ValueError, match="new-key"):
        check_key("a password of mine")


def test_the_name_tells_the_time_in_utc() -> None:
    assert made_at(Path("bot-20260615T050000Z.tar.gz")) == NOW.astimezone(VIETNAM)
    assert made_at(Path("bot-mine.tar.gz")) is None
