"""Files behind links, and tickets: links by which one file may be sent in.

A link holds an unguessable token. Only its digest is stored, so nobody can open a link by reading the
database. The contents are beside it (`storage.files_on_disk.folder_of`), each named by that digest, or in it.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import channel_of
from domain.retention import KEPT, Kept
from domain.tallies import Counted, Tally
from storage.connections import Connections
from storage.files_on_disk import folder_of
from storage.purging import delete_in_steps
from storage.rows import chunks
from storage.tables.files import shared_files as files
from storage.tables.files import upload_tickets as tickets
from storage.tables.people import accountants, chats
from storage.tallies import add_tally, read_tallies

TOKEN_BYTES = 24

UPLOAD_KEPT = KEPT[Kept.UPLOADS]
"""How long a file that was sent in is kept: as long as its list, since the file may be read again."""

UPLOADED_MIME = "application/octet-stream"
"""The type that a browser claims is not believed: a file is judged by its bytes when it is read."""

_FILES_AT_ONCE = 20
"""How many files one transaction drops at most: each may have megabytes."""

LIVE_TICKETS = 3
"""How many links of a chat take a file at once; an older one expires."""

LIVE_FILES = 20
"""How many workbooks of a chat are behind links at once; the link of an older one opens nothing."""

BYTES_A_DAY = 100 * 2**20

TICKET_TOLD = KEPT[Kept.TICKETS]
"""How long an expired ticket is still known, so that its page can say why it takes no file."""


@dataclass(frozen=True, slots=True)
class SharedFile:
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    """A file as it stands in the table; `None` if its content is beside the database."""

    name: str
    mime: str
    content: bytes | None


class TicketState(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one file into a chat."""

    chat_id: int
    state: TicketState
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UsedTicket:
    """A file that was sent in. `token_hash` is the ticket's, the same for every try; `SqlSharedFiles.read`
    opens the file by `file_token`; `size` is in bytes."""

    token_hash: str
    chat_id: int
    file_token: str
    name: str
    mime: str
    size: int
    at: datetime


Record = Callable[[AsyncConnection, UsedTicket], Awaitable[None]]
"""Writes down that a file came, in the transaction that stores it."""


class TooMuchToday(Exception):
    """The chats of a firm have sent in what they may in one day; a chat without a firm has a day of its
    own."""


class SqlSharedFiles:
    """Files and tickets by their tokens. `now` tells the time; the chats of a firm send in `bytes_a_day`."""

    def __init__(
        self, connections: Connections, now: Callable[[], datetime], bytes_a_day: int = BYTES_A_DAY
    ) -> None:
        self._connections = connections
        self._folder = folder_of(connections.url)
        self._now = now
        self._bytes_a_day = bytes_a_day

    async def share(
        self, content: bytes, name: str, mime: str, lasts: timedelta, chat_id: int | None = None
    ) -> str:
        """Keep a file of this chat for the time `lasts`, and of its workbooks the latest `LIVE_FILES`;
        returns its token."""
        token, kept = await self._put(content)
        async with self._connections.writing() as connection:
            await _store(connection, token, _Row(name, mime, kept), self._now() + lasts, chat_id)
            if chat_id is not None and not mime.startswith("image/"):
                latest = select(files.c.token_hash).where(*_made_for([chat_id]))
                older = latest.order_by(files.c.expires_at.desc()).offset(LIVE_FILES)
                await drop_files(connection, files.c.token_hash.in_(older))
        return token

    async def read(self, token: str) -> SharedFile | None:
        """The file, or `None` if the token is unknown or its time is over."""
        statement = select(files.c.name, files.c.mime, files.c.content)
        wanted = (files.c.token_hash == _hash(token), files.c.expires_at > self._now())
        async with self._connections.reading() as connection:
            row = (await connection.execute(statement.where(*wanted))).one_or_none()
        if row is None:
            return None
        content = row.content
        if content is None and self._folder is not None:
            content = await asyncio.to_thread(self._folder.read, _hash(token))
        return SharedFile(row.name, row.mime, content) if content is not None else None

    async def open_ticket(self, chat_id: int, lasts: timedelta) -> str:
        """Let one file be sent into a chat within the time `lasts`; returns the token. The chat's
        latest `LIVE_TICKETS` tickets stay open, no more."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._now()
        values = {"token_hash": _hash(token), "chat_id": chat_id, "expires_at": now + lasts}
        live = (tickets.c.chat_id == chat_id, tickets.c.used_at.is_(None), tickets.c.expires_at > now)
        latest = select(tickets.c.token_hash).where(*live).order_by(tickets.c.expires_at.desc())
        latest = latest.limit(LIVE_TICKETS - 1)
        async with self._connections.writing() as connection:
            older = tickets.c.token_hash.not_in(latest.subquery().select())
            await connection.execute(update(tickets).where(*live, older).values(expires_at=now))
            await connection.execute(insert(tickets).values(values))
        return token

    async def ticket(self, token: str) -> Ticket | None:
        """The ticket, or `None` if the token is unknown."""
        async with self._connections.reading() as connection:
            return await _ticket(connection, _hash(token), self._now())

    async def use_ticket(
        self, token: str, content: bytes, name: str, mime: str, record: Record
    ) -> Ticket | None:
        """Take the file that a ticket was opened for. Returns the ticket as it was before.

        Nothing is written unless the ticket was open. If it was, one transaction marks it as used, stores the
        file and calls `record`. If several tries come at once, the first finds the ticket open and the others
        find it used. Raises `TooMuchToday`, with the ticket left open.
        """
        file_token, kept = await self._put(content)
        try:
            found = await self._take(token, file_token, len(content), _Row(name, mime, kept), record)
        except BaseException:
            await self._drop(file_token)
            raise
        if found is None or found.state is not TicketState.OPEN:
            await self._drop(file_token)
        return found

    async def _take(
        self, token: str, file_token: str, size: int, file: _Row, record: Record
    ) -> Ticket | None:
        token_hash, now = _hash(token), self._now()
        async with self._connections.writing() as connection:
            found = await _ticket(connection, token_hash, now, to_use=True)
            if found is None or found.state is not TicketState.OPEN:
                return found
            tally = await _uploads_today(connection, found.chat_id, now)
            if await add_tally(connection, tally, now, size) > self._bytes_a_day:
                raise TooMuchToday
            this = tickets.c.token_hash == token_hash
            await connection.execute(update(tickets).where(this).values(used_at=now))
            await _store(connection, file_token, file, now + UPLOAD_KEPT, found.chat_id)
            used = UsedTicket(token_hash, found.chat_id, file_token, file.name, file.mime, size, now)
            await record(connection, used)
        return found

    async def has_room(self, ticket: Ticket) -> bool:
        """Whether the chats of the ticket's firm may send in more today."""
        async with self._connections.reading() as connection:
            tally = await _uploads_today(connection, ticket.chat_id, self._now())
            return (await read_tallies(connection, [tally]))[tally] < self._bytes_a_day

    async def purge(self, now: datetime) -> int:
        """Drop files whose time is over, and tickets some days later; returns how many files."""
        await delete_in_steps(self._connections, tickets, tickets.c.expires_at <= now - TICKET_TOLD)
        gone = await delete_in_steps(self._connections, files, files.c.expires_at <= now, _FILES_AT_ONCE)
        if self._folder is not None:
            names = await asyncio.to_thread(self._folder.settled)
            async with self._connections.reading() as connection:
                known = [
                    name
                    for some in chunks(names)
                    for name in await connection.scalars(
                        select(files.c.token_hash).where(files.c.token_hash.in_(some))
                    )
                ]
            await asyncio.to_thread(self._folder.drop, set(names) - set(known))
        return gone

    async def _put(self, content: bytes) -> tuple[str, bytes | None]:
        """A new token, and what stands in the row of its file: nothing, if the content is beside the
        database."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        if self._folder is None:
            return token, content
        await asyncio.to_thread(self._folder.put, _hash(token), content)
        return token, None

    async def _drop(self, token: str) -> None:
        if self._folder is not None:
            await asyncio.to_thread(self._folder.drop, [_hash(token)])


async def drop_files(connection: AsyncConnection, *which: ColumnElement[bool]) -> None:
    """Forget files, at once: their contents are gone before the commit."""
    gone = await connection.scalars(delete(files).where(*which).returning(files.c.token_hash))
    folder = folder_of(connection.engine.url)
    if folder is not None:
        folder.drop(gone.all())


async def drop_upload(connection: AsyncConnection, token: str) -> None:
    """Forget a file that was sent in."""
    await drop_files(connection, files.c.token_hash == _hash(token))


async def drop_files_of(connection: AsyncConnection, chat_ids: Collection[int], but_sent_in: bool) -> None:
    """Forget the files of these chats: their links open nothing any more. Pictures stay, which show a QR
    code. With `but_sent_in`, what was sent in stays, too, for lists that are still to be read."""
    for some in chunks(list(chat_ids)):
        theirs = _made_for(some)
        await drop_files(connection, *(theirs if but_sent_in else theirs[:-1]))


def _made_for(chat_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    """What these chats were given but pictures, and did not send in."""
    of_them = files.c.chat_id.in_(chat_ids)
    return of_them, files.c.mime.not_like("image/%"), files.c.mime != UPLOADED_MIME


async def _uploads_today(connection: AsyncConnection, chat_id: int, now: datetime) -> Tally:
    of_chat = (chats.c.external_id == str(chat_id)) & (chats.c.channel == channel_of(chat_id))
    owner = select(accountants.c.firm_id).join(chats, chats.c.accountant_id == accountants.c.id)
    firm_id = await connection.scalar(owner.where(of_chat))
    whose = f"chat {chat_id}" if firm_id is None else f"firm {firm_id}"
    return Tally.of_day(Counted.UPLOADED, whose, now)


async def _store(
    connection: AsyncConnection, token: str, file: _Row, expires_at: datetime, chat_id: int | None
) -> None:
    values = {"name": file.name, "mime": file.mime, "content": file.content, "expires_at": expires_at}
    whose = {"token_hash": _hash(token), "chat_id": chat_id}
    await connection.execute(insert(files).values(**values, **whose))


async def _ticket(
    connection: AsyncConnection, token_hash: str, now: datetime, to_use: bool = False
) -> Ticket | None:
    statement = select(tickets.c.chat_id, tickets.c.expires_at, tickets.c.used_at)
    if to_use:
        statement = statement.with_for_update()
    row = (await connection.execute(statement.where(tickets.c.token_hash == token_hash))).one_or_none()
    if row is None:
        return None
    state = TicketState.USED if row.used_at else TicketState.OPEN
    if state is TicketState.OPEN and row.expires_at <= now:
        state = TicketState.EXPIRED
    return Ticket(row.chat_id, state, row.expires_at)


def _hash(token: str) -> str:
    # The token comes from an address, which may hold any text, halves of surrogate pairs too.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
