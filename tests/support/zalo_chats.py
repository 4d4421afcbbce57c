"""Zalo chats whose counts of messages can be read."""

from storage.database import Database
from storage.zalo_chats import SqlZaloChats
from tests.support.clock import FixedClock


class CountedChats(SqlZaloChats):
    """Tells how many messages the bot has sent in a month."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        super().__init__(database, clock.now)
        self._database = database

    async def sent_in(self, month: str) -> int:
        async with self._database.read() as uow:
            return await uow.sent_messages.in_month(month)
