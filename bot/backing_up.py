"""Backups of a running program: each night one is made, put back beside the database, and compared."""

import asyncio
import logging
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from bot import __version__
from bot.settings import Settings
from bot.wiring import Program
from domain.backups import BackupFault
from domain.calendar import day_of, start_of
from services.back_office.backups import BeginProof, FindDisorder, SettleProof
from storage.backups import PROVING, BackupError, check_copy, drop_old, make_backup, open_backup
from storage.copies import CopyError, kind_of, path_of, scratch, url_of
from storage.database import Database
from storage.migrate import upgrade

OFTEN = 60.0
"""How often, in seconds, the clock is asked whether it is time."""

A_NIGHT = timedelta(days=1)

PATIENCE = 60.0
"""How many seconds the continuous copy may be behind."""

AGAIN = 0.5
"""After how many seconds it is looked at again."""

log = logging.getLogger(__name__)


def folder_of(settings: Settings) -> Path:
    """Where backups are put: BACKUP_FOLDER, else beside a SQLite database."""
    if settings.backup_folder is not None:
        return settings.backup_folder
    if kind_of(settings.database_url) != "sqlite":
        raise CopyError("BACKUP_FOLDER is not set")
    return path_of(settings.database_url).parent / "backups"


def beside(settings: Settings) -> Path | None:
    """The folder beside a SQLite database that has the contents of files."""
    url = settings.database_url
    return path_of(url).with_name(f"{path_of(url).name}.files") if kind_of(url) == "sqlite" else None


async def back_up(settings: Settings, now: datetime) -> Path:
    """Make one backup; returns its file. Raises `CopyError`."""
    return await make_backup(
        settings.database_url,
        folder_of(settings),
        __version__,
        now,
        settings.backup_secret,
        beside(settings),
    )


async def keep_before(settings: Settings, now: datetime) -> None:
    """Before tables change: keep a backup of them as they are, and on SQLite change a copy first.

    On PostgreSQL a backup is made where BACKUP_FOLDER is set. Raises what the copy raised.
    """
    is_sqlite = kind_of(settings.database_url) == "sqlite"
    if not is_sqlite and settings.backup_folder is None:
        log.warning("the tables are changed without a backup: BACKUP_FOLDER is not set")
        return

    async def change(copy: Path) -> None:
        await upgrade(url_of(copy))

    kept = await make_backup(
        settings.database_url,
        folder_of(settings),
        __version__,
        now,
        settings.backup_secret,
        beside(settings),
        change if is_sqlite else None,
    )
    log.info("the tables are changed; as they were they are in %s", kept)


async def back_up_nightly(program: Program) -> None:
    """Back up and prove it at each BACKUP_HOUR until cancelled; at once where the last night was missed."""
    while True:
        try:
            if await _is_due(program):
                await prove(program)
        except Exception:
            log.exception("the backup is tried again")
        await asyncio.sleep(OFTEN)


async def _is_due(program: Program) -> bool:
    async with program.database.read() as uow:
        last = await uow.backup_proofs.last()
    return last is None or last.began_at < _last_due(program.clock.now(), program.settings.backup_hour)


def _last_due(now: datetime, hour: int) -> datetime:
    due = start_of(day_of(now)) + timedelta(hours=hour)
    return due if due <= now else due - A_NIGHT


async def prove(program: Program) -> None:
    """Make a backup, put it back beside the database, compare, and note the outcome; drop old ones."""
    settings, clock = program.settings, program.clock
    proof_id = await BeginProof(program.database, clock)()
    try:
        lost = await _proved(program)
    except Exception as error:
        fault = error.fault if isinstance(error, _Failed) else BackupFault.RESTORE
        log.error("backup %s failed, %s: %s", proof_id, fault, error, exc_info=not isinstance(error, _Failed))
        await SettleProof(program.database, clock)(proof_id, None, fault)
        return
    await SettleProof(program.database, clock)(proof_id, lost)
    gone = drop_old(folder_of(settings), clock.now() - timedelta(days=settings.backup_keep_days))
    told = "backup %s was put back and compared: at most %s s are lost; %s old ones dropped"
    log.info(told, proof_id, lost, gone)


class _Failed(Exception):
    def __init__(self, fault: BackupFault, why: object) -> None:
        super().__init__(str(why))
        self.fault = fault


async def _proved(program: Program) -> int:
    """Returns how many seconds of work are lost at most. Raises `_Failed`."""
    settings, began = program.settings, program.clock.now()
    try:
        path = await back_up(settings, began)
    except (CopyError, OSError) as error:
        raise _Failed(BackupFault.COPY, error) from None
    taking = program.clock.now() - began
    with tempfile.TemporaryDirectory(prefix=PROVING, dir=folder_of(settings)) as folder:
        try:
            opened = await open_backup(path, Path(folder), settings.backup_secret)
            async with scratch(settings.database_url, opened.database) as url:
                await check_copy(opened.manifest, url)
                await _compare(program, url)
        except (BackupError, CopyError, OSError) as error:
            raise _Failed(BackupFault.RESTORE, error) from None
        if settings.litestream_config is None:
            return int((A_NIGHT + taking).total_seconds()) + 1
        return await _continuous(program, Path(folder))


async def _compare(program: Program, url: str) -> None:
    copy = Database(url)
    try:
        found = await FindDisorder(copy, program.clock)()
    finally:
        await copy.close()
    if found:
        raise _Failed(BackupFault.DISORDER, "; ".join(found))


async def _continuous(program: Program, folder: Path) -> int:
    """How many seconds pass until what was written is in Litestream's copy. It is put back and compared."""
    settings, loop = program.settings, asyncio.get_running_loop()
    began = loop.time()
    mark = await BeginProof(program.database, program.clock)()
    copy = folder / "continuous"
    while True:
        took = loop.time() - began
        why = await _from_litestream(settings, copy) or await _lacks(copy, mark)
        if not why:
            break
        if took > PATIENCE:
            raise _Failed(BackupFault.BEHIND, f"after {took:.0f} s {why}")
        copy.unlink(missing_ok=True)
        await asyncio.sleep(AGAIN)
    await _compare(program, url_of(copy))
    return int(took) + 1


async def _lacks(copy: Path, proof_id: int) -> str:
    """Empty if the copy has the row of this proof."""
    database = Database(url_of(copy))
    try:
        async with database.read() as uow:
            found = await uow.backup_proofs.get(proof_id)
            return "" if found is not None else "Litestream's copy lacks what was written before"
    finally:
        await database.close()


async def _from_litestream(settings: Settings, target: Path) -> str:
    """Put Litestream's copy into a new file; returns what is wrong."""
    found = shutil.which("litestream")
    if found is None:
        raise _Failed(BackupFault.BEHIND, "litestream is not installed, though LITESTREAM_CONFIG is set")
    source = path_of(settings.database_url).resolve()
    process = await asyncio.create_subprocess_exec(
        *(found, "restore", "-config", str(settings.litestream_config), "-o", str(target), str(source)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    return said.decode(errors="replace").strip().rpartition("\n")[2] if process.returncode else ""
