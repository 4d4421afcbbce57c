"""The memory of the bot and of its reading processes while they read ugly files, in a fresh interpreter."""

import asyncio
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bot.settings import load_settings
from bot.wiring import build_program
from domain.errors import DomainError
from gateways.workbooks.workbooks import CalamineReader
from storage.migrate import upgrade
from tests.bench.measuring import Figure
from tests.bench.startup import bare_environment

BOT_LIMIT, READER_LIMIT = 300, 768
"""Megabytes."""

_ROOT = Path(__file__).parents[2]
_MB_OF_KB = 2**10


async def figures(folder: Path, contents: Sequence[bytes]) -> Sequence[Figure]:
    for number, content in enumerate(contents):
        (folder / f"{number:03d}.file").write_bytes(content)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(folder)),
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=bare_environment(folder),
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    idle, bot, reader = json.loads(out)
    title = f"while {len(contents)} ugly files are read"
    return [
        Figure(f"memory of the bot {title}, to the idle bot", bot, idle, "MB", limit=BOT_LIMIT),
        Figure(f"memory of its reader {title}, to the bot", reader, bot, "MB", limit=READER_LIMIT),
    ]


async def _read_all(folder: Path) -> tuple[float, float, float]:
    """Megabytes of the idle bot, then the peaks of the bot and of its readers."""
    settings = load_settings()
    await upgrade(settings.database_url)
    async with build_program(settings):
        idle = _most("self")
        readers = [0.0]
        async with CalamineReader() as reader:
            for content in _contents(folder):
                with suppress(DomainError):
                    await reader.read_list(content)
                readers += [_most(str(worker)) for worker in reader.readers.ids]
        return idle, _most("self"), max(readers)


def _contents(folder: Path) -> Iterator[bytes]:
    """The files one at a time, as a bot receives them."""
    return (path.read_bytes() for path in sorted(folder.glob("*.file")))


def _most(process: str) -> float:
    """A process's peak of resident memory, in megabytes."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB_OF_KB
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / _MB_OF_KB


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_read_all(Path(sys.argv[1])))))
