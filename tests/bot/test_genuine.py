"""The page on which an instruction is checked, over HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.genuine import CHECK_PATH, REPORT_PATH, add_check_routes
from domain.genuine import CHECKS_A_DAY, WRONG_A_DAY
from domain.people import Actor
from services.money.genuine import CheckInstruction, ReportInstruction
from services.operations import Operations
from storage.database import Database
from tests.support.builders import PAYEE, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.zalo_world import ZaloWorld


@pytest.fixture
async def http(
    world: ZaloWorld, database: Database, clock: FixedClock
) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    acts = CheckInstruction(database, clock), ReportInstruction(database, clock)
    add_check_routes(app, "", "0900 000 000", *acts)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


@pytest.fixture
async def asked(world: ZaloWorld, owner: Actor, database: Database) -> dict[str, str]:
    """The three lines of an instruction."""
    operations: Operations = world.operations
    await placed_order(operations, owner, await add_customers(operations, owner, 1, first=50))
    request = (await rows_of(database, "payment_requests"))[0]
    amount = f"{request['amount']:,} ₫".replace(",", ".")
    return {"code": request["code"], "amount": amount, "account": PAYEE.account}


async def _post(http: aiohttp.ClientSession, path: str, form: object, **headers: str) -> tuple[int, str]:
    async with http.post(path, data=form, headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        return answer.status, await answer.text()


async def test_it_is_opened_by_the_link_filled_in_checked_and_reported(
    http: aiohttp.ClientSession, asked: dict[str, str]
) -> None:
    async with http.get(CHECK_PATH, params={"code": asked["code"]}) as opened:
        assert f'value="{asked["code"]}"' in await opened.text()
    status, html = await _post(http, CHECK_PATH, asked)
    assert (status, "Hướng dẫn này là thật" in html, "0900 000 000" in html) == (200, True, True)
    assert f'action="{REPORT_PATH}"' in html
    report = {"code": asked["code"], "amount": asked["amount"], "reason": "not_ordered"}
    status, html = await _post(http, REPORT_PATH, report)
    assert (status, "Cảm ơn quý khách" in html) == (200, True)


async def test_what_is_not_right_says_so_and_no_more(
    http: aiohttp.ClientSession, asked: dict[str, str]
) -> None:
    unknown = await _post(http, CHECK_PATH, asked | {"code": "KTC2C2222"})
    wrong = await _post(http, CHECK_PATH, asked | {"amount": "1"})
    assert unknown == wrong
    assert "xin đừng chuyển tiền" in wrong[1]
    status, html = await _post(http, CHECK_PATH, asked | {"account": "9704229999"})
    assert (status, "Sai số tài khoản" in html) == (200, True)
    report = {"code": asked["code"], "amount": "1", "reason": "not_ordered"}
    assert "Không đúng" in (await _post(http, REPORT_PATH, report))[1]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"code": "<b>x</b>", "amount": "hai triệu", "account": "1"}, 422),
        (b"\xff\xfe&&==%zz", 422),
        (b"&".join(b"a%d=1" % number for number in range(100)), 422),
        (b"a" * 5_000, 413),
    ],
)
async def test_rubbish_is_refused_with_the_form_again(
    http: aiohttp.ClientSession, form: object, status: int
) -> None:
    plain = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(form, bytes) else {}
    for path in (CHECK_PATH, REPORT_PATH):
        got, html = await _post(http, path, form, **plain)
        assert (got, "<form" in html, "<b>x" in html) == (status, True, False)


async def test_a_reason_that_the_page_has_not_is_refused(
    http: aiohttp.ClientSession, asked: dict[str, str]
) -> None:
    report = {"code": asked["code"], "amount": asked["amount"], "reason": "other_account"}
    assert (await _post(http, REPORT_PATH, report))[0] == 422


async def test_callers_behind_the_proxy_are_counted_apart(http: aiohttp.ClientSession) -> None:
    form = {"code": "", "amount": "1", "account": "1"}
    seen = [
        (await _post(http, CHECK_PATH, form, **{"X-Forwarded-For": "1.1.1.1, 5.5.5.5"}))[0] for _ in range(31)
    ]
    assert seen == [200] * WRONG_A_DAY + [429] * (31 - WRONG_A_DAY)
    assert (await _post(http, CHECK_PATH, form | {"code": "x"}, **{"X-Forwarded-For": "5.5.5.5, 6.6.6.6"}))[
        0
    ] == 200


async def test_a_household_of_many_addresses_is_one_caller(http: aiohttp.ClientSession) -> None:
    """Whoever has one address of IPv6 has billions."""

    async def asked(address: str, code: str) -> int:
        form = {"code": code, "amount": "1", "account": "1"}
        return (await _post(http, CHECK_PATH, form, **{"X-Forwarded-For": address}))[0]

    of_one = [await asked(f"2001:db8::{number:x}", f"x{number}") for number in range(CHECKS_A_DAY + 1)]
    assert of_one == [200] * CHECKS_A_DAY + [429]
    assert await asked("2001:db8:0:1::1", "y") == 200
    of_many = [await asked(f"::ffff:1.2.3.{number}", f"z{number}") for number in range(CHECKS_A_DAY + 1)]
    assert set(of_many) == {200}
