"""What happens in the world, sent live to listeners such as the page (by server-sent events)."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_BACKLOG = 1000  # A listener that falls this far behind is cut off; the page then reconnects and reloads.


class Events:
    """Publishes small JSON messages to any number of listeners. A listener's queue ends with `None`."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self.count = 0  # Everything ever published; `idle` watches it to see that the world is quiet.

    def publish(self, kind: str, **data: Any) -> None:
        """Tell every listener; never waits."""
        self.count += 1
        if not self._listeners:
            return
        text = json.dumps({"type": kind, **data}, ensure_ascii=False)
        for queue in list(self._listeners):
            if queue.qsize() >= _BACKLOG:
                self._end(queue)
            else:
                queue.put_nowait(text)

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[str | None]]:
        """A queue of everything published from now on."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every listener."""
        for queue in list(self._listeners):
            self._end(queue)

    def _end(self, queue: asyncio.Queue[str | None]) -> None:
        self._listeners.discard(queue)
        queue.put_nowait(None)
