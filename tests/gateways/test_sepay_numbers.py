"""Account numbers of SePay, as the sandbox plays it: given, refused, away, and told by its webhook."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateways.bank_webhooks.sepay import SepayWebhook
from gateways.sepay_numbers import SepayNumbers, SepayNumbersSettings, _number
from sandbox.app import SandboxServer
from sandbox.bank.bank import ACCOUNT
from sandbox.bank.lists import PATH, TOKENS, ListFault
from sandbox.bank.webhooks import SECRETS, webhook
from services.ports import RetryLater
from services.ports.account_numbers import NumberRefused


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as opened:
        yield opened


def settings_for(server: SandboxServer, token: str = TOKENS["sepay"]) -> SepayNumbersSettings:
    return SepayNumbersSettings(f"{server.url}{PATH}/sepay/", "abc", token, timeout=1)


async def test_each_name_gets_a_number_to_which_money_is_told(server: SandboxServer) -> None:
    async with SepayNumbers(settings_for(server)) as numbers:
        one, other = await numbers.reserve("KTM7R4Q2XA1"), await numbers.reserve("KTM7R4Q2XA2")
        assert one != other
        with pytest.raises(NumberRefused, match="422"):
            await numbers.reserve("KTM7R4Q2XA2")
    told = server.bank.transfer("sepay", "", 5, None, False, one, "FT1", True)
    delivery = webhook(told, server.world.now())
    now = datetime.fromtimestamp(server.world.now(), UTC)
    (read,) = SepayWebhook(SECRETS["sepay"]).read(delivery.headers, delivery.body, now)
    assert (read.account, read.main_account, read.content) == (one, ACCOUNT, "")


@pytest.mark.parametrize(
    ("error", "raised", "counts"),
    [
        ("unauthorized", NumberRefused, None),
        ("too_many", RetryLater, False),
        ("500", RetryLater, True),
        ("garbage", RetryLater, True),
        ("hang", RetryLater, True),
    ],
)
async def test_troubles(
    server: SandboxServer, error: str, raised: type[Exception], counts: bool | None
) -> None:
    server.bank_lists.faults.add(ListFault("sepay", error))
    async with SepayNumbers(settings_for(server)) as numbers:
        with pytest.raises(raised) as told:
            await numbers.reserve("KTM7R4Q2XA1")
    assert getattr(told.value, "counts", None) is counts


def test_the_number_is_found_under_each_name() -> None:
    for answer in (
        {"data": {"va_number": "96247001", "order_code": "KT1234567"}},
        {"data": {"va": [{"va_number": "96247001"}]}},
        {"data": [{"account_number": "96247001"}]},
        {"va": "96247001"},
    ):
        assert _number(answer) == "96247001"
    nothing: list[Any] = [{}, {"data": {"order_code": "KT1234567"}}, {"data": {"va_number": "x'"}}, [], None]
    assert list(map(_number, nothing)) == [None] * 5
