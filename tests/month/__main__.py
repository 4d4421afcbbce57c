"""`make month` prints what the messages of a month cost, by way and kind, and what was against the rules."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from storage.migrate import upgrade
from tests.month.report import lines
from tests.month.simulated import Month


async def run(people: int, each: int, folder: Path) -> bool:
    url = f"sqlite+aiosqlite:///{folder / 'month.db'}"
    await upgrade(url)
    started = time.monotonic(), time.process_time()
    found = await Month(url, people, each).run()
    print("\n".join(lines(found)))
    took, worked = time.monotonic() - started[0], time.process_time() - started[1]
    print(f"({took:.0f} s, {worked:.0f} s of processor)", file=sys.stderr)
    return not found.against


def main() -> None:
    parser = argparse.ArgumentParser(prog="make month")
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--each", type=int, default=4, help="for how many accountants each played one stands")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if asyncio.run(run(given.people, given.each, Path(folder))) else 1)


if __name__ == "__main__":
    main()
