"""The link of a mail: who caused it, how to report it, how to get no more; over HTTP and SMTP-ready mails."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.mail_page import MAIL_PATH, add_mail_routes
from domain.messaging.mail_stops import WRONG_LINKS_A_DAY
from domain.people import Actor
from services.messaging.mail_stops import OpenMailLink, WishOfMails
from services.operations import Operations
from storage.database import Database
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.zalo_world import ZaloWorld

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def http(
    world: ZaloWorld, database: Database, clock: FixedClock
) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    add_mail_routes(app, "0900 000 000", OpenMailLink(database, clock), WishOfMails(database, clock))
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


@pytest.fixture
async def link(world: ZaloWorld, owner: Actor, database: Database) -> str:
    operations: Operations = world.operations
    await placed_order(operations, owner, await add_customers(operations, owner, 2, first=50))
    links = [row["link"] for row in await rows_of(database, "pushes") if row["channel"] == "email"]
    assert len(set(links)) == len(links) == 2
    assert not any(row["link"] for row in await rows_of(database, "pushes") if row["channel"] != "email")
    return MAIL_PATH + str(links[0])


async def _told(database: Database) -> list[str]:
    rows = await rows_of(database, "pushes")
    return [
        row["about"].partition(":")[2] for row in rows if row["kind"] in ("mail_stopped", "mail_reported")
    ]


async def _stops(database: Database) -> list[bool]:
    return [row["all"] for row in await rows_of(database, "mail_stops")]


async def _post(http: aiohttp.ClientSession, path: str, form: object) -> tuple[int, str]:
    async with http.post(path, data=form) as answer:
        return answer.status, await answer.text()


async def test_looking_changes_nothing_and_says_who_caused_the_mail(
    http: aiohttp.ClientSession, link: str, database: Database
) -> None:
    async with http.get(link) as answer:
        html = await answer.text()
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "private, no-store"
    [firm] = [row["name"] for row in await rows_of(database, "firms") if row["id"] == 1]
    assert firm in html
    assert "hoasen.vn" not in html
    assert (await _stops(database), await _told(database)) == ([], [])


@pytest.mark.parametrize("form", [ONE_CLICK, {"do": "stop"}])
async def test_no_more_reminders_by_one_click_or_on_the_page(
    form: dict[str, str], http: aiohttp.ClientSession, link: str, database: Database
) -> None:
    for _ in range(2):
        status, html = await _post(http, link, form)
        assert (status, "không gửi thư nhắc" in html) == (200, True)
    assert (await _stops(database), await _told(database)) == ([False], ["stop"])
    assert "hoasen.vn" not in str(await rows_of(database, "mail_stops"))
    assert (await _post(http, link, {"do": "again"}))[0] == 200
    assert (await _stops(database), await _told(database)) == ([], ["stop", "again"])


async def test_a_report_reaches_the_accountant_and_ends_what_asks(
    http: aiohttp.ClientSession, link: str, database: Database
) -> None:
    await _post(http, link, ONE_CLICK)
    for _ in range(2):
        status, html = await _post(http, link, {"do": "not_ordered"})
        assert (status, "Cảm ơn quý khách" in html) == (200, True)
    assert await _stops(database) == [True]
    # A later click of the mailbox does not weaken the report.
    await _post(http, link, ONE_CLICK)
    assert await _stops(database) == [True]
    assert set(await _told(database)) == {"stop", "not_ordered"}


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"do": "all"}, 422),
        ({"do": "stop", "more": "1"}, 422),
        (b"\xff\xfe=%zz", 422),
        (b"a" * 5_000, 413),
    ],
)
async def test_another_form_is_refused(
    form: object, status: int, http: aiohttp.ClientSession, link: str, database: Database
) -> None:
    assert (await _post(http, link, form))[0] == status
    assert await _stops(database) == []


async def test_links_cannot_be_tried_out(http: aiohttp.ClientSession, link: str) -> None:
    wrong = MAIL_PATH + "A" * 22
    seen = [(await _post(http, wrong, ONE_CLICK))[0] for _ in range(WRONG_LINKS_A_DAY + 1)]
    assert seen == [404] * WRONG_LINKS_A_DAY + [429]
    async with http.get(wrong) as answer:
        assert answer.status == 429
    # Who has a real one is answered all the same: mailboxes click for many.
    assert (await _post(http, link, ONE_CLICK))[0] == 200


async def test_a_link_of_another_form_is_none(http: aiohttp.ClientSession) -> None:
    for path in ("short", "A" * 21 + "%27", "A" * 23, "%00" + "A" * 21, "%C2%84"):
        async with http.get(MAIL_PATH + path) as answer:
            assert (answer.status, "không dùng được" in await answer.text()) == (404, True)
