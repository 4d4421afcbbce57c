"""`python -m bot backup`, `restore` and `move`, as processes of their own."""

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backing_up import back_up
from bot.restoring import restore
from storage.backups import backups_in, new_key
from storage.copies import counts_of, path_of, url_of
from storage.database import Database
from storage.migrate import upgrade
from storage.one_process import alone
from tests.bot.test_settings import RIGHT
from tests.storage.conftest import open_office
from tests.support.postgres import tools
from tests.support.program import Ended, run_command
from tests.support.settings import settings_of

pytestmark = pytest.mark.long


def bot(url: str, *arguments: str, **settings: str) -> Ended:
    path = f"{tools()}{os.pathsep}{os.environ['PATH']}"
    return run_command({"PATH": path, "DATABASE_URL": url, **RIGHT, **settings}, *arguments)


NOW = datetime(2026, 11, 30, tzinfo=UTC)


async def fill(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    await open_office(database)
    await database.close()


def firms(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM firms").fetchone()[0])


def test_a_backup_is_restored_where_nothing_is_lost_by_it(tmp_path: Path, postgresql_url: str) -> None:
    path, key = tmp_path / "bot.db", bot("", "backup", "--new-key").said.strip()
    url, settings = url_of(path), {"BACKUP_FOLDER": str(tmp_path / "backups"), "BACKUP_KEY": key}
    asyncio.run(fill(url))
    files = tmp_path / "bot.db.files"
    files.mkdir()
    (files / "0a1b").write_text("a list")
    made = bot(url, "backup", **settings)
    assert made.code == 0, made.said
    (backup,) = backups_in(tmp_path / "backups")
    assert made.said.strip() == str(backup)
    assert backup.stat().st_mode & 0o077 == 0

    # Work is there: it is replaced only if that is said, and then kept.
    refused = bot(url, "restore", str(backup), **settings)
    assert refused.code == 2
    assert "the database is not empty: --force" in refused.said
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE firms SET name = 'later'")
        database.commit()
    (files / "2c3d").write_text("later")
    restored = bot(url, "restore", str(backup), "--force", **settings)
    assert restored.code == 0, restored.said
    assert firms(path) == 1
    (kept,) = [one for one in tmp_path.glob("bot.db.replaced-*") if one.is_file()]
    assert str(kept) in restored.said
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT name FROM firms").fetchall() == [("later",)]
    assert os.listdir(files) == ["0a1b"]

    # A lost disk; another key; another kind of database.
    path.unlink()
    assert "BACKUP_KEY is not its key" in bot(url, "restore", str(backup), BACKUP_KEY=new_key()).said
    assert not path.exists()
    assert bot(url, "restore", str(backup), **settings).code == 0
    assert firms(path) == 1
    other = bot(postgresql_url, "restore", str(backup), **settings)
    assert other.code == 2
    assert "then python -m bot move" in other.said


async def test_what_stood_there_is_kept_each_time(tmp_path: Path) -> None:
    """Also by a clock that stands still: nothing that was kept is lost, and each restore ends."""
    url = url_of(tmp_path / "bot.db")
    settings = settings_of({name.lower(): value for name, value in RIGHT.items()} | {"database_url": url})
    await fill(url)
    backup = await back_up(settings, NOW)
    files = tmp_path / "bot.db.files"
    for name in ("first", "second", "third"):
        files.mkdir()
        (files / name).write_text("a list")
        await restore(settings, backup, NOW, force=True)
        assert not files.exists()
    there = os.listdir(tmp_path)
    assert (
        len(
            [
                name
                for name in there
                if name.startswith("bot.db.replaced-") and name[-4:] not in ("-wal", "-shm")
            ]
        )
        == 3
    )
    kept = [name for name in there if name.startswith("bot.db.files.replaced-")]
    assert sorted(os.listdir(tmp_path / name) for name in kept) == [["first"], ["second"], ["third"]]


def test_what_works_on_a_database_keeps_others_out(tmp_path: Path, postgresql_url: str) -> None:
    path = tmp_path / "bot.db"
    url = url_of(path)
    asyncio.run(fill(url))

    async def while_it_runs(*arguments: str) -> Ended:
        async with alone(url):
            return await asyncio.to_thread(bot, url, *arguments)

    for arguments in (("move", "--to", postgresql_url), ("restore", "any.tar.gz")):
        refused = asyncio.run(while_it_runs(*arguments))
        assert refused.code == 2
        assert f"another process of the bot works on {path}" in refused.said
    moved = bot(url, "move", "--to", postgresql_url)
    assert moved.code == 0, moved.said
    assert "were moved, counted and compared" in moved.said
    assert asyncio.run(counts_of(postgresql_url))["firms"] == 1
    again = bot(url, "move", "--to", postgresql_url)
    assert again.code == 2
    assert "is not empty" in again.said


def test_postgresql_is_backed_up_and_restored(tmp_path: Path, postgresql_url: str) -> None:
    asyncio.run(fill(postgresql_url))
    made = bot(postgresql_url, "backup", "--to", str(tmp_path))
    assert made.code == 0, made.said
    (backup,) = backups_in(tmp_path)
    assert "--force" in bot(postgresql_url, "restore", str(backup)).said
    restored = bot(postgresql_url, "restore", str(backup), "--force", BACKUP_FOLDER=str(tmp_path / "kept"))
    assert restored.code == 0, restored.said
    assert len(backups_in(tmp_path / "kept")) == 1
    assert asyncio.run(counts_of(postgresql_url))["firms"] == 1


def test_the_folder_of_a_database_is_made(tmp_path: Path) -> None:
    source, target = url_of(tmp_path / "bot.db"), url_of(tmp_path / "new" / "bot.db")
    asyncio.run(fill(source))
    made = bot(source, "backup")
    (backup,) = backups_in(path_of(source).parent / "backups")
    assert made.said.strip() == str(backup)
    assert bot(target, "restore", str(backup)).code == 0
    assert firms(path_of(target)) == 1
