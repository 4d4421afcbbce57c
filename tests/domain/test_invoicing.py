"""What of an order line is due, how much of it is VAT, and when a document is late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting import AccountingData
from domain.customers import CustomerKind
from domain.invoices import Buyer, BuyerKind, InvoiceMoment
from domain.invoicing import (
    Due,
    Invoiced,
    LineStanding,
    RequestStanding,
    buyer_of,
    group_of,
    last_late_day,
    late_at,
    missing_in,
    payer_of,
    rate_on,
    vat_in,
    vat_of_part,
)
from domain.money import line_amount
from domain.orders import OrderLine
from domain.people import Firm
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode

PAID, ACTIVATED = InvoiceMoment.PAID, InvoiceMoment.ACTIVATED
LAST_OF_2026 = date(2026, 12, 31)
FRIDAY = date(2026, 6, 19)
LINE = OrderLine(
    position=1,
    customer_id=1,
    kind=CustomerKind.ENTERPRISE,
    tax_code="0312345673",
    name="Hoa Sen",
    address="1 Lê Lợi",
    representative="",
    email="a@b.vn",
    phone="",
    accounting=AccountingData("TT133", "KHAU_TRU"),
    price=1_000_000,
    vat_rate=8,
    amount=1_080_000,
    notice=NoticeRecipient("", "", ""),
    invoice=InvoiceRecipient("", "", "", "", BuyerKind.COMPANY),
    payment_code="KTAAAAAA",
)


def line(amount: int, invoiced: int = 0, activated: bool = False, called_off: bool = False) -> LineStanding:
    return LineStanding(amount, activated, called_off, {8: Invoiced(invoiced, 0)} if invoiced else {})


def due(
    lines: Sequence[LineStanding], received: int, moment: InvoiceMoment = PAID, taken_back: bool = False
) -> list[int]:
    request = RequestStanding(
        sum(one.amount for one in lines), received, sum(one.sum for one in lines), taken_back
    )
    asked = Due(moment, request)
    return [asked.of(one) for one in lines]


@pytest.mark.parametrize(
    "received, expected",
    [(0, [0, 0, 0]), (50, [50, 0, 0]), (150, [100, 50, 0]), (300, [100, 100, 100]), (301, [100, 100, 100])],
)
def test_money_fills_the_lines_in_their_order(received: int, expected: list[int]) -> None:
    assert due([line(100)] * 3, received) == expected
    assert due([line(100)] * 3, -received) == [0, 0, 0]


def test_only_what_is_not_invoiced_yet_is_due() -> None:
    assert due([line(100, 100), line(100, 20), line(100)], 150) == [0, 30, 0]
    assert due([line(100, 100), line(100, 20), line(100)], 120) == [0, 0, 0]
    # A part that was invoiced for a later line stays there.
    assert due([line(100), line(100, 60)], 100) == [40, 0]


def test_money_that_was_taken_back_is_taken_off_the_last_lines() -> None:
    invoiced = [line(100, 100), line(100, 60), line(100)]
    assert due(invoiced, 30, taken_back=True) == [-70, -60, 0]
    assert due(invoiced, 120, taken_back=True) == [0, -40, 0]
    # Another moment in the settings adjusts nothing.
    assert due(invoiced, 30) == [0, 0, 0]
    assert due(invoiced, 200, taken_back=True) == [0, 40, 0]


def test_what_was_typed_does_not_follow_the_money() -> None:
    def more(received: int, follows: int, typed: int, taken_back: bool = False, active: bool = True) -> int:
        line = LineStanding(100, active, not active, {8: Invoiced(follows + typed, 0)}, typed)
        moment = PAID if active else ACTIVATED
        return Due(moment, RequestStanding(100, received, follows, taken_back)).of(line)

    for typed in (-30, 30):
        assert more(60, 60, typed) == 0
        assert more(100, 60, typed) == 40
        assert more(50, 60, typed, taken_back=True) == -10
    # No more is taken off than stands there; what is called off takes all of it.
    assert more(10, 60, -30, taken_back=True) == -30
    assert more(0, 60, 30, taken_back=True) == -60
    assert more(0, 60, 30, active=False) == -90


def test_what_the_vendor_invoiced_itself_is_left_out() -> None:
    """The first lines were paid first, before the program made invoices."""

    def more(received: int, moment: InvoiceMoment, *lines: LineStanding) -> list[int]:
        request = RequestStanding(300, received, sum(one.sum for one in lines), True, 150)
        asked = Due(moment, request)
        return [asked.of(one) for one in lines]

    assert more(150, PAID, *[line(100)] * 3) == [0, 0, 0]
    assert more(250, PAID, *[line(100)] * 3) == [0, 50, 50]
    assert more(300, PAID, line(100), line(100, 50), line(100, 50)) == [0, 0, 50]
    assert more(170, PAID, line(100), line(100, 50), line(100, 50)) == [0, -30, -50]
    # Old money that left is adjusted where it was invoiced.
    assert more(50, PAID, *[line(100)] * 3) == [0, 0, 0]
    assert more(0, ACTIVATED, *[line(100, activated=True)] * 3) == [0, 50, 100]


def test_an_activation_makes_the_whole_price_due() -> None:
    lines = [line(100, activated=True), line(100, 30, activated=True), line(100), line(100, 100)]
    assert due(lines, 0, ACTIVATED) == [100, 70, 0, 0]
    assert due([line(100, 100, True, True), line(100, called_off=True)], 0, ACTIVATED) == [-100, 0]


@given(
    st.lists(st.integers(1, 1_000), min_size=1, max_size=6),
    st.lists(st.integers(-2_000, 3_000), min_size=1, max_size=6),
)
def test_the_lines_always_bear_what_was_received(amounts: list[int], sums: list[int]) -> None:
    lines = [line(amount) for amount in amounts]
    before = 0
    for received in sums:
        parts = due(lines, received, taken_back=received < before)
        before = received
        lines = [line(one.amount, one.sum + part) for one, part in zip(lines, parts, strict=True)]
        assert all(0 <= one.sum <= one.amount for one in lines)
        assert sum(one.sum for one in lines) == max(0, min(received, sum(amounts)))


@pytest.mark.parametrize("rate", [None, 0, 5, 8, 10])
def test_a_whole_price_holds_the_vat_that_was_added_to_it(rate: int | None) -> None:
    for price in (0, 1, 2, 999, 1_950_000, 1_234_567):
        assert vat_in(line_amount(price, rate), rate) == line_amount(price, rate) - price
        assert vat_in(-line_amount(price, rate), rate) == price - line_amount(price, rate)


@given(st.lists(st.integers(-1_000, 10_000), max_size=8), st.sampled_from([None, 0, 5, 8, 10]))
def test_parts_add_up_to_the_vat_of_the_whole(parts: list[int], rate: int | None) -> None:
    sums = Invoiced()
    for part in parts:
        sums = Invoiced(sums.amount + part, sums.vat + vat_of_part(sums, part, rate))
        assert sums.vat == vat_in(sums.amount, rate)


def test_the_cut_rate_ends_with_2026() -> None:
    assert rate_on(8, LAST_OF_2026) == 8
    assert rate_on(8, LAST_OF_2026 + timedelta(days=1)) == 10
    for rate in (None, 0, 5, 10):
        assert rate_on(rate, date(2027, 1, 1)) == rate


def test_the_buyer_is_what_the_line_says_whatever_its_number_looks_like() -> None:
    said = InvoiceRecipient("Hoa Sen", "079000000001", "1 Lê Lợi", "a@b.vn", BuyerKind.PERSON)
    assert buyer_of(
        replace(LINE, kind=CustomerKind.HOUSEHOLD, tax_code="079000000001", invoice=said)
    ) == Buyer(BuyerKind.PERSON, "Hoa Sen", "079000000001", "1 Lê Lợi")


@pytest.mark.parametrize(
    "recipient, buyers_number, payer",
    [
        (RecipientMode.CUSTOMER, LINE.tax_code, ""),
        (RecipientMode.CUSTOMER, "0100109106", "Hoa Sen"),
        (RecipientMode.ACCOUNTANT, "0100109106", ""),
        (RecipientMode.ACCOUNTANT, LINE.tax_code, "Kế toán Minh An"),
        (RecipientMode.OTHER, LINE.tax_code, "Trần Văn Bình"),
        (RecipientMode.OTHER, "0100109106", ""),
    ],
)
def test_who_pays_is_named_where_another_buys(
    recipient: RecipientMode, buyers_number: str, payer: str
) -> None:
    firm = Firm(1, "Kế toán Minh An", "0100109106")
    invoice = replace(LINE.invoice, tax_id=buyers_number)
    line = replace(LINE, invoice=invoice, notice=NoticeRecipient("Trần Văn Bình", "", ""))
    assert payer_of(recipient, line, firm) == payer


def test_what_a_buyer_lacks_is_named() -> None:
    buyer = Buyer(BuyerKind.COMPANY, "Hoa Sen", "0100109106", "1 Lê Lợi")
    assert missing_in(buyer) == ""
    for name in ("name", "tax_id", "address"):
        lacking: dict[str, Any] = {name: ""}
        assert missing_in(replace(buyer, **lacking)) == name


def test_documents_are_shared_by_buyer_and_mailbox() -> None:
    buyer = Buyer(BuyerKind.COMPANY, "Hoa Sen", "0100109106", "1 Lê Lợi")
    assert group_of(buyer, "a@b.vn") == group_of(replace(buyer), "a@b.vn")
    others = [group_of(buyer, "c@b.vn"), group_of(replace(buyer, kind=BuyerKind.PERSON), "a@b.vn")]
    assert len({group_of(buyer, "a@b.vn"), *others}) == 3


def test_a_document_is_late_on_the_working_day_after_its_own() -> None:
    monday = FRIDAY + timedelta(days=3)
    for day in (FRIDAY, FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2)):
        assert late_at(day) == datetime(2026, 6, 22, 3, tzinfo=UTC)
    assert last_late_day(late_at(FRIDAY)) == monday - timedelta(days=1)
    assert last_late_day(late_at(FRIDAY) - timedelta(seconds=1)) == FRIDAY - timedelta(days=1)
