"""Which chat is whose."""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Accountant
from domain.pushes import Channel
from storage.people import ACCOUNTANT
from storage.rows import upsert
from storage.tables import accountants, chats

_ACCOUNTANT_OF = (
    select(*ACCOUNTANT)
    .join(chats, chats.c.accountant_id == accountants.c.id)
    .where(chats.c.channel == bindparam("of_channel"), chats.c.external_id == bindparam("chat"))
)
_ADDRESS_OF = (
    select(chats.c.external_id)
    .where(chats.c.accountant_id == bindparam("whose"), chats.c.channel == bindparam("of_channel"))
    .order_by(chats.c.linked_at.desc())
    .limit(1)
)


class SqlChats:
    """`Chats`. An accountant with several chats on one channel is written to in the one linked last."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def link(self, channel: Channel, external_id: str, accountant_id: int, now: datetime) -> None:
        owner = {"accountant_id": accountant_id, "linked_at": now, "used_at": now}
        statement = (
            upsert(self._connection, chats)
            .values(channel=channel, external_id=external_id, **owner)
            .on_conflict_do_update(index_elements=["channel", "external_id"], set_=owner)
        )
        await self._connection.execute(statement)

    async def accountant_of(self, channel: Channel, external_id: str) -> Accountant | None:
        chat = {"of_channel": channel, "chat": external_id}
        row = (await self._connection.execute(_ACCOUNTANT_OF, chat)).one_or_none()
        return Accountant(*row) if row else None

    async def address_of(self, channel: Channel, accountant_id: int) -> str | None:
        whose = {"whose": accountant_id, "of_channel": channel}
        address: str | None = await self._connection.scalar(_ADDRESS_OF, whose)
        return address

    async def move(self, channel: Channel, old_id: str, new_id: str) -> None:
        """The chat goes on under `new_id`. When that is linked already, the old link only ends."""
        old = (chats.c.channel == channel) & (chats.c.external_id == old_id)
        other = chats.alias()
        taken = exists().where(other.c.channel == channel, other.c.external_id == new_id)
        await self._connection.execute(update(chats).where(old, ~taken).values(external_id=new_id))
        if old_id != new_id:
            await self._connection.execute(delete(chats).where(old))

    async def unlink(self, accountant_id: int) -> None:
        await self._connection.execute(delete(chats).where(chats.c.accountant_id == accountant_id))
