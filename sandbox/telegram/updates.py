"""Updates on their way to the bot: kept until confirmed, fetched by one poller or pushed to a webhook."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sandbox.journal import Table
from sandbox.telegram.errors import ApiError
from sandbox.world import World

_FIRST_ID = 700_000_001
_OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
_NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass
class Update:
    """One update. `body` is its payload under the name `kind`."""

    id: int
    person: str
    kind: str
    body: dict[str, Any]

    def json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """The queue of updates. Each person's last update stays, so that it can be delivered again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows: Table[Update] = Table(world.journal, "updates", Update)
        self._confirmed = int(world.setting("updates_confirmed", _FIRST_ID - 1))
        self._pending = OrderedDict((row.id, row) for row in self._rows if row.id > self._confirmed)
        self._last = {row.person: row.id for row in self._rows}
        self._next = max(self._confirmed, *(row.id for row in self._rows), 0) + 1
        self._again: OrderedDict[int, Update] = OrderedDict()  # To be delivered once more.
        self._given_again: set[int] = set()
        self._poller: asyncio.Future[str | None] | None = None
        self.polling = asyncio.Event()  # Set while a poller waits.
        self.changed = asyncio.Event()

    def push(self, person: str, kind: str, body: dict[str, Any]) -> None:
        """Queue an update, unless the bot has asked not to get this kind."""
        allowed = self._world.setting("allowed_updates") or []
        if (allowed and kind not in allowed) or (not allowed and kind in _NOT_BY_DEFAULT):
            return
        update = self._rows.put(self._next, Update(self._next, person, kind, body))
        self._next += 1
        before = self._last.get(person)
        self._last[person] = update.id
        if before is not None and before <= self._confirmed:
            self._rows.drop(before)
        self._pending[update.id] = update
        self._wake()

    def redeliver(self, person: str) -> int | None:
        """Queue the person's last update again under the same id; its id, or None if there is none."""
        update = self._rows.get(self._last.get(person, 0))
        if update is None:
            return None
        if update.id not in self._pending:
            self._again[update.id] = update
            self._wake()
        return update.id

    @property
    def waiting(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._pending) + len(self._again)

    def first(self) -> Update | None:
        """The next update to deliver."""
        for rows in (self._again, self._pending):
            for update in rows.values():
                return update
        return None

    def confirm(self, update_id: int) -> None:
        """Forget one update, and all before it."""
        self._again.pop(update_id, None)
        if update_id <= self._confirmed:
            return
        for row in [row for row in self._pending.values() if row.id <= update_id]:
            del self._pending[row.id]
            if self._last.get(row.person) != row.id:
                self._rows.drop(row.id)
        self._confirmed = update_id
        self._world.set("updates_confirmed", update_id)

    def drop_pending(self) -> None:
        """Forget everything not yet delivered."""
        self._again.clear()
        self.confirm(self._next - 1)

    async def poll(self, offset: int, limit: int, patience: float) -> list[dict[str, Any]]:
        """Long polling: confirms the updates before `offset`, then waits for new ones.

        A second poll ends the first, which then raises 409.
        """
        self.end_poll(_OTHER_POLL)
        for update_id in self._given_again:
            self._again.pop(update_id, None)
        self._given_again.clear()
        if offset < 0:
            kept = list(self._pending)[offset:]
            self.confirm((kept[0] if kept else self._next) - 1)
        elif offset:
            self.confirm(min(offset, self._next) - 1)
        if not self.waiting and patience > 0:
            await self._wait(patience)
        batch = [*self._again.values(), *self._pending.values()][:limit]
        self._given_again = {update.id for update in batch if update.id in self._again}
        return [update.json() for update in batch]

    async def _wait(self, patience: float) -> None:
        mine: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._poller = mine
        self.polling.set()
        try:
            async with asyncio.timeout(patience):
                refusal = await mine
        except TimeoutError:
            return
        finally:
            if self._poller is mine:
                self._poller = None
                self.polling.clear()
        if refusal:
            raise ApiError(refusal, 409)

    def _wake(self) -> None:
        self.end_poll()
        self.changed.set()

    def end_poll(self, refusal: str | None = None) -> None:
        """Answer the waiting poll, if there is one, with what there is or with a conflict."""
        if self._poller and not self._poller.done():
            self._poller.set_result(refusal)
