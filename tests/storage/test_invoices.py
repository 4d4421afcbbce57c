"""Tax invoices: each made once, with what is due, and found from every side."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from domain.events import Event, Verb
from domain.invoices import (
    Buyer,
    BuyerKind,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceMoment,
    InvoiceState,
    IssuedNumber,
)
from domain.invoicing import Invoiced, LineStanding, RequestStanding, group_of
from domain.licences import ActivationStep
from domain.orders import Order
from domain.transfers import Share
from services.ports import InvoiceFiles, KeptFiles, NewInvoice, UnitOfWork
from storage.database import Database
from tests.storage.conftest import LATER, Office, open_office
from tests.storage.test_licences import licensed, save
from tests.storage.test_transfers import added
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.planting import planted

DAY = date(2026, 6, 15)
BUYER = Buyer(BuyerKind.COMPANY, "Công ty TNHH Hoa Sen", "0100109106", "1 Lê Lợi")
EMAIL = "hoadon@hoasen.vn"
NUMBER = IssuedNumber("1", "C26TAA", "12", date(2026, 6, 16), "00BD", "2QTB")
EVEN, ODD = "KTEVENAA", "KTODDAAA"


def new(office: Office, key: str = "one", **changes: Any) -> NewInvoice:
    """A document to be made for one buyer and day; `group` names another one."""
    group = changes.pop("group", "")
    made = NewInvoice(
        key,
        office.firm.id,
        office.owner.id,
        InvoiceKind.ORIGINAL,
        DAY,
        BUYER,
        EMAIL,
        group_of(BUYER, group),
    )
    return replace(made, **changes)


def line(order: Order, position: int = 1, amount: int = 1_080_000, **changes: Any) -> InvoiceLine:
    made = InvoiceLine(
        order.id, order.code, position, "STARTER", "Starter", 2026, "Hoa Sen", "0100109106", amount, 80_000, 8
    )
    return replace(made, **changes)


async def made(uow: UnitOfWork, office: Office, key: str, order: Order, **changes: Any) -> Invoice:
    """A document with one line of this order; what of `changes` an invoice has is saved."""
    fresh = {
        name: changes.pop(name)
        for name in ("day", "kind", "original_id", "typed", "lines")
        if name in changes
    }
    lines = fresh.pop("lines", [line(order)])
    (invoice,) = await uow.invoices.gather([new(office, key, group=key, **fresh)])
    await uow.invoices.add_lines([(invoice.id, one) for one in lines])
    found = await uow.invoices.get(invoice.id)
    assert found is not None
    await uow.invoices.save(replace(found, **changes))
    return replace(found, **changes)


async def test_a_document_is_made_once_a_day_and_group(either: Database) -> None:
    office = await open_office(either)
    async with either.write() as uow:
        one, other, again = await uow.invoices.gather(
            [new(office), new(office, "two", group="b@c.vn"), new(office, "three")]
        )
        next_day = new(office, "four", day=DAY + timedelta(days=1))
        assert one == again != other
        assert (one.key, one.buyer, one.email, one.state) == ("one", BUYER, EMAIL, InvoiceState.WAITING)
        assert [each.key for each in await uow.invoices.gather([new(office, "five"), next_day])] == [
            "one",
            "four",
        ]


async def test_lines_are_added_up_and_grow(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 3)
    async with either.write() as uow:
        (invoice,) = await uow.invoices.gather([new(office)])
        await uow.invoices.add_lines([(invoice.id, line(order, at, partly=at == 2)) for at in (2, 1)])
        await uow.invoices.add_lines([(invoice.id, line(order, 2, 100, vat=7, partly=True))])
        grown = line(order, 2, 1_080_100, vat=80_007, partly=True)
        assert await uow.invoices.lines([invoice.id, 77]) == {invoice.id: [line(order), grown], 77: []}
        found = await uow.invoices.get(invoice.id)
        assert found is not None
        assert (found.amount, found.vat, found.line_count) == (2_160_100, 160_007, 2)
        assert await uow.invoices.of_order(order.id, 0, 8) == [found]
        assert await uow.invoices.of_order(77, 0, 8) == []


async def test_what_may_change_is_saved_and_nothing_else(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    async with either.write() as uow:
        invoice = await made(uow, office, "one", order)
        changed = replace(
            invoice,
            key="other",
            state=InvoiceState.CODED,
            buyer=replace(BUYER, kind=BuyerKind.PERSON, name="Lan"),
            email="x@y.vn",
            by_hand=True,
            form=NUMBER.form,
            series=NUMBER.series,
            issued_on=NUMBER.date,
            number=NUMBER,
            tracking="t-1",
            refusal="r",
            refused_field="name",
            sent_at=NOW,
        )
        await uow.invoices.save(replace(changed, amount=1, day=DAY + timedelta(days=1), firm_id=9))
        assert await uow.invoices.get(invoice.id) == changed
        assert await uow.invoices.by_keys(["other", "one"]) == {"other": changed}
        handed = replace(changed, number=None, state=InvoiceState.SENT)
        await uow.invoices.save(handed)
        assert await uow.invoices.get(invoice.id) == handed


async def test_a_number_is_given_once_a_series(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    numbered = {"form": "1", "series": "C26TAA", "issued_on": NUMBER.date, "number": NUMBER}
    async with either.write() as uow:
        one = await made(uow, office, "one", order, **numbered)
        other = await made(uow, office, "two", order, number=replace(NUMBER, series="C26TAB"))
        assert await uow.invoices.numbered([NUMBER, replace(NUMBER, number="13")]) == [one]
        assert other.number is not None
        assert [found.id for found in await uow.invoices.numbered([other.number])] == [other.id]
    with pytest.raises(IntegrityError):
        async with either.write() as uow:
            await made(uow, office, "three", order, number=NUMBER)
    with pytest.raises(IntegrityError):
        async with either.write() as uow:
            await uow.invoices.gather([new(office, "one", group="x")])


async def test_a_document_is_replaced_once(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    replacing = {"kind": InvoiceKind.REPLACEMENT}
    async with either.write() as uow:
        first = await made(uow, office, "one", order)
        await made(uow, office, "two", order, original_id=first.id, **replacing)
    with pytest.raises(IntegrityError):
        async with either.write() as uow:
            await made(uow, office, "three", order, original_id=first.id, **replacing)


async def test_the_queue_goes_by_day_and_leaves_out_what_cannot_be_issued_yet(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    queued = {"state": InvoiceState.QUEUED, "by_hand": True}
    async with either.write() as uow:
        late = await made(uow, office, "late", order, day=DAY + timedelta(days=1), **queued)
        early = await made(uow, office, "early", order, **queued)
        handed = await made(uow, office, "handed", order, **queued | {"state": InvoiceState.SENT})
        waiting = await made(uow, office, "waiting", order)
        await made(uow, office, "refused", order, state=InvoiceState.REFUSED)
        issued = await made(uow, office, "issued", order, number=NUMBER, state=InvoiceState.DELIVERED)
        number = replace(NUMBER, number="77")
        coded = await made(uow, office, "coded", order, number=number, state=InvoiceState.CODED)
        adjusts = {"kind": InvoiceKind.ADJUSTMENT, **queued}
        await made(uow, office, "too early", order, original_id=early.id, **adjusts)
        await made(uow, office, "not mailed", order, original_id=coded.id, **adjusts)
        adjustment = await made(uow, office, "adjusts", order, original_id=issued.id, **adjusts)
        queue = [early, handed, adjustment, late]
        assert await uow.invoices.unnumbered(True, None, 9) == queue
        assert await uow.invoices.unnumbered(True, (DAY, handed.id), 1) == [adjustment]
        assert await uow.invoices.unnumbered(False, None, 9) == []
        assert await uow.invoices.waiting(DAY, 9) == [waiting]
        assert await uow.invoices.late(DAY - timedelta(days=1)) == 0
        assert await uow.invoices.late(DAY) == 7
        assert [one.key for one in await uow.invoices.refused(office.owner.id, 0, 8)] == ["refused"]


async def test_a_series_knows_its_last_date_and_what_is_unsettled(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    sent = {"form": "1", "series": "C26TAA", "state": InvoiceState.UNKNOWN}
    async with either.write() as uow:
        assert await uow.invoices.last_date("1", "C26TAA") is None
        assert await uow.invoices.last_issued("1", "C26TAA") is None
        await made(uow, office, "one", order, issued_on=DAY, **sent)
        await made(uow, office, "two", order, issued_on=DAY + timedelta(days=2), number=NUMBER)
        assert await uow.invoices.last_date("1", "C26TAA") == NUMBER.date
        assert await uow.invoices.last_issued("1", "C26TAA") == NUMBER
        assert not await uow.invoices.unsettled_before("1", "C26TAA", DAY)
        assert await uow.invoices.unsettled_before("1", "C26TAA", NUMBER.date)
        assert not await uow.invoices.unsettled_before("1", "C27TAA", NUMBER.date)


async def test_files_are_kept_once(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    async with either.write() as uow:
        invoice = await made(uow, office, "one", order)
        assert await uow.invoices.files(invoice.id) is None
        files = InvoiceFiles(b"%PDF\0", b"<xml/>")
        await uow.invoices.put_files(invoice.id, files)
        await uow.invoices.put_files(invoice.id, InvoiceFiles(b"", b""))
        assert await uow.invoices.files(invoice.id) == files


async def test_what_is_due_is_read_from_money_and_invoices(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 3)
    span = (NOW - timedelta(hours=1), LATER)
    async with planted(either) as uow:
        transfer = await added(uow, "1")
        before, after = NOW - timedelta(hours=2), LATER + timedelta(minutes=1)
        await uow.transfers.add_shares(transfer.id, [Share(EVEN, 5)], before)
        await uow.transfers.add_shares(transfer.id, [Share(ODD, 1_000), Share(ODD, -1)], NOW)
        await uow.transfers.add_shares(transfer.id, [Share(EVEN, 7)], after)
        assert await uow.invoices.changed(InvoiceMoment.PAID, *span) == [ODD]
        assert await uow.invoices.changed(InvoiceMoment.PAID, before, LATER) == [EVEN, ODD]

        invoiced = {"lines": [line(order, 1, 300, vat=24)]}
        await made(uow, office, "one", order, state=InvoiceState.REFUSED, **invoiced)
        await made(uow, office, "gone", order, state=InvoiceState.REPLACED, **invoiced)
        replacing = {"kind": InvoiceKind.REPLACEMENT, "original_id": 1, **invoiced}
        await made(uow, office, "to be", order, **replacing)
        assert await uow.invoices.standings([EVEN, ODD], *span) == {
            EVEN: RequestStanding(1_080_000, 5, 0, False),
            ODD: RequestStanding(1_080_000, 999, 300, True),
        }
        found = await uow.invoices.billable([EVEN, ODD], None, 9)
        assert [(one.order, one.line) for one in found] == [(order, lines[at].line) for at in (1, 0, 2)]
        assert found[1].standing == LineStanding(1_080_000, False, False, {8: Invoiced(300, 24)})
        assert await uow.invoices.billable([EVEN, ODD], (EVEN, 2), 1) == found[1:2]


async def test_what_was_typed_is_read_apart_from_what_follows_the_money(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 3)
    span = (NOW - timedelta(hours=1), LATER)
    async with either.write() as uow:
        first = await made(uow, office, "one", order, lines=[line(order, 1, 300, vat=24)])
        adjusts = {"kind": InvoiceKind.ADJUSTMENT, "original_id": first.id, "typed": True}
        both = [line(order, 1, -300, vat=-24), replace(line(order, 1, 250, vat=0), vat_rate=None)]
        typed = await made(uow, office, "typed", order, lines=both, **adjusts)
        assert (typed.typed, typed.amount, typed.vat, typed.line_count) == (True, -50, -24, 2)
        assert (await uow.invoices.lines([typed.id]))[typed.id] == both
        assert (await uow.invoices.standings([ODD], *span))[ODD].invoiced == 300
        (found, *_) = await uow.invoices.billable([ODD], None, 9)
        rates = {8: Invoiced(0, 0), None: Invoiced(250, 0)}
        assert found.standing == LineStanding(1_080_000, False, False, rates, -50)
        assert await uow.invoices.bearing(order.id) == [(first, both[1])]
        assert {at: len(all_) for at, all_ in (await uow.invoices.on_lines(order.id, 1, 3)).items()} == {1: 2}


async def test_an_activation_or_a_cancelled_order_makes_an_invoice_due(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 3)
    span = (NOW, LATER)
    await save(office, lines[1], step=ActivationStep.DONE, activated_at=NOW)
    await save(office, lines[0], step=ActivationStep.DONE, activated_at=LATER)
    async with either.write() as uow:
        assert await uow.invoices.changed(InvoiceMoment.ACTIVATED, *span) == [EVEN]
        await uow.events.add(Event(Verb.ORDER_CANCELLED, NOW, order_id=order.id))
        assert await uow.invoices.changed(InvoiceMoment.ACTIVATED, *span) == [EVEN, ODD]


async def test_what_bears_a_line_counts_its_adjustments(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 1)
    async with either.write() as uow:
        first = await made(uow, office, "one", order, lines=[line(order, 1, 300, vat=24)])
        second = await made(uow, office, "two", order, lines=[line(order, 1, 200, vat=16)])
        cut = [line(order, 1, -50, vat=-4)]
        await made(uow, office, "3", order, kind=InvoiceKind.ADJUSTMENT, original_id=first.id, lines=cut)
        assert await uow.invoices.bearing(order.id, 1) == [
            (second, line(order, 1, 200, vat=16)),
            (first, line(order, 1, 250, vat=20)),
        ]


async def test_an_order_finds_its_documents_by_day_state_and_line(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office, 3)
    async with either.write() as uow:
        first = await made(
            uow, office, "one", order, lines=[line(order, 1), line(order, 2)], state=InvoiceState.DELIVERED
        )
        second = await made(uow, office, "two", order, lines=[line(order, 2)], day=DAY + timedelta(days=1))
        third = await made(uow, office, "three", order, lines=[line(order, 3)])
        read = uow.invoices
        assert [one.id for one in await read.of_order(order.id, 0, 8)] == [third.id, second.id, first.id]
        assert [one.id for one in await read.of_order(order.id, 0, 8, DAY)] == [third.id, first.id]
        assert await read.states(order.id) == {InvoiceState.DELIVERED: 1, InvoiceState.WAITING: 2}
        assert await read.states(order.id, DAY) == {InvoiceState.DELIVERED: 1, InvoiceState.WAITING: 1}
        assert await read.states(77) == {}
        await read.save(replace(first, state=InvoiceState.REFUSED))
        assert [one.id for one in await read.of_order(order.id, 0, 2)] == [first.id, third.id]
        on_lines = await read.on_lines(order.id, 1, 2)
        assert {at: [one.id for one in found] for at, found in on_lines.items()} == {
            1: [first.id],
            2: [first.id, second.id],
        }
        assert await read.with_files(order.id) == []
        for invoice in (third, first):
            await read.put_files(invoice.id, InvoiceFiles(b"%PDF", b"<xml/>"))
        assert [one.id for one in await read.with_files(order.id)] == [first.id, third.id]
        assert len(await read.with_files(order.id, 1)) == 1
        assert [await read.kept_files(one.id) for one in (first, second)] == [
            KeptFiles(True, True),
            KeptFiles(),
        ]
        await read.put_files(first.id, InvoiceFiles(b"", b"<xml2/>"), instead=True)
        assert await read.kept_files(first.id) == KeptFiles(xml=True)
        assert await read.files(first.id) == InvoiceFiles(b"", b"<xml2/>")
