"""Chats of Zalo: their ids there, the menus shown last, and how many messages were sent."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, bindparam, cast, delete, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calendar import month_of
from domain.chats import CODES_KEPT, Channel, push_letters, pushed_before, zalo_chat_id
from domain.choices import WINDOW, ChoiceMenu, menu_json, menu_of_json
from domain.messaging.oa_windows import OaChat
from domain.messaging.quota import CLOSED_FOR, REFUSED_FOR, REFUSED_LONG, MonthlyQuota
from domain.tallies import Counted, Tally
from storage.connections import Connections
from storage.dialog_tables import dialog_states
from storage.inbox import Arrival
from storage.purging import delete_in_steps
from storage.pushes import SqlPushes
from storage.rows import insert_many, upsert
from storage.tables.inbox import inbox
from storage.tables.people import chats
from storage.tables.zalo import zalo_chats, zalo_counts, zalo_menus
from storage.tallies import read_tallies

_REMEMBERED = 10_000

_EXTERNAL_ID = select(zalo_chats.c.external_id).where(zalo_chats.c.chat_id == bindparam("chat"))
_HEARD = select(zalo_chats.c.heard_at, zalo_chats.c.answered).where(zalo_chats.c.chat_id == bindparam("chat"))
_PUSHED = (
    update(zalo_chats)
    .where(zalo_chats.c.chat_id == bindparam("chat"))
    .values(pushed=zalo_chats.c.pushed + 1)
    .returning(zalo_chats.c.pushed)
)
_MENUS = select(zalo_menus.c.letter, zalo_menus.c.body, zalo_menus.c.message_id, zalo_menus.c.shown_at).where(
    zalo_menus.c.chat_id == bindparam("chat")
)


class SqlZaloChats:
    """`gateways.zalo.push.PushedMenus`, and what the dialogs' side asks. Each method has a transaction of its
    own. `now` is the program's clock."""

    def __init__(self, connections: Connections, now: Callable[[], datetime]) -> None:
        self._connections = connections
        self.now = self._now = now
        self._external_ids: dict[int, str] = {}

    async def external_id(self, chat_id: int) -> str | None:
        """Zalo's id of the chat; `None` if it never wrote. The id never changes, so it is kept in memory."""
        if (known := self._external_ids.get(chat_id)) is not None:
            return known
        async with self._connections.reading() as connection:
            found: str | None = await connection.scalar(_EXTERNAL_ID, {"chat": chat_id})
        if found is not None:
            if len(self._external_ids) >= _REMEMBERED:
                self._external_ids.pop(next(iter(self._external_ids)))
            self._external_ids[chat_id] = found
        return found

    async def met(self, connection: AsyncConnection, arrivals: Sequence[Arrival]) -> None:
        """`storage.inbox.Meet`: who has written may be written to."""
        await meet(connection, {one.app_chat for one in arrivals})

    async def next_letters(self, chat_id: int) -> str:
        """The letters for the codes of the next message pushed there. Raises `NoResultFound` for an unknown
        chat."""
        async with self._connections.writing() as connection:
            pushed: int = (await connection.execute(_PUSHED, {"chat": chat_id})).scalar_one()
        return push_letters(pushed - 1)

    async def keep_menu(self, chat_id: int, letter: str, menu: ChoiceMenu) -> None:
        """From now on the codes of these letters mean the choices of `menu`; those of `CODES_KEPT` messages
        ago mean nothing."""
        async with self._connections.writing() as connection:
            await put_menu(connection, chat_id, letter, menu, self._now())
            if letter and (old := pushed_before(letter) - CODES_KEPT) >= 0:
                gone = zalo_menus.c.letter == push_letters(old)
                await connection.execute(delete(zalo_menus).where(zalo_menus.c.chat_id == chat_id, gone))

    async def menus(self, chat_id: int) -> Mapping[str, ChoiceMenu]:
        """The menus that may be answered there, by letter; that of the window is under `WINDOW`."""
        async with self._connections.reading() as connection:
            found = await connection.execute(_MENUS, {"chat": chat_id})
            return {letter: menu_of_json(*stored) for letter, *stored in found}

    async def count(self, chat_id: int, messages: int, push_key: str = "") -> None:
        """Add to the messages sent this month, and what they cost to their push, if they say one."""
        async with self._connections.writing() as connection:
            cost = await self.add(connection, chat_id, messages, self._now())
            if cost and push_key:
                await SqlPushes(connection).add_cost(push_key, cost)

    async def add(self, connection: AsyncConnection, chat_id: int, messages: int, now: datetime) -> int:
        """Add to the messages in a transaction of the caller's; returns what they cost, in VND."""
        await add_count(connection, messages, now)
        return 0

    async def may_write(self, chat_id: int) -> bool:
        """Whether the platform lets us write to this chat now. A bot may always."""
        return True

    async def refused(self) -> None:
        """Note that Zalo took no message for want of quota."""
        async with self._connections.writing() as connection:
            await add_refusal(connection, self._now())

    async def may_answer_stranger(
        self, chat_id: int, quota: MonthlyQuota, most: Mapping[Counted, int]
    ) -> bool:
        """Whether a chat that is not registered may be answered once more: today, by `most` of each count,
        and this month."""
        now = self._now()
        together = Tally.of_month(Counted.STRANGERS_ANSWERED, Channel.ZALO, now)
        own = {Tally.of_day(counted, chat_id, now): limit for counted, limit in most.items()}
        async with self._connections.reading() as connection:
            counts = await read_tallies(connection, [together, *own])
            sent = await SqlSentMessages(connection).in_month(month_of(now))
        within = all(counts[tally] < limit for tally, limit in own.items())
        return within and quota.answers_strangers(sent, counts[together])

    async def remember(self, writes: Sequence[Callable[[AsyncConnection], Awaitable[object]]]) -> None:
        """Make these writes in one transaction."""
        async with self._connections.writing() as connection:
            for write in writes:
                await write(connection)

    async def purge(self, before: datetime) -> int:
        """Forget the menus of pushed messages shown before then; returns how many."""
        # Written into the statement as text, so that SQLite uses the partial index with this condition.
        pushed = zalo_menus.c.letter != literal(WINDOW, literal_execute=True)
        old = pushed & (zalo_menus.c.shown_at < before)
        return await delete_in_steps(self._connections, zalo_menus, old)

    async def forget_strangers(self) -> int:
        """Forget the chats that are nobody's and whose last window is forgotten; returns how many."""
        known = chats.c.external_id == cast(zalo_chats.c.chat_id, Text)
        kept = [exists().where(chats.c.channel == Channel.ZALO, known)]
        others: tuple[Table, ...] = (inbox, dialog_states)
        kept += [exists().where(table.c.chat_id == zalo_chats.c.chat_id) for table in others]
        gone = await delete_in_steps(self._connections, zalo_chats, ~or_(*kept))
        self._external_ids.clear()
        unknown = ~exists().where(zalo_chats.c.chat_id == zalo_menus.c.chat_id)
        await delete_in_steps(self._connections, zalo_menus, unknown)
        return gone


class SqlSentMessages:
    """`SentMessages`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_month(self, month: str) -> int:
        statement = select(zalo_counts.c.sent).where(zalo_counts.c.month == month)
        return await self._connection.scalar(statement) or 0

    async def people(self) -> int:
        return await self._connection.scalar(select(func.count()).select_from(zalo_chats)) or 0

    async def chat(self, address: str) -> OaChat:
        if not address.isdecimal():
            return OaChat()
        row = (await self._connection.execute(_HEARD, {"chat": int(address)})).one_or_none()
        return OaChat(*row) if row else OaChat()

    async def is_closed(self, now: datetime) -> bool:
        closed = (zalo_counts.c.month == month_of(now)) & (zalo_counts.c.closed_until > now)
        return bool(await self._connection.scalar(select(zalo_counts.c.month).where(closed)))


async def meet(connection: AsyncConnection, external_ids: Iterable[str]) -> Mapping[str, int]:
    """Store chats by Zalo's ids; returns their numbers."""
    numbers = {external_id: zalo_chat_id(external_id) for external_id in sorted(external_ids)}
    rows = ((number, external_id, 0) for external_id, number in numbers.items())
    names = ("chat_id", "external_id", "pushed")
    await insert_many(connection, zalo_chats, names, rows, "ON CONFLICT (chat_id) DO NOTHING")
    return numbers


async def put_menu(
    connection: AsyncConnection, chat_id: int, letter: str, menu: ChoiceMenu, now: datetime
) -> None:
    """Store the menu of this letter instead of the one before."""
    shown = {"message_id": menu.message_id, "body": menu_json(menu), "shown_at": now}
    statement = upsert(connection, zalo_menus).values(chat_id=chat_id, letter=letter, **shown)
    index = [zalo_menus.c.chat_id, zalo_menus.c.letter]
    await connection.execute(statement.on_conflict_do_update(index_elements=index, set_=shown))


async def drop_window(connection: AsyncConnection, chat_id: int, message_ids: Collection[int]) -> None:
    """Forget the menu of the window if its message is one of these."""
    gone = (zalo_menus.c.letter == WINDOW) & zalo_menus.c.message_id.in_(list(message_ids))
    await connection.execute(delete(zalo_menus).where(zalo_menus.c.chat_id == chat_id, gone))


async def add_count(connection: AsyncConnection, messages: int, now: datetime, opens: bool = True) -> None:
    """Add to the messages sent in the month of `now`. With `opens`, they show that it is no longer closed."""
    statement = upsert(connection, zalo_counts).values(month=month_of(now), sent=messages)
    more: dict[str, Any] = {"sent": zalo_counts.c.sent + statement.excluded.sent}
    more |= {"refused_since": None, "closed_until": None} if opens else {}
    await connection.execute(statement.on_conflict_do_update(index_elements=[zalo_counts.c.month], set_=more))


async def add_refusal(connection: AsyncConnection, now: datetime) -> None:
    """Zalo takes no message: it is closed for `REFUSED_FOR`, and where none was taken for `REFUSED_LONG`, for
    `CLOSED_FOR`."""
    until = now + REFUSED_FOR
    first = upsert(connection, zalo_counts).values(
        month=month_of(now), sent=0, refused_since=now, closed_until=until
    )
    since = func.coalesce(zalo_counts.c.refused_since, now, type_=zalo_counts.c.refused_since.type)
    changed = {"refused_since": since, "closed_until": until}
    await connection.execute(first.on_conflict_do_update(index_elements=[zalo_counts.c.month], set_=changed))
    for_long = (zalo_counts.c.month == month_of(now)) & (zalo_counts.c.refused_since <= now - REFUSED_LONG)
    await connection.execute(update(zalo_counts).where(for_long).values(closed_until=now + CLOSED_FOR))
