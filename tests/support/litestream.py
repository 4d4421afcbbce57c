"""Litestream beside a bot, as operators run it."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "deploy" / "litestream.yml"
LITESTREAM = Path(sys.executable).with_name("litestream")


def variables(database: Path, replica: Path) -> dict[str, str]:
    """What the configuration reads, with Litestream on the path."""
    path = f"{LITESTREAM.parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "BOT_DATABASE": str(database), "LITESTREAM_REPLICA": f"file://{replica}"}


@contextlib.asynccontextmanager
async def replicating(database: Path, replica: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Copy the database until the block ends, or the process is killed."""
    log = replica.with_suffix(".log").open("wb")
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
