"""What looks at one part of the program or of the world around it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.checkups import Good, Part

Look = Callable[[], Awaitable[Good]]
"""Raises `Fault`. It changes nothing, sends nothing to anybody, and costs no money."""


@dataclass(frozen=True, slots=True)
class Check:
    part: Part
    look: Look
