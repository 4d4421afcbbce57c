"""A store like S3, written by others (nanio): it checks who signs, as those of providers do."""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.app import free_port

NANIO = Path(sys.executable).with_name("nanio")
BUCKET = "backups"
ID, SECRET = "bot", "secret-of-the-store"
KEYS = {"AWS_ACCESS_KEY_ID": ID, "AWS_SECRET_ACCESS_KEY": SECRET}
"""As clients of S3 read them from their environment."""


def need_rclone() -> str:
    """The program; skip the test where it is missing. CI must have it."""
    found = shutil.which("rclone")
    if found is None:
        assert os.environ.get("CI") != "true", "CI must have rclone: apt-get install rclone"
        pytest.skip("no rclone: apt-get install rclone")
    return found


@contextlib.asynccontextmanager
async def store(folder: Path) -> AsyncIterator[str]:
    """A store with one empty `BUCKET`, for whoever has `KEYS`; yields its address."""
    port = free_port()
    (folder / BUCKET).mkdir(parents=True)
    process = await asyncio.create_subprocess_exec(
        *(NANIO, "serve", "--data-dir", folder, "--host", "127.0.0.1", "--port", str(port)),
        env={"PATH": os.environ["PATH"], "NANIO_ACCESS_KEY": ID, "NANIO_SECRET_KEY": SECRET},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            while not await _listens(port):
                assert process.returncode is None, "the store ended by itself"
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
