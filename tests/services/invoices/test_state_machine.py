"""Orders are paid in parts, money moves and leaves, days are closed by a program that is killed, and a
provider loses answers, refuses and fails: what stands on documents is what was received, each sum once.

It runs on SQLite, whatever the rest of the suite runs on.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.calendar import start_of
from domain.errors import DomainError
from domain.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from domain.packages import sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Share
from services.housekeeping import EnsurePriceList
from services.invoices.closing import CloseInvoices, InvoiceRules, queue_closing
from services.operations import Operations, build_operations
from storage.database import Database
from storage.migrate import upgrade
from tests.services.invoices.test_closing import Killed
from tests.support.banks import Bank
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    back_office_person,
    enterprise,
    household,
    made_one_request,
    placed_order,
    register_owner,
)
from tests.support.clock import FixedClock
from tests.support.invoicing import SERIES, Fate, KeptIssuer
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

T = TypeVar("T")

RULES = InvoiceRules(by_hand=False)
REQUESTS = 7
"""How many requests the orders have: of five customers, one for three lines, and another unit's for two."""

AT_REST = (InvoiceState.DELIVERED, InvoiceState.ADJUSTED)
BEGIN = date(2026, 12, 22)
"""The walks go on beyond the end of the year."""

requests = st.integers(0, REQUESTS - 1)
FATES = st.sampled_from(Fate)


def _operations(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), invoice_rules=RULES)


def _clock() -> FixedClock:
    return FixedClock(start_of(BEGIN) + timedelta(hours=12))


async def _prepare(path: Path) -> tuple[Actor, ...]:
    """Two firms with orders of each kind of recipient, and back office."""
    url = f"sqlite+aiosqlite:///{path}"
    await upgrade(url)
    database, clock = Database(url), _clock()
    await EnsurePriceList(database, clock)(
        [replace(one, vat_rate=8 if one.code == "STANDARD" else one.vat_rate) for one in sample_price_list()]
    )
    operations = _operations(database, clock)
    owners = [await register_owner(operations, number) for number in (1, 2)]
    first, second = owners
    enterprises = await add_customers(operations, first, 5)
    households = await add_customers(operations, first, 2, household, 20)
    theirs = await add_customers(operations, second, 3, enterprise, 40)
    customer, accountant, other = RecipientMode
    await placed_order(operations, first, enterprises[:2], customer, "STANDARD")
    stored = await placed_order(operations, first, enterprises[2:], accountant, "STANDARD")
    await made_one_request(database, stored)
    await placed_order(operations, first, households, customer, "HKD_BASIC")
    await placed_order(operations, second, theirs[:1], customer, "STANDARD")
    # Both firms may name the same unit, and get documents of their own.
    await placed_order(operations, second, theirs[1:], other, "STARTER")
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            "UPDATE order_lines SET invoice_address = '1 Hàng Bài' WHERE invoice_address = ''"
        )
    back_office = await back_office_person(database, clock)
    await Working(database, clock).work()
    await database.close()
    return (*owners, back_office)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Actor, ...]]:
    path = tmp_path_factory.mktemp("invoices") / "prepared.db"
    return path, asyncio.run(_prepare(path))


@dataclass(frozen=True)
class _Document:
    invoice: Invoice
    lines: list[InvoiceLine]


class Invoicing(RuleBasedStateMachine):
    prepared: tuple[Path, tuple[Actor, ...]]

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "world.db"
        template, (*self.owners, self.back_office) = self.prepared
        shutil.copyfile(template, path)
        self._runner = asyncio.Runner()
        self._run(self._open(path))

    async def _open(self, path: Path) -> None:
        self.database, self.clock = Database(f"sqlite+aiosqlite:///{path}"), _clock()
        self.operations = _operations(self.database, self.clock)
        self.issuer = KeptIssuer()
        working = Working(self.database, self.clock, invoice_rules=RULES, issuer=self.issuer, series=SERIES)
        self.bank = Bank(self.database, self.clock, working)
        rows = await rows_of(self.database, "payment_requests")
        self.amounts = {row["code"]: row["amount"] for row in rows}
        self.codes = list(self.amounts)
        assert len(self.codes) == REQUESTS

    def _run(self, act: Awaitable[T]) -> T:
        async def waited() -> T:
            return await act

        return self._runner.run(waited())

    def teardown(self) -> None:
        self.issuer.fates = []
        self._run(self._drain())
        self._run(self.database.close())
        self._runner.close()
        self._folder.cleanup()

    @initialize(
        fates=st.lists(FATES, min_size=2, max_size=9), parts=st.tuples(*[st.integers(0, 8)] * REQUESTS)
    )
    def begin(self, fates: list[Fate], parts: tuple[int, ...]) -> None:
        """Money comes in for most requests, so that walks get further."""
        self.issuer.fates = fates
        for at, eighths in enumerate(parts):
            if eighths:
                self.pay(at, eighths)

    @rule(at=requests, eighths=st.integers(1, 10))
    def pay(self, at: int, eighths: int) -> None:
        code = self.codes[at]
        self._run(self.bank.tells(code, self.amounts[code] * eighths // 8 + 1))

    @rule(at=requests, eighths=st.integers(1, 10), fate=FATES)
    def pay_and_close(self, at: int, eighths: int, fate: Fate) -> None:
        self.issuer.fates.append(fate)
        self.pay(at, eighths)
        self.pass_days(1)

    @rule(ats=st.lists(requests, min_size=2, max_size=3, unique=True), thirds=st.integers(1, 9))
    def pay_several(self, ats: list[int], thirds: int) -> None:
        codes = [self.codes[at] for at in ats]
        self._run(self.bank.tells(" ".join(codes), self.amounts[codes[0]] * thirds // 3))

    @rule(at=requests, gives_back=st.booleans())
    def settle_surplus(self, at: int, gives_back: bool) -> None:
        """Back office moves the surplus of a transfer to another request, or returns it."""
        desk = self.operations.desk
        waiting = self._run(desk.list_open_transfers(self.back_office)).items
        if waiting:
            transfer = waiting[0].id
            if gives_back:
                self._run(desk.return_transfer(self.back_office, transfer, f"FT{transfer}"))
            else:
                with contextlib.suppress(DomainError):  # The request is paid.
                    self._run(desk.assign_transfer(self.back_office, transfer, self.codes[at]))

    @rule(thirds=st.integers(1, 3), which=st.integers(0, 50))
    def take_back(self, thirds: int, which: int) -> None:
        """Money that a request got leaves it."""
        self._run(self._take_back(thirds, which))

    async def _take_back(self, thirds: int, which: int) -> None:
        shares = [row for row in await rows_of(self.database, "shares") if row["amount"] > 0]
        if not shares:
            return
        share = shares[which % len(shares)]
        left = (await self._received())[share["payment_code"]]
        taken = Share(share["payment_code"], -min(left, share["amount"] * thirds // 3))
        async with self.database.write() as uow:
            await uow.transfers.add_shares(share["transfer_id"], [taken], self.clock.now())
            await queue_closing(uow, self.clock.now())

    @rule(days=st.integers(1, 4))
    def pass_days(self, days: int) -> None:
        self._run(self._pass(days))

    @rule(commits=st.integers(0, 4))
    def close_and_be_killed(self, commits: int) -> None:
        """The day ends, and its closing is killed after so many commits; its job does it again."""
        self._run(self._close_killed(commits))

    @precondition(lambda self: self._documents(InvoiceState.REFUSED))
    @rule(which=st.integers(0, 20))
    def mend(self, which: int) -> None:
        refused = self._documents(InvoiceState.REFUSED)
        self._run(self._mend(refused[which % len(refused)].invoice))

    @invariant()
    def no_money_stands_on_two_documents(self) -> None:
        prices = {
            (row["order_id"], row["position"]): row["amount"]
            for row in self._run(rows_of(self.database, "order_lines"))
        }
        sums: Counter[tuple[int, int]] = Counter()
        for document in self._documents():
            for line in document.lines:
                sums[line.order_id, line.position] += line.amount
        assert all(0 <= amount <= prices[place] for place, amount in sums.items())

    @invariant()
    def each_document_adds_up_and_is_somebodys(self) -> None:
        firms = {row["id"]: row["firm_id"] for row in self._run(rows_of(self.database, "orders"))}
        for document in self._documents():
            invoice, lines = document.invoice, document.lines
            assert lines
            assert (invoice.amount, invoice.vat, invoice.line_count) == (
                sum(line.amount for line in lines),
                sum(line.vat for line in lines),
                len(lines),
            )
            assert {firms[line.order_id] for line in lines} == {invoice.firm_id}
            if invoice.state not in (InvoiceState.WAITING, InvoiceState.REFUSED):
                buyer = invoice.buyer
                assert all((buyer.name, buyer.tax_id, buyer.address, invoice.email))
            if invoice.number is not None:
                assert invoice.number.date >= invoice.day
                assert invoice.number.series == SERIES.by_year[invoice.day.year]
            if invoice.kind is InvoiceKind.ORIGINAL:
                assert {line.vat_rate for line in lines} <= {None, 8 if invoice.day.year == 2026 else 10}

    @invariant()
    def nothing_is_issued_twice(self) -> None:
        assert self.issuer.issued_twice == []
        invoices = [document.invoice for document in self._documents()]
        keys = {invoice.key: invoice for invoice in invoices}
        assert len(keys) == len(invoices)
        for key, taken in self.issuer.taken.items():
            if taken.issued:
                # What the provider issued under a key is a document of ours, or nobody knows it yet.
                assert keys[key].amount == taken.issued.amount
        numbers = [invoice.number for invoice in invoices if invoice.number is not None]
        assert len({(one.series, one.number) for one in numbers}) == len(numbers)

    async def _drain(self) -> None:
        """At rest all that was received stands on documents, each of which is issued and mailed once."""
        for _ in range(3):
            await self._pass(3)
            for document in await self._all():
                if document.invoice.state is InvoiceState.REFUSED:
                    await self._mend(document.invoice)
        await self._pass(3)
        for document in await self._all():
            invoice = document.invoice
            assert invoice.by_hand or invoice.state in AT_REST, invoice
        pushes = await rows_of(self.database, "pushes")
        mailed = Counter(row["about"] for row in pushes if row["kind"] == "invoice_issued")
        handed = [one.invoice.id for one in await self._all() if one.invoice.number is not None]
        assert mailed == Counter(map(str, handed))

    async def _pass(self, days: int) -> None:
        noon = start_of(self.clock.today() + timedelta(days=days)) + timedelta(hours=12)
        await self.bank.working.work_until(noon)
        await self._check_sums()

    async def _close_killed(self, commits: int) -> None:
        day = self.clock.today()
        self.clock.set(start_of(day + timedelta(days=1)) + timedelta(minutes=10))
        with contextlib.suppress(Killed.Kill):
            await CloseInvoices(Killed(self.database, commits), self.clock, RULES)(day)
        await self._pass(0)

    async def _check_sums(self) -> None:
        """All days before this one are closed, and nothing came in since."""
        received = await self._received()
        lines = {
            (row["order_id"], row["position"]): row["payment_code"]
            for row in await rows_of(self.database, "order_lines")
        }
        invoiced: Counter[str] = Counter()
        for document in await self._all():
            for line in document.lines:
                invoiced[lines[line.order_id, line.position]] += line.amount
        for code, amount in self.amounts.items():
            assert invoiced[code] == max(0, min(received[code], amount)), code

    async def _received(self) -> Counter[str]:
        received: Counter[str] = Counter()
        for row in await rows_of(self.database, "shares"):
            received[row["payment_code"]] += row["amount"]
        return received

    async def _mend(self, invoice: Invoice) -> None:
        owner = next(one for one in self.owners if one.firm_id == invoice.firm_id)
        right = replace(invoice.buyer, name=f"{invoice.buyer.name} (sửa)")
        await self.operations.mend_invoice(owner, invoice.id, right, invoice.email)

    def _documents(self, *states: InvoiceState) -> list[_Document]:
        found = self._run(self._all())
        return [one for one in found if not states or one.invoice.state in states]

    async def _all(self) -> list[_Document]:
        ids = [row["id"] for row in await rows_of(self.database, "invoices")]
        found = []
        async with self.database.read() as uow:
            lines = await uow.invoices.lines(ids)
            for number in ids:
                invoice: Any = await uow.invoices.get(number)
                found.append(_Document(invoice, list(lines[number])))
        return found


@pytest.mark.long
def test_whatever_happens_to_money_and_provider(prepared: tuple[Path, tuple[Actor, ...]]) -> None:
    machine = type("Prepared", (Invoicing,), {"prepared": prepared})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=18,
            deadline=None,
            derandomize=True,
            database=None,
            # Shrinking such long walks takes minutes, so the failing walk is printed as it is.
            phases=(Phase.generate,),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
