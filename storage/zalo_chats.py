"""Chats of Zalo: what Zalo calls them, what was shown there to choose from, how much was sent."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calendar import month_of
from domain.chats import push_letter, zalo_chat_id
from storage.connections import Connections
from storage.rows import insert_many, upsert
from storage.tables.zalo import zalo_chats, zalo_counts, zalo_menus

WINDOW = ""
"""The letter of the menu of a chat's window."""

_REMEMBERED = 10_000

_EXTERNAL_ID = select(zalo_chats.c.external_id).where(zalo_chats.c.chat_id == bindparam("chat"))
_PUSHED = (
    update(zalo_chats)
    .where(zalo_chats.c.chat_id == bindparam("chat"))
    .values(pushed=zalo_chats.c.pushed + 1)
    .returning(zalo_chats.c.pushed)
)
_MENUS = select(zalo_menus.c.letter, zalo_menus.c.message_id, zalo_menus.c.body, zalo_menus.c.shown_at).where(
    zalo_menus.c.chat_id == bindparam("chat")
)


@dataclass(frozen=True, slots=True)
class Menu:
    """What the answers to one message do, as JSON (`body`)."""

    message_id: int
    body: str
    shown_at: datetime


class SqlZaloChats:
    """`gateways.zalo.push.PushedMenus`, and what the conversation asks. Every method that takes no connection
    has a transaction of its own. `now` is the program's clock."""

    def __init__(self, connections: Connections, now: Callable[[], datetime]) -> None:
        self._connections = connections
        self._now = now
        self._external_ids: dict[int, str] = {}

    async def external_id(self, chat_id: int) -> str | None:
        """What Zalo calls the chat; `None` for one that never wrote. It never changes: it is remembered."""
        if (known := self._external_ids.get(chat_id)) is not None:
            return known
        async with self._connections.reading() as connection:
            found: str | None = await connection.scalar(_EXTERNAL_ID, {"chat": chat_id})
        if found is not None:
            if len(self._external_ids) >= _REMEMBERED:
                self._external_ids.pop(next(iter(self._external_ids)))
            self._external_ids[chat_id] = found
        return found

    async def next_letter(self, chat_id: int) -> str:
        """The letter for the codes of one more message that is pushed there. Raises `NoResultFound` for a
        chat that is not known."""
        async with self._connections.writing() as connection:
            pushed: int = (await connection.execute(_PUSHED, {"chat": chat_id})).scalar_one()
        return push_letter(pushed - 1)

    async def keep_menu(self, chat_id: int, letter: str, message_id: int, body: str) -> None:
        """The codes of this letter mean that from now on."""
        async with self._connections.writing() as connection:
            await put_menu(connection, chat_id, letter, message_id, body, self._now())

    async def menus(self, chat_id: int) -> Mapping[str, Menu]:
        """All that somebody may answer there, by letter; `WINDOW` is that of the window."""
        async with self._connections.reading() as connection:
            found = await connection.execute(_MENUS, {"chat": chat_id})
            return {letter: Menu(*rest) for letter, *rest in found}

    async def count(self, messages: int) -> None:
        """So many more were sent this month."""
        async with self._connections.writing() as connection:
            await add_count(connection, messages, self._now())

    async def remember(self, writes: Sequence[Callable[[AsyncConnection], Awaitable[None]]]) -> None:
        """Make these writes in one transaction."""
        async with self._connections.writing() as connection:
            for write in writes:
                await write(connection)

    async def purge(self, before: datetime) -> int:
        """Forget the menus of pushed messages shown before then; returns how many."""
        old = (zalo_menus.c.letter != WINDOW) & (zalo_menus.c.shown_at < before)
        async with self._connections.writing() as connection:
            return (await connection.execute(delete(zalo_menus).where(old))).rowcount


class SqlSentMessages:
    """`SentMessages`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_month(self, month: str) -> int:
        statement = select(zalo_counts.c.sent).where(zalo_counts.c.month == month)
        return await self._connection.scalar(statement) or 0


async def meet(connection: AsyncConnection, external_ids: Iterable[str]) -> Mapping[str, int]:
    """Know the chats that Zalo calls so; their numbers."""
    numbers = {external_id: zalo_chat_id(external_id) for external_id in external_ids}
    rows = ((number, external_id, 0) for external_id, number in numbers.items())
    names = ("chat_id", "external_id", "pushed")
    await insert_many(connection, zalo_chats, names, rows, "ON CONFLICT (chat_id) DO NOTHING")
    return numbers


async def put_menu(
    connection: AsyncConnection, chat_id: int, letter: str, message_id: int, body: str, now: datetime
) -> None:
    """The menu of this letter, in the place of the one before."""
    shown = {"message_id": message_id, "body": body, "shown_at": now}
    statement = upsert(connection, zalo_menus).values(chat_id=chat_id, letter=letter, **shown)
    index = [zalo_menus.c.chat_id, zalo_menus.c.letter]
    await connection.execute(statement.on_conflict_do_update(index_elements=index, set_=shown))


async def drop_window(connection: AsyncConnection, chat_id: int, message_ids: Collection[int]) -> None:
    """Nothing can be chosen in the window any more, if it is one of these messages."""
    gone = (zalo_menus.c.letter == WINDOW) & zalo_menus.c.message_id.in_(list(message_ids))
    await connection.execute(delete(zalo_menus).where(zalo_menus.c.chat_id == chat_id, gone))


async def add_count(connection: AsyncConnection, messages: int, now: datetime) -> None:
    """So many more messages were sent in the month of `now`."""
    statement = upsert(connection, zalo_counts).values(month=month_of(now), sent=messages)
    more = {"sent": zalo_counts.c.sent + statement.excluded.sent}
    await connection.execute(statement.on_conflict_do_update(index_elements=[zalo_counts.c.month], set_=more))
