"""Branch coverage of each room, and of each wing in rooms with a floor. Coverage below a floor fails.

    python -m tests.coverage_by_room build/coverage/coverage.json

A figure counts statements and branches together, as `coverage report` does.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

ROOMS = ("domain", "services", "texts", "storage", "gateways", "dialogs", "bot", "sandbox")
FLOORS = {"domain": 95.0, "services": 95.0}
"""The least coverage of each room, in percent."""


@dataclass(frozen=True, slots=True)
class Count:
    """Statements and branches: all, and those that ran."""

    all: int = 0
    ran: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.all + other.all, self.ran + other.ran)

    @property
    def percent(self) -> float:
        return 100 * self.ran / self.all if self.all else 100.0


def by_place(report: Mapping[str, Any]) -> dict[str, Count]:
    """Counts of coverage's JSON report by room ("storage") and by wing ("domain/messaging"), in the order of
    `ROOMS`. Files directly in a room with a floor count as the wing "domain/."."""
    counts: dict[str, Count] = {}
    for name, file in report["files"].items():
        room, *folders, _ = PurePosixPath(name).parts
        summary = file["summary"]
        count = Count(
            summary["num_statements"] + summary["num_branches"],
            summary["covered_lines"] + summary["covered_branches"],
        )
        wing = f"{room}/{folders[0] if folders else '.'}"
        for place in (room, *([wing] if room in FLOORS else [])):
            counts[place] = counts.get(place, Count()) + count
    return dict(sorted(counts.items(), key=lambda item: (ROOMS.index(item[0].split("/")[0]), item[0])))


def below(counts: Mapping[str, Count]) -> list[str]:
    """The rooms below their floor or without any measurement."""
    return [room for room, floor in FLOORS.items() if room not in counts or counts[room].percent < floor]


def main(path: str) -> int:
    counts = by_place(json.loads(Path(path).read_text("utf-8")))
    for place, count in counts.items():
        floor = f"  at least {FLOORS[place]:.0f} %" if place in FLOORS else ""
        print(f"{'  ' * place.count('/') + place:<28}{count.all:>8,}{count.percent:>8.1f} %{floor}")
    if missed := below(counts):
        print("Below the floor: " + ", ".join(missed))
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
