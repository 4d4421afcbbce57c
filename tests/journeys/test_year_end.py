"""The last day of 2026 and the first of 2027: the series of each year, and the end of the cut of VAT."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import VIETNAM
from domain.packages import sample_price_list
from sandbox.app import SandboxServer
from sandbox.world import CLOCK_FILE
from services.housekeeping import EnsurePriceList
from storage.database import Database
from tests.support.clock import FixedClock
from tests.support.steps import order_for, register, upload
from tests.support.world import SAMPLES, World

COMPANIES = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()
GROSS, NET_AT_8, NET_AT_10 = 3_186_000, 2_950_000, 2_896_364
"""VND of one line of the price list at 8 %, which stays the same to pay."""


def _noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=VIETNAM)


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[SandboxServer]:
    """A world on 30 December 2026, whatever day it is, with a price list at 8 %."""
    database = Database(database_url)
    prices = [replace(one, vat_rate=8) for one in sample_price_list()]
    await EnsurePriceList(database, FixedClock())(prices)
    await database.close()
    folder = tmp_path / "world"
    folder.mkdir()
    ahead = _noon(2026, 12, 30) - datetime.now(UTC)
    (folder / CLOCK_FILE).write_text(str(round(ahead.total_seconds())))
    async with SandboxServer(folder) as running:
        yield running


async def _on(server: SandboxServer, world: World, moment: datetime) -> None:
    server.world.clock.advance(moment - datetime.fromtimestamp(server.world.now(), UTC))
    await world.idle()


async def test_money_of_each_year_stands_in_its_series_at_its_rate(
    server: SandboxServer, world: World
) -> None:
    chat = world.chat("newcomer")
    await register(chat)
    await upload(chat, COMPANIES, 30)
    await order_for(chat, recipient="Khách hàng (nên chọn)", pick=2)
    codes = [re.search(r"KT\w{7}", mail["subject"]) for mail in await world.mails()]
    days = [_noon(2026, 12, 31), _noon(2027, 1, 1)]
    for code, day in zip(codes, days, strict=True):
        assert code is not None
        await _on(server, world, day)
        await world.post("bank/transfers", content=code[0], amount=GROSS)
        await world.idle()
    await _on(server, world, _noon(2027, 1, 2))
    while {one["state"] for one in await world.get("einvoice/invoices")} != {"issued"}:
        await _on(server, world, datetime.fromtimestamp(server.world.now(), UTC) + timedelta(minutes=1))

    issued = await world.get("einvoice/invoices")
    shown = [[one[name] for name in ("series", "number", "date", "net", "tax", "total")] for one in issued]
    assert shown == [
        ["1C26TAA", 1, "2026-12-31", NET_AT_8, GROSS - NET_AT_8, GROSS],
        ["1C27TAA", 1, "2027-01-01", NET_AT_10, GROSS - NET_AT_10, GROSS],
    ]
