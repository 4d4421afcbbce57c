"""Files behind links: whoever has the link gets the file unchanged and under its name, for a while."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.files import SHARED_FOR, Links, add_file_routes
from bot.housekeeping import sweep
from bot.pages import NAME_LIMIT, file_name
from bot.wiring import build_program
from sandbox.app import SandboxServer
from storage.database import Database
from storage.shared_files import SqlSharedFiles
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.settings import settings_of
from tests.support.sharing import Site, site

PNG = b"\x89PNG\r\n\x1a\n\0\xff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLICY = "default-src 'none'; sandbox"


@pytest.fixture
async def web_site(database: Database, clock: FixedClock) -> AsyncIterator[Site]:
    async with site(database, clock) as opened:
        yield opened


def saved_as(disposition: str) -> str:
    """The name under which a browser saves the file (RFC 6266)."""
    form = r"""(?:inline|attachment); filename="[ !#-\[\]-~]*"; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)"""
    found = re.fullmatch(form, disposition, re.ASCII)
    assert found is not None
    return unquote(found[1], errors="strict")


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/png", "inline"),
        ("image/jpeg", "inline"),
        (XLSX, "attachment"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
        ("application/octet-stream", "attachment"),
    ],
)
async def test_a_file_is_handed_out_as_it_is_and_nothing_in_it_can_run(
    web_site: Site, mime: str, kind: str
) -> None:
    answer = await web_site.ask("GET", await web_site.links.share(PNG, "Mã QR.png", mime))
    assert (answer.status, answer.body) == (200, PNG)
    assert answer.headers["Content-Type"] == mime
    assert answer.headers["Content-Disposition"].startswith(f"{kind}; ")
    assert saved_as(answer.headers["Content-Disposition"]) == "Mã QR.png"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


async def test_a_question_about_a_file_is_answered_without_it(web_site: Site) -> None:
    link = await web_site.links.share(PNG, "a.png", "image/png")
    asked, got = await web_site.ask("HEAD", link), await web_site.ask("GET", link)
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["Content-Length"] == str(len(PNG))
    without_date = [{**answer.headers, "Date": ""} for answer in (asked, got)]
    assert without_date[0] == without_date[1]
    assert (await web_site.ask("HEAD", f"{web_site.url}/files/unknown/a.png")).status == 404


async def test_the_link_ends_after_a_day(web_site: Site) -> None:
    link = await web_site.links.share(PNG, "a.png", "image/png")
    web_site.clock.forward(seconds=SHARED_FOR.total_seconds() - 1)
    assert (await web_site.ask("GET", link)).status == 200
    web_site.clock.forward(seconds=1)
    answer = await web_site.ask("GET", link)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Tệp này không còn mở được" in answer.text


@pytest.mark.parametrize(
    "token", ["x", "A" * 32, "%00", "%ff%fe", "%ED%A0%80", "..%2f..%2fetc%2fpasswd", "a" * 5_000]
)
async def test_a_token_of_nobody_opens_nothing(web_site: Site, token: str) -> None:
    await web_site.links.share(PNG, "a.png", "image/png")
    answer = await web_site.ask("GET", f"{web_site.url}/files/{token}/a.png")
    assert answer.status == 404
    assert PNG not in answer.body
    assert "Tệp này không còn mở được" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_file_is_only_read(web_site: Site, method: str) -> None:
    link = await web_site.links.share(PNG, "a.png", "image/png")
    assert (await web_site.ask(method, link)).status == 405
    assert (await web_site.ask("GET", link)).body == PNG


async def test_the_stored_name_counts_not_the_one_in_the_address(web_site: Site) -> None:
    link = await web_site.links.share(PNG, "thật.xlsx", XLSX)
    other = link.rpartition("/")[0] + "/gi%E1%BA%A3%22%0d%0aX: y.html"
    answer = await web_site.ask("GET", other)
    assert saved_as(answer.headers["Content-Disposition"]) == "thật.xlsx"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Danh sách khách.xlsx", "Danh sách khách.xlsx"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\Lan\khach.csv", "khach.csv"),
        ("a/b\\c.ods", "c.ods"),
        ("Khách 😀👨‍👩‍👧 VIP.xlsx", "Khách 😀👨‍👩‍👧 VIP.xlsx"),
        ('Lan "VIP"; x=1.xlsx', 'Lan "VIP"; x=1.xlsx'),
        ("a\r\nSet-Cookie: x=1\0.xlsx", "a Set-Cookie: x=1.xlsx"),
        ("gi\u202excod\u202c.xlsx", "gixcod.xlsx"),
        ("Ke\u0302\u0301 toan.csv", "Kế toan.csv"),
        ("100% {a} ?b#c&d+e'f*.csv", "100% {a} ?b#c&d+e'f*.csv"),
        ("ô" * 300 + ".xlsx", "ô" * (NAME_LIMIT - 5) + ".xlsx"),
        ("a." + "b" * 300, "a." + "b" * (NAME_LIMIT - 2)),
        ("k" * 5_000, "k" * NAME_LIMIT),
        (".xlsx", ".xlsx"),
        ("", "tep"),
        ("thư mục/", "tep"),
        ("\u200b\ufeff", "tep"),
        ("\ud800", "tep"),
        ("..", "tep"),
    ],
)
async def test_any_name_becomes_one_that_can_be_saved(web_site: Site, given: str, expected: str) -> None:
    assert file_name(given) == expected
    assert file_name(expected) == expected
    link = await web_site.links.share(PNG, given, XLSX)
    assert re.fullmatch(r"[\w-]{32}/[\w.~%-]+", link.removeprefix(f"{web_site.url}/files/"), re.ASCII)
    assert unquote(link.rpartition("/")[2]) == expected
    answer = await web_site.ask("GET", link)
    assert answer.status == 200
    assert saved_as(answer.headers["Content-Disposition"]) == expected


async def test_a_big_file_comes_whole(web_site: Site) -> None:
    content = bytes(range(256)) * 40_000
    assert (await web_site.ask("GET", await web_site.links.share(content, "a.xlsx", XLSX))).body == content


async def test_a_failing_database_is_told_as_such(web_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    link = await web_site.links.share(PNG, "khach-hang.png", "image/png")
    async with web_site.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE shared_files RENAME TO elsewhere")
    answer = await web_site.ask("GET", link)
    assert answer.status == 503
    assert "Em gặp trục trặc" in answer.text
    assert link.split("/")[-2] not in caplog.text


@pytest.mark.parametrize(
    "base", ["https://bot.vendor.vn", "https://bot.vendor.vn/", "https://vendor.vn/bot/"]
)
async def test_links_begin_with_the_public_address(web_site: Site, base: str) -> None:
    links = Links(web_site.files, base)
    shared, upload = await links.share(PNG, "a b.png", "image/png"), await links.upload(7)
    assert re.fullmatch(re.escape(base.rstrip("/")) + r"/files/[\w-]{32}/a%20b\.png", shared)
    assert re.fullmatch(re.escape(base.rstrip("/")) + r"/upload/[\w-]{32}", upload)


async def test_nothing_is_taken_in_where_nobody_says_what_becomes_of_it(
    database: Database, clock: FixedClock, web_site: Site
) -> None:
    app = web.Application()
    add_file_routes(app, SqlSharedFiles(database, clock.now), {})
    token = await web_site.files.open_ticket(7, SHARED_FOR)
    async with TestServer(app) as server:
        for method in ("GET", "POST"):
            assert (await web_site.ask(method, str(server.make_url(f"/upload/{token}")))).status == 404


async def test_the_running_bot_drops_files_whose_time_is_over(tmp_path: Path, database_url: str) -> None:
    async with SandboxServer(tmp_path / "world") as server:
        given = {name.lower(): value for name, value in server.environment(0).items()}
        given |= {"database_url": database_url, "clock_shift_file": ""}
        settings = settings_of(given)
        clock = FixedClock()
        async with build_program(settings, clock) as program:
            links = Links(program.shared_files, "https://bot.vendor.vn")
            await links.share(PNG, "a.png", "image/png")
            await sweep(program)
            assert len(await rows_of(program.database, "shared_files")) == 1
            clock.forward(days=1)
            await sweep(program)
            assert await rows_of(program.database, "shared_files") == []
