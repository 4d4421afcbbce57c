"""Whatever is paid, chosen, settled, returned, changed, cancelled and suspended in whatever order: the books
sum to zero, every figure equals them, and licences and reminders follow the money.

It runs on SQLite, whatever the rest of the suite runs on.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.errors import DomainError
from domain.messaging.contents import TrialReminderContent
from domain.orders import Order
from domain.packages import sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Provider
from services.housekeeping import EnsurePriceList
from services.operations import Operations, build_operations
from storage.database import Database
from storage.migrate import upgrade
from tests.support.banks import Bank, add_back_office
from tests.support.books import differences
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    other_notice,
    package,
    placed_order,
    register_owner,
)
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

T = TypeVar("T")

CODES = 8
"""Two orders: three customers who pay themselves, and three whom the accountant pays under one code more.
Other payers bring other codes."""

codes = st.integers(0, 2 * CODES)
orders = st.integers(0, 1)
waiting = st.integers(0, 3)


def _operations(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())


async def _prepare(path: Path) -> tuple[Actor, Actor, list[Order]]:
    url = f"sqlite+aiosqlite:///{path}"
    await upgrade(url)
    database, clock = Database(url), FixedClock()
    await EnsurePriceList(database, clock)(sample_price_list())
    operations = _operations(database, clock)
    owner = await register_owner(operations, 1)
    customers = await add_customers(operations, owner, 6)
    orders = [
        await placed_order(operations, owner, customers[:3]),
        await placed_order(operations, owner, customers[3:], RecipientMode.ACCOUNTANT),
    ]
    back_office = await add_back_office(database, clock)
    await Working(database, clock).work()
    await database.close()
    return owner, back_office, orders


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Actor, Actor, list[Order]]]:
    path = tmp_path_factory.mktemp("books") / "prepared.db"
    return path, asyncio.run(_prepare(path))


class Books(RuleBasedStateMachine):
    prepared: tuple[Path, tuple[Actor, Actor, list[Order]]]

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "world.db"
        template, (self.owner, self.back_office, self.orders) = self.prepared
        shutil.copyfile(template, path)
        self._runner = asyncio.Runner()
        self._run(self._open(path))

    async def _open(self, path: Path) -> None:
        self.database, self.clock = Database(f"sqlite+aiosqlite:///{path}"), FixedClock()
        self.operations = _operations(self.database, self.clock)
        self.bank = Bank(self.database, self.clock, Working(self.database, self.clock))
        asked = [row["code"] for row in await rows_of(self.database, "payment_requests")]
        self.codes = [*asked, *(order.code for order in self.orders)]
        assert len(self.codes) == CODES
        self.price = self.orders[0].total // 3
        self.owed = await self._owed()
        self.seen = 0

    def teardown(self) -> None:
        self._run(self.database.close())
        self._runner.close()
        self._folder.cleanup()

    def _run(self, act: Awaitable[T]) -> T:
        async def waited() -> T:
            return await act

        return self._runner.run(waited())

    @rule(at=st.lists(codes, min_size=1, max_size=2), quarters=st.integers(1, 9), other=st.booleans())
    def pay(self, at: list[int], quarters: int, other: bool) -> None:
        """Anybody pays any part, at times in another currency."""
        content = " ".join(map(self._code, at))
        currency = "USD" if other and quarters == 9 else "VND"
        self._run(self.bank.tells(content, self.price * quarters // 4 + 1, currency=currency))

    @rule(tells=st.sampled_from(["", "KTM7R4Q2X", "NGUYEN VAN A"]), outgoing=st.booleans())
    def pay_wrongly(self, tells: str, outgoing: bool) -> None:
        self._run(self.bank.tells(tells, self.price, outgoing=outgoing))

    @rule()
    def tell_the_last_again(self) -> None:
        """Another service tells of the same movement."""
        if self.bank.told:
            last = self.bank.told[-1]
            again = {"provider": Provider.CASSO, "reference": last.reference, "outgoing": last.outgoing}
            self._run(self.bank.tells(last.content, last.amount, currency=last.currency, **again))

    @rule(which=waiting, at=codes, act=st.sampled_from(["assign", "assign", "return", "ignore"]))
    def settle(self, which: int, at: int, act: str) -> None:
        desk = self.operations.desk
        found = self._run(desk.list_open_transfers(self.back_office)).items
        with contextlib.suppress(DomainError):
            for transfer in found[which : which + 1]:
                match act:
                    case "assign":
                        self._run(desk.assign_transfer(self.back_office, transfer.id, self._code(at)))
                    case "return":
                        self._run(desk.return_transfer(self.back_office, transfer.id, f"FT{transfer.id}"))
                    case _:
                        self._run(desk.ignore_transfer(self.back_office, transfer.id, "khách cho luôn"))

    @rule(which=waiting, at=codes)
    def refund(self, which: int, at: int) -> None:
        """What is booked is to be given back; whether it is, is settled like anything else that waits."""
        booked = [
            row["id"] for row in self._run(rows_of(self.database, "transfers")) if row["state"] == "matched"
        ]
        with contextlib.suppress(DomainError):  # Nothing of it is on that code, or it waits already.
            for transfer_id in booked[::-1][which : which + 1]:
                held = self._run(self.operations.desk.list_refundable(self.back_office, transfer_id)).items
                codes_held = [one.payment.code for one in held] or [self._code(at)]
                code = codes_held[at % len(codes_held)]
                self._run(self.operations.desk.open_refund(self.back_office, transfer_id, code, "đòi lại"))

    @rule(at=codes, quarters=st.integers(1, 5))
    def enter(self, at: int, quarters: int) -> None:
        enter = self.operations.desk.enter_payment
        with contextlib.suppress(DomainError):
            reference = f"TAY{self.clock.now().isoformat()}"
            self._run(enter(self.back_office, self._code(at), self.price * quarters // 4, reference))

    @rule(of=orders, chosen=st.lists(codes, max_size=2))
    def choose(self, of: int, chosen: list[int]) -> None:
        page = self._run(self.operations.list_payments(self.owner, self.orders[of].id))
        if page.to_choose is not None:
            picked = [self._code(at) for at in chosen]
            self._run(self.operations.choose_payments(self.owner, page.to_choose, picked))

    @rule(of=orders, at=st.integers(1, 3))
    def drop(self, of: int, at: int) -> None:
        self._change(self._drop(self.orders[of].id, at))

    async def _drop(self, order_id: int, position: int) -> None:
        shown = await self.operations.preview_drop(self.owner, order_id, [position])
        await self.operations.drop_lines(self.owner, order_id, [position], shown.before.total)

    @rule(of=orders, dearer=st.booleans())
    def change_package(self, of: int, dearer: bool) -> None:
        self._change(self._take_package(self.orders[of].id, "STANDARD" if dearer else "STARTER"))

    async def _take_package(self, order_id: int, code: str) -> None:
        wanted = await package(self.operations, self.owner, code)
        change = (await self.operations.preview_package(self.owner, order_id, wanted.id)).change
        totals = change.before.total, change.after.total
        await self.operations.change_package(self.owner, order_id, wanted.id, *totals)

    @rule(of=orders, mode=st.sampled_from(RecipientMode))
    def change_payer(self, of: int, mode: RecipientMode) -> None:
        self._change(self._take_payer(self.orders[of].id, mode))

    async def _take_payer(self, order_id: int, mode: RecipientMode) -> None:
        notice = other_notice() if mode is RecipientMode.OTHER else None
        shown = await self.operations.preview_recipient(self.owner, order_id, mode, notice)
        await self.operations.change_recipient(self.owner, order_id, mode, notice, shown.shown)

    def _change(self, act: Awaitable[None]) -> None:
        with contextlib.suppress(DomainError):  # Money came in, or it is called off, or active.
            self._run(act)
        asked = [row["code"] for row in self._run(rows_of(self.database, "payment_requests"))]
        self.codes += [code for code in asked if code not in self.codes]

    def _code(self, at: int) -> str:
        """The newest codes first: most of the others are withdrawn."""
        return str(self.codes[-1 - at % len(self.codes)])

    @rule(at=orders)
    def activate(self, at: int) -> None:
        self._run(self._activate(self.orders[at].id))

    async def _activate(self, order_id: int) -> None:
        with contextlib.suppress(DomainError):  # It is called off, or all are active.
            run = await self.operations.open_activation(self.owner, order_id)
            await self.operations.pick_all_licences(self.owner, run.id, True)
            await self.operations.start_run(self.owner, run.id)

    @rule(at=orders)
    def call_off(self, at: int) -> None:
        with contextlib.suppress(DomainError):  # Money came in.
            self._run(self.operations.cancel_order(self.owner, self.orders[at].id))

    @rule(days=st.integers(1, 4))
    def pass_days(self, days: int) -> None:
        self._run(self.bank.working.work_until(self.clock.now() + timedelta(days=days)))

    async def _owed(self) -> dict[str, int]:
        """What is open of each request, by the books."""
        owed = Counter[str]()
        for row in await rows_of(self.database, "postings"):
            if row["payment_code"]:
                owed[row["payment_code"]] += row["amount"]
        return {code: max(0, sum_) for code, sum_ in owed.items()}

    @invariant()
    def the_books_are_whole(self) -> None:
        self._run(self._check())

    async def _check(self) -> None:
        await self.bank.working.work()
        assert await differences(self.database) == []
        assert sum(row["amount"] for row in await rows_of(self.database, "postings")) == 0
        before, self.owed = self.owed, await self._owed()
        await self._licences(self.clock.now())
        await self._what_is_asked()
        for push in self.bank.working.sent[self.seen :]:
            if isinstance(push.content, TrialReminderContent):
                self._reminds_of_what_is_open(push.content, before)
        self.seen = len(self.bank.working.sent)

    async def _licences(self, now: datetime) -> None:
        for order in self.orders:
            async with self.database.read() as uow:
                licences = await uow.licences.of_order(order.id)
            for one in licences:
                is_open = self.owed[one.line.payment_code] > 0
                is_on = one.licence.activated_at is not None and not one.licence.suspended
                in_time = one.licence.deadline is not None and now < one.licence.deadline
                if is_on and not one.licence.cancelled:
                    assert in_time or not is_open
                if one.licence.suspended and not one.licence.cancelled:
                    assert is_open

    async def _what_is_asked(self) -> None:
        """Each line is asked for once: by its request, at its price."""
        self.shared: set[str] = set()
        for order in self.orders:
            async with self.database.read() as uow:
                stands, asked = await uow.orders.get(order.id), await uow.payments.of_order(order.id)
                lines = await uow.orders.lines(order.id, 0, None)
                whole = await uow.payments.bundle(order.code)
            assert stands is not None
            self.shared |= {one.code for one in asked if one.line_count > 1}
            assert stands.total == sum(one.amount for one in asked) == sum(one.amount for one in lines)
            assert stands.line_count == len(lines) == sum(one.line_count for one in asked)
            assert {line.payment_code for line in lines} == {one.code for one in asked}
            assert (whole is not None) is (stands.recipient is RecipientMode.ACCOUNTANT)

    def _reminds_of_what_is_open(self, content: TrialReminderContent, before: dict[str, int]) -> None:
        """What was open before or after the step: a day may end in it."""
        open_sums = [
            {before.get(code, 0), self.owed[code]} for code in (one.code for one in content.payments)
        ]
        for payment, sums in zip(content.payments, open_sums, strict=True):
            assert payment.left in sums - {0}
        for group in content.groups:
            assert group.amount == sum(group.owed) > 0
            for owed, one in zip(group.owed, group.licences, strict=True):
                code = one.line.payment_code
                sums = {before.get(code, 0), self.owed[code]}
                # A line is owed a part of what is open of a request for several, or nothing of it.
                assert 0 <= owed <= max(sums) if code in self.shared else owed in sums


@pytest.mark.long
def test_whatever_happens_to_money(prepared: tuple[Path, tuple[Actor, Actor, list[Order]]]) -> None:
    run_state_machine_as_test(
        type("Prepared", (Books,), {"prepared": prepared}),
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            derandomize=True,
            database=None,
            # Shrinking such long walks takes minutes, so the failing walk is printed as it is.
            phases=(Phase.generate,),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
