"""What an Official Account of Zalo needs besides the chats: its grant, and when people wrote last."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.messaging.oa_windows import OaTerms, count_paid, may_write
from domain.messaging.spending import tallies_of_spending
from domain.tallies import Counted, Tally
from services.ports.zalo_grants import ZaloGrant
from storage.connections import Connections
from storage.inbox import Arrival
from storage.rows import upsert
from storage.tables.zalo import zalo_chats, zalo_grants
from storage.tallies import add_tally
from storage.zalo_chats import SqlZaloChats, add_count, meet

_ONLY = 1
"""The id of the only grant."""

_HEARD = select(zalo_chats.c.heard_at).where(zalo_chats.c.chat_id == bindparam("chat"))


@dataclass(frozen=True, slots=True)
class Heard:
    """When each of some people wrote last, as far as is known. Nobody was heard before `first`."""

    each: Mapping[str, datetime]
    first: datetime | None


class SqlZaloGrants:
    """`ZaloGrants`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def read(self) -> ZaloGrant | None:
        row = (await self._connection.execute(select(zalo_grants))).one_or_none()
        if row is None:
            return None
        return ZaloGrant(
            row.access_token,
            row.refresh_token,
            row.expires_at,
            row.version,
            row.lost_at is not None,
            row.seed,
        )

    async def put(self, grant: ZaloGrant) -> None:
        kept = _kept(grant) | {"seed": grant.seed}
        first = upsert(self._connection, zalo_grants).values(id=_ONLY, version=1, **kept)
        anew = {**kept, "version": zalo_grants.c.version + 1, "locked_until": None, "lost_at": None}
        anew |= {"plain_since": None}
        await self._connection.execute(first.on_conflict_do_update(index_elements=["id"], set_=anew))

    async def lock(self, version: int, now: datetime, until: datetime) -> bool:
        free = or_(zalo_grants.c.locked_until.is_(None), zalo_grants.c.locked_until <= now)
        return await self._change(version, free, zalo_grants.c.lost_at.is_(None), locked_until=until)

    async def renew(self, version: int, grant: ZaloGrant) -> bool:
        kept = _kept(grant) | {"version": version + 1, "locked_until": None, "lost_at": None}
        return await self._change(version, **kept)

    async def unlock(self, version: int) -> None:
        await self._change(version, locked_until=None)

    async def lose(self, version: int, now: datetime) -> bool:
        return await self._change(version, zalo_grants.c.lost_at.is_(None), locked_until=None, lost_at=now)

    async def plain_since(self) -> datetime | None:
        found: datetime | None = await self._connection.scalar(select(zalo_grants.c.plain_since))
        return found

    async def refuse_buttons(self, now: datetime) -> None:
        await self._connection.execute(update(zalo_grants).values(plain_since=now))

    async def _change(self, of_version: int, *conditions: ColumnElement[bool], **values: object) -> bool:
        statement = update(zalo_grants).where(zalo_grants.c.version == of_version, *conditions)
        changed = await self._connection.execute(statement.values(**values).returning(zalo_grants.c.id))
        return changed.one_or_none() is not None


def _kept(grant: ZaloGrant) -> dict[str, object]:
    return {
        "access_token": grant.access_token,
        "refresh_token": grant.refresh_token,
        "expires_at": grant.expires_at,
    }


class SqlOaChats(SqlZaloChats):
    """The chats of an Official Account, which may be written to only for a while after a person's word."""

    def __init__(self, connections: Connections, now: Callable[[], datetime], terms: OaTerms) -> None:
        super().__init__(connections, now)
        self._terms = terms

    async def hear(self, external_id: str, at: datetime) -> None:
        """A person has done what counts as a word."""
        async with self._connections.writing() as connection:
            (number,) = (await meet(connection, [external_id])).values()
            await _note_word(connection, number, at)

    async def met(self, connection: AsyncConnection, arrivals: Sequence[Arrival]) -> None:
        """As of all chats of Zalo. What orders the events there is their moment in milliseconds."""
        await super().met(connection, arrivals)
        latest = {one.chat_id: one.sequence for one in sorted(arrivals, key=lambda one: one.sequence)}
        for chat_id, milliseconds in sorted(latest.items()):
            await _note_word(connection, chat_id, datetime.fromtimestamp(milliseconds / 1000, UTC))

    async def heard(self, external_ids: Collection[str]) -> Heard:
        known = select(zalo_chats.c.external_id, zalo_chats.c.heard_at)
        which = zalo_chats.c.external_id.in_(list(external_ids)) & zalo_chats.c.heard_at.is_not(None)
        async with self._connections.reading() as connection:
            each = {name: at for name, at in await connection.execute(known.where(which))}
            return Heard(each, await connection.scalar(select(func.min(zalo_chats.c.heard_at))))

    async def may_write(self, chat_id: int) -> bool:
        async with self._connections.reading() as connection:
            return may_write(await connection.scalar(_HEARD, {"chat": chat_id}), self._now())

    async def add(self, connection: AsyncConnection, chat_id: int, messages: int, now: datetime) -> int:
        """As on the other platform. Free messages do not show that those which cost something leave again."""
        own = update(zalo_chats).where(zalo_chats.c.chat_id == chat_id)
        counted = own.values(answered=zalo_chats.c.answered + messages)
        row = (
            await connection.execute(counted.returning(zalo_chats.c.answered, zalo_chats.c.heard_at))
        ).one()
        paid = count_paid(row.heard_at, row.answered - messages, messages, now, self._terms)
        await add_count(connection, messages, now, opens=bool(paid))
        cost = paid * self._terms.price
        if paid:
            await add_tally(connection, Tally.of_month(Counted.ZALO_PAID, Channel.ZALO, now), now, paid)
            for tally in tallies_of_spending(now):
                await add_tally(connection, tally, now, cost)
        return cost


async def _note_word(connection: AsyncConnection, chat_id: int, at: datetime) -> None:
    later = or_(zalo_chats.c.heard_at.is_(None), zalo_chats.c.heard_at < at)
    own = update(zalo_chats).where(zalo_chats.c.chat_id == chat_id, later)
    await connection.execute(own.values(heard_at=at, answered=0))
