"""Posts to the program's webhooks by anybody: nothing is taken, nothing breaks, no amount is read as more."""

import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app_settings import UpdateMode, secret_of_app
from bot.telegram.app import WEBHOOK_PATH
from bot.web import serve
from bot.wiring import Program, build_program
from bot.zalo.app import PATH
from bot.zalo.app import SECRET_HEADER as ZALO_HEADER
from domain.chats import Channel
from gateways.bank_webhooks.base import WebhookRefused
from gateways.bank_webhooks.sepay import SepayWebhook
from sandbox.app import SandboxServer
from storage.migrate import upgrade
from tests.support import bank_deliveries as deliveries
from tests.support.attack import tell
from tests.support.bank_deliveries import Delivery, hmac_of, sample
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.rows import dump
from tests.support.settings import settings_of

pytestmark = pytest.mark.long

KEY = "a-secret-of-twenty-one"
TELEGRAM_HEADER = "X-Telegram-Bot-Api-Secret-Token"
APPS = {
    WEBHOOK_PATH: (TELEGRAM_HEADER, secret_of_app(KEY, Channel.TELEGRAM)),
    PATH: (ZALO_HEADER, secret_of_app(KEY, Channel.ZALO)),
}
MARK = "Zyxwvq"
CHAT = {"id": 5, "type": "private"}
TEXT = {"message_id": 1, "date": 1, "chat": CHAT, "from": {"id": 5, "is_bot": False, "first_name": MARK}}
EVENT = {
    "event_name": "message.text.received",
    "message": {"from": {"id": "a", "is_bot": False}, "chat": {"id": "a"}, "date": 1, "message_id": "1"},
}

BYTES = [
    b"event=1", b"\xff\xfe", b"[" * 10_000, b'{"a":' * 5_000, b"1" * 10_000, b"null", b"true", b"1.5",
    b"1e400", b"[]", b'"x"', b'{"update_id": NaN}', b"{'update_id': 1}", b'{"update_id": 1', b"\x00", b"{}{}",
    b'{"update_id": 1}' + b"\x00" * 10, "{“update_id”: 1}".encode(),
]  # fmt: skip
"""What is no update of either app."""
UPDATES: list[Any] = [
    {"update_id": "1"}, {"update_id": -1}, {"update_id": True}, {"update_id": 10**30}, {"update_id": None},
    {"message": TEXT}, {"update_id": 1.5, "message": TEXT}, {"update_id": [1]},
    # These have a number; they are stored or nothing to the bot.
    {"update_id": 1, "message": None}, {"update_id": 2, "message": {"chat": {"id": "5"}}},
    {"update_id": 3, "message": {"chat": {"id": 10**30}}}, {"update_id": 4, "callback_query": {"data": MARK}},
    {"update_id": 5, "callback_query": {"message": {"chat": CHAT}}},
    {"update_id": 6, "message": {"chat": CHAT}},
]  # fmt: skip
EVENTS: list[Any] = [
    {"event_name": 1}, {"event_name": None}, {"event_name": "message."},
    {"event_name": "message.x", "message": []},
    *({**EVENT, "message": {**EVENT["message"], name: value}}  # type: ignore[dict-item]
      for name, value in (("chat", None), ("chat", {"id": 5}), ("from", "a"), ("date", "x"), ("date", 10**30),
                          ("date", -(10**30)), ("message_id", ""), ("message_id", "\ud83d"))),
]  # fmt: skip


def _wrong(right: str, of_other: str) -> list[str | None]:
    return [None, "", "wrong", right[:-1], f"{right}x", right.upper(), right[::-1], KEY, of_other, "bí-mật"]


@pytest.fixture
async def program(tmp_path: Path, database_url: str) -> AsyncIterator[Program]:
    async with SandboxServer(tmp_path / "world") as server:
        values: dict[str, Any] = {name.lower(): value for name, value in server.environment(0).items()}
        values |= dict.fromkeys(("sepay_api_token", "casso_api_key"))
        values |= {"database_url": database_url, "webhook_secret": KEY}
        modes = {"telegram_mode": UpdateMode.WEBHOOK, "zalo_mode": UpdateMode.WEBHOOK}
        await upgrade(database_url)
        async with build_program(settings_of(values).model_copy(update=modes)) as built:
            yield built


async def test_posts_in_the_name_of_the_apps(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    await program.apps[Channel.TELEGRAM].learn()
    (telegram, right), (zalo, of_zalo) = APPS[WEBHOOK_PATH], APPS[PATH]
    before = await dump(program.database)
    tried = {"wrong_secrets": 0, "malformed_bodies": 0, "too_long": 0}
    async with serve(program) as port, aiohttp.ClientSession() as http:

        async def post(path: str, header: str, secret: str | None, body: bytes) -> int:
            headers = {"Content-Type": "application/json"} | ({header: secret} if secret is not None else {})
            try:
                url = f"http://127.0.0.1:{port}{path}"
                async with http.post(url, data=io.BytesIO(body), headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientOSError:
                # It was refused before all of it was sent.
                return 413

        fits = {WEBHOOK_PATH: {"update_id": 9, "message": {**TEXT, "text": MARK}}, PATH: EVENT}
        both = ((WEBHOOK_PATH, telegram, right, of_zalo), (PATH, zalo, of_zalo, right))
        for path, header, good, other in both:
            for secret in _wrong(good, other):
                assert await post(path, header, secret, json.dumps(fits[path]).encode()) == 403
                tried["wrong_secrets"] += 1
            updates = UPDATES if path == WEBHOOK_PATH else EVENTS
            for body in (*BYTES, *(json.dumps(one).encode() for one in updates)):
                assert await post(path, header, good, body) in (200, 400), body[:80]
                tried["malformed_bodies"] += 1
            assert await post(path, header, good, b" " * 2**21) == 413
            tried["too_long"] += 1
    after = await dump(program.database)
    stored = after.pop("inbox")
    before.pop("inbox")
    assert after == before
    # Only those that have a number and a chat of their own.
    assert [row["external_id"].rpartition(":")[2] for row in stored] == ["5", "6"]
    assert MARK not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]
    assert (tried["wrong_secrets"], tried["malformed_bodies"]) >= (18, 36)
    tell("webhooks of the apps", **tried, taken=0, server_errors=0)


SECRET = deliveries.SECRET


def _forged() -> list[Delivery]:
    """Deliveries of SePay that it did not make, or made too long ago."""
    body = sample("sepay")
    good = deliveries.sepay(body, NOW)
    at, proof = good.headers["X-SePay-Timestamp"], good.headers["X-SePay-Signature"]
    more = json.dumps(body | {"transferAmount": 10**9}).encode()
    late = deliveries.sepay(body, NOW - timedelta(seconds=301))
    soon = deliveries.sepay(body, NOW + timedelta(days=1))

    def signed(key: str, raw: bytes = good.raw, stamp: str = at) -> dict[str, str]:
        mac = hmac_of(f"{stamp}.".encode() + raw, "sha256", key)
        return {"X-SePay-Timestamp": stamp, "X-SePay-Signature": f"sha256={mac}"}

    return [
        Delivery({}, good.raw),
        Delivery({"X-SePay-Timestamp": at}, good.raw),
        Delivery({"X-SePay-Signature": proof}, good.raw),
        Delivery(good.headers, more),
        Delivery(good.headers, good.raw + b" "),
        Delivery(good.headers | {"X-SePay-Timestamp": str(int(at) + 1)}, good.raw),
        Delivery(good.headers | {"X-SePay-Signature": proof.upper()}, good.raw),
        Delivery(good.headers | {"X-SePay-Signature": proof[:-1]}, good.raw),
        Delivery(good.headers | {"X-SePay-Signature": proof.removeprefix("sha256=")}, good.raw),
        Delivery(good.headers | {"X-SePay-Signature": ""}, good.raw),
        Delivery(signed("", more), more),
        Delivery(signed("wrong", more), more),
        Delivery(signed(SECRET[:-1], more), more),
        Delivery(signed(SECRET.upper(), more), more),
        Delivery({"Authorization": f"Apikey {SECRET}"}, good.raw),
        Delivery({"Authorization": "Apikey "}, more),
        late,
        soon,
    ]


ODD_AMOUNTS: list[Any] = [
    "1.000", "1.000.000", "1,000", "1 000", "1e9", "1E+9", "0x10", "0b1", "1_000", "+5", "--5", "-", "",
    " 5", "5 ", "5đ", "VND5", "٣٤", "५", "5", "0.5", "5.00", "5.000", "5.0", 5.0, 5.5, 1e30, True, None,
    [5], {"a": 5}, "9" * 16, 10**16, -(10**16),
]  # fmt: skip


FIVE = ("5", "5.0", "5.00", 5.0)
"""What is five VND; all others are refused."""


def test_forged_and_odd_reports_of_money() -> None:
    webhook = SepayWebhook(secret=SECRET)
    for delivery in _forged():
        with pytest.raises(WebhookRefused):
            webhook.read(delivery.headers, delivery.raw, NOW)
    read = 0
    for amount in ODD_AMOUNTS:
        delivery = deliveries.sepay(sample("sepay") | {"transferAmount": amount}, NOW)
        try:
            (told,) = webhook.read(delivery.headers, delivery.raw, NOW)
        except WebhookRefused:
            continue
        assert (told.amount, amount in FIVE) == (5, True), amount
        read += 1
    assert (len(_forged()), len(ODD_AMOUNTS)) >= (16, 32)
    assert read == 4
    tell("SePay", forged_or_stale=len(_forged()), accepted=0, odd_amounts=len(ODD_AMOUNTS), read_as_more=0)
