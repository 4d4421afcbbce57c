"""Waiting for what must not be left half-way."""

import asyncio
from typing import Any, TypeVar

T = TypeVar("T")


class Unstoppable(asyncio.Future[T]):
    """A future whose waiters wait to its end: one that is cancelled meanwhile is told so then."""

    def cancel(self, msg: Any = None) -> bool:
        return False
