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
from tests.storage.conftest import open_office
from tests.support.program import run_command
from tests.support.stores import BUCKET, ID, NANIO, SECRET, need_rclone, store

ROOT = Path(__file__).parents[2]
PAGES = ("docs/operating/backups.md", "docs/van-hanh/sao-luu.md")
MONTH = 31 * 86_400

pytestmark = [pytest.mark.long, pytest.mark.skipif(not NANIO.is_file(), reason="needs nanio")]


def commands(page: str) -> list[str]:
    """The commands of a page that call rclone, in their order."""
    return re.findall(r"^rclone .*$", (ROOT / page).read_text("utf-8"), re.MULTILINE)


async def sh(command: str, **environment: str) -> tuple[int | None, str]:
    """Run a command as a shell does."""
    process = await asyncio.create_subprocess_shell(
        command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def test_both_pages_have_the_same_commands() -> None:
    first, second = ([line.split("bot-")[0] for line in commands(page)] for page in PAGES)
    assert len(first) == 3
    assert [re.sub(r"/mnt/\S+", "FOLDER", line) for line in first] == [
        re.sub(r"/mnt/\S+", "FOLDER", line) for line in second
    ]


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
        forget, send, fetch = (line.replace("/mnt/elsewhere/bot", str(kept)) for line in commands(PAGES[0]))
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
