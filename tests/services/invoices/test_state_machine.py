"""Orders are paid in parts, activated and called off, money moves and leaves, days are closed by a program
that is killed, a provider loses answers, refuses and fails, and back office corrects what was issued and
issues by hand: what stands on documents is what the law's moment says, each sum once.

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
from domain.invoice_corrections import STANDS, Agreement, CorrectionKind
from domain.invoices import BuyerKind, Invoice, InvoiceKind, InvoiceLine, InvoiceMoment, InvoiceState
from domain.packages import sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import TransferState
from services.activation.reminders import REMINDER_JOB
from services.housekeeping import EnsurePriceList
from services.invoices.adjusting import NewSum
from services.invoices.closing import CloseInvoices, InvoiceRules, queue_closing
from services.invoices.correcting import NewRate
from services.operations import Operations, build_operations
from services.ports import SheetRow
from storage.database import Database
from storage.migrate import upgrade
from tests.services.invoices.test_closing import Killed
from tests.support.banks import Bank
from tests.support.books import take_back
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    back_office_person,
    enterprise,
    enterprise_tax_code,
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

REQUESTS = 7
"""How many requests the orders have: of five customers, one for three lines, and another unit's for two."""

AT_REST = (*STANDS, InvoiceState.REPLACED)
RATES = st.sampled_from([None, 5, 8, 10])
AGREED = Agreement("Bà Hoa, giám đốc", date(2026, 12, 22), "thoa-thuan.pdf", b"%PDF")
BEGIN = date(2026, 12, 22)
"""The walks go on beyond the end of the year."""

requests = st.integers(0, REQUESTS - 1)
FATES = st.sampled_from(Fate)


def _operations(database: Database, clock: FixedClock, moment: InvoiceMoment) -> Operations:
    rules = InvoiceRules(moment, by_hand=False)
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), invoice_rules=rules)


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
    operations = _operations(database, clock, InvoiceMoment.PAID)
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
    moment = InvoiceMoment.PAID

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "world.db"
        template, (*self.owners, self.back_office) = self.prepared
        shutil.copyfile(template, path)
        self._runner = asyncio.Runner()
        self._found: list[_Document] | None = None
        self._run(self._open(path))

    async def _open(self, path: Path) -> None:
        self.database, self.clock = Database(f"sqlite+aiosqlite:///{path}"), _clock()
        self.operations = _operations(self.database, self.clock, self.moment)
        self.invoice_rules = InvoiceRules(self.moment, by_hand=False)
        self.issuer, self.by_hand = KeptIssuer(), 0
        # Reminders of licences are most of the work of an activated order, and no invoice's matter.
        working = Working(
            self.database,
            self.clock,
            left_out=[REMINDER_JOB],
            invoice_rules=self.invoice_rules,
            issuer=self.issuer,
            series=SERIES,
        )
        self.bank = Bank(self.database, self.clock, working)
        rows = await rows_of(self.database, "payment_requests")
        self.amounts = {row["code"]: row["amount"] for row in rows}
        self.codes = list(self.amounts)
        assert len(self.codes) == REQUESTS

    def _run(self, act: Awaitable[T]) -> T:
        self._found = None
        return self._ask(act)

    def _ask(self, question: Awaitable[T]) -> T:
        """Like `_run`, of what changes nothing."""

        async def waited() -> T:
            return await question

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
        """Money comes in for most requests, or they are activated, so that walks get further."""
        self.issuer.fates = fates
        for at, eighths in enumerate(parts):
            if eighths > 2 and self.moment is InvoiceMoment.ACTIVATED:
                self.activate(at)
            elif eighths:
                self.pay(at, eighths)
        if fates[0] is fates[1]:
            self.pass_days(1)

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
        async with self.database.write() as uow:
            transfer = await uow.transfers.get(share["transfer_id"])
            if transfer is not None and transfer.state is TransferState.MATCHED:
                amount = min(left, share["amount"] * thirds // 3)
                await take_back(uow, transfer, share["payment_code"], amount, self.clock.now())
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

    @rule(at=requests)
    def activate(self, at: int) -> None:
        """The order's licences are all activated, if they may be."""
        self._run(self._activate(at))

    async def _activate(self, at: int) -> None:
        order, owner = await self._order(at)
        with contextlib.suppress(DomainError):  # It is called off, or all are active.
            run = await self.operations.open_activation(owner, order)
            await self.operations.pick_all_licences(owner, run.id, True)
            await self.operations.start_run(owner, run.id)
            await self.bank.working.work()

    @rule(at=requests)
    def call_off(self, at: int) -> None:
        self._run(self._call_off(at))

    async def _call_off(self, at: int) -> None:
        order, owner = await self._order(at)
        with contextlib.suppress(DomainError):  # Money came in.
            await self.operations.cancel_order(owner, order)

    async def _order(self, at: int) -> tuple[int, Actor]:
        requests = await rows_of(self.database, "payment_requests")
        number = next(row["order_id"] for row in requests if row["code"] == self.codes[at])
        orders = {row["id"]: row for row in await rows_of(self.database, "orders")}
        firm_id = orders[number]["firm_id"]
        return number, next(one for one in self.owners if one.firm_id == firm_id)

    @precondition(lambda self: self._documents(*STANDS))
    @rule(which=st.integers(0, 20), by_notice=st.booleans(), rate=RATES, fate=FATES)
    def correct(self, which: int, by_notice: bool, rate: int | None, fate: Fate) -> None:
        """A notice of another name, or a replacement with another number and rate."""
        issued = self._documents(*STANDS)
        self.issuer.fates.append(fate)
        with contextlib.suppress(DomainError):
            self._run(self._correct(issued[which % len(issued)].invoice, by_notice, rate))

    async def _correct(self, invoice: Invoice, by_notice: bool, rate: int | None) -> None:
        desk, buyer = self.operations.desk, invoice.buyer
        if by_notice:
            name = f"{buyer.name} (đúng)"[:300]
            notice = await desk.make_notice(self.back_office, invoice.id, name, buyer.address)
            await desk.mark_notice_sent(self.back_office, notice.id)
            return
        kind, number = buyer.kind, buyer.tax_id
        if kind is BuyerKind.COMPANY:
            number = enterprise_tax_code(900 + invoice.id % 90)
        right = replace(buyer, tax_id=number)
        await desk.replace_invoice(self.back_office, invoice.id, right, NewRate(rate), AGREED)

    @precondition(lambda self: self._documents(*STANDS))
    @rule(which=st.integers(0, 50), mistake_first=st.booleans(), rate=RATES)
    def take_back_and_correct(self, which: int, mistake_first: bool, rate: int | None) -> None:
        """Money leaves while a mistake is put right, one or the other first."""
        self._run(self._take_back_and_correct(which, mistake_first, rate))

    async def _take_back_and_correct(self, which: int, mistake_first: bool, rate: int | None) -> None:
        await self._take_back(1 + which % 3, which)
        shares = await rows_of(self.database, "shares")
        code = shares[-1]["payment_code"] if shares else self.codes[which % REQUESTS]
        lines = await rows_of(self.database, "order_lines")
        places = {(row["order_id"], row["position"]) for row in lines if row["payment_code"] == code}
        if mistake_first:
            self.issuer.fates.insert(0, Fate.NOT_HERE)
        else:
            await self._pass(1)
        for document in await self._all():
            on_it = {(line.order_id, line.position) for line in document.lines}
            if document.invoice.state in STANDS and on_it & places:
                with contextlib.suppress(DomainError):
                    await self._correct(document.invoice, False, rate)
        await self._pass(1)

    @precondition(lambda self: self._documents(*STANDS))
    @rule(which=st.integers(0, 20), rate=RATES, tenths=st.integers(0, 15), both=st.integers(1, 3))
    def adjust(self, which: int, rate: int | None, tenths: int, both: int) -> None:
        """Back office types another sum of a line, another rate, or both."""
        issued = self._documents(*STANDS)
        document = issued[which % len(issued)]
        line = document.lines[which % len(document.lines)]
        new = NewSum(line.order_id, line.position, line.amount * tenths // 10) if both & 1 else None
        adjust = self.operations.desk.adjust_invoice
        percent = NewRate(rate) if both & 2 else None
        with contextlib.suppress(DomainError):
            self._run(adjust(self.back_office, document.invoice.id, new, percent, AGREED))

    @rule()
    def issue_by_hand(self) -> None:
        """Back office takes the queue, keeps the agreements, issues all of it, and enters the numbers."""
        self._run(self._issue_by_hand())

    async def _issue_by_hand(self) -> None:
        desk, today = self.operations.desk, self.clock.today()
        rows: list[SheetRow] = []
        for one in await desk.take_invoice_queue(self.back_office):
            if one.invoice.kind is InvoiceKind.ADJUSTMENT:
                assert one.original is not None
                assert one.original.state in STANDS
                kept = await desk.keep_agreement(self.back_office, one.invoice.id, AGREED)
                assert (kept.kind, kept.invoice_id) == (CorrectionKind.ADJUSTMENT, one.invoice.id)
            self.by_hand += 1
            cells = {"key": one.invoice.key, "form": "1", "series": f"C{today:%y}TBB"}
            cells |= {"number": str(self.by_hand), "date": f"{today:%d/%m/%Y}", "authority_code": "00"}
            rows.append(SheetRow(len(rows) + 2, cells | {"total": str(one.invoice.amount)}))
        seen = (await desk.check_invoice_numbers(self.back_office, rows)).seen
        assert (await desk.enter_invoice_numbers(self.back_office, rows, seen)).problems == ()

    @invariant()
    def no_money_stands_on_two_documents(self) -> None:
        prices = {
            (row["order_id"], row["position"]): row["amount"]
            for row in self._ask(rows_of(self.database, "order_lines"))
        }
        sums: Counter[tuple[int, int]] = Counter()
        for document in self._counted(self._documents()):
            for line in document.lines:
                sums[line.order_id, line.position] += line.amount
        # By how much back office typed another sum of an order line.
        typed: Counter[tuple[int, int]] = Counter()
        for document in self._documents():
            for line in document.lines if document.invoice.typed else ():
                typed[line.order_id, line.position] += line.amount
        assert all(0 <= amount <= prices[place] + typed[place] for place, amount in sums.items())

    @invariant()
    def each_document_adds_up_and_is_somebodys(self) -> None:
        firms = {row["id"]: row["firm_id"] for row in self._ask(rows_of(self.database, "orders"))}
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
                of_day = SERIES.by_year[invoice.day.year]
                assert invoice.number.series == (
                    f"C{invoice.number.date:%y}TBB" if invoice.by_hand else of_day
                )

    @invariant()
    def what_corrects_another_says_so_once(self) -> None:
        documents = {document.invoice.id: document for document in self._documents()}
        borne: Counter[tuple[int, int, int]] = Counter()
        vat: Counter[tuple[int, int, int]] = Counter()
        replaced = set()
        for number, document in documents.items():
            invoice = document.invoice
            original = documents[invoice.original_id].invoice if invoice.original_id is not None else None
            if original is None:
                assert invoice.kind is InvoiceKind.ORIGINAL
            elif invoice.kind is InvoiceKind.ADJUSTMENT:
                assert original.kind is not InvoiceKind.ADJUSTMENT
                assert original.state is not InvoiceState.REPLACED
                assert invoice.by_hand
                if invoice.number is None:
                    assert (invoice.buyer, invoice.email) == (original.buyer, original.email)
                else:
                    assert original.state is InvoiceState.ADJUSTED
            else:
                assert original.id not in replaced
                replaced.add(original.id)
                assert original.state in (*STANDS, InvoiceState.REPLACED)
                assert (original.state is InvoiceState.REPLACED) == (invoice.number is not None)
            of = original.id if invoice.kind is InvoiceKind.ADJUSTMENT and original else number
            for line in document.lines:
                borne[of, line.order_id, line.position] += line.amount
                vat[of, line.order_id, line.position] += line.vat
        assert all(amount >= 0 for amount in borne.values())
        assert all(vat[place] == 0 for place, amount in borne.items() if amount == 0)
        # What is adjusted is not replaced, nor the other way round.
        adjusted = {
            one.invoice.original_id
            for one in documents.values()
            if one.invoice.kind is InvoiceKind.ADJUSTMENT
        }
        assert not adjusted & replaced

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
            await self._issue_by_hand()
        await self._pass(3)
        for document in await self._all():
            assert document.invoice.state in AT_REST, document.invoice
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
            await CloseInvoices(Killed(self.database, commits), self.clock, self.invoice_rules)(day)
        await self._pass(0)

    async def _check_sums(self) -> None:
        """All days before this one are closed, and nothing came in since."""
        received, active = await self._received(), Counter[str]()
        licences = {
            (row["order_id"], row["position"]): row for row in await rows_of(self.database, "licences")
        }
        lines = {}
        for row in await rows_of(self.database, "order_lines"):
            place = row["order_id"], row["position"]
            lines[place] = row["payment_code"]
            if licences[place]["activated_at"] and not licences[place]["cancelled"]:
                active[row["payment_code"]] += row["amount"]
        invoiced, stated, typed = Counter[str](), Counter[str](), set[str]()
        for document in self._counted(await self._all()):
            for line in document.lines:
                code = lines[line.order_id, line.position]
                stated[code] += line.amount
                invoiced[code] += 0 if document.invoice.typed else line.amount
                if document.invoice.typed and document.invoice.amount < 0:
                    typed.add(code)
        for code, amount in self.amounts.items():
            taken = max(0, min(received[code], amount))
            due = active[code] if self.moment is InvoiceMoment.ACTIVATED else taken
            # What was typed off cannot be taken off again when money leaves; what is called off goes whole.
            typed_off, gone = code in typed and invoiced[code] > due, (due, stated[code]) == (0, 0)
            assert invoiced[code] == due or typed_off or gone, code

    @staticmethod
    def _counted(documents: list[_Document]) -> list[_Document]:
        """A replacement counts when what it replaces does not."""
        return [
            one
            for one in documents
            if one.invoice.state is not InvoiceState.REPLACED
            and (one.invoice.kind is not InvoiceKind.REPLACEMENT or one.invoice.number is not None)
        ]

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
        if self._found is None:
            self._found = self._ask(self._all())
        return [one for one in self._found if not states or one.invoice.state in states]

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
@pytest.mark.parametrize("moment", [InvoiceMoment.PAID, InvoiceMoment.ACTIVATED])
def test_whatever_happens_to_money_and_provider(
    prepared: tuple[Path, tuple[Actor, ...]], moment: InvoiceMoment
) -> None:
    machine = type("Prepared", (Invoicing,), {"prepared": prepared, "moment": moment})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=18,
            deadline=None,
            derandomize=True,
            database=None,
            # Shrinking such long walks takes minutes, so the failing walk is printed as it is.
            phases=(Phase.generate,),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
