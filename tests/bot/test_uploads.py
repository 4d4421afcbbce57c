"""The page that takes one file: what it takes and refuses, with nothing lost or taken twice."""

import asyncio
import contextlib
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

import bot.uploads
from bot.files import UPLOAD_FOR
from bot.uploads import FORM_LIMIT, MOST_AT_ONCE, MOST_OF_A_TICKET, UPLOAD_LIMIT
from storage.database import Database
from storage.shared_files import SharedFile
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.sharing import CHAT, Answer, Site, site

SAMPLES = Path(__file__).parents[1] / "samples"
LIST = (SAMPLES / "khach-hang-ho-kinh-doanh-20.xlsx").read_bytes()
MIB = 2**20
READY, RECEIVED, USED = "Gửi tệp cho em", "Em đã nhận tệp", "Em đã nhận tệp từ trang này rồi"
EXPIRED, UNKNOWN, BUSY = "Trang gửi tệp đã hết hạn", "Đường dẫn này không dùng được", "Em đang nhận tệp"


@pytest.fixture
async def web_site(database: Database, clock: FixedClock) -> AsyncIterator[Site]:
    async with site(database, clock) as opened:
        yield opened


def title(answer: Answer) -> str:
    return answer.text.partition("<h1>")[2].partition("</h1>")[0]


async def show(site: Site, link: str) -> tuple[int, str]:
    answer = await site.ask("GET", link)
    return answer.status, title(answer)


async def received(site: Site) -> list[SharedFile | None]:
    return [await site.files.read(event["body"]) for event in await site.events()]


class Line:
    """A connection on which the test decides what is sent and when."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def hear(self) -> int:
        """Wait for the answer. Returns its status."""
        async with asyncio.timeout(60):
            return int((await self.reader.readline()).split()[1])


@contextlib.asynccontextmanager
async def line_to(link: str, **headers: str) -> AsyncIterator[Line]:
    """A post to the link, with only the headers sent so far."""
    address = urlsplit(link)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    fields = {"Host": address.netloc, "Content-Type": "multipart/form-data; boundary=b"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    writer.write(f"POST {address.path} HTTP/1.1\r\n{head}\r\n".encode())
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


BEGINNING = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


async def test_a_file_comes_into_the_chat_and_the_page_says_so(web_site: Site) -> None:
    link = await web_site.links.upload(CHAT)
    assert await show(web_site, link) == (200, READY)

    answer = await web_site.send(link, LIST, "Khách hàng 😀.xlsx")
    assert answer.status == 303
    then = urljoin(link, answer.headers["Location"])
    assert await show(web_site, then) == (200, RECEIVED)
    assert await show(web_site, then) == (200, RECEIVED)
    assert await show(web_site, link) == (410, USED)

    (event,) = await web_site.events()
    assert event["chat_id"] == CHAT
    token_hash = hashlib.sha256(link.rpartition("/")[2].encode()).hexdigest()
    assert event["external_id"] == f"upload:{token_hash}"
    kept = await web_site.files.read(event["body"])
    assert kept == SharedFile("Khách hàng 😀.xlsx", "application/octet-stream", LIST)
    assert web_site.arrived == 1


async def test_every_page_is_private_and_loads_nothing(web_site: Site) -> None:
    link, used = [await web_site.links.upload(CHAT) for _ in range(2)]
    await web_site.send(used, LIST)
    pages = [
        await web_site.ask("GET", link),
        await web_site.ask("GET", f"{link}?done=1"),
        await web_site.ask("GET", used),
        await web_site.ask("GET", f"{used}?done=1"),
        await web_site.ask("GET", f"{web_site.url}/upload/unknown"),
        await web_site.ask("GET", f"{web_site.url}/files/unknown/a.png"),
        await web_site.send(link, b"%PDF-1.7", "a.pdf"),
        await web_site.send(used, LIST),
    ]
    for answer in pages:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        for outside in ("http", "<script", "<img", "<link", "src=", "href=", "url(", "@import", " style="):
            assert outside not in answer.text
        assert 'name="viewport" content="width=device-width, initial-scale=1"' in answer.text


async def test_the_page_says_what_may_be_sent_and_until_when(web_site: Site) -> None:
    answer = await web_site.ask("GET", await web_site.links.upload(CHAT))
    for said in (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".txt", "20 MB", "15/06/2026 12:30"):
        assert said in answer.text


async def test_links_that_were_made_before_stay_good(web_site: Site) -> None:
    links = [await web_site.links.upload(CHAT) for _ in range(3)]
    assert [(await web_site.send(link, LIST)).status for link in reversed(links)] == [303] * 3
    assert len(await web_site.events()) == 3


async def test_what_is_over_or_unknown_takes_nothing(web_site: Site) -> None:
    used, late = [await web_site.links.upload(CHAT) for _ in range(2)]
    await web_site.send(used, LIST)
    web_site.clock.forward(seconds=UPLOAD_FOR.total_seconds())
    shared = await web_site.files.share(LIST, "a.xlsx", "text/csv", UPLOAD_FOR)
    for link, status, words in (
        (used, 410, USED),
        (late, 410, EXPIRED),
        (f"{web_site.url}/upload/{shared}", 404, UNKNOWN),
        (f"{web_site.url}/upload/%00%ff{{", 404, UNKNOWN),
    ):
        assert await show(web_site, link) == (status, words)
        answer = await web_site.send(link, LIST)
        assert (answer.status, title(answer)) == (status, words)
    assert len(await web_site.events()) == 1
    assert web_site.arrived == 1


WORD = "Em chưa đọc được loại tệp này"
refused = pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (LIST, "khach.docx", 422, WORD),
        (LIST, "khach", 422, WORD),
        (LIST, "", 422, WORD),
        (LIST, "khach.xlsx.exe", 422, WORD),
        (b"MZ\x90\0", "khach.exe", 422, WORD),
        (b"%PDF-1.7 rows", "khach.xlsx", 422, "Đây là tệp PDF"),
        (b"%PDF-1.7 rows", "khach.pdf", 422, "Đây là tệp PDF"),
        (b"", "1C26TAA_12.pdf", 422, "Tệp này trống"),
        (b"MZ\x90\0", "1C26TAA_12.exe", 422, WORD),
        (b"MZ\x90\0", "hoa-don.zip", 422, WORD),
        (b"\x89PNG\r\n\x1a\n", "khach.csv", 422, "Đây là ảnh"),
        (b"\xff\xd8\xff\xe0", "IMG_1.jpg", 422, "Đây là ảnh"),
        (b"Rar!\x1a\x07\0", "khach.xls", 422, "Đây là tệp nén"),
        (b"", "khach.xlsx", 422, "Tệp này trống"),
        (b"\xef\xbb\xbf \r\n\t\0", "khach.csv", 422, "Tệp này trống"),
        (b"1" * (UPLOAD_LIMIT + 1), "khach.csv", 413, "Tệp quá lớn, em chỉ nhận đến 20 MB"),
        (b"1" * (FORM_LIMIT + 1), "khach.csv", 413, "Tệp quá lớn, em chỉ nhận đến 20 MB"),
    ],
    ids=lambda value: str(value)[:20],
)


@refused
async def test_a_refused_file_is_explained_and_another_may_be_sent(
    web_site: Site, content: bytes, name: str, status: int, sentence: str
) -> None:
    link = await web_site.links.upload(CHAT)
    for _ in range(2):
        answer = await web_site.send(link, content, name)
        assert (answer.status, title(answer)) == (status, READY)
        assert sentence in answer.text.partition('role="alert">')[2].partition("</p>")[0]
    assert await rows_of(web_site.database, "shared_files") == []
    assert web_site.arrived == 0
    assert (await web_site.send(link, LIST)).status == 303


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"%PDF-1.7", "1C26TAA_00000012.pdf"), (b"\xef\xbb\xbf<?xml", "a.XML"), (b"PK\x03\x04", "hoa-don.zip")],
)
async def test_files_of_invoices_are_taken(web_site: Site, content: bytes, name: str) -> None:
    link = await web_site.links.upload(CHAT)
    assert (await web_site.send(link, content, name)).status == 303
    assert web_site.arrived == 1


async def test_a_form_without_a_file_asks_for_one(web_site: Site) -> None:
    link = await web_site.links.upload(CHAT)
    raw = BEGINNING.replace(b"a.csv", b"") + b"\r\n--b--\r\n"
    answer = await web_site.ask(
        "POST", link, data=raw, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status, title(answer)) == (400, READY)
    assert "Anh/chị chưa chọn tệp nào" in answer.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (LIST, "KHACH.XLSX"),
        ("MST;Tên\n0101243150;Hoa Sen".encode(), "a.csv"),
        (b"0101243150", "a.txt"),
        (b"\r\n--b\r\n--b--\r\n", "a.txt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls"),
        (b"1" * UPLOAD_LIMIT, "to.csv"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_may_be_a_list_comes_byte_for_byte(web_site: Site, content: bytes, name: str) -> None:
    assert (await web_site.send(await web_site.links.upload(CHAT), content, name)).status == 303
    (kept,) = await received(web_site)
    assert kept is not None
    assert (kept.name, kept.content) == (name, content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/khach.csv", "khach.csv"),
        (r"C:\Users\Lan\khach.csv", "khach.csv"),
        ('Lan "VIP" 😀.csv', 'Lan "VIP" 😀.csv'),
        ("dòng\r\nmới.csv", "dòng mới.csv"),
        ("%41%22.csv", '%41".csv'),
        ("ô" * 300 + ".csv", "ô" * 96 + ".csv"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("..／..／etc⁄khach.csv", "khach.csv"),
        ("..＼khach.csv", "khach.csv"),
    ],
)
async def test_any_name_is_cleaned(web_site: Site, given: str, kept: str) -> None:
    link = await web_site.links.upload(CHAT)
    for old, new in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        given = given.replace(old, new)
    raw = BEGINNING.replace(b"a.csv", given.encode()) + b"0101243150\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await web_site.ask("POST", link, data=raw, headers=headers)).status == 303
    (file,) = await received(web_site)
    assert file is not None
    assert file.name == kept


async def test_two_who_send_at_once_are_told_who_was_first(web_site: Site) -> None:
    for rounds in range(1, 6):
        link = await web_site.links.upload(CHAT)
        answers = await asyncio.gather(*(web_site.send(link, LIST) for _ in range(2)))
        assert sorted(answer.status for answer in answers) == [303, 410]
        assert [title(answer) for answer in answers if answer.status == 410] == [USED]
        assert len(await web_site.events()) == web_site.arrived == rounds


async def test_a_slow_try_does_not_keep_the_next_one_out_but_many_wait(web_site: Site) -> None:
    link = await web_site.links.upload(CHAT)
    rest = b"0101243150\r\n--b--\r\n"
    size = str(len(BEGINNING + rest))
    async with contextlib.AsyncExitStack() as stack:
        lines = [
            await stack.enter_async_context(line_to(link, Content_Length=size))
            for _ in range(MOST_OF_A_TICKET)
        ]
        for line in lines:
            await line.say(BEGINNING)
        # The server may notice the first tries a moment later, because they are on other connections.
        while (answer := await web_site.send(link, b"%PDF-", "a.pdf")).status != 429:
            pass
        assert (title(answer), answer.headers["Retry-After"]) == (BUSY, "60")
        await lines[0].say(rest)
        assert await lines[0].hear() == 303
    assert await show(web_site, link) == (410, USED)


async def test_all_together_there_are_only_so_many_at_once(web_site: Site) -> None:
    links = [await web_site.links.upload(CHAT + one) for one in range(MOST_AT_ONCE + 1)]
    async with contextlib.AsyncExitStack() as stack:
        for link in links[1:]:
            line = await stack.enter_async_context(line_to(link, Content_Length="1000"))
            await line.say(BEGINNING)
        while (await web_site.send(links[0], b"%PDF-", "a.pdf")).status != 429:
            pass
    # Closed connections make room.
    while (await web_site.send(links[0], LIST)).status != 303:
        pass
    assert len(await web_site.events()) == 1


async def test_what_is_announced_as_too_big_is_refused_before_it_comes(web_site: Site) -> None:
    link = await web_site.links.upload(CHAT)
    async with line_to(link, Content_Length=str(200 * MIB)) as line:
        assert await line.hear() == 413
    assert (await web_site.send(link, LIST)).status == 303


async def test_what_turns_out_too_big_is_refused_before_all_of_it_came(web_site: Site) -> None:
    link = await web_site.links.upload(CHAT)
    chunk = b"%x\r\n%s\r\n" % (MIB, b"1" * MIB)
    tracemalloc.start()
    try:
        async with line_to(link, Transfer_Encoding="chunked") as line:
            # The rest of the body never comes, so the answer cannot have waited for it.
            await line.say(b"%x\r\n%s\r\n" % (len(BEGINNING), BEGINNING), *[chunk] * 21)
            assert await line.hear() == 413
            # The server does not keep what comes after that either.
            await line.say(*[chunk] * 100)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MIB
    assert (await web_site.send(link, LIST)).status == 303


async def test_a_connection_that_is_lost_costs_nothing(
    web_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    link = await web_site.links.upload(CHAT)
    for headers, said in (
        ({"Content_Length": "5000"}, BEGINNING),
        ({"Content_Length": "5000"}, b""),
        ({"Transfer_Encoding": "chunked"}, b"ffff\r\n" + BEGINNING),
    ):
        async with line_to(link, **headers) as line:
            await line.say(said)
    while (await web_site.send(link, LIST)).status != 303:
        pass
    assert len(await web_site.events()) == 1
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")]


@pytest.mark.parametrize("said", [b"zz\r\n", b"5\r\nabcdefgh\r\n", b"-1\r\n"])
async def test_broken_chunks_are_no_failure_of_the_bot(web_site: Site, said: bytes) -> None:
    link = await web_site.links.upload(CHAT)
    async with line_to(link, Transfer_Encoding="chunked") as line:
        await line.say(said)
        assert await line.hear() == 400
    assert await show(web_site, link) == (200, READY)


async def test_whoever_stops_sending_is_not_waited_for(
    web_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.uploads, "IDLE_SECONDS", 0.05)
    link = await web_site.links.upload(CHAT)
    async with line_to(link, Content_Length="5000") as line:
        await line.say(BEGINNING)
        assert await line.hear() == 400
    assert await show(web_site, link) == (200, READY)


async def test_what_is_not_stored_is_said_and_may_be_sent_again(
    web_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    link = await web_site.links.upload(CHAT)
    web_site.failures.append(OSError("the disk is full"))
    answer = await web_site.send(link, LIST, "khach-hang-bi-mat.xlsx")
    assert (answer.status, title(answer)) == (503, "Em gặp trục trặc")
    assert await rows_of(web_site.database, "shared_files") == []
    assert web_site.arrived == 0
    assert "the disk is full" in caplog.text
    for hidden in ("bi-mat", link.rpartition("/")[2]):
        assert hidden not in caplog.text

    assert await show(web_site, link) == (200, READY)
    assert (await web_site.send(link, LIST)).status == 303
    assert len(await web_site.events()) == web_site.arrived == 1


async def test_a_page_that_cannot_be_read_from_the_database_says_so(
    web_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    link = await web_site.links.upload(CHAT)
    async with web_site.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE upload_tickets RENAME TO elsewhere")
    assert await show(web_site, link) == (503, "Em gặp trục trặc")
    assert (await web_site.send(link, LIST)).status == 503


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_a_page_knows_no_other_methods(web_site: Site, method: str) -> None:
    link = await web_site.links.upload(CHAT)
    assert (await web_site.ask(method, link, data=LIST)).status == 405
    assert (await web_site.ask("HEAD", link)).status == 200
    assert await show(web_site, link) == (200, READY)


async def test_of_a_chat_s_links_the_latest_three_take_a_file(web_site: Site, clock: FixedClock) -> None:
    links = []
    for _ in range(12):
        clock.forward(seconds=1)
        links.append(await web_site.links.upload(CHAT))
    other = await web_site.links.upload(CHAT + 1)
    shown = [(await show(web_site, link))[0] for link in links]
    assert shown == [*[410] * 9, *[200] * 3]
    assert (await show(web_site, other))[0] == 200


async def test_a_chat_sends_in_so_much_a_day_and_goes_on_the_next(
    web_site: Site, clock: FixedClock, database: Database
) -> None:
    web_site.files._bytes_a_day = 2 * len(LIST) + 1
    statuses = [(await web_site.send(await web_site.links.upload(CHAT), LIST)).status for _ in range(3)]
    assert statuses == [303, 303, 429]
    refused = await web_site.send(link := await web_site.links.upload(CHAT), LIST)
    assert "Ngày mai em nhận tiếp" in refused.text
    assert len(await rows_of(database, "shared_files")) == 2
    # Another chat is not concerned.
    assert (await web_site.send(await web_site.links.upload(CHAT + 1), LIST)).status == 303
    clock.forward(days=1)
    assert (await show(web_site, link))[0] == 410
    assert (await web_site.send(await web_site.links.upload(CHAT), LIST)).status == 303


async def test_nothing_is_taken_when_the_disk_is_nearly_full(database: Database, clock: FixedClock) -> None:
    free = [False]
    async with site(database, clock, lambda: free[0]) as opened:
        link = await opened.links.upload(CHAT)
        assert (await opened.send(link, LIST)).status == 503
        assert await rows_of(database, "shared_files") == []
        free[0] = True
        assert (await opened.send(link, LIST)).status == 303
