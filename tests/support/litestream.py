"""Litestream beside a bot, as operators run it."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.stores import BUCKET, KEYS

CONFIG = Path(__file__).parents[2] / "deploy" / "litestream.yml"
LITESTREAM = Path(sys.executable).with_name("litestream")


def variables(database: Path, replica: Path | str) -> dict[str, str]:
    """What the configuration reads, with Litestream on the path. A replica is a folder, or the address of a
    store of `tests.support.stores`."""
    path = f"{LITESTREAM.parent}{os.pathsep}{os.environ['PATH']}"
    url = f"file://{replica}" if isinstance(replica, Path) else f"s3://{BUCKET}/bot?endpoint={replica}"
    keys = {} if isinstance(replica, Path) else KEYS
    return {"PATH": path, "BOT_DATABASE": str(database), "LITESTREAM_REPLICA": url, **keys}


@contextlib.asynccontextmanager
async def replicating(database: Path, replica: Path | str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Copy the database until the block ends, or the process is killed."""
    log = database.with_suffix(".litestream.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        *(LITESTREAM, "replicate", "-config", CONFIG),
        env=variables(database, replica),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        log.close()


async def restored(database: Path, replica: Path, target: Path) -> None:
    """Put Litestream's copy into a new file."""
    process = await asyncio.create_subprocess_exec(
        *(LITESTREAM, "restore", "-config", CONFIG, "-o", target, database),
        env=variables(database, replica),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
