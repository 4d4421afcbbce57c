"""`make load`: people at the bot all at once, by webhook and real HTTP; docs/load.md explains the figures."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.load.people import Accountant, Counts
from tests.load.program import ALONE, ROOT, Cost, running_bot
from tests.load.report import Run, table
from tests.load.world import LoadWorld
from tests.support.postgres import postgres_url, start_postgres, stop_postgres

FASTEST_START = 0.02
"""Seconds between two people who begin, at least."""


async def run(
    folder: Path,
    people: int,
    think: float,
    seconds: float,
    checkout: Path = ROOT,
    unpaced: bool = False,
    profile: Path | None = None,
    roles: Sequence[str] = ALONE,
    database: str = "",
) -> Run:
    """One load run of so many seconds; with 0, until everybody has gone through. `running_bot` says what the
    other parameters are."""
    world = LoadWorld()
    async with (
        world.serve(),
        running_bot(world, folder, checkout, unpaced, profile, roles, database) as bot,
    ):
        # What happens once in the life of a process is left out: somebody walks ahead in each.
        for ahead in [0, *range(people + 1, people + len(roles))]:
            await Accountant(world, Counts(), ahead, think=0).journey()
        counts = Counts()
        crowd = [Accountant(world, counts, number, think) for number in range(1, people + 1)]
        bot.begin_profile()
        world.calls = world.redelivered = 0
        busy, before, started = time.process_time(), bot.cost(), time.monotonic()
        begins = [started + max(think / people, FASTEST_START) * number for number in range(people)]
        until = started + seconds if seconds else None
        lives = asyncio.gather(*(one.live(begin, until) for one, begin in zip(crowd, begins, strict=True)))
        await (asyncio.sleep(seconds) if seconds else lives)
        took, after = time.monotonic() - started, bot.cost()
        world_seconds, calls = time.process_time() - busy, world.calls
        await lives
        cost, errors = Cost(after.seconds - before.seconds, after.memory), bot.errors()
    return Run(people, think, took, counts, started, cost, world_seconds, calls, world.redelivered, errors)


@contextlib.contextmanager
def _server(wanted: bool) -> Iterator[str]:
    """A server of PostgreSQL that syncs its commits, if it is wanted; gives its URL."""
    if not wanted:
        yield ""
        return
    folder = start_postgres(durable=True)
    try:
        yield postgres_url(folder)
    finally:
        stop_postgres(folder)


def main() -> int:
    """The exit code is 1 where something was lost, came twice, or was logged as an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument(
        "--think", type=float, default=3, help="seconds between the acts of a person, on average"
    )
    parser.add_argument("--seconds", type=float, default=60, help="0: everybody goes through once")
    parser.add_argument("--bot", type=Path, default=ROOT, help="a checkout, if not this one")
    parser.add_argument("--unpaced", action="store_true", help="without the limit of messages a second")
    parser.add_argument(
        "--profile",
        type=lambda path: Path(path).absolute(),
        help="write what cProfile finds in the bot to this file",
    )
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own")
    parser.add_argument(
        "--roles",
        type=lambda text: text.split(","),
        default=ALONE,
        help="one process for each, such as web,web,work,work; needs --postgresql",
    )
    asked = parser.parse_args()
    # The bot is ended whichever way the run is.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder, _server(asked.postgresql) as database:
        done = asyncio.run(
            run(
                Path(folder),
                asked.people,
                asked.think,
                asked.seconds,
                asked.bot,
                asked.unpaced,
                asked.profile,
                asked.roles,
                database,
            )
        )
    figures = done.figures()
    print(table(figures), file=sys.stderr)
    print(*done.faults()[:20], sep="\n", file=sys.stderr)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 1 if done.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
