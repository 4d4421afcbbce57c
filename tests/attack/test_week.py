"""A week of attackers beside honest firms, by a moved clock, the real operations and dispatch of pushes.

What leaves for strangers stays within the settings' budgets to the message, honest people wait at most twice
as long as at rest, and the disk stays within its mark. `make attack` runs all of it and prints the figures;
else it is a short week, whose times are not judged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import day_of
from domain.chats import Channel
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.messaging.budgets import FIRST_DAY
from domain.messaging.quota import STRANGERS_PERCENT, WELCOMES_A_DAY, MonthlyQuota
from domain.people import Actor
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
PACE = 60 / SETTINGS.chat_per_minute if LONG else 0.0
"""Seconds between two acts of an attacker: more of a chat are not answered."""


class Week:
    """The operations with the settings' budgets, and what attackers and honest people do."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.operations = build_operations(
            database, clock, PAYEE, CHANNELS, JsonWorkbooks(), budget=SETTINGS.budgets.first
        )
        self.working = Working(database, clock, budgets=SETTINGS.budgets)
        self.refused: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.firms = 0

    async def tries(self, what: str, call: Awaitable[Any]) -> Any:
        """Something that an attacker does; `None` if it is refused."""
        self.tried[what] += 1
        await asyncio.sleep(PACE)
        try:
            return await call
        except DomainError as refusal:
            self.refused[refusal.code] += 1
            return None

    async def registers(self) -> Actor:
        self.firms += 1
        self.tried["registrations"] += 1
        return await register_owner(self.operations, 1_000 + self.firms)

    async def attacks(self, attacker: Actor) -> None:
        """A day of one hostile firm: strangers' addresses, orders and cancellations, resends, guesses."""
        ops = self.operations
        lines = "\n".join(
            "\t".join((one.tax_code, one.name, one.address, one.representative, one.email, one.phone))
            for one in map(enterprise, range(1, STRANGERS + 1))
        )
        intake = await self.tries("lists", ops.intakes.receive_text(attacker, lines))
        if intake is not None:
            await self.tries("lists", ops.intakes.take_intake(attacker, intake.id))
        for number in range(1, STRANGERS + 1):
            await self.tries("customers", ops.add_customer(attacker, enterprise(number)))
        for _ in range(3):
            order = await self.tries("orders", self._order(attacker))
            if order is None:
                continue
            await self.working.work()
            for _ in range(3):
                self.clock.forward(seconds=61)
                await self.tries("resends", ops.resend_instructions(attacker, order.id))
                for one in (await ops.list_payments(attacker, order.id)).items[:3]:
                    await self.tries("resends", ops.resend_instruction(attacker, one.payment.code))
                await self.working.work()
            await self.tries("cancellations", ops.cancel_order(attacker, order.id))
            await self.working.work()
        for number in range(20):
            await self.tries(
                "guesses", ops.link_chat(chat(f"guess-{attacker.firm_id}"), f"K7CD-2Q{number:02}")
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
                await asyncio.sleep(PACE / 50)
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


@pytest.mark.timeout(3_600)
async def test_a_week_of_attackers_beside_honest_firms(database: Database, clock: FixedClock) -> None:
    week = Week(database, clock)
    people = [await register_owner(week.operations, number) for number in range(1, HONEST + 1)]
    honest: set[str] = set()
    for number, actor in enumerate(people):
        (customer,) = await add_customers(week.operations, actor, 1, first=10_000 + number)
        honest |= {customer.email, customer.phone}
        await placed_order(week.operations, actor, [customer])
    await week.working.work()
    delivered = {(one.channel, one.address) for one in week.working.sent if one.address in honest}
    assert len(delivered) == HONEST * len(CHANNELS)

    idle = await week.lives(people, lambda: True)
    busy: list[float] = []
    files = 0
    hostile = [await week.registers() for _ in range(HOSTILE)]
    for day in range(DAYS):
        for _ in range(FLOOD):
            await week.registers()
        hostile += [await week.registers() for _ in range(NEWCOMERS)]
        attack = asyncio.gather(*(week.attacks(attacker) for attacker in hostile[-HOSTILE - NEWCOMERS :]))
        busy += await week.lives(people, attack.done)
        await attack
        if not database.has_engine:
            _, files = await _fills_the_disk(week, day)
            assert files <= DISK_MARK
        clock.forward(days=1)
        await week.working.work()

    left = _to_strangers(week.working.sent, honest)
    for channel, counts in left.items():
        print(channel, dict(counts))
        # Nobody of them has paid: these are told how to pay, and it is taken back from each once.
        told = counts["PaymentContent"]
        assert told <= SETTINGS.first_customers * week.firms
        assert counts.total() == told + counts["PaymentWithdrawnContent"] <= 2 * told
    _check_budgets(week.working.sent, honest, week.firms)
    tell(
        f"a week of {DAYS} days, {HONEST} honest firms",
        hostile_firms=week.firms,
        **week.tried,
        refused=dict(week.refused),
        mails=sum(left[Channel.EMAIL].values()),
        SMS=sum(left[Channel.SMS].values()),
        files_kB=files // 1024,
        disk_mark_kB=DISK_MARK // 1024,
        honest_p95_ms=round(p95(busy) * 1000, 1),
        at_rest_ms=round(p95(idle) * 1000, 1),
    )
    if LONG:
        assert p95(busy) <= 2 * p95(idle)


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
