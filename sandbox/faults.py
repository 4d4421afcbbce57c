"""Troubles that a test has ordered and that have not happened yet."""

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class _Countable(Protocol):
    times: int


F = TypeVar("F", bound=_Countable)


class Faults(Generic[F]):
    """Faults in the order in which they were ordered; each affects `times` calls."""

    def __init__(self) -> None:
        self._waiting: list[F] = []

    def add(self, fault: F) -> None:
        if fault.times > 0:
            self._waiting.append(fault)

    def __iter__(self) -> Iterator[F]:
        return iter(self._waiting)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, concerns: Callable[[F], bool]) -> F | None:
        """The first fault that concerns this call, if any. One of its `times` is used up."""
        for fault in self._waiting:
            if concerns(fault):
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
