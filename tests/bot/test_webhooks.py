"""The banks' webhooks over HTTP: stored before they are answered, and never answered with a server error."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.bodies import WEBHOOK_LIMIT
from bot.settings import Settings
from bot.webhooks import Take, add_bank_webhooks
from domain.transfers import ReportedTransfer
from services.money.transfers import TakeTransfers
from storage.database import Database
from tests.support import bank_deliveries as deliveries
from tests.support.bank_deliveries import SECRET, Delivery, sample
from tests.support.clock import NOON_OF_JUNE_15 as NOON
from tests.support.clock import FixedClock
from tests.support.settings import settings_of

SECRETS = {
    "sepay": "sepay_secret",
    "payos": "payos_checksum_key",
    "casso": "casso_secret",
    "gpmpay": "gpmpay_secret",
}
SIGNED: dict[str, tuple[Callable[[Any, datetime], Delivery], Any]] = {
    "sepay": (deliveries.sepay, sample("sepay")),
    "payos": (deliveries.payos, {"data": sample("payos")["data"] | {"orderCode": 9}}),
    "casso": (deliveries.casso, {"error": 0, "data": sample("casso_v2")["data"] | {"id": 9}}),
    "gpmpay": (deliveries.gpmpay, sample("gpmpay")),
}
every_provider = pytest.mark.parametrize("provider", SIGNED)


def settings(**given: str) -> Settings:
    """Settings with secrets of banks; the rest does not matter."""
    needed = {
        "telegram_token": "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
        "mail_from": "donhang@vendor.vn",
        "bank_bin": "970436",
        "bank_account": "0011001234567",
        "bank_holder": "CONG TY PHAN MEM",
        "database_url": "sqlite+aiosqlite:///unused.db",
    }
    return settings_of(needed | given)


class Bank:
    """A provider that posts to the program. The program hands the transfers that it reads to `taken`."""

    def __init__(self, http: aiohttp.ClientSession, server: TestServer, clock: FixedClock) -> None:
        self.http, self.server, self.clock = http, server, clock
        self.taken: list[ReportedTransfer] = []
        self.failure: Exception | None = None

    async def take(self, transfers: Sequence[ReportedTransfer]) -> None:
        if self.failure:
            raise self.failure
        self.taken.extend(transfers)

    def delivery(self, provider: str) -> Delivery:
        sign, body = SIGNED[provider]
        return sign(body, self.clock.now())

    async def post(self, provider: str, delivery: Delivery, **more: Any) -> tuple[int, object]:
        url = self.server.make_url(f"/webhooks/{provider}")
        headers = {**delivery.headers, "Content-Type": "application/json"}
        async with self.http.post(url, **{"data": delivery.raw, "headers": headers} | more) as answer:
            return answer.status, await answer.json(content_type=None) if answer.status != 404 else None


@contextlib.asynccontextmanager
async def opened(
    clock: FixedClock, secrets: Mapping[str, str], take: Take | None = None
) -> AsyncIterator[Bank]:
    app = web.Application()
    async with aiohttp.ClientSession() as http:
        bank = Bank(http, TestServer(app), clock)
        add_bank_webhooks(app, settings(**secrets), clock, take or bank.take)
        async with bank.server:
            yield bank


@pytest.fixture
async def bank(clock: FixedClock) -> AsyncIterator[Bank]:
    async with opened(clock, dict.fromkeys(SECRETS.values(), SECRET)) as bank:
        yield bank


@every_provider
async def test_a_signed_delivery_is_taken_and_answered_as_the_provider_asks(
    bank: Bank, provider: str
) -> None:
    answer = await bank.post(provider, bank.delivery(provider))

    assert answer == (200, {"received": True} if provider == "gpmpay" else {"success": True})
    assert [transfer.provider for transfer in bank.taken] == [provider]


@every_provider
async def test_what_was_not_stored_is_not_acknowledged(
    bank: Bank, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    bank.failure = OSError("the disk is full")
    status, _ = await bank.post(provider, bank.delivery(provider))
    assert status == 503

    bank.failure = None
    assert (await bank.post(provider, bank.delivery(provider)))[0] == 200
    assert len(bank.taken) == 1


@every_provider
async def test_a_wrong_signature_is_refused_and_nothing_of_it_is_logged(
    bank: Bank, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    delivery = bank.delivery(provider)
    raw = delivery.raw.replace(b"DH000123", b"DH000124").replace(b"VQRIO123", b"VQRIO124")
    raw = raw.replace(b"599000", b"599001")
    assert raw != delivery.raw
    for wrong in (replace(delivery, raw=raw), Delivery({}, b'{"data": {}, "content": "NGUYEN VAN A"}')):
        status, answer = await bank.post(provider, wrong)
        assert status == 401
        assert "signature" in str(answer) or "time of signing" in str(answer)

    assert bank.taken == []
    assert f"a webhook of {provider} is refused" in caplog.text
    for hidden in ("NGUYEN", "DH00012", "0011001234567", SECRET):
        assert hidden not in caplog.text


@every_provider
async def test_what_cannot_be_read_is_refused(bank: Bank, provider: str) -> None:
    sign, _ = SIGNED[provider]
    assert (await bank.post(provider, sign({"data": {"amount": 1}}, bank.clock.now())))[0] == 422
    assert (await bank.post(provider, Delivery({}, b"\xff")))[0] in (400, 401)
    assert bank.taken == []


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024


@every_provider
async def test_a_huge_body_is_refused(bank: Bank, provider: str) -> None:
    for size, status in (
        (WEBHOOK_LIMIT, (400, 401)),
        (WEBHOOK_LIMIT + 1024, (413,)),
        (8 * WEBHOOK_LIMIT, (413,)),
    ):
        assert (await bank.post(provider, Delivery({}, b" " * size)))[0] in status
        assert (await bank.post(provider, Delivery({}, b""), data=_chunks(size)))[0] in status


@every_provider
async def test_only_posts_are_taken(bank: Bank, provider: str) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        async with bank.http.request(method, bank.server.make_url(f"/webhooks/{provider}")) as answer:
            assert answer.status == 405


@every_provider
async def test_a_provider_without_a_secret_is_not_there(clock: FixedClock, provider: str) -> None:
    async with opened(clock, {SECRETS[provider]: SECRET}) as bank:
        statuses = {name: (await bank.post(name, bank.delivery(name)))[0] for name in SIGNED}
    assert statuses == {name: 200 if name == provider else 404 for name in SIGNED}


@pytest.mark.parametrize(
    ("provider", "setting", "delivery"),
    [
        ("sepay", "sepay_api_key", deliveries.sepay_by_key(sample("sepay"), NOON)),
        ("casso", "casso_secure_token", deliveries.casso_by_token(sample("casso_v1"), NOON)),
    ],
)
async def test_the_weaker_proof_is_taken_where_only_it_is_set(
    clock: FixedClock, provider: str, setting: str, delivery: Delivery
) -> None:
    strong: dict[str, str] = {}
    for given, status in ((strong, 200), ({f"{provider}_secret": "a-secret-for-signing"}, 401)):
        async with opened(clock, {setting: SECRET} | given) as bank:
            assert (await bank.post(provider, delivery))[0] == status


@every_provider
async def test_a_transfer_told_many_times_at_once_is_stored_once(
    clock: FixedClock, database: Database, provider: str
) -> None:
    async with opened(clock, {SECRETS[provider]: SECRET}, TakeTransfers(database, clock)) as bank:
        for _ in range(5):
            posts = (bank.post(provider, bank.delivery(provider)) for _ in range(20))
            assert {status for status, _ in await asyncio.gather(*posts)} == {200}
    async with database.read() as uow:
        # PostgreSQL uses up a number for each of them.
        stored = [await uow.transfers.get(transfer_id) for transfer_id in range(1, 101)]
    assert sum(transfer is not None for transfer in stored) == 1
