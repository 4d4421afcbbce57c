"""The figures of a load run, as one table and as JSON."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.load.people import DONE, PAID, TO_PAY, Counts
from tests.load.program import Cost

_WAITS = {"file": "file, seen", TO_PAY: "payment request", PAID: "transfer told", DONE: "30 activated"}


@dataclass(frozen=True)
class Run:
    """One load run: what was asked, what people found, what it cost from `started` on for `seconds`."""

    people: int
    think: float
    seconds: float
    counts: Counts
    started: float
    bot: Cost
    world_seconds: float
    calls: int
    redelivered: int
    errors: Sequence[str]

    def figures(self) -> Mapping[str, object]:
        """Every figure by its name; durations are in milliseconds."""
        until = self.started + self.seconds
        took = [seconds for moment, seconds in self.counts.acts if self.started <= moment <= until]
        named: dict[str, object] = {
            "people": self.people,
            "think, s": self.think,
            "seconds": self.seconds,
            "acts": len(took),
            "acts a second": round(len(took) / self.seconds, 1),
            **_percentiles("act", took),
            "CPU an act, ms": round(self.bot.seconds * 1000 / max(1, len(took)), 1),
            "CPU of a core, %": round(self.bot.seconds * 100 / self.seconds),
            "memory, MB": round(self.bot.memory),
            "lost": len(self.counts.lost),
            "doubled": len(self.counts.doubled),
            "errors in the log": len(self.errors),
            "redelivered": self.redelivered,
        }
        for waited, name in _WAITS.items():
            named |= _percentiles(name, self.counts.waits[waited])
        for step in ("registered", "listed", "ordered", "paid", "activated"):
            named[step] = self.counts.reached[step]
        named["calls of the bot"] = self.calls
        named["CPU of the world, % of a core"] = round(self.world_seconds * 100 / self.seconds)
        named["load average"] = round(os.getloadavg()[0], 1)
        return named

    def faults(self) -> Sequence[str]:
        """What was lost, doubled or logged as an error, in words."""
        return [*self.counts.lost, *self.counts.doubled, *self.errors]


def _percentiles(name: str, seconds: Sequence[float]) -> dict[str, float | None]:
    """The values that 50, 95 and 99 of 100 do not exceed; `None` if there is nothing."""
    found = sorted(seconds)
    return {
        f"{name} p{part}, ms": round(found[math.ceil(len(found) * part / 100) - 1] * 1000) if found else None
        for part in (50, 95, 99)
    }


def table(figures: Mapping[str, object]) -> str:
    width = max(map(len, figures))
    return "\n".join(f"{name:{width}}  {'-' if value is None else value}" for name, value in figures.items())
