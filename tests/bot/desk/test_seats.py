"""Who may sit before the desk's page: one browser of each link, for a while, and as long as they are of back
office."""

import re
from typing import Any

import aiohttp

from bot.desk.seats import Seats
from domain.orders import Order
from domain.people import Actor
from services.back_office.people import EnsureBackOffice
from storage.database import Database
from storage.desk_sessions import SqlDeskSessions
from tests.services.support import unchanged
from tests.support.banks import Bank
from tests.support.clock import FixedClock
from tests.support.desk_site import DeskSite, browser
from tests.support.rows import dump


async def ask(one: aiohttp.ClientSession, method: str, url: str, **more: Any) -> tuple[int, str]:
    async with one.request(method, url, **more) as answer:
        return answer.status, await answer.text()


def token(html: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', html)
    assert found is not None
    return found[1]


async def test_a_link_opens_once_in_the_browser_that_opens_it(site: DeskSite, desk: Actor) -> None:
    link = await site.link(desk)
    async with browser() as first, browser() as second:
        # What only looks at a link, such as an app's preview, opens none.
        for _ in range(2):
            status, html = await ask(second, "GET", link)
            assert (status, "Mở bàn làm việc" in html) == (200, True)
        async with first.post(link, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/desk/transfers")
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/desk" in cookie
        status, html = await ask(first, "GET", f"{site.url}/desk/transfers")
        assert (status, "Lê Thu Hà" in html) == (200, True)
        assert "<script" not in html
        for method in ("GET", "POST"):
            status, html = await ask(second, method, link)
            assert (status, "chỉ mở được một lần" in html) == (404, True)
        status, html = await ask(second, "GET", f"{site.url}/desk/transfers")
        assert (status, "Phiên làm việc đã hết" in html) == (401, True)
        # Its own browser is led on.
        assert (await ask(first, "GET", link))[0] == 200


async def test_links_and_sessions_end_by_the_clock(site: DeskSite, desk: Actor) -> None:
    link, table = await site.link(desk), f"{site.url}/desk/transfers"
    site.clock.forward(minutes=10)
    async with browser() as one:
        assert (await ask(one, "POST", link))[0] == 404
        assert (await ask(one, "POST", await site.link(desk)))[0] == 200
        for _ in range(16):
            site.clock.forward(minutes=29)
            assert (await ask(one, "GET", table))[0] == 200
        site.clock.forward(minutes=29)
        assert (await ask(one, "GET", table))[0] == 401, "eight hours at most"
        assert (await ask(one, "POST", await site.link(desk)))[0] == 200
        site.clock.forward(minutes=30)
        assert (await ask(one, "GET", table))[0] == 401, "idle"


async def test_who_is_of_back_office_no_more_sits_there_no_more(
    site: DeskSite, desk: Actor, ensure: EnsureBackOffice
) -> None:
    async with browser() as one:
        await ask(one, "POST", await site.link(desk))
        await ensure([(8, "Hoa")])
        assert (await ask(one, "GET", f"{site.url}/desk/transfers"))[0] == 401


async def test_a_form_without_the_token_of_its_session_does_nothing(
    site: DeskSite, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    await bank.tells("lai", 5)
    act = {"act": "ignore", "id": "1", "sure": "1", "reason": "Vì"}
    async with browser() as one, browser() as other:
        _, html = await ask(one, "POST", await site.link(desk))
        _, of_other = await ask(other, "POST", await site.link(desk))
        async with unchanged(database):
            for wrong in ({}, {"csrf": ""}, {"csrf": token(of_other)}, {"csrf": "é"}):
                assert (await ask(one, "POST", f"{site.url}/desk/several", data=act | wrong))[0] == 403
            assert (await ask(one, "POST", f"{site.url}/desk/several", data=b"\xff\xfe"))[0] == 403
        status, _ = await ask(one, "POST", f"{site.url}/desk/several", data=act | {"csrf": token(html)})
        assert status == 200
        assert (await ask(one, "POST", f"{site.url}/desk/leave", data={"csrf": token(html)}))[0] == 200
        assert (await ask(one, "GET", f"{site.url}/desk/transfers"))[0] == 401


async def test_only_digests_are_stored_and_the_policy_lets_nothing_run(
    site: DeskSite, desk: Actor, database: Database
) -> None:
    link = await site.link(desk)
    async with browser() as one:
        async with one.post(link) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "private, no-store"
        (cookie,) = list(one.cookie_jar)
    assert "script" not in policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    kept = repr(await dump(database))
    assert link.rpartition("/")[2] not in kept
    assert cookie.value not in kept


async def test_behind_https_and_a_path(database: Database, clock: FixedClock, desk: Actor) -> None:
    seats = Seats(SqlDeskSessions(database, clock.now), "https://bot.example/app/")
    link = await seats.link(desk.accountant_id)
    assert link.startswith("https://bot.example/app/desk/open/")
    assert seats.base == "/app/desk"
