"""Backups leave for a store like S3 by the commands of the pages for operators, and come back from it."""

import asyncio
import os
import re
import time
from pathlib import Path

import pytest

from storage.backups import backups_in, new_key
from storage.copies import counts_of, url_of
from storage.database import Database
from storage.migrate import upgrade
from tests.bot.test_settings import RIGHT
from tests.deploy.test_files import ROOT, typed
from tests.storage.conftest import open_office
from tests.support.program import run_command
from tests.support.stores import BUCKET, ID, NANIO, SECRET, need_rclone, store

PAGE = ROOT / "docs/operating/backups.md"
MONTH = 31 * 86_400

pytestmark = [pytest.mark.long, pytest.mark.skipif(not NANIO.is_file(), reason="needs nanio")]


def commands() -> list[str]:
    """The commands of the page that call rclone, in their order."""
    return [line for line in typed(PAGE) if line.startswith("rclone ")]


async def sh(command: str, **environment: str) -> tuple[int | None, str]:
    """Run a command as a shell does."""
    process = await asyncio.create_subprocess_shell(
        command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_backups_go_to_the_store_and_come_back(tmp_path: Path) -> None:
    need_rclone()
    url, kept, back = url_of(tmp_path / "bot.db"), tmp_path / "kept", tmp_path / "back"
    await upgrade(url)
    database = Database(url)
    await open_office(database)
    await database.close()
    settings = {**RIGHT, "DATABASE_URL": url, "BACKUP_FOLDER": str(kept), "BACKUP_KEY": new_key()}
    assert run_command(settings, "backup").code == 0
    (made,) = backups_in(kept)
    old = kept / "bot-20260101T030000Z.tar.gz.age"
    old.write_bytes(b"of last month")
    os.utime(old, (time.time() - MONTH,) * 2)
    # While a backup is made, its folder has the database as it is, not encrypted.
    (kept / ".making-x").mkdir()
    (kept / ".making-x" / "database").write_text("names and phones")

    async with store(tmp_path / "store") as address:
        settings |= _remote(address)
        forget, send, fetch = (line.replace("/mnt/elsewhere/bot", str(kept)) for line in commands())
        fetch = re.sub(r"bot-\S+", made.name, fetch)
        before = {"PATH": os.environ["PATH"], "RCLONE_CONFIG": os.devnull, **_remote(address)}
        for command in (send, forget):
            code, said = await sh(command, **before)
            assert code == 0, said
        code, said = await sh(f"rclone lsf -R store:{BUCKET}", **before)
        assert said.split() == [made.name]
        # A stranger gets nothing.
        code, said = await sh(
            f"rclone lsf --retries 1 store:{BUCKET}", **before | _remote(address, secret="another")
        )
        assert code
        assert made.name not in said
        # An emptied folder empties no store.
        made.unlink()
        old.unlink()
        assert (await sh(send, **before))[0] == 0
        # The machine is lost.
        counts = await counts_of(url)
        (tmp_path / "bot.db").unlink()
        back.mkdir()
        code, said = await sh(f"cd {back} && {fetch}", **before)
        assert code == 0, said
    restored = run_command(settings, "restore", str(back / made.name))
    assert restored.code == 0, restored.said
    assert await counts_of(url) == counts


def _remote(address: str, secret: str = SECRET) -> dict[str, str]:
    """What `rclone config` asks for the remote `store`."""
    given = {"type": "s3", "provider": "Other", "endpoint": address, "access_key_id": ID}
    given["secret_access_key"] = secret
    return {f"RCLONE_CONFIG_STORE_{name.upper()}": value for name, value in given.items()}
