"""Puts a backup in the place of the database, and of the folder beside it."""

import tempfile
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from bot.backing_up import back_up, beside
from bot.settings import Settings
from storage.backups import BackupError, Manifest, Opened, check_copy, open_backup
from storage.connections import Connections
from storage.copies import CopyError, is_empty, kind_of, path_of, put_back, url_of
from storage.one_process import alone
from storage.releases import any_runs

_TIME = "%Y%m%dT%H%M%SZ"


async def restore(settings: Settings, path: Path, now: datetime, force: bool = False) -> tuple[Manifest, str]:
    """Put the backup at `path` in the place of the database; returns what the backup says of itself, and
    where what was there before is kept.

    Raises `BackupError`, `CopyError` or `OtherProcess`, and leaves the database as it is: for a backup that
    is not whole, of a later release or of the other kind of database; while a process of the program runs;
    and where something is there already, unless `force` says so.
    """
    url = settings.database_url
    async with alone(url):
        is_sqlite = kind_of(url) == "sqlite"
        if not is_sqlite:
            await _refuse_while_it_runs(url)
        is_new = await is_empty(url)
        if not is_new and not force:
            raise BackupError("the database is not empty: --force puts the backup in its place")
        near = path_of(url).absolute().parent if is_sqlite else None
        if near is not None:
            near.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=near) as folder:
            opened = await open_backup(path, Path(folder), settings.backup_secret)
            if opened.manifest.kind != kind_of(url):
                raise BackupError(
                    f"{path.name} is of {opened.manifest.kind}: put it there, then python -m bot move"
                )
            if is_sqlite:
                await check_copy(opened.manifest, url_of(opened.database))
            kept = "" if is_new else await _kept(settings, now)
            await put_back(url, opened.database)
            await check_copy(opened.manifest, url)
            _put_back_files(settings, opened, now)
    return opened.manifest, kept


async def _refuse_while_it_runs(url: str) -> None:
    connections = Connections(url)
    try:
        if await any_runs(connections):
            raise CopyError("a process of the bot is connected to the database: stop it first")
    finally:
        await connections.close()


async def _kept(settings: Settings, now: datetime) -> str:
    """Keep what is there: the file itself, or a backup of PostgreSQL."""
    if kind_of(settings.database_url) != "sqlite":
        return str(await back_up(settings, now))
    there = path_of(settings.database_url)
    kept = _replaced(there, now)
    for ending in ("-wal", "-shm", ""):
        part = there.with_name(there.name + ending)
        if part.exists():
            part.rename(kept.with_name(kept.name + ending))
    return str(kept)


def _put_back_files(settings: Settings, opened: Opened, now: datetime) -> None:
    folder = beside(settings)
    if folder is None:
        return
    if folder.exists():
        folder.rename(_replaced(folder, now))
    if opened.files.exists():
        opened.files.rename(folder)


def _replaced(path: Path, now: datetime) -> Path:
    """A free name for what stood at `path` until now."""
    name = f"{path.name}.replaced-{now:{_TIME}}"
    names = (path.with_name(name + ending) for ending in chain([""], (f"-{n}" for n in count(2))))
    return next(one for one in names if not one.exists())
