"""The outage matrix: each part of the outside × the kinds in which it may be away × 10 s and an hour.

People do what needs the part while it is away; it comes back, the clock moves on, and what they wrote is
counted. `make outages` runs all of it and prints the counts, else each kind is away for 10 s.
"""

import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot import inbox, retries, ways_out, worker
from bot.few_stacks import FewStacks
from bot.telegram import app as telegram
from gateways import registry, sms
from gateways.sepay_einvoice import SepayEinvoiceSettings
from gateways.telegram import push
from gateways.zalo.client import ZaloClient
from sandbox.app import SandboxServer
from sandbox.bank import bank
from sandbox.telegram import webhook
from sandbox.zalo import webhook as zalo_webhook
from services.patience import Patience
from tests.support import outage_parts as parts
from tests.support.databases import Databases
from tests.support.outage_parts import Part, Stage
from tests.support.prepared import COMPANIES, Registered
from tests.support.shared import Shared
from tests.support.world import SEVERAL, World, running_bot

SHORT, LONG = timedelta(seconds=10), timedelta(hours=1)
LENGTHS = (SHORT, LONG) if os.environ.get("OUTAGES") == "all" else (SHORT,)

MOST_STACKS = 1
"""How many stacks a minute of an outage may leave in the log: all are of one kind."""


@dataclass
class Row:
    """What became of an outage. `stacks` and `lines` are what it left in the log; `named` says whether
    `/healthz` named the part meanwhile (`None`: only the part knows)."""

    part: str
    kind: str
    seconds: int
    written: int
    answered: int
    lost: int
    doubled: int
    stacks: int
    lines: int
    named: bool | None

    def __str__(self) -> str:
        name, kind, *numbers, named = (getattr(self, one.name) for one in fields(self))
        return f"{name:20}{kind:14}" + "".join(f"{number:>10}" for number in numbers) + f"{named!s:>8}"


HEADINGS = f"{'part':20}{'kind':14}" + "".join(f"{one.name:>10}" for one in fields(Row)[2:-1]) + "   named"


@pytest.fixture(scope="module")
def table() -> Iterator[list[Row]]:
    rows: list[Row] = []
    yield rows
    print(f"\n\n{HEADINGS}", *rows, sep="\n")
    sums = [sum(getattr(row, name) for row in rows) for name in ("written", "answered", "lost", "doubled")]
    print(f"{'all':20}{len(rows):<14}{'':10}" + "".join(f"{number:>10}" for number in sums))


class Log(logging.Handler):
    """The log as the program writes it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.begin()

    def begin(self) -> None:
        """Begin a log of one minute, however long that takes here."""
        self.filters = [FewStacks(lambda: 0.0)]
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __str__(self) -> str:
        return "\n".join(logging.Formatter("%(name)s: %(message)s").format(one) for one in self.records)


@pytest.fixture
def log() -> Iterator[Log]:
    handler = Log()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter waits by the steady clock; each kind of them stays."""
    seconds = aiohttp.ClientTimeout(total=0.3)
    for where, name, value in (
        (inbox, "PAUSE", 0.05),
        (inbox, "REST", 0.2),
        (inbox, "UNREAD_SECONDS", 0.1),
        (retries, "TRIES", 2),
        (retries, "LONGEST_FLOOD", 0.5),
        (telegram, "SECONDS", 0.3),
        (ZaloClient.call, "__defaults__", (1.0,)),
        (worker, "LOOK_SECONDS", 0.02),
        (worker, "PATIENCE", Patience(worker.PATIENCE.attempts, 0.05, 0.05)),
        (sms, "_TIMEOUT", seconds),
        (push, "_SECONDS", 0.3),
        (ways_out, "RegistrySettings", partial(registry.RegistrySettings, timeout=0.3)),
        (registry, "PAUSE", 0.1),
        (ways_out, "SepayEinvoiceSettings", partial(SepayEinvoiceSettings, timeout=1.0)),
        (bank, "_RETRIES", (0.05,) * 1000),
        (webhook, "_BACKOFF", (0.05,)),
        (zalo_webhook, "_BACKOFF", (0.05,)),
    ):
        monkeypatch.setattr(where, name, value)


@pytest.fixture
def database_url(databases: Databases, run_files: Shared, tmp_path: Path) -> Iterator[str]:
    """The world of an accountant with 30 customers."""
    with Registered(run_files.folder, "telegram", COMPANIES).copied(databases, tmp_path) as url:
        yield url


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


PARTS: dict[str, Callable[[Stage], Part]] = {
    "Telegram, webhook": partial(parts.Chats, app="telegram", mode="webhook"),
    "Telegram, polling": partial(parts.Chats, app="telegram", mode="polling"),
    "Zalo, webhook": partial(parts.Chats, app="zalo", mode="webhook"),
    "Zalo, polling": partial(parts.Chats, app="zalo", mode="polling"),
    "Telegram, pushes": parts.Pushes,
    "SMTP": parts.Smtp,
    "SMS": parts.Sms,
    "vendor": parts.VendorAway,
    "SePay": parts.EinvoiceAway,
    "bank": parts.Bank,
    "registry": parts.RegistryAway,
    "PostgreSQL": parts.PostgreSql,
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.timeout(900)
async def test_an_outage_loses_nothing_and_doubles_nothing(
    name: str, server: SandboxServer, database_url: str, log: Log, table: list[Row]
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        stage = Stage(server, World(http, server.url), database_url, stack)
        part = PARTS[name](stage)
        settings = await part.open()
        await stack.enter_async_context(running_bot(server, **{"DATABASE_URL": database_url} | settings))
        await part.wait_until_open()
        for length in LENGTHS:
            for kind in part.kinds:
                row = await outage(part, kind, length, log, name)
                table.append(row)
                print(row)
                what = f"{row}\n{log}"
                assert (row.answered, row.lost, row.doubled) == (row.written, 0, 0), what
                # Each of several processes names what it has asked itself.
                assert row.named is not False or SEVERAL, what
                assert row.stacks <= MOST_STACKS, what
                assert row.lines <= part.most_lines, what
                assert await part.away() == [] or SEVERAL, what


async def outage(part: Part, kind: str, length: timedelta, log: Log, name: str) -> Row:
    await part.prepare()
    log.begin()
    await part.breaks(kind, length)
    written = await part.act()
    await part.passes(length)
    named = await part.is_named()
    await part.mend()
    await part.catch_up(written)
    seen = await part.seen()
    stacks = sum(bool(record.exc_info) for record in log.records)
    answered = len(set(seen))
    lost, doubled = written - answered, len(seen) - answered
    counts = (written, answered, lost, doubled, stacks, len(log.records))
    return Row(name, kind, round(length.total_seconds()), *counts, named)
