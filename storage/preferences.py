"""What people chose about the messages that reach them."""

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messaging.notices import QuietHours, Topic
from domain.messaging.preferences import Preferences
from storage.rows import upsert
from storage.tables.messaging import preferences as table

_OF = select(table).where(table.c.accountant_id == bindparam("whose"))


class SqlPreferences:
    """`PreferencesOf`. A person who chose nothing has the defaults."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, accountant_id: int) -> Preferences:
        row = (await self._connection.execute(_OF, {"whose": accountant_id})).one_or_none()
        if row is None:
            return Preferences()
        quiet = None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
        return Preferences(frozenset(map(Topic, row.in_digest.split())), quiet, row.channel)

    async def save(self, accountant_id: int, preferences: Preferences) -> None:
        quiet = preferences.quiet
        values = {
            "in_digest": " ".join(sorted(preferences.in_digest)),
            "quiet_start": quiet and quiet.start,
            "quiet_end": quiet and quiet.end,
            "channel": preferences.channel,
        }
        statement = upsert(self._connection, table).values(accountant_id=accountant_id, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[table.c.accountant_id], set_=values)
        )
