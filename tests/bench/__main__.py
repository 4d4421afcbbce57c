"""`make bench`: one JSON object on standard output, each figure beside its floor and its goal."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from tests.bench import (
    activating,
    hostile,
    jobs,
    large,
    placing,
    processes,
    pushing,
    startup,
    tapping,
    ugly,
    workbook,
)
from tests.bench.measuring import Figure
from tests.bench.neighbours import beside_an_order
from tests.gateways.workbooks.ugly_corpus import CORPUS

BENCHES: dict[str, Callable[[Path], Coroutine[Any, Any, Sequence[Figure]]]] = {
    "a tap in the list of customers": tapping.figures,
    "a tap beside another firm's order": lambda _: beside_an_order(10_000, rounds=2, taps=200),
    "an order of 1,000 lines": lambda folder: placing.figures(folder, 1_000, rounds=7),
    "an order of 10,000 lines": lambda folder: placing.figures(folder, 10_000, rounds=3),
    "a list of 10,000 rows": workbook.figures,
    "4,096 hostile characters": hostile.figures,
    "2,000 pushes": pushing.figures,
    "1,000 activations": activating.figures,
    "1,500 jobs on PostgreSQL": jobs.figures,
    "several processes on PostgreSQL": processes.figures,
    "the idle bot": startup.figures,
    "every ugly file": lambda folder: ugly.figures(folder, [each.make() for each in CORPUS]),
}


LARGE = {"a large database": large.figures}
"""Some minutes and two gigabytes of disk: only with `--large`."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--large", action="store_true", help="reads of a large database instead")
    parser.add_argument("--keep", type=Path, help="where that database stays, or is since an earlier run")
    given = parser.parse_args()
    figures: list[Figure] = []
    benches = LARGE if given.large else BENCHES
    for title, bench in benches.items():
        started = time.monotonic()
        print(f"{title} …", end=" ", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            figures += asyncio.run(bench(given.keep or Path(folder)))
        print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    print(json.dumps({"figures": [figure.as_json() for figure in figures]}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
