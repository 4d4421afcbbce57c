"""How far the lists of the banks' services have been read."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.transfers import Provider
from services.ports.bank_feeds import FeedState
from storage.rows import upsert
from storage.tables.money import bank_feeds


class SqlFeedStates:
    """`FeedStates`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, provider: Provider) -> FeedState:
        columns = select(bank_feeds.c.read_until, bank_feeds.c.refused)
        found = await self._connection.execute(columns.where(bank_feeds.c.provider == provider))
        row = found.one_or_none()
        return FeedState(*row) if row else FeedState()

    async def save(self, provider: Provider, state: FeedState) -> None:
        values = {"read_until": state.read_until, "refused": state.refused}
        statement = upsert(self._connection, bank_feeds).values(provider=provider, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[bank_feeds.c.provider], set_=values)
        )
