"""A week of attackers beside honest firms, by a moved clock, the real operations and dispatch of pushes.

What leaves for strangers stays within the settings' budgets to the message, honest people wait at most twice
as long as at rest, and the disk stays within its mark. Each act of an attacker passes the bucket of its chat
first, as updates do. `make attack` runs all of it and prints the figures; else it is a short week, whose
times are not judged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.fair_shares import FairShares
from domain.calendar import day_of
from domain.chats import Channel
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.messaging.budgets import FIRST_DAY
from domain.messaging.proof_contents import ProofCodeContent
from domain.messaging.quota import STRANGERS_PERCENT, WELCOMES_A_DAY, MonthlyQuota
from domain.people import Actor
from domain.proofs import TO_ONE_A_DAY, ProofRules
from domain.recipients import RecipientMode
from services.catalogue.customers import EVERYONE
from services.operations import build_operations
from storage.database import Database
from tests.bench.measuring import p95
from tests.support.attack import LONG, tell
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    chat,
    enterprise,
    person,
    place,
    placed_order,
    register_owner,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.settings import settings_of
from tests.support.sharing import CHAT, site
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import SentPush, Working
from tests.support.zalo_world import zalo_world

pytestmark = pytest.mark.long

DAYS, HONEST, HOSTILE, NEWCOMERS, FLOOD = (7, 200, 3, 3, 100) if LONG else (2, 4, 1, 1, 5)
TIMED = (0, DAYS - 1) if LONG else ()
"""The days on which honest people tap and are timed; on the others the waits of attackers are skipped."""
"""Each day `NEWCOMERS` register and act beside the hostile firms; `FLOOD` more only register."""

UPLOAD = 64 * 1024
UPLOADS_A_DAY, DISK_MARK = 4 * UPLOAD, 10 * UPLOAD
"""A 400th of what the settings say, and a disk that is full after some days."""

STRANGERS = 40
"""How many people's numbers the attackers use again and again."""

SETTINGS = settings_of(
    {
        "telegram_token": "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
        "mail_from": "donhang@vendor.vn",
        "bank_bin": "970436",
        "bank_account": "0011001234567",
        "bank_holder": "CONG TY PHAN MEM",
    }
)
TAPS_A_SECOND = 100 / (60 / SETTINGS.chat_per_minute)
"""How often all honest people together tap."""

CODES, PUMPED = (SETTINGS.proof_codes_a_day, 120) if LONG else (20, 6)
"""How many codes leave in a day by each channel, and to how many strangers attackers ask for them."""


class SentCode(NamedTuple):
    code: str
    to: str
    channel: Channel
    day: date


class Week:
    """The operations with the settings' budgets, and what attackers and honest people do."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        proofs = ProofRules(frozenset(SETTINGS.budgets.of), CODES)
        self.operations = build_operations(
            database, clock, PAYEE, CHANNELS, JsonWorkbooks(), budget=SETTINGS.budgets.first, proofs=proofs
        )
        self.working = Working(database, clock, budgets=SETTINGS.budgets)
        self.refused: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.firms = 0
        self.timed = False
        self._working = asyncio.Lock()
        self._skipped = 0.0
        self._shares = FairShares(SETTINGS.chat_per_minute, lambda: time.monotonic() + self._skipped)
        self.waits: Counter[int] = Counter()
        """How often each chat waited for its bucket."""

    async def works(self, seconds: float = 0.0) -> None:
        """Let `seconds` pass, then run what is due. Attackers take turns: the lease of one would lapse where
        others move the clock meanwhile."""
        async with self._working:
            self.clock.forward(seconds=seconds)
            await self.working.work()

    async def in_turn(self, chat_id: int) -> None:
        """Wait until the bucket of a chat has an update."""
        while not self._shares.take(chat_id):
            self.waits[chat_id] += 1
            seconds = self._shares.waits.get(chat_id, 0.0)
            if self.timed:
                await asyncio.sleep(seconds)
            else:
                self._skipped += seconds

    def drain(self, chat_id: int) -> None:
        """A burst of taps that do nothing: the bucket is empty."""
        while self._shares.take(chat_id):
            self.tried["taps"] += 1

    async def tries(self, who: int, what: str, call: Awaitable[Any]) -> Any:
        """Something that an attacker does in the chat `who`; `None` if it is refused."""
        self.tried[what] += 1
        await self.in_turn(who)
        try:
            return await call
        except DomainError as refusal:
            self.refused[refusal.code] += 1
            return None

    async def proves(self, number: int) -> None:
        """Show that phone and mailbox of an owner to be are theirs."""
        here, who = chat(f"owner-{number}"), person("Chủ", number)
        await self.operations.ask_proofs(here, who.phone, who.email)
        await self.works()
        addresses = {who.phone, who.email}
        codes = [one.code for one in self.codes() if one.to in addresses]
        await self.operations.enter_codes(here, " ".join(codes[-2:]))

    async def registers(self) -> Actor:
        self.firms += 1
        self.tried["registrations"] += 1
        await self.proves(1_000 + self.firms)
        return await register_owner(self.operations, 1_000 + self.firms)

    def codes(self) -> list[SentCode]:
        """The codes that left."""
        return [
            SentCode(one.content.code, one.address, one.channel, day_of(one.at))
            for one in self.working.sent
            if isinstance(one.content, ProofCodeContent)
        ]

    async def pumps_codes(self, day: int) -> None:
        """Chats that never register have codes sent to strangers, as often as they can."""
        for again in (False, True, True, True):
            for number in range(1, PUMPED + 1):
                here, who = chat(f"pump-{day}-{number}"), enterprise(number)
                await self.tries(
                    -number, "codes", self.operations.ask_proofs(here, who.phone, who.email, again)
                )
            await self.works(seconds=61)

    async def attacks(self, attacker: Actor) -> None:
        """A day of one hostile firm: strangers' addresses, orders and cancellations, resends, guesses."""
        ops, who = self.operations, attacker.accountant_id
        self.drain(who)
        lines = "\n".join(
            "\t".join((one.tax_code, one.name, one.address, one.representative, one.email, one.phone))
            for one in map(enterprise, range(1, STRANGERS + 1))
        )
        intake = await self.tries(who, "lists", ops.intakes.receive_text(attacker, lines))
        if intake is not None:
            await self.tries(who, "lists", ops.intakes.take_intake(attacker, intake.id))
        for number in range(1, STRANGERS + 1):
            await self.tries(who, "customers", ops.add_customer(attacker, enterprise(number)))
        for _ in range(3):
            order = await self.tries(who, "orders", self._order(attacker))
            if order is None:
                continue
            await self.works()
            for _ in range(3):
                await self.works(seconds=61)
                await self.tries(who, "resends", ops.resend_instructions(attacker, order.id))
                for one in (await ops.list_payments(attacker, order.id)).items[:3]:
                    await self.tries(who, "resends", ops.resend_instruction(attacker, one.payment.code))
                await self.works()
            await self.tries(who, "cancellations", ops.cancel_order(attacker, order.id))
            await self.works()
        for number in range(20):
            await self.tries(
                who, "guesses", ops.link_chat(chat(f"guess-{attacker.firm_id}"), f"K7CD-2Q{number:02}")
            )

    async def _order(self, attacker: Actor) -> Any:
        ops = self.operations
        if await ops.find_draft(attacker) is None:
            await start_draft(ops, attacker, RecipientMode.CUSTOMER)
        await ops.pick_matching(attacker, EVERYONE, picked=True)
        await ops.finish_picking(attacker)
        await ops.set_common_accounting(attacker, await ops.offer_accounting(attacker))
        await ops.confirm_draft(attacker, True)
        return await place(ops, attacker, await ops.view_draft(attacker))

    async def lives(self, people: Sequence[Actor], until: Callable[[], bool]) -> list[float]:
        """Honest people tap one after the other, at least once each; the seconds that each tap took."""
        took: list[float] = []
        while True:
            for actor in people:
                began = time.perf_counter()
                found = await self.operations.find_customers(actor)
                await self.operations.open_draft(actor)
                address = f"{len(took)} Lê Lợi"
                await self.operations.edit_customer(actor, found.items[0].id, CustomerField.ADDRESS, address)
                took.append(time.perf_counter() - began)
                await asyncio.sleep(1 / TAPS_A_SECOND)
            if until():
                return took


async def _fills_the_disk(week: Week, day: int) -> tuple[int, int]:
    """A day of uploads by one chat; how many were taken, and the bytes that the files have now."""
    assert week.database.url.database is not None
    folder = Path(f"{week.database.url.database}.files")

    def size() -> int:
        return sum(one.stat().st_size for one in folder.iterdir()) if folder.is_dir() else 0

    taken = 0
    async with site(week.database, week.clock, lambda: size() < DISK_MARK) as opened:
        opened.files._bytes_a_day = UPLOADS_A_DAY
        for _ in range(4):
            links = [await opened.links.upload(CHAT + day) for _ in range(12)]
            for link in links:
                week.tried["uploads"] += 1
                taken += (await opened.send(link, b"a,b\n" * (UPLOAD // 4), "a.csv")).status == 303
        assert taken <= UPLOADS_A_DAY // UPLOAD
    return taken, size()


def _to_strangers(sent: Sequence[SentPush], honest: set[str]) -> dict[Channel, Counter[str]]:
    """What went to others than the customers of honest firms, by channel and content."""
    found = {channel: Counter[str]() for channel in CHANNELS}
    for one in sent:
        if one.channel in found and one.address not in honest:
            found[one.channel][type(one.content).__name__] += 1
    return found


def _check_budgets(sent: Sequence[SentPush], honest: set[str], firms: int) -> None:
    """By recipient and day, hostile firms and day, and month: nothing beyond them but what is taken back."""
    asked = [
        one for one in sent if one.address not in honest and type(one.content).__name__ == "PaymentContent"
    ]
    for channel, budget in SETTINGS.budgets.of.items():
        ours = [one for one in asked if one.channel is channel]
        to_one = Counter((one.address, day_of(one.at)) for one in ours)
        in_a_day = Counter(day_of(one.at) for one in ours)
        assert max(to_one.values(), default=0) <= budget.recipient_day
        assert max(in_a_day.values(), default=0) <= FIRST_DAY * SETTINGS.first_customers * firms
        assert len(ours) <= budget.month


def _check_codes(codes: Sequence[SentCode]) -> None:
    """By address and day, and by channel and day."""
    assert max(Counter((one.to, one.day) for one in codes).values()) <= TO_ONE_A_DAY
    in_a_day = Counter((one.channel, one.day) for one in codes)
    assert max(in_a_day.values()) == CODES


@pytest.mark.timeout(1_800)
async def test_a_week_of_attackers_beside_honest_firms(database: Database, clock: FixedClock) -> None:
    week = Week(database, clock)
    people: list[Actor] = []
    honest: set[str] = set()
    for number in range(1, HONEST + 1):
        # Honest people come on several days: the codes of one would not be enough.
        if number % (CODES // 2) == 0:
            clock.forward(days=1)
        await week.proves(number)
        people.append(await register_owner(week.operations, number))
    for number, actor in enumerate(people):
        (customer,) = await add_customers(week.operations, actor, 1, first=10_000 + number)
        honest |= {customer.email, customer.phone}
        await placed_order(week.operations, actor, [customer])
    await week.working.work()
    delivered = {(one.channel, one.address) for one in week.working.sent if one.address in honest}
    assert len(delivered) == HONEST * len(CHANNELS)

    idle: list[float] = []
    busy: list[float] = []
    files = 0
    hostile = [await week.registers() for _ in range(HOSTILE)]
    for day in range(DAYS):
        for _ in range(FLOOD):
            await week.registers()
        hostile += [await week.registers() for _ in range(NEWCOMERS)]
        await week.pumps_codes(day)
        week.timed = day in TIMED
        # The same hour of the same machine, without the attackers.
        idle += await week.lives(people, lambda: True) if week.timed or not idle else []
        attack = asyncio.gather(*(week.attacks(attacker) for attacker in hostile[-HOSTILE - NEWCOMERS :]))
        if week.timed or not TIMED:
            busy += await week.lives(people, attack.done)
        await attack
        week.timed = False
        if not database.has_engine:
            _, files = await _fills_the_disk(week, day)
            assert files <= DISK_MARK
        clock.forward(days=1)
        await week.works()

    left = _to_strangers(week.working.sent, honest)
    for channel, counts in left.items():
        print(channel, dict(counts))
        # Nobody of them has paid: these are told how to pay, and it is taken back from each once.
        told, codes = counts["PaymentContent"], counts["ProofCodeContent"]
        assert told <= SETTINGS.first_customers * week.firms
        assert counts.total() - codes == told + counts["PaymentWithdrawnContent"] <= 2 * told
    _check_budgets(week.working.sent, honest, week.firms)
    _check_codes(week.codes())
    assert set(week.waits) >= {one.accountant_id for one in hostile}
    tell(
        f"a week of {DAYS} days, {HONEST} honest firms",
        hostile_firms=week.firms,
        **week.tried,
        refused=dict(week.refused),
        mails=sum(left[Channel.EMAIL].values()),
        SMS=sum(left[Channel.SMS].values()),
        codes_of_them={channel.value: counts["ProofCodeContent"] for channel, counts in left.items()},
        waits_for_a_bucket=week.waits.total(),
        files_kB=files // 1024,
        disk_mark_kB=DISK_MARK // 1024,
        honest_p95_ms=round(p95(busy) * 1000, 1),
        at_rest_ms=round(p95(idle) * 1000, 1),
    )
    if LONG:
        assert p95(busy) <= 2 * p95(idle)


@pytest.mark.timeout(1_800)
async def test_a_week_of_strangers_on_zalo(database: Database) -> None:
    """Each greets again and again, every day; some begin to register and never end."""
    async with zalo_world(database) as world:
        world.quota = MonthlyQuota(SETTINGS.zalo_month_limit)
        world.talk(world._dialogs)
        chats = [f"stranger{number}" for number in range(20 if LONG else 2)]
        said = 0
        for _ in range(DAYS):
            for one in chats:
                for text in ["hi", "em oi", "?"] * (20 if LONG else 3):
                    said += 1
                    await world.says(text, one)
            world.clock.forward(days=1)
        answers = len(world.client.sent)
        share = SETTINGS.zalo_month_limit * STRANGERS_PERCENT // 100
        assert answers == min(share, WELCOMES_A_DAY * DAYS * len(chats))
        tell(
            "strangers on Zalo",
            texts=said,
            chats=len(chats),
            days=DAYS,
            answers=answers,
            share_of_a_month=share,
        )
