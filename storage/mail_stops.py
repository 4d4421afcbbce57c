"""Links of mails, and who wants no more of them."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messaging.pushes import Push
from domain.tallies import hidden
from storage.pushes import COLUMNS, push_of
from storage.rows import upsert
from storage.tables.messaging import mail_stops as stops
from storage.tables.messaging import pushes


class SqlMailStops:
    """`MailStops`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def linked(self, link: str) -> Push | None:
        one = select(*COLUMNS).where(
            pushes.c.link == link, pushes.c.link != "", pushes.c.address.contains("@")
        )
        row = (await self._connection.execute(one)).one_or_none()
        return push_of(row) if row else None

    async def stop(self, firm_id: int, address: str, everything: bool, now: datetime) -> bool:
        before = await self.wish(firm_id, address)
        if before is not None and before >= everything:
            return False
        row = {"firm_id": firm_id, "address": _digest(address), "all": everything, "stopped_at": now}
        statement = upsert(self._connection, stops).values(**row)
        changes = {"all": everything, "stopped_at": now}
        keys = [stops.c.firm_id, stops.c.address]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))
        return True

    async def allow(self, firm_id: int, address: str) -> bool:
        mine = (stops.c.firm_id == firm_id, stops.c.address == _digest(address))
        return (await self._connection.execute(delete(stops).where(*mine))).rowcount > 0

    async def wish(self, firm_id: int, address: str) -> bool | None:
        mine = (stops.c.firm_id == firm_id, stops.c.address == _digest(address))
        everything: bool | None = await self._connection.scalar(select(stops.c.all).where(*mine))
        return everything


def _digest(address: str) -> str:
    return hidden(address.lower())
