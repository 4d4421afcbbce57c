"""A provider issues each document once, in the order of dates, whatever it answers or does not."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.invoices import Invoice, InvoiceState, IssuedNumber
from domain.people import Actor
from services.invoices.closing import InvoiceRules
from services.invoices.following import FollowInvoice
from services.invoices.issuing import IssueInvoice, Series
from services.operations import Operations, build_operations
from services.ports import Found, InvoiceDocument, InvoiceFiles, IssuedInvoice, RetryLater
from storage.database import Database
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_closing import DAY, NEXT, Killed
from tests.services.paying import pushes_of
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.invoicing import SERIES, Fate, KeptIssuer
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

RULES = InvoiceRules(by_hand=False)


@pytest.fixture
def issuer() -> KeptIssuer:
    return KeptIssuer()


@pytest.fixture
def operations(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), invoice_rules=RULES)


@pytest.fixture
async def bank(database: Database, clock: FixedClock, back_office: Actor, issuer: KeptIssuer) -> Bank:
    working = Working(database, clock, invoice_rules=RULES, issuer=issuer, series=SERIES)
    return Bank(database, clock, working)


async def made(books: Books, count: int = 1, day: date = DAY) -> None:
    """Let a day have these many documents, queued."""
    order = await books.order(count)
    for at in range(count):
        await books.pay(order, PRICE, at)
    await books.close(day, RULES)


async def work(books: Books, **passes: float) -> None:
    await books.bank.working.work_until(books.clock.now() + timedelta(**passes or {"minutes": 10}))


async def states(books: Books) -> list[InvoiceState]:
    return [invoice.state for invoice, _ in await books.documents()]


async def invoice_of(books: Books, at: int = 0) -> Invoice:
    return (await books.documents())[at][0]


async def test_a_document_gets_number_code_and_files(books: Books, issuer: KeptIssuer) -> None:
    await made(books)
    await work(books)
    ((invoice, _),) = await books.documents()
    assert invoice.state is InvoiceState.DELIVERED
    assert invoice.number == IssuedNumber("1", "C26TAA", "1", DAY, "001", "LOOK")
    assert invoice.tracking == f"tracking-{invoice.key}"
    async with books.database.read() as uow:
        assert await uow.invoices.files(invoice.id) == InvoiceFiles(
            b"%PDF", f"<xml>{invoice.key}</xml>".encode()
        )
    assert [name for name, _ in issuer.calls] == ["ready", "issue", "find", "find", "files"]


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.DROPPED, Fate.SLOW, Fate.AWAY])
async def test_whatever_becomes_of_the_answer_it_is_issued_once(
    books: Books, issuer: KeptIssuer, fate: Fate
) -> None:
    issuer.fates = [fate]
    await made(books, 2)
    key = (await invoice_of(books)).key
    await work(books)
    assert await states(books) == [InvoiceState.DELIVERED] * 2
    assert (len(issuer.issued()), issuer.issued_twice) == (2, [])
    assert (await invoice_of(books)).key == key


async def test_what_is_unclear_is_looked_for_before_it_is_sent_again(
    books: Books, issuer: KeptIssuer
) -> None:
    issuer.fates = [Fate.DROPPED]
    await made(books)
    await work(books, seconds=90)
    assert await states(books) == [InvoiceState.UNKNOWN]
    await work(books)
    named = [name for name, _ in issuer.calls if name in ("issue", "find")]
    assert named[:2] == ["issue", "find"]
    assert named.count("issue") == 2


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.FAILS])
async def test_a_refusal_stops_that_document_only_until_it_is_mended(
    books: Books, issuer: KeptIssuer, owner: Actor, fate: Fate
) -> None:
    issuer.fates = [fate]
    await made(books, 2)
    await work(books)
    assert await states(books) == [InvoiceState.REFUSED, InvoiceState.DELIVERED]
    refused = await invoice_of(books)
    assert refused.refused_field == "tax_id"
    await work(books, hours=9)
    assert len(await pushes_of(books.database, "invoices_refused")) == 1

    right = replace(refused.buyer, tax_id="0100109106")
    await books.operations.mend_invoice(owner, refused.id, right, "moi@hoasen.vn")
    mended = await books.operations.mend_invoice(owner, refused.id, right, "moi@hoasen.vn")
    assert mended.state is InvoiceState.QUEUED


async def test_a_mended_document_is_issued_under_a_new_key(
    books: Books, issuer: KeptIssuer, owner: Actor, database: Database, clock: FixedClock
) -> None:
    issuer.fates = [Fate.REFUSED]
    await made(books)
    await work(books)
    refused = await invoice_of(books)
    await made_again(books, refused, owner)
    await work(books)
    issued = await invoice_of(books)
    assert (issued.state, issued.refusal, issued.buyer.name) == (InvoiceState.DELIVERED, "", "Hoa Sen")
    assert issued.key != refused.key
    # It was looked for under the old key first.
    assert issuer.calls.index(("find", refused.key)) < issuer.calls.index(("issue", issued.key))


async def test_a_document_that_failed_though_issued_is_not_issued_again(
    books: Books, issuer: KeptIssuer, owner: Actor
) -> None:
    issuer.fates = [Fate.FAILS_ISSUED]
    await made(books)
    await work(books)
    refused = await invoice_of(books)
    assert refused.state is InvoiceState.REFUSED
    await made_again(books, refused, owner)
    await work(books)
    issued = await invoice_of(books)
    assert (issued.state, issued.key) == (InvoiceState.DELIVERED, refused.key)
    assert len(issuer.issued()) == 1
    assert await causes(books) == ["issued_before"]


async def test_what_failed_without_a_reason_is_looked_for_until_it_is_issued(
    books: Books, issuer: KeptIssuer
) -> None:
    issuer.fates = [Fate.FAILS_FIRST]
    await made(books, 2)
    await work(books)
    assert await states(books) == [InvoiceState.DELIVERED] * 2
    assert (len(issuer.issued()), issuer.issued_twice, await causes(books)) == (2, [], [])


async def test_it_is_looked_for_ever_more_seldom_and_then_left_to_back_office(
    books: Books, issuer: KeptIssuer, back_office: Actor
) -> None:
    issuer.fates = [Fate.UNSAID]
    await made(books)
    await work(books, minutes=119)
    invoice = await invoice_of(books)
    assert (invoice.state, invoice.by_hand, await causes(books)) == (InvoiceState.SENT, False, [])
    await work(books, minutes=15)
    invoice = await invoice_of(books)
    assert (invoice.state, invoice.by_hand) == (InvoiceState.QUEUED, True)
    looks = [name for name, _ in issuer.calls].count("find")
    assert 20 < looks < 60
    await work(books, hours=24)
    assert [name for name, _ in issuer.calls].count("find") == looks
    assert (len(await pushes_of(books.database, "invoices_by_hand")), await causes(books)) == (1, [])


@pytest.mark.parametrize("fate", [Fate.FAILS_FIRST, Fate.SLOW])
async def test_what_was_missing_at_first_is_followed_again(
    books: Books, database: Database, clock: FixedClock, back_office: Actor, fate: Fate
) -> None:
    class Unseen(KeptIssuer):
        seen = False

        async def find(self, invoice: Invoice) -> IssuedInvoice | Found:
            self.seen = self.seen or invoice.state is InvoiceState.UNKNOWN
            return await super().find(invoice) if self.seen else Found.MISSING

    unseen = Unseen([fate])
    await made(books)
    working = Working(database, clock, invoice_rules=RULES, issuer=unseen, series=SERIES)
    await working.work_until(clock.now() + timedelta(minutes=30))
    assert await states(books) == [InvoiceState.DELIVERED]
    assert [name for name, _ in unseen.calls].count("issue") == 1


async def test_a_stop_holds_the_queue_and_is_told_once_a_document_and_cause(
    books: Books, issuer: KeptIssuer
) -> None:
    issuer.fates = [Fate.STOPPED] * 3
    await made(books, 2)
    await work(books, seconds=130)
    assert await states(books) == [InvoiceState.QUEUED] * 2
    assert await causes(books) == ["quota"]
    await work(books)
    assert await states(books) == [InvoiceState.DELIVERED] * 2
    assert await causes(books) == ["quota"]


async def test_a_year_without_a_series_stops_the_queue(
    books: Books, issuer: KeptIssuer, database: Database, clock: FixedClock
) -> None:
    await made(books)
    invoice = await invoice_of(books)
    without = IssueInvoice(database, clock, issuer, Series("1", {2025: "C25TAA"}))
    for _ in range(2):
        with pytest.raises(RetryLater):
            await without(invoice.id)
    assert issuer.calls == []
    assert await causes(books) == ["no_series"]
    await IssueInvoice(database, clock, issuer, SERIES)(invoice.id)
    assert await states(books) == [InvoiceState.SENT]


async def test_what_the_provider_has_no_words_for_goes_to_back_office(
    books: Books, issuer: KeptIssuer, back_office: Actor
) -> None:
    issuer.fates = [Fate.NOT_HERE]
    await made(books, 2)
    await work(books)
    first, second = [invoice for invoice, _ in await books.documents()]
    assert (first.state, first.by_hand, first.refusal) == (InvoiceState.QUEUED, True, "budget_unit")
    assert second.state is InvoiceState.DELIVERED
    await work(books, hours=9)
    assert await causes(books) == []
    assert len(await pushes_of(books.database, "invoices_by_hand")) == 1
    assert [one.invoice.id for one in await books.operations.desk.take_invoice_queue(back_office)] == [1]


async def test_no_later_date_is_sent_while_an_earlier_one_is_unsettled(
    books: Books, issuer: KeptIssuer
) -> None:
    issuer.fates = [Fate.SLOW]
    await made(books)
    await work(books, seconds=1)
    assert await states(books) == [InvoiceState.SENT]
    await made(books, 1, NEXT)
    await work(books, hours=1)
    assert await states(books) == [InvoiceState.DELIVERED] * 2
    assert issuer.dates == {"C26TAA": [DAY, NEXT]}


async def test_a_mended_document_gets_no_date_before_the_last_of_its_series(
    books: Books, issuer: KeptIssuer, owner: Actor
) -> None:
    issuer.fates = [Fate.REFUSED]
    await made(books)
    await made(books, 1, NEXT)
    await work(books)
    await made_again(books, await invoice_of(books), owner)
    await work(books)
    first, second = [invoice for invoice, _ in await books.documents()]
    assert first.number is not None
    assert second.number is not None
    assert (first.day, first.number.date, second.number.date) == (DAY, NEXT, NEXT)


async def test_year_end_bears_the_series_of_each_year(books: Books, issuer: KeptIssuer) -> None:
    last = date(2026, 12, 31)
    for day in (last, last + timedelta(days=1)):
        books.clock.set(FixedClock(books.clock.now()).now() + (day - books.clock.today()))
        await made(books, 1, day)
    await work(books)
    numbers = [invoice.number for invoice, _ in await books.documents()]
    assert [(one.series, one.number, one.date) for one in numbers if one] == [
        ("C26TAA", "1", last),
        ("C27TAA", "1", last + timedelta(days=1)),
    ]


async def test_a_total_of_the_providers_that_is_another_is_told(books: Books, issuer: KeptIssuer) -> None:
    issuer.off_by = 1
    await made(books)
    await work(books)
    assert await states(books) == [InvoiceState.DELIVERED]
    assert await causes(books) == ["amount"]


async def test_a_number_of_another_document_is_told(
    books: Books, database: Database, clock: FixedClock, back_office: Actor
) -> None:
    class Repeating(KeptIssuer):
        async def find(self, invoice: Invoice) -> IssuedInvoice | Found:
            found = await super().find(invoice)
            assert isinstance(found, IssuedInvoice)
            return replace(found, number=replace(found.number, number="1"))

    await made(books, 2)
    working = Working(database, clock, invoice_rules=RULES, issuer=Repeating(), series=SERIES)
    await working.work_until(clock.now() + timedelta(minutes=10))
    first, second = [invoice for invoice, _ in await books.documents()]
    assert first.number is not None
    assert (second.state, second.number) == (InvoiceState.SENT, None)
    assert await causes(books) == ["number_used"]


@pytest.mark.parametrize("fates", [[], [Fate.LOST], [Fate.SLOW], [Fate.DROPPED]])
async def test_killed_at_every_commit_and_call_it_is_issued_once(
    books: Books, issuer: KeptIssuer, database: Database, clock: FixedClock, fates: list[Fate]
) -> None:
    issuer.fates = list(fates)
    await made(books)
    invoice = await invoice_of(books)
    for kills in range(200):
        left = kills

        def may_die() -> None:
            nonlocal left
            if left == 0:
                raise Killed.Kill
            left -= 1

        issuer.before = may_die
        units = Killed(database, kills)
        try:
            await IssueInvoice(units, clock, issuer, SERIES)(invoice.id)
            await FollowInvoice(units, clock, issuer)(invoice.id)
        except (Killed.Kill, RetryLater):
            clock.forward(minutes=3)
        if (await invoice_of(books)).state is InvoiceState.DELIVERED:
            break
    assert (len(issuer.issued()), issuer.issued_twice) == (1, [])
    assert (await invoice_of(books)).key == invoice.key
    # It is handed over once, too.
    assert len(await pushes_of(database, "invoice_issued")) == 1


async def made_again(books: Books, refused: Invoice, owner: Actor) -> None:
    """Mend a document."""
    right = replace(refused.buyer, name="Hoa Sen")
    await books.operations.mend_invoice(owner, refused.id, right, refused.email)


async def causes(books: Books) -> list[str]:
    """What back office was told."""
    return [row["about"].partition(":")[2] for row in await pushes_of(books.database, "invoice_stopped")]


async def test_a_job_that_seemed_dead_and_its_repeat_issue_once(
    books: Books, database: Database, clock: FixedClock
) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    class Slow(KeptIssuer):
        async def issue(self, document: InvoiceDocument) -> str:
            began.set()
            await go_on.wait()
            return await super().issue(document)

    slow = Slow()
    await made(books)
    issue = IssueInvoice(database, clock, slow, SERIES)
    first = asyncio.create_task(issue(1))
    await began.wait()
    with pytest.raises(RetryLater):
        await issue(1)
    go_on.set()
    await first
    assert await states(books) == [InvoiceState.SENT]
    assert len(slow.issued()) == 1
