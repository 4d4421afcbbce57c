"""Whose turn it is to send: what a worker takes for each job before it begins."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol


class Turns(Protocol):
    """How fast jobs may start."""

    @property
    def mailing(self) -> bool:
        """Whether they are mailings, which leave turns to all others."""

    async def take(self, most: int) -> int:
        """How many jobs, at most `most`, may start now."""

    async def give_back(self, unused: int) -> None: ...
    async def wait(self) -> float:
        """Seconds until one may start."""

    async def turn(self) -> None:
        """Wait until one job may start; it counts as started."""


@dataclass(slots=True)
class JobTurn:
    """The turn that a worker took for the job that runs now."""

    turns: Turns
    used: bool = True

    async def give_back(self) -> None:
        """It was not needed; said again, that changes nothing."""
        if self.used:
            self.used = False
            await self.turns.give_back(1)


JOB_TURN: ContextVar[JobTurn | None] = ContextVar("JOB_TURN", default=None)
