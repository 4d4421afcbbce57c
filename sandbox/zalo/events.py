"""What people do on Zalo, on its way to the bot: kept for a webhook, handed to a running poll, or lost."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.journal import Table
from sandbox.world import World


@dataclass
class Event:
    """One event. `body` is what Zalo tells, without the wrapper."""

    id: int
    person: str
    body: dict[str, Any]
    gone: bool = False  # Taken by the bot, or lost.


class Events:
    """Each person's queue. Their last event stays, so that it can be delivered again.

    With a webhook, an event stays until it is taken. Without one, it goes to one running poll. An event is
    lost if nobody polls when it happens, or if it waits when the webhook is deleted. There is no offset.
    """

    def __init__(self, world: World) -> None:
        self._rows: Table[Event] = Table(world.journal, "zalo_events", Event)
        self._next = max((row.id for row in self._rows), default=0) + 1
        self._last = {row.person: row for row in self._rows}
        self._queues: dict[str, deque[Event]] = {}
        self._polls: list[asyncio.Future[Event | None]] = []
        self._handed = 0  # Given to polls, after which the bot has not polled again yet.
        self.polling = asyncio.Event()  # Set while a poll waits.
        self.changed = asyncio.Event()
        for row in self._rows:
            if not row.gone:
                self._queues.setdefault(row.person, deque()).append(row)

    def push(self, person: str, body: dict[str, Any], hooked: bool) -> None:
        """Tell the bot, by the webhook if there is one (`hooked`)."""
        before = self._last.get(person)
        event = Event(self._next, person, body)
        self._next += 1
        self._last[person] = event
        self._keep(event)
        if before:
            self._keep(before)
        self._send(event, hooked)

    def again(self, person: str, hooked: bool) -> dict[str, Any] | None:
        """Deliver the person's last event once more, under the same ids; None if there is none."""
        event = self._last.get(person)
        if event is None:
            return None
        if event not in self._queues.get(person, ()):
            self._send(event, hooked)
        return event.body

    @property
    def waiting(self) -> int:
        """How many events are not delivered yet, or are in the hands of who has not polled again."""
        return self._handed + sum(len(queue) for queue in self._queues.values())

    # The webhook
    def people(self) -> list[str]:
        """The people who have events that wait for the webhook."""
        return list(self._queues)

    def first(self, person: str) -> Event | None:
        """The person's next event to deliver."""
        return next(iter(self._queues.get(person, ())), None)

    def take(self, event: Event) -> None:
        """Note that a person's first event was delivered."""
        queue = self._queues.get(event.person)
        if queue and queue[0] is event:
            queue.popleft()
            if not queue:
                del self._queues[event.person]
        self._forget(event)

    def drop(self) -> None:
        """Drop every event that waits."""
        for queue in self._queues.values():
            for event in queue:
                self._forget(event)
        self._queues.clear()

    # Polling
    async def poll(self, patience: float) -> dict[str, Any] | None:
        """The next event that comes within `patience` seconds, else None."""
        mine: asyncio.Future[Event | None] = asyncio.get_running_loop().create_future()
        self._handed = 0
        self._polls.append(mine)
        self.polling.set()
        try:
            await asyncio.wait([mine], timeout=patience)
        finally:
            event = mine.result() if mine.done() else None
            self._leave(mine)
        return event.body if event else None

    def end_polls(self) -> None:
        """Answer every running poll with no event."""
        self._handed = 0
        for poll in list(self._polls):
            poll.set_result(None)
            self._leave(poll)

    def _leave(self, poll: asyncio.Future[Event | None]) -> None:
        if poll in self._polls:
            self._polls.remove(poll)
        if not self._polls:
            self.polling.clear()

    def _send(self, event: Event, hooked: bool) -> None:
        if hooked:
            self._queues.setdefault(event.person, deque()).append(event)
            self.changed.set()
            return
        if self._polls:
            poll = self._polls[0]
            poll.set_result(event)
            self._handed += 1
            self._leave(poll)
        self._forget(event)

    def _forget(self, event: Event) -> None:
        event.gone = True
        self._keep(event)

    def _keep(self, event: Event) -> None:
        """Store a row, or drop it once it is delivered and not its person's last."""
        if event.gone and self._last.get(event.person) is not event:
            self._rows.drop(event.id)
        else:
            self._rows.put(event.id, event)
