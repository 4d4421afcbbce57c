"""Backups: one file each, which holds a copy of the database, files beside it, and a manifest of both.

The file is a tar, gzipped, and in the age format (https://age-encryption.org) where there is a key: `age -d`
and `tar -xz` open it without this program.
"""

import asyncio
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pyrage

from storage.copies import copy_to, counts_of, kind_of
from storage.migrate import knows, revision_of

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
"""The copy of the database, as SQLite's file or as SQL."""
FILES = "files"

MAKING, PROVING = ".making-", ".proving-"
"""How the names of folders begin in which a backup is made, and put back."""

_BEGUN = 86_400.0
"""After how many seconds such a folder is nobody's."""

_PREFIX, _PLAIN, _SECRET = "bot-", ".tar.gz", ".tar.gz.age"
_TIME = "%Y%m%dT%H%M%SZ"


class BackupError(Exception):
    """A backup cannot be used. The text says why to who runs the program."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    version: str
    """The program's that made the backup."""
    revision: str
    """The tables'."""
    kind: str
    """"sqlite" or "postgresql"."""
    made_at: str
    """The moment before the copy, as ISO 8601."""
    counts: Mapping[str, int]
    """The rows of each table."""
    digests: Mapping[str, str]
    """The SHA-256 of each file."""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup that was taken apart in a folder, and is whole."""

    manifest: Manifest
    database: Path
    files: Path
    """The folder that was beside the database; missing where it had no file."""


def new_key() -> str:
    """A key for `make_backup`: whoever has it reads the backups."""
    return str(pyrage.x25519.Identity.generate())


def check_key(key: str) -> None:
    """Raise `ValueError` unless this is a key as `new_key` makes them."""
    try:
        pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError:
        raise ValueError("is no key; python -m bot backup --new-key prints one") from None


async def make_backup(
    url: str,
    folder: Path,
    version: str,
    now: datetime,
    key: str = "",
    beside: Path | None = None,
    try_copy: Callable[[Path], Any] | None = None,
) -> Path:
    """Put a backup of the database, and of the folder `beside` it, into `folder`; returns its file.

    Nobody waits for it. The file appears under its name when it is whole. `try_copy` is awaited with a copy
    of the database that it may change. Raises `CopyError`.
    """
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    with tempfile.TemporaryDirectory(prefix=MAKING, dir=folder) as scratch:
        work = Path(scratch)
        counts = await copy_to(url, work / DATABASE)
        revision = await revision_of(url)
        manifest = Manifest(FORMAT, version, revision, kind_of(url), now.isoformat(), counts, {})
        name = f"{_PREFIX}{now.astimezone(UTC):{_TIME}}{_SECRET if key else _PLAIN}"
        packed = work / "packed"
        await asyncio.to_thread(_pack, work / DATABASE, beside, manifest, packed, key)
        if try_copy is not None:
            await try_copy(work / DATABASE)
        os.replace(packed, folder / name)
    return folder / name


def backups_in(folder: Path) -> list[Path]:
    """The backups of a folder, the oldest first."""
    found = (*folder.glob(f"{_PREFIX}*{_PLAIN}"), *folder.glob(f"{_PREFIX}*{_SECRET}"))
    return sorted(found, key=lambda path: path.name.split(".")[0])


def made_at(path: Path) -> datetime | None:
    """When this backup was made, by its name."""
    try:
        return datetime.strptime(path.name.split(".")[0], f"{_PREFIX}{_TIME}").replace(tzinfo=UTC)
    except ValueError:
        return None


def drop_old(folder: Path, before: datetime) -> int:
    """Delete the backups made before this moment, but the newest; returns how many. What a killed process had
    begun in the folder goes, too."""
    for left in (*folder.glob(f"{MAKING}*"), *folder.glob(f"{PROVING}*")):
        if left.stat().st_mtime < time.time() - _BEGUN:
            shutil.rmtree(left)
    old = [path for path in backups_in(folder)[:-1] if (made := made_at(path)) and made < before]
    for path in old:
        path.unlink()
    return len(old)


async def open_backup(path: Path, folder: Path, key: str = "") -> Opened:
    """Take a backup apart in an empty folder. Raises `BackupError` for one that is not whole, not for this
    key, or of a later release."""
    return await asyncio.to_thread(_open, path, folder, key)


async def check_copy(manifest: Manifest, url: str) -> None:
    """Raise `BackupError` unless the database at `url` has the rows that the manifest tells of."""
    counts = await counts_of(url)
    if counts != dict(manifest.counts):
        differing = sorted(
            name for name in {*counts, *manifest.counts} if counts.get(name) != manifest.counts.get(name)
        )
        raise BackupError(f"rows are missing or too many in {', '.join(differing[:5])}")


def _pack(database: Path, beside: Path | None, manifest: Manifest, target: Path, key: str) -> None:
    names = {DATABASE: database}
    if beside is not None:
        found = (path for path in sorted(beside.rglob("*")) if path.is_file())
        names |= {f"{FILES}/{path.relative_to(beside).as_posix()}": path for path in found}
    packed = target.with_name("plain") if key else target
    digests: dict[str, str] = {}
    with tarfile.open(packed, "w:gz", compresslevel=6) as tar:
        for name, path in names.items():
            try:
                digests[name] = _digest(path)
                tar.add(path, name, recursive=False)
            except FileNotFoundError:  # Dropped meanwhile, as files whose links have expired are.
                digests.pop(name, None)
        written = json.dumps({**asdict(manifest), "digests": digests}, indent=1).encode()
        told = target.with_name(MANIFEST)
        told.write_bytes(written)
        tar.add(told, MANIFEST)
    if key:
        public = pyrage.x25519.Identity.from_str(key).to_public()
        pyrage.encrypt_file(str(packed), str(target), [public])
        packed.unlink()


def _open(path: Path, folder: Path, key: str) -> Opened:
    if not path.is_file():
        raise BackupError(f"there is no file {path}")
    if path.name.endswith(".age"):
        plain = folder / "plain"
        if not key:
            raise BackupError(f"{path.name} is encrypted: put its key in BACKUP_KEY")
        try:
            pyrage.decrypt_file(str(path), str(plain), [pyrage.x25519.Identity.from_str(key)])
        except (pyrage.DecryptError, OSError):
            raise BackupError(f"{path.name} is damaged, or BACKUP_KEY is not its key") from None
        path = plain
    taken = folder / "taken"
    try:
        with closing(tarfile.open(path, "r:gz")) as tar:
            tar.extractall(taken, filter="data")
        told = json.loads((taken / MANIFEST).read_text("utf-8"))
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError):
        raise BackupError(f"{path.name} is damaged, or no backup of this program") from None
    if told.get("format") != FORMAT or not knows(told["revision"]):
        version = told.get("version")
        raise BackupError(
            f"{path.name} was made by version {version}, which has tables that this one does not know"
        )
    manifest = Manifest(**told)
    for name, digest in manifest.digests.items():
        if not (taken / PurePosixPath(name)).is_file() or _digest(taken / PurePosixPath(name)) != digest:
            raise BackupError(f"{path.name} is damaged: {name} is not what was packed")
    if DATABASE not in manifest.digests:
        raise BackupError(f"{path.name} has no database")
    return Opened(manifest, taken / DATABASE, taken / FILES)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
