"""The parts of the outside world that may be away, and what people do who need them."""

import asyncio
import contextlib
import itertools
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from openpyxl import load_workbook
from sqlalchemy import make_url

from domain.calendar import day_of, start_of
from sandbox.app import SandboxServer
from sandbox.bank import bank
from sandbox.einvoice.invoices import ACCOUNT
from sandbox.mail import MailFault
from services.invoices.closing import CLOSES_AFTER
from storage.database import Database
from storage.migrate import upgrade
from tests.support.builders import enterprise_tax_code
from tests.support.outages import Line, Trouble, line_to, wire_to
from tests.support.postgres import halt_postgres, postgres_url, resume_postgres, start_postgres, stop_postgres
from tests.support.prepared import COMPANIES, CUSTOMERS
from tests.support.rows import Row, first_jobs, rows_of
from tests.support.steps import register, upload
from tests.support.world import SAMPLES, Chat, World

WELCOME = "Đăng ký mất khoảng 1 phút"
MAYBE = "Có thể em đã gửi tin này rồi"
ACCOUNTANT = "lan@minhan.vn"
PAYERS, PRICE = 3, 2_950_000
NEWCOMERS = 5
TRIES = 12
"""The tries of one push within an hour; each leaves a line where its outcome is unknown."""

PATIENCE = 60
"""Real seconds after which a test fails that waits for something."""


@dataclass
class Stage:
    server: SandboxServer
    world: World
    database_url: str
    stack: contextlib.AsyncExitStack


class Part(ABC):
    """One part. `kinds` are the kinds in which it is away, `name` is what `/healthz` calls it, and an outage
    may leave at most `most_lines` in the log."""

    name = ""
    kinds: Sequence[str] = tuple(Trouble)
    most_lines = 2
    """One when it goes, one when it is back."""

    unquiet: Sequence[str] = ("jobs_due", "jobs_running")
    """The counts of the health answer that fall to zero while the part is away."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.server = stage.server
        self.world = stage.world

    @abstractmethod
    async def open(self) -> dict[str, str]:
        """Stand between the bot and the part; returns the settings of the bot."""

    async def wait_until_open(self) -> None:  # noqa: B027
        """Wait until the running bot can be used."""

    async def prepare(self) -> None:  # noqa: B027
        """Do what must have been done before the outage."""

    @abstractmethod
    async def breaks(self, kind: str, length: timedelta) -> None: ...
    @abstractmethod
    async def act(self) -> int:
        """Do what needs the part; returns how many answers are expected."""

    @abstractmethod
    async def mend(self) -> None: ...
    @abstractmethod
    async def seen(self) -> Sequence[Hashable]:
        """The answers to what was done in this outage, each as often as it came."""

    async def health(self) -> dict[str, Any]:
        assert self.server.health_url is not None
        async with self.world._http.get(self.server.health_url) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def away(self) -> list[str]:
        found: list[str] = (await self.health())["away"]
        return found

    async def is_named(self) -> bool | None:
        """Whether the health answer comes to name the part."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE / 4):
                while self.name not in await self.away():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                return True
        return False

    async def passes(self, length: timedelta) -> None:
        """Let the time pass in steps, so that all that is tried again meanwhile fails again."""
        left, step = length, timedelta(seconds=5)
        while left:
            await self.quiet()
            step = min(step, left)
            self.server.world.clock.advance(step)
            left -= step
            step *= 2
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until no job is due or under way; a lease must not lapse when the clock moves."""
        async with asyncio.timeout(PATIENCE):
            while True:
                health = await self.health()
                if not any(health.get(count) for count in self.unquiet):
                    return
                await asyncio.sleep(0.01)

    async def catch_up(self, written: int) -> None:
        """Let the time pass until all is answered and nothing is tried again, or for three hours."""
        await self.settle()
        for minutes in (1, *[10] * 18):
            if len(set(await self.seen())) >= written and not await self._tries():
                return
            self.server.world.clock.advance(timedelta(minutes=minutes))
            await self.settle()

    async def settle(self) -> None:
        """Wait until all is done that may be done now."""
        await self.world.idle()

    async def _tries(self) -> int:
        """How many jobs wait that have been tried."""
        return sum(job["attempts"] > 0 for job in await self.waiting_jobs())

    async def waiting_jobs(self) -> list[Row]:
        database = Database(self.stage.database_url)
        try:
            return [job for job in await rows_of(database, "jobs") if job["settled_at"] is None]
        finally:
            await database.close()


class Chats(Part):
    """A chat app: newcomers write."""

    def __init__(self, stage: Stage, app: str, mode: str) -> None:
        super().__init__(stage)
        self.name, self._mode = app, mode
        self.world.app = app
        self._hooks = self.server.telegram if app == "telegram" else self.server.zalo
        self._polling = (
            self.server.telegram.updates.polling if app == "telegram" else self.server.zalo.events.polling
        )
        self._line: Line
        self._chats: list[Chat] = []

    async def open(self) -> dict[str, str]:
        self._line = await self.stage.stack.enter_async_context(line_to(self.server.url))
        # Nobody calls before that time, and it passes by the steady clock.
        self._line.asks = 1
        settings = {f"{self.name.upper()}_MODE": self._mode, "BACK_OFFICE": ""}
        if self.name == "telegram":
            return settings | {"TELEGRAM_API_URL": self._line.url, "ZALO_TOKEN": ""}
        return settings | {"ZALO_API_URL": f"{self._line.url}/zalo", "TELEGRAM_TOKEN": ""}

    async def wait_until_open(self) -> None:
        async with asyncio.timeout(PATIENCE):
            if self._mode == "polling":
                await self._polling.wait()
            while self._mode == "webhook" and not self._hooks.webhook.get("url"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def prepare(self) -> None:
        self._chats = await newcomers(self.world)

    async def breaks(self, kind: str, length: timedelta) -> None:
        # Updates come in, so that there is something to answer.
        self._line.breaks(Trouble(kind), "getUpdates")

    async def act(self) -> int:
        for chat in self._chats:
            if (self.name, self._mode) == ("zalo", "polling"):
                # Zalo loses what is sent while nobody asks.
                await self._polling.wait()
            await self.world.post(f"{chat.path}/text", text="/start")
        await self._line.fails(2 * len(self._chats))
        return len(self._chats)

    async def passes(self, length: timedelta) -> None:
        await super().passes(length)
        await self._line.fails(len(self._chats))
        assert await self.seen() == []
        assert (await self.health())["events_due"] == len(self._chats)

    async def mend(self) -> None:
        self._line.mend()

    async def seen(self) -> Sequence[Hashable]:
        return await welcomed(self._chats)


async def newcomers(world: World, count: int = NEWCOMERS, app: str | None = None) -> list[Chat]:
    people = [await world.post("people", name=f"Người {number}") for number in range(count)]
    return [world.chat(person["id"], app) for person in people]


async def welcomed(chats: Sequence[Chat]) -> list[str]:
    return [chat.path for chat in chats for one in await chat.messages() if WELCOME in one["text"]]


class Ordering(Part):
    """What comes behind an order of a few customers, each time other ones, who pay for themselves."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.chat = self.world.chat("newcomer")
        rows = list(load_workbook(SAMPLES / COMPANIES).worksheets[0].iter_rows(values_only=True))
        heading = next(at for at, row in enumerate(rows) if "Mã số thuế" in row)
        place = rows[heading].index("Mã số thuế")
        self._codes = [str(row[place]) for row in rows[heading + 1 :] if row[place]]
        self.bought: list[str] = []
        self.mails = self.texts = self.said = self.mails_of_chat = 0

    async def choose(self) -> None:
        """Go to the last window before the order."""
        self.bought = [self._codes.pop() for _ in range(PAYERS)]
        await self.chat.says(f"/mua 2027 STANDARD {' '.join(self.bought)}")
        for label in ("Tôi đã kiểm tra", "Tiếp tục"):
            await self.chat.taps_on(label)

    async def buy(self) -> None:
        await self.choose()
        assert "Đã đặt đơn" in (await self.chat.taps_on("Đặt hàng"))["text"]

    async def prepare(self) -> None:
        await self.count()

    async def codes(self) -> list[str]:
        """The codes of the new instructions."""
        mails = (await self.world.mails())[self.mails :]
        return [re.search(r"KT\w{7}", mail["subject"])[0] for mail in mails]  # type: ignore[index]

    async def count(self) -> None:
        """Take for old what there is."""
        self.mails_of_chat = len(await self.world.mails(ACCOUNTANT))
        self.mails, self.texts = len(await self.world.mails()), len(await self.world.texts())
        self.said = len(await self.chat.messages())


class InOrder(Part):
    """A part whose jobs stand behind each other while it is away."""

    async def quiet(self) -> None:
        """Wait until the first job of each order key waits for its next try."""
        async with asyncio.timeout(PATIENCE):
            while True:
                firsts = await self._first_jobs()
                now = datetime.fromtimestamp(self.server.world.now(), UTC)
                if not any(job["leased_by"] or job["due_at"] <= now for job in firsts):
                    return
                await asyncio.sleep(0.01)

    async def settle(self) -> None:
        # Jobs that stand behind one that waits are due as well.
        await self.quiet()

    async def _first_jobs(self) -> list[Row]:
        database = Database(self.stage.database_url)
        try:
            return await first_jobs(database)
        finally:
            await database.close()


class Pushes(InOrder, Ordering):
    """News of transfers in Telegram. Where an answer is lost, a repeat says that it may be one. After a few
    tries the news goes by mail instead."""

    name = "telegram"
    kinds = (*Trouble, "answer lost")
    most_lines = 2 + PAYERS * TRIES
    _amounts = itertools.count(1_000_001)

    async def open(self) -> dict[str, str]:
        self._line = await self.stage.stack.enter_async_context(line_to(self.server.url))
        return {"TELEGRAM_API_URL": self._line.url}

    async def prepare(self) -> None:
        await self.count()
        await self.buy()
        self._codes_to_pay = await self.codes()
        await self.count()

    async def breaks(self, kind: str, length: timedelta) -> None:
        self._line.answers_only = kind == "answer lost"
        self._line.asks = 1  # The steady clock counts it.
        self._line.breaks(Trouble.RESET if self._line.answers_only else Trouble(kind), "getUpdates")
        self._is_long = length > timedelta(minutes=1)

    async def act(self) -> int:
        for code in self._codes_to_pay:
            await self.world.post("bank/transfers", content=code, amount=next(self._amounts))
        return PAYERS

    async def is_named(self) -> bool | None:
        # The news of one chat is tried one after the other, so three tries take longer than 10 s.
        return await super().is_named() if self._is_long else None

    async def mend(self) -> None:
        self._line.mend()

    async def seen(self) -> Sequence[Hashable]:
        told = [one["text"] for one in (await self.chat.messages())[self.said :]]
        told += [mail["text"] for mail in (await self.world.mails(ACCOUNTANT))[self.mails_of_chat :]]
        found: list[str] = []
        for text in told:
            amount = re.search(r"Đã nhận ([\d.]+)", text)
            if amount and not (MAYBE in text and amount[1] in found):
                found.append(amount[1])
        return found


class Smtp(Ordering):
    """The instructions by mail. Where it is cut off, the mails have arrived and only the answers are lost."""

    name = "smtp"
    kinds = ("refused", "4xx", "cut off", "answer cut")
    most_lines = 2 + PAYERS * TRIES

    async def open(self) -> dict[str, str]:
        self._wire = await self.stage.stack.enter_async_context(wire_to(self.server.smtp_port))
        return {"SMTP_PORT": str(self._wire.port)}

    async def breaks(self, kind: str, length: timedelta) -> None:
        self._wire.cuts_answers = kind == "answer cut"
        if kind == "refused":
            self._wire.refuse()
        elif kind == "4xx":
            self.server.mail.faults.add(MailFault(451, 10_000))
        else:
            self._wire.cut()

    async def act(self) -> int:
        await self.buy()
        return PAYERS

    async def mend(self) -> None:
        self.server.mail.faults.clear()
        await self._wire.mend()

    async def seen(self) -> Sequence[Hashable]:
        return [mail["to"] for mail in (await self.world.mails())[self.mails :]]


class Http(Part):
    """A part with an HTTP server; its answers alone are lost by a reset and in silence."""

    path = ""
    setting = ""

    async def open(self) -> dict[str, str]:
        self._line = await self.stage.stack.enter_async_context(line_to(self.server.url, answers_only=True))
        return {self.setting: self._line.url + self.path, "VENDOR_TIMEOUT": "1"}

    async def breaks(self, kind: str, length: timedelta) -> None:
        self._line.breaks(Trouble(kind))

    async def mend(self) -> None:
        self._line.mend()


class Sms(Http, Ordering):
    """The instructions by SMS."""

    name, path, setting = "sms", "/esms", "ESMS_API_URL"
    most_lines = 2 + PAYERS * TRIES

    async def act(self) -> int:
        await self.buy()
        return PAYERS

    async def seen(self) -> Sequence[Hashable]:
        return [sms["to"] for sms in (await self.world.texts())[self.texts :]]


class VendorAway(Http, Ordering):
    """Activations. After an hour a run has ended, and its accountant tries what failed once more."""

    name, path, setting = "vendor", "/vendor", "VENDOR_API_URL"
    most_lines = 2 + PAYERS

    async def prepare(self) -> None:
        await self.buy()
        await super().prepare()

    async def act(self) -> int:
        placed = [m for m in await self.chat.messages() if "Kích hoạt hàng loạt" in str(Chat.labels(m))]
        await self.chat.opens(placed[-1], "Kích hoạt hàng loạt")
        await self._taps("Kích hoạt")
        return PAYERS

    async def _taps(self, verb: str) -> None:
        """A run is not waited for: it is under way as long as the vendor is away."""
        window = await self.chat.window()
        label = next(one for one in Chat.labels(window) if f"{verb} {PAYERS} khách" in one)
        await self.world.post(f"{self.chat.path}/tap", message=window["id"], button=label)

    async def catch_up(self, written: int) -> None:
        await super().catch_up(written)
        failed = [m for m in (await self._news()) if "Sửa và thử lại" in str(Chat.labels(m))]
        for one in failed:
            await self.chat.opens(one, "Sửa và thử lại")
            await self._taps("Thử lại")
            await super().catch_up(written)
        await self.world.idle()

    async def settle(self) -> None:
        # As long as a run goes on, it is looked at every other second.
        await self.quiet()

    async def _news(self) -> list[dict[str, Any]]:
        return (await self.chat.messages())[self.said :]

    async def seen(self) -> Sequence[Hashable]:
        """The licences, once the accountant knows of all."""
        if not any(f"Xong: {PAYERS}" in one["text"] for one in await self._news()):
            return []
        return [
            one["tax_code"]
            for one in await self.world.get("vendor/licences")
            if one["tax_code"] in self.bought
        ]


class EinvoiceAway(Http, InOrder, Ordering):
    """Tax invoices, of money that came in on the day before. Where only answers are lost, SePay has taken
    what was handed over."""

    name, path, setting = "einvoice", "/einvoice", "SEPAY_EINVOICE_URL"
    kinds = (*Trouble, "answer lost")
    most_lines = 2 + PAYERS

    async def prepare(self) -> None:
        await self.count()
        await self.buy()
        for code in await self.codes():
            await self.world.post("bank/transfers", content=code, amount=PRICE)
        await self.world.idle()
        self._issued = len(await self.world.get("einvoice/invoices"))

    async def breaks(self, kind: str, length: timedelta) -> None:
        if kind == "answer lost":
            self._line.breaks(Trouble.RESET, "token", "usage", ACCOUNT)
        else:
            await super().breaks(kind, length)
        self._is_long = length > timedelta(minutes=1)

    async def is_named(self) -> bool | None:
        # One document is tried at a time, and that seldom, so three tries take longer than 10 s.
        return await super().is_named() if self._is_long else None

    async def act(self) -> int:
        now = datetime.fromtimestamp(self.server.world.now(), UTC)
        closes = start_of(day_of(now) + timedelta(days=1)) + CLOSES_AFTER
        self.server.world.clock.advance(closes - now + timedelta(seconds=1))
        return PAYERS

    async def seen(self) -> Sequence[Hashable]:
        """The buyers of the new invoices, once the bot has all files."""
        if await self._tries():
            return []
        issued = await self.world.get("einvoice/invoices")
        return [one["tax_id"] for one in issued[self._issued :] if one["state"] == "issued"]


class Bank(Ordering):
    """Transfers, each in two parts. Nobody but the bank knows that it is late."""

    kinds = ("late", "twice", "another order")

    async def open(self) -> dict[str, str]:
        return {}

    async def breaks(self, kind: str, length: timedelta) -> None:
        self._kind = kind

    async def prepare(self) -> None:
        await super().prepare()
        await self.buy()

    async def act(self) -> int:
        codes = await self.codes()
        await self.count()
        common: dict[str, Any] = {
            "account": bank.ACCOUNT,
            "outgoing": False,
            "reference": None,
            "raw": False,
            "id": None,
        }
        self._transfers = [
            self.server.bank.transfer(provider="sepay", content=code, amount=amount, **common)
            for amount, code in itertools.product((1_000_000, 1_950_000), codes)
        ]
        if self._kind == "twice":
            await self._tell()
        return len(self._transfers)

    async def is_named(self) -> bool | None:
        return None

    async def _tell(self) -> None:
        for transfer in self._transfers:
            await self.server.bank.tell(transfer)

    async def mend(self) -> None:
        if self._kind == "another order":
            self._transfers.reverse()
        await self._tell()

    async def seen(self) -> Sequence[Hashable]:
        mails = (await self.world.mails())[self.mails :]
        return [(mail["to"], re.findall(r"[\d.]+ ₫", mail["text"])[0]) for mail in mails]


class RegistryAway(Http):
    """Tax codes that nobody knows. The list is shown at once without names, and with them afterwards."""

    name, path, setting = "registry", "/registry", "REGISTRY_URL"
    _numbers = itertools.count(1)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.chat = self.world.chat("newcomer")

    async def breaks(self, kind: str, length: timedelta) -> None:
        self._line.asks = 1  # The steady clock counts it.
        await super().breaks(kind, length)

    async def act(self) -> int:
        self._codes = [enterprise_tax_code(next(self._numbers)) for _ in range(PAYERS)]
        await self.chat.says("/start")
        window = await self.chat.says("\n".join(self._codes))
        assert f"{PAYERS} khách" in window["text"], window["text"]
        return len(self._codes)

    async def catch_up(self, written: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                await asyncio.sleep(0.1)
                await self.chat.says(
                    "/start"
                )  # In its window, the list would take the same text for answers.
                self._window = await self.chat.says("\n".join(self._codes))
                if len(await self.seen()) >= written:
                    return

    async def seen(self) -> Sequence[Hashable]:
        return [code for code in self._codes if f" {code[-4:]}" in self._window["text"]]


class PostgreSql(Ordering):
    """The database: newcomers write, and an accountant places an order."""

    name = "database"
    most_lines = sys.maxsize
    """One for whatever is not stored, as often as the apps bring it again."""
    kinds = ("restarted", "cut off", "full", "full for orders")

    async def open(self) -> dict[str, str]:
        self._folder = await asyncio.to_thread(start_postgres)
        self.stage.stack.callback(stop_postgres, self._folder)
        url = make_url(postgres_url(self._folder))
        await upgrade(url.render_as_string())
        assert url.port is not None
        self._wire = await self.stage.stack.enter_async_context(wire_to(url.port))
        self.stage.database_url = url.render_as_string(hide_password=False)
        return {"DATABASE_URL": url.set(port=self._wire.port).render_as_string(), "BACK_OFFICE": ""}

    async def wait_until_open(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.server.zalo.webhook.get("url"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        # The world knows the accountant, this database does not yet.
        await register(self.chat)
        await upload(self.chat, (SAMPLES / COMPANIES).read_bytes(), CUSTOMERS[COMPANIES])

    async def prepare(self) -> None:
        # Events of Telegram are asked for, those of Zalo come by a webhook.
        self._chats = [*await newcomers(self.world), *await newcomers(self.world, app="zalo")]
        await self.choose()
        await self.count()
        self._placed = await self._orders()

    async def breaks(self, kind: str, length: timedelta) -> None:
        self._kind = kind
        # What falls due while nothing can be written stays due.
        self.unquiet = ("jobs_running",) if kind == "full" else Part.unquiet
        if kind == "restarted":
            await asyncio.to_thread(halt_postgres, self._folder)
        elif kind == "cut off":
            self._wire.cut()
        else:
            tables = "IN ('orders')" if kind == "full for orders" else "NOT IN ('')"
            await self._execute(_FULL.replace("TABLES", tables))

    async def act(self) -> int:
        await self.chat.presses("Đặt hàng")
        for chat in self._chats:
            await self.world.post(f"{chat.path}/text", text="/start")
        if self._kind == "full for orders":
            # Whose verb alone failed is told so, and taps again.
            await self.world.idle()
            assert any("thử lại" in str(alert) for alert in await self.chat.alerts())
            assert await self._orders() == self._placed
        return 1 + PAYERS + len(self._chats)

    async def catch_up(self, written: int) -> None:
        if self._kind == "full for orders":
            await self.chat.taps_on("Đặt hàng")
        await super().catch_up(written)

    async def is_named(self) -> bool | None:
        # Where other tables can be written, the database works again a moment later.
        return None if self._kind == "full for orders" else await super().is_named()

    async def mend(self) -> None:
        self.unquiet = Part.unquiet
        if self._kind == "restarted":
            await asyncio.to_thread(resume_postgres, self._folder)
        elif self._kind == "cut off":
            await self._wire.mend()
        else:
            await self._execute(_ROOM)

    async def seen(self) -> Sequence[Hashable]:
        placed = [code for code in await self._orders() if code not in self._placed]
        return [*placed, *await self.codes(), *await welcomed(self._chats)]

    async def _orders(self) -> list[str]:
        """The codes of orders, as often as the accountant was told that they are placed."""
        found = (re.search(r"Đã đặt đơn (\w+)", one["text"]) for one in await self.chat.messages())
        return [one[1] for one in found if one]

    async def _execute(self, statement: str) -> None:
        url = make_url(postgres_url(self._folder)).set(drivername="postgresql").render_as_string()
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(statement.encode())


_FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
DO $$ DECLARE one regclass; BEGIN
FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname TABLES LOOP
EXECUTE format('CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON %s EXECUTE FUNCTION disk_full()', one);
END LOOP; END $$
"""
"""Each write fails as on a full disk; reading and deleting go on."""

_ROOM = "DROP FUNCTION disk_full CASCADE"
