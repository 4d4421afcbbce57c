"""Which chat is whose."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.people import Accountant
from services.ports import Chat, Speaker
from storage.people import ACCOUNTANT
from storage.prepared import Prepared
from storage.rows import upsert
from storage.tables.inbox import inbox
from storage.tables.people import accountants, chats

_OTHER = chats.alias("other")
_SPEAKER = Prepared(
    select(
        *ACCOUNTANT,
        exists()
        .where(
            _OTHER.c.accountant_id == chats.c.accountant_id,
            _OTHER.c.used_at >= chats.c.used_at,
            _OTHER.c.channel != chats.c.channel,
        )
        .label("came_over"),
        chats.c.pushed,
    )
    .join(chats, chats.c.accountant_id == accountants.c.id)
    .where(chats.c.channel == bindparam("of_channel"), chats.c.external_id == bindparam("chat"))
)
_OF = (
    select(chats.c.channel, chats.c.external_id, chats.c.linked_at, chats.c.used_at)
    .where(chats.c.accountant_id == bindparam("whose"))
    .order_by(chats.c.linked_at.desc(), chats.c.external_id)
)
_ADDRESS_OF = (
    select(chats.c.external_id)
    .where(chats.c.accountant_id == bindparam("whose"), chats.c.channel == bindparam("of_channel"))
    .order_by(chats.c.linked_at.desc(), chats.c.external_id)
    .limit(1)
)


class SqlChats:
    """`Chats`."""

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
        found = await self.speaker(channel, external_id)
        return found.accountant if found else None

    async def speaker(self, channel: Channel, external_id: str) -> Speaker | None:
        """Reads by a single statement, because every tap asks for it."""
        row = await _SPEAKER.first(self._connection, of_channel=channel, chat=external_id)
        return Speaker(Accountant(*row[:-2]), bool(row[-2]), row[-1]) if row else None

    async def come_over(self, channel: Channel, external_id: str, accountant_id: int, now: datetime) -> None:
        chat = (chats.c.channel == channel) & (chats.c.external_id == external_id)
        theirs = (chats.c.accountant_id == accountant_id) & (chats.c.used_at < now)
        await self._connection.execute(update(chats).where(chat, theirs).values(used_at=now))

    async def note_push(self, channel: Channel, external_id: str, message_id: int) -> None:
        chat = (chats.c.channel == channel) & (chats.c.external_id == external_id)
        later = chats.c.pushed < message_id
        await self._connection.execute(update(chats).where(chat, later).values(pushed=message_id))

    async def moved_on(self, channel: Channel, external_id: str, message_id: int, since: datetime) -> bool:
        of_chat = (chats.c.channel == channel) & (chats.c.external_id == external_id)
        pushed = exists().where(of_chat, chats.c.pushed > message_id)
        of_chat_id = cast(inbox.c.chat_id, Text) == external_id
        came = (inbox.c.channel == channel) & of_chat_id & (inbox.c.received_at > since)
        wrote = exists().where(came, or_(inbox.c.settled_at.is_(None), inbox.c.settled_at > since))
        return bool(await self._connection.scalar(select(or_(pushed, wrote))))

    async def of_accountant(self, accountant_id: int) -> Sequence[Chat]:
        by_channel: dict[Channel, Chat] = {}
        for row in await self._connection.execute(_OF, {"whose": accountant_id}):
            by_channel.setdefault(row.channel, Chat(*row))
        return sorted(by_channel.values(), key=lambda chat: chat.used_at, reverse=True)

    async def address_of(self, channel: Channel, accountant_id: int) -> str | None:
        whose = {"whose": accountant_id, "of_channel": channel}
        address: str | None = await self._connection.scalar(_ADDRESS_OF, whose)
        return address

    async def move(self, channel: Channel, old_id: str, new_id: str) -> None:
        """Continue the chat under `new_id`. If `new_id` is linked already, only the old link is removed."""
        old = (chats.c.channel == channel) & (chats.c.external_id == old_id)
        other = chats.alias()
        taken = exists().where(other.c.channel == channel, other.c.external_id == new_id)
        await self._connection.execute(update(chats).where(old, ~taken).values(external_id=new_id))
        if old_id != new_id:
            await self._connection.execute(delete(chats).where(old))

    async def hand_over(self, old_id: int, new_id: int) -> None:
        theirs = update(chats).where(chats.c.accountant_id == old_id)
        await self._connection.execute(theirs.values(accountant_id=new_id))

    async def unlink(self, accountant_id: int, channel: Channel | None = None) -> None:
        theirs = delete(chats).where(chats.c.accountant_id == accountant_id)
        if channel is not None:
            theirs = theirs.where(chats.c.channel == channel)
        await self._connection.execute(theirs)
