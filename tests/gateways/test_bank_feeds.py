"""The lists of SePay and Casso, as the sandbox serves them: pages, refusals, waits."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.transfers import Provider
from gateways.bank_feeds import base
from gateways.bank_feeds.base import LOGIN, FeedSettings, ListClient
from gateways.bank_feeds.casso import CassoList
from gateways.bank_feeds.sepay import SepayList
from sandbox.app import SandboxServer
from sandbox.bank.bank import ACCOUNT
from sandbox.bank.lists import PATH, TOKENS, ListFault
from services.ports import RetryLater
from services.ports.bank_feeds import FeedRefused, Listing

CLIENTS: dict[str, type[SepayList] | type[CassoList]] = {"sepay": SepayList, "casso": CassoList}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as opened:
        yield opened


@pytest.fixture(params=CLIENTS)
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def settings_for(server: SandboxServer, provider: str, token: str = "") -> FeedSettings:
    return FeedSettings(f"{server.url}{PATH}/{provider}/", token or TOKENS[provider], pause=0, timeout=3)


@pytest.fixture
async def feed(server: SandboxServer, provider: str) -> AsyncIterator[ListClient]:
    async with CLIENTS[provider](settings_for(server, provider)) as opened:
        yield opened


def moves(server: SandboxServer, provider: str, amount: int, **changes: Any) -> None:
    values: dict[str, Any] = {
        "id": None,
        "content": f"CK KTM7R4Q2X {amount}",
        "outgoing": False,
        "account": ACCOUNT,
        "reference": f"FT{amount}",
        "raw": True,
    }
    server.bank.transfer(provider=provider, amount=amount, **values | changes)


def now(server: SandboxServer) -> datetime:
    return datetime.fromtimestamp(server.world.now(), UTC)


async def test_each_page_is_read(server: SandboxServer, provider: str, feed: ListClient) -> None:
    for amount in range(1, 251):
        moves(server, provider, amount, outgoing=amount % 10 == 0)
    moves(server, "gpmpay", 7)
    listing = await feed.transfers(now(server) - timedelta(days=1))
    rows = listing.rows
    assert listing.is_whole
    assert [(row.amount, row.outgoing) for row in rows] == [(n, n % 10 == 0) for n in range(1, 251)]
    assert server.bank_lists.asked[provider] == 3
    assert len({row.event_id for row in rows}) == 250
    first = rows[0]
    assert first == replace(
        first,
        provider=Provider(provider),
        reference="FT1",
        content="CK KTM7R4Q2X 1",
        account=ACCOUNT,
        listed=True,
        main_account="",
        currency="VND",
    )
    assert abs(first.occurred_at - now(server)) < timedelta(minutes=1)


async def test_a_long_list_is_read_in_parts(
    server: SandboxServer, provider: str, feed: ListClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "MOST_PAGES", 2)
    for amount in range(1, 251):
        moves(server, provider, amount)
    listing = await feed.transfers(now(server) - timedelta(days=1))
    assert ([row.amount for row in listing.rows], listing.is_whole) == (list(range(1, 201)), False)


async def test_a_reading_that_takes_too_long_is_given_up(
    server: SandboxServer, provider: str, feed: ListClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "READING_SECONDS", 0.2)
    server.bank_lists.faults.add(ListFault(provider, "hang"))
    with pytest.raises(RetryLater, match="too long"):
        await feed.transfers(now(server))


async def test_nothing_is_an_empty_list(server: SandboxServer, provider: str, feed: ListClient) -> None:
    moves(server, provider, 1)
    server.world.clock.advance(timedelta(days=2))
    assert await feed.transfers(now(server)) == Listing([])


async def test_a_wrong_token_is_a_refusal(
    server: SandboxServer, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with CLIENTS[provider](settings_for(server, provider, "another-token")) as feed:
        with pytest.raises(FeedRefused, match=LOGIN):
            await feed.transfers(now(server))
        assert not feed.presence.is_lost
    assert "another-token" not in caplog.text


@pytest.mark.parametrize(
    ("error", "raised", "seconds"),
    [
        ("unauthorized", FeedRefused, None),
        ("unprocessable", FeedRefused, None),
        ("too_many", RetryLater, 90),
        ("500", RetryLater, 30),
        ("garbage", RetryLater, 30),
        ("hang", RetryLater, 30),
    ],
)
async def test_each_trouble_says_what_to_do(
    server: SandboxServer,
    provider: str,
    feed: ListClient,
    error: str,
    raised: type[Exception],
    seconds: float | None,
) -> None:
    server.bank_lists.faults.add(ListFault(provider, error, retry_after=90))
    with pytest.raises(raised) as trouble:
        await feed.transfers(now(server))
    assert getattr(trouble.value, "seconds", None) == seconds
    assert feed.presence.is_lost == (raised is RetryLater)
    assert await feed.transfers(now(server)) == Listing([])
    assert not feed.presence.is_lost


async def test_a_trouble_in_the_midst_gives_no_half_list(
    server: SandboxServer, provider: str, feed: ListClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for amount in range(1, 150):
        moves(server, provider, amount)
    page = ListClient._page

    async def failing(self: ListClient, since: datetime, number: int) -> Any:
        if number == 2:
            server.bank_lists.faults.add(ListFault(provider, "500"))
        return await page(self, since, number)

    monkeypatch.setattr(ListClient, "_page", failing)
    with pytest.raises(RetryLater):
        await feed.transfers(now(server) - timedelta(days=1))
