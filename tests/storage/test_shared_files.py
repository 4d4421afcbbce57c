"""Files by link, and links that take one file: stored by digest for a while; a ticket works once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.intakes.entries import INTAKE_DAYS
from storage.connections import Connections
from storage.database import Database
from storage.shared_files import (
    LIVE_FILES,
    TICKET_TOLD,
    SharedFile,
    SqlSharedFiles,
    TicketState,
    UsedTicket,
)
from storage.tables.inbox import inbox
from tests.support.clock import FixedClock
from tests.support.rows import dump, rows_of

CHAT = 2**62 + 5
HOUR = timedelta(hours=1)
PICTURE = SharedFile("Mã QR.png", "image/png", b"\x89PNG\r\n\x1a\n\0\xff")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST = SharedFile("Khách hàng 😀.xlsx", XLSX, b"PK\3\4 rows")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def database(either_url: str) -> AsyncIterator[Database]:
    opened = Database(either_url)
    yield opened
    await opened.close()


@pytest.fixture
def files(database: Database, clock: FixedClock) -> SqlSharedFiles:
    return SqlSharedFiles(database, clock.now)


async def record(connection: AsyncConnection, used: UsedTicket) -> None:
    """Record the upload as the bot does, as an event with the ticket as its id."""
    await connection.execute(
        insert(inbox).values(
            channel=Channel.ZALO,
            external_id=f"upload:{used.token_hash}",
            chat_id=used.chat_id,
            sequence=0,
            body=used.file_token,
            received_at=used.at,
            attempts=0,
        )
    )


async def share(files: SqlSharedFiles, file: SharedFile, lasts: timedelta = HOUR) -> str:
    return await files.share(file.content, file.name, file.mime, lasts)


async def send(files: SqlSharedFiles, token: str, file: SharedFile = LIST) -> TicketState | None:
    found = await files.use_ticket(token, file.content, file.name, file.mime, record)
    return found.state if found else None


async def state(files: SqlSharedFiles, token: str) -> TicketState | None:
    found = await files.ticket(token)
    return found.state if found else None


@pytest.mark.parametrize(
    "file", [PICTURE, SharedFile("", "", b""), SharedFile("to.csv", "text/csv", b"a" * 2**21)]
)
async def test_a_shared_file_is_read_as_it_was_until_its_time_is_over(
    files: SqlSharedFiles, clock: FixedClock, file: SharedFile
) -> None:
    token = await share(files, file)
    assert await files.read(token) == file
    clock.forward(seconds=3599)
    assert await files.read(token) == file
    clock.forward(seconds=1)
    assert await files.read(token) is None


async def test_every_token_is_new_and_none_of_them_is_stored(
    files: SqlSharedFiles, database: Database
) -> None:
    tokens = [await share(files, PICTURE) for _ in range(3)]
    tokens += [await files.open_ticket(CHAT, HOUR) for _ in range(3)]
    assert len(set(tokens)) == 6
    assert {len(token) for token in tokens} == {32}
    stored = repr([(await dump(database))[table] for table in ("shared_files", "upload_tickets")])
    assert not [token for token in tokens if token in stored]
    for ticket in tokens[3:]:
        assert await files.read(ticket) is None
    for file in tokens[:3]:
        assert await files.ticket(file) is None


@pytest.mark.parametrize("token", ["", "x" * 5_000, "\0", "'; DROP TABLE shared_files; --", "é😀", "\ud800"])
async def test_a_token_that_nobody_gave_out_opens_nothing(
    files: SqlSharedFiles, database: Database, token: str
) -> None:
    await share(files, PICTURE)
    assert await files.read(token) is None
    assert await files.ticket(token) is None
    assert await send(files, token) is None
    assert len(await rows_of(database, "shared_files")) == 1
    assert await rows_of(database, "inbox") == []


async def test_a_ticket_takes_one_file_which_is_kept_as_long_as_a_list(
    files: SqlSharedFiles, database: Database, clock: FixedClock
) -> None:
    token, other = [await files.open_ticket(CHAT, HOUR) for _ in range(2)]
    opened = await files.ticket(token)
    assert opened is not None
    assert (opened.chat_id, opened.state, opened.expires_at) == (CHAT, TicketState.OPEN, clock.now() + HOUR)

    assert await files.use_ticket(token, LIST.content, LIST.name, LIST.mime, record) == opened
    assert await state(files, token) is TicketState.USED
    assert await send(files, token, PICTURE) is TicketState.USED
    assert await state(files, other) is TicketState.OPEN

    (event,) = await rows_of(database, "inbox")
    assert (event["chat_id"], event["received_at"]) == (CHAT, clock.now())
    clock.forward(days=INTAKE_DAYS, seconds=-1)
    assert await files.read(event["body"]) == LIST
    clock.forward(seconds=1)
    assert await files.read(event["body"]) is None


async def test_what_is_recorded_says_all_of_the_file(files: SqlSharedFiles, clock: FixedClock) -> None:
    told: list[UsedTicket] = []

    async def tell(connection: AsyncConnection, used: UsedTicket) -> None:
        told.append(used)

    token = await files.open_ticket(CHAT, HOUR)
    await files.use_ticket(token, LIST.content, LIST.name, LIST.mime, tell)
    (used,) = told
    assert (used.chat_id, used.name, used.mime, used.size) == (CHAT, LIST.name, LIST.mime, 9)
    assert used.at == clock.now()
    assert await files.read(used.file_token) == LIST


async def test_a_ticket_takes_nothing_after_its_time(
    files: SqlSharedFiles, database: Database, clock: FixedClock
) -> None:
    used, late = [await files.open_ticket(CHAT, HOUR) for _ in range(2)]
    await send(files, used)
    clock.forward(hours=1)
    assert await send(files, late) is TicketState.EXPIRED
    assert await state(files, late) is TicketState.EXPIRED
    assert await state(files, used) is TicketState.USED
    assert len(await rows_of(database, "shared_files")) == 1


async def test_of_many_who_send_at_once_one_wins_and_the_others_are_told(
    files: SqlSharedFiles, database: Database, either_url: str, clock: FixedClock
) -> None:
    elsewhere = Connections(either_url)
    both = (files, SqlSharedFiles(elsewhere, clock.now))
    try:
        for _ in range(5):
            token = await files.open_ticket(CHAT, HOUR)
            found = await asyncio.gather(*(send(both[number % 2], token) for number in range(10)))
            assert sorted(map(str, found)) == [TicketState.OPEN] + [TicketState.USED] * 9
    finally:
        await elsewhere.close()
    assert len(await rows_of(database, "shared_files")) == 5
    assert len(await rows_of(database, "inbox")) == 5


async def test_what_cannot_be_recorded_is_not_stored_and_may_be_sent_again(
    files: SqlSharedFiles, database: Database
) -> None:
    token = await files.open_ticket(CHAT, HOUR)

    async def fail(connection: AsyncConnection, used: UsedTicket) -> None:
        await record(connection, used)
        await record(connection, used)

    with pytest.raises(IntegrityError) as failure:
        await files.use_ticket(token, LIST.content, LIST.name, LIST.mime, fail)
    assert LIST.name not in str(failure.value)
    assert await rows_of(database, "shared_files") == []
    assert await rows_of(database, "inbox") == []
    assert await state(files, token) is TicketState.OPEN
    assert await send(files, token) is TicketState.OPEN


async def test_what_is_over_is_purged_and_a_ticket_is_known_a_while_longer(
    files: SqlSharedFiles, database: Database, clock: FixedClock
) -> None:
    await share(files, PICTURE)
    lasting = await share(files, LIST, 2 * HOUR)
    ticket = await files.open_ticket(CHAT, HOUR)
    assert await files.purge(clock.now()) == 0
    clock.forward(hours=1)
    assert await files.purge(clock.now()) == 1
    assert len(await rows_of(database, "shared_files")) == 1
    assert await files.read(lasting) == LIST
    assert await state(files, ticket) is TicketState.EXPIRED
    clock.forward(seconds=TICKET_TOLD.total_seconds())
    assert await files.purge(clock.now()) == 1
    assert await state(files, ticket) is None


async def test_of_a_chat_s_workbooks_the_latest_stay_and_its_pictures_do(
    files: SqlSharedFiles, database: Database, clock: FixedClock
) -> None:
    """Exports without end would fill the disk, which has the orders."""

    async def shared(file: SharedFile, chat_id: int) -> str:
        clock.forward(seconds=1)
        return await files.share(file.content, file.name, file.mime, HOUR, chat_id)

    picture, others = await shared(PICTURE, CHAT), await shared(LIST, CHAT + 1)
    links = [await shared(LIST, CHAT) for _ in range(LIVE_FILES + 2)]
    opened = [await files.read(link) is not None for link in links]
    assert opened == [False] * 2 + [True] * LIVE_FILES
    assert await files.read(picture) == PICTURE
    assert await files.read(others) == LIST
    assert len(await rows_of(database, "shared_files")) == LIVE_FILES + 2
