"""Figures, and timing two things against each other on a machine that others use too."""

import gc
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

Timed = Callable[[], Awaitable[float]]
"""Does the thing once and says how many seconds it took."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside the floor measured in the same run. `goal` is the largest ratio allowed,
    `limit` the largest value allowed."""

    name: str
    value: float
    floor: float
    unit: str
    goal: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def met(self) -> bool | None:
        """Whether goal and limit are met; `None` if there is neither."""
        asked = [(self.ratio, self.goal), (self.value, self.limit)]
        kept = [value <= most for value, most in asked if most is not None]
        return all(kept) if kept else None

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "floor": round(self.floor, 3),
            "ratio": round(self.ratio, 2),
            "goal": self.goal,
            "limit": self.limit,
            "met": self.met,
            "unit": self.unit,
        }


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


async def compare(floor: Timed, measured: Timed, rounds: int) -> tuple[float, float]:
    """The medians of the floor's and of the measured thing's milliseconds.

    Their rounds take turns, so that a busy minute of the machine hits both alike. The first of each is a
    warm-up. Garbage is collected between rounds, never within.
    """
    floors: list[float] = []
    values: list[float] = []
    gc.collect()
    # What is here now is never looked through again, neither between these rounds nor by the next comparison.
    gc.freeze()
    for number in range(rounds + 1):
        for act, results in ((floor, floors), (measured, values)):
            seconds = await _undisturbed(act)
            if number:
                results.append(seconds * 1000)
    return median(floors), median(values)


async def _undisturbed(act: Timed) -> float:
    gc.collect()
    gc.disable()
    try:
        return await act()
    finally:
        gc.enable()
