"""The webhook of an Official Account, over HTTP."""

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.zalo_oa.consent import Consents
from bot.zalo_oa.webhook import PATH, OaWebhook
from domain.chats import Channel, zalo_chat_id
from domain.messaging.oa_windows import OaTerms
from gateways.zalo.errors import AnswerLost
from gateways.zalo.events import stored_event
from sandbox.zalo_oa.events import template_received
from storage.database import Database
from storage.inbox import Arrival, SqlInbox
from storage.zalo_oa import SqlOaChats
from tests.gateways.zalo_oa.test_events import APP, MOMENT, SECRET, USER, body_of
from tests.support.rows import rows_of

HEARD = datetime.fromtimestamp(int(MOMENT) / 1000, UTC)
Posted = tuple[int, str]


class Site:
    """The webhook with a real inbox; `fails` makes storing fail."""

    def __init__(self, database: Database) -> None:
        self.now = HEARD + timedelta(minutes=1)
        self.chats = SqlOaChats(database, lambda: self.now, OaTerms())
        self.inbox = SqlInbox(database, Channel.ZALO, self.chats.met)
        self.withdrawn: list[tuple[str, datetime]] = []
        self.fails = False
        self.received: list[str] = []
        self.url = ""

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        if self.fails:
            raise OSError("the disk is full")
        await self.inbox.take(arrivals, self.now)

    async def receive(self, message_ref: str) -> None:
        if self.fails:
            raise OSError("the disk is full")
        self.received.append(message_ref)

    async def withdraw(self, user: str, at: datetime) -> None:
        self.withdrawn.append((user, at))

    async def post(self, body: object, secret: str = SECRET, header: str | None = None) -> Posted:
        raw, mac = signed(body, secret)
        headers = {"X-ZEvent-Signature": mac if header is None else header}
        async with aiohttp.ClientSession() as http, http.post(self.url, data=raw, headers=headers) as answer:
            return answer.status, await answer.text()

    async def send(self, http: aiohttp.ClientSession, delivery: tuple[bytes, str]) -> int:
        headers = {"X-ZEvent-Signature": delivery[1]}
        async with http.post(self.url, data=delivery[0], headers=headers) as answer:
            return answer.status

    async def waiting(self) -> int:
        return await self.inbox.count_waiting()


def signed(body: object, secret: str = SECRET) -> tuple[bytes, str]:
    """A body as it is sent, and its signature."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    moment = str(body.get("timestamp", "")) if isinstance(body, dict) else ""
    digest = hashlib.sha256(APP.encode() + raw + moment.encode() + secret.encode()).hexdigest()
    return raw, f"mac={digest}"


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    made = Site(database)
    app = web.Application()
    OaWebhook(
        APP, SECRET, "the app's secret", made.chats.hear, made.take, made.withdraw, made.receive
    ).add_to(app)
    async with TestServer(app) as server:
        made.url = str(server.make_url(PATH))
        yield made


async def test_an_event_is_stored_once_however_often_it_comes(site: Site) -> None:
    for _ in range(3):
        assert (await site.post(body_of("user_send_text", text="alo")))[0] == 200
    assert await site.waiting() == 1


async def test_a_phone_has_a_template_message(site: Site) -> None:
    receipt = template_received(int(MOMENT), "84912345678", "zbs1", "our name of it") | {"app_id": APP}
    site.fails = True
    assert (await site.post(receipt))[0] == 503
    site.fails = False
    assert (await site.post(receipt, secret="another"))[0] == 403
    assert (await site.post(receipt))[0] == 200
    assert (site.received, await site.waiting()) == (["our name of it"], 0)


async def test_a_word_lets_us_write_for_seven_days(site: Site) -> None:
    chat = zalo_chat_id(USER)
    assert not await site.chats.may_write(chat)
    await site.post({"event_name": "follow", "follower": {"id": USER}, "timestamp": MOMENT})
    assert await site.chats.may_write(chat)
    assert await site.waiting() == 0
    site.now = HEARD + timedelta(days=8)
    assert not await site.chats.may_write(chat)
    # An old event that comes late opens nothing.
    await site.post(body_of("user_send_text", text="alo"))
    assert not await site.chats.may_write(chat)


@pytest.mark.parametrize("header", ["", "mac=", "mac=00", "x" * 5000])
async def test_an_unsigned_event_is_refused(site: Site, header: str) -> None:
    status, said = await site.post(body_of("user_send_text", text="alo"), header=header)
    assert (status, await site.waiting()) == (403, 0)
    assert SECRET not in said


async def test_the_log_says_which_secret_would_fit(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    assert (await site.post(body_of("user_send_text", text="alo"), secret="the app's secret"))[0] == 403
    assert "it would fit the app's secret" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff", b'{"a":', b"[" * 30_000])
async def test_what_is_no_event_is_taken_and_dropped(site: Site, body: bytes) -> None:
    assert (await site.post(body))[0] == 200
    assert await site.waiting() == 0


async def test_the_test_of_the_console_is_taken_before_its_secret_is_known(site: Site) -> None:
    body = body_of("user_send_text", text="This is testing message", msg_id="This is message id")
    assert (await site.post(body, header=""))[0] == 200
    assert await site.waiting() == 0


@pytest.mark.parametrize("change", [{"timestamp": "soon"}, {"sender": 5}, {"message": None}])
async def test_a_malformed_event_is_taken_and_logged(
    site: Site, change: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert (await site.post(body_of("user_send_text", text="Nguyễn Thị Lan") | change))[0] == 200
    assert await site.waiting() == 0
    assert "cannot be read" in caplog.text
    assert "Lan" not in caplog.text


async def test_what_was_not_stored_is_asked_for_again(site: Site) -> None:
    site.fails = True
    assert (await site.post(body_of("user_send_text", text="alo")))[0] == 503
    site.fails = False
    assert (await site.post(body_of("user_send_text", text="alo")))[0] == 200
    assert await site.waiting() == 1


# Every event of the facts sheet: what people send is answered, what they do lets us write, one is a wish.
ANSWERED = tuple(
    f"user_send_{kind}"
    for kind in (
        *("text", "image", "gif", "link", "audio", "video", "sticker", "location", "business_card", "file"),
    )
)
OPENING = ("follow", "user_click_chatnow", "user_submit_info")
SILENT = (
    *("unfollow", "user_received_message", "user_seen_message", "user_reacted_message", "user_click_button"),
    *("oa_send_text", "oa_send_image", "oa_send_gif", "oa_send_list", "oa_send_file", "oa_send_sticker"),
    *("anonymous_send_text", "oa_send_anonymous_text", "add_user_to_tag", "update_user_info"),
    *("oa_send_consent", "user_reply_consent", "user_call_oa", "oa_call_user"),
    *("widget_interaction_accepted", "widget_failed_to_sync_user_external_id"),
    *("user_send_group_text", "oa_send_group_text", "create_group", "user_join_group", "user_leave_group"),
    *("user_out_group", "react_request_join_group_accept", "accept_request_join_group"),
    *("user_click_response_button", "user_feedback", "change_template_status", "change_oa_daily_quota"),
)


@pytest.mark.parametrize("name", [*ANSWERED, *OPENING, *SILENT, "user_withdraw", "of_next_year"])
async def test_each_event_is_answered_or_noted_or_named(
    site: Site, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    status, _ = await site.post(body_of(name, text="x") | {"follower": {"id": USER}})
    chat = zalo_chat_id(USER)
    assert status == 200
    assert (await site.waiting(), await site.chats.may_write(chat), site.withdrawn) == (
        1 if name in ANSWERED else 0,
        name in ANSWERED + OPENING,
        [(USER, HEARD)] if name == "user_withdraw" else [],
    )
    assert ("unknown kind" in caplog.text) is (name == "of_next_year")


async def test_a_word_and_that_it_came_are_stored_together(site: Site, database: Database) -> None:
    writes = 0

    def note(moment: str) -> None:
        nonlocal writes
        writes += moment == "after"

    database._on_commit = note
    await site.post(body_of("user_send_text", text="alo"))
    assert (writes, await site.chats.may_write(zalo_chat_id(USER))) == (1, True)


@pytest.mark.long
async def test_a_flood_repeated_and_in_no_order_is_stored_once_and_read_in_order(
    site: Site, database: Database
) -> None:
    """More cost no more each: 10,000 took five times as long."""
    total, chats = 2_000, 50
    names = [number for number in range(total) for _ in range(2 if number % 10 == 0 else 1)]
    random.Random(7).shuffle(names)
    async with aiohttp.ClientSession() as http:

        async def post(some: Sequence[int]) -> set[int]:
            return {await site.send(http, signed(_numbered(number, chats))) for number in some}

        answered = await asyncio.gather(*(post(names[part::100]) for part in range(100)))
    assert set.union(*answered) == {200}
    rows = await rows_of(database, "inbox")
    assert len({row["external_id"] for row in rows}) == len(rows) == total
    assert len({row["chat_id"] for row in rows}) == chats
    (chat_id,) = {row["chat_id"] for row in rows if str(10**18) in row["external_id"]}
    waiting = await site.inbox.waiting_in([chat_id])
    assert [stored_event(one.body).text for one in waiting] == [
        f"tin{n * chats}" for n in range(len(waiting))
    ]
    (latest,) = [
        row["heard_at"] for row in await rows_of(database, "zalo_chats") if row["chat_id"] == chat_id
    ]
    assert latest == HEARD + timedelta(milliseconds=total - chats)


def _numbered(number: int, chats: int) -> dict[str, Any]:
    """An event of its own moment; its chat is one of so many."""
    said = body_of("user_send_text", text=f"tin{number}", msg_id=f"m{number}")
    return said | {"sender": {"id": str(10**18 + number % chats)}, "timestamp": str(int(MOMENT) + number)}


async def test_someone_looks_at_the_address(site: Site) -> None:
    async with aiohttp.ClientSession() as http, http.get(site.url) as answer:
        assert answer.status == 200


class Desk:
    """The page that a consent leads back to."""

    def __init__(self) -> None:
        self.now = HEARD
        self.codes: list[str] = []
        self.lost = False
        self.consents = Consents(
            "a secret", "https://bot.example/zalo/oa/callback", lambda to, state: state, self.take, self.clock
        )

    def clock(self) -> datetime:
        return self.now

    async def take(self, code: str) -> None:
        if self.lost:
            raise AnswerLost(0, "lost")
        self.codes.append(code)


async def test_only_our_own_link_connects_an_account_and_not_for_ever() -> None:
    desk = Desk()
    app = web.Application()
    desk.consents.add_to(app)
    state = desk.consents.link()
    async with TestServer(app) as server, aiohttp.ClientSession() as http:

        async def comes_back(**query: str) -> Posted:
            async with http.get(server.make_url("/zalo/oa/callback"), params=query) as answer:
                return answer.status, await answer.text()

        for wrong in ("", "1.x", state[:-1] + "0", "é." + state, f"9{state}"):
            assert (await comes_back(code="c", state=wrong))[0] == 403
        assert (await comes_back(state=state))[0] == 403
        assert desk.codes == []
        status, said = await comes_back(code="c", state=state)
        assert (status, desk.codes) == (200, ["c"])
        assert "Đã kết nối" in said
        desk.lost = True
        assert (await comes_back(code="d", state=state))[0] == 502
        desk.now += timedelta(days=8)
        assert (await comes_back(code="e", state=state))[0] == 403
