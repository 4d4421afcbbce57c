"""Updates that come again, as after a kill between carrying them out and remembering them."""

from collections.abc import Awaitable
from copy import copy
from typing import Any

from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.rows import Dump, dump


class Twice:
    """Repeats each act of a person to dialogs that have forgotten it. The repeat may change nothing, and must
    show the same window."""

    def __init__(self, harness: Harness, database: Database) -> None:
        self._remembered: dict[Any, Any] = harness.dispatcher.storage.storage  # type: ignore[attr-defined]
        self._database = database

    async def __call__(self, chat: Person, act: Awaitable[None]) -> None:
        before = {key: copy(record) for key, record in self._remembered.items()}
        await act
        rows, buttons = await self._rows(), chat.buttons
        self._remembered.clear()
        self._remembered.update(before)
        await chat.repeat()
        assert await self._rows() == rows
        assert chat.buttons == buttons

    async def _rows(self) -> Dump:
        rows = await dump(self._database)
        for intake in rows["intakes"]:
            # A window that is opened again has another id.
            del intake["screen"]
        return rows
