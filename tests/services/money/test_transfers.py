"""What becomes of each kind of transfer: the table of docs/decisions/0008, row by row."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import update

from domain.codes import ALPHABET
from domain.messaging.contents import TransferContent
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Attention, Provider, ReportedTransfer, TransferState
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from services.patience import A_DAY
from storage.database import Database
from storage.tables.money import payment_requests
from tests.services.paying import last_transfer, order_state, requests_of
from tests.services.support import unchanged
from tests.support.banks import Bank, reported
from tests.support.builders import CHANNELS, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import rows_of

UNKNOWN = "KTM7R4Q2X"
AWAITING, PARTLY, PAID, OVERPAID = (
    PaymentState.AWAITING,
    PaymentState.PARTLY_PAID,
    PaymentState.PAID,
    PaymentState.OVERPAID,
)
MATCHED, UNMATCHED = TransferState.MATCHED, TransferState.UNMATCHED
NOTHING_PAID = (AWAITING, AWAITING, AWAITING)


@dataclass(frozen=True)
class Case:
    """Transfers to an order with three requests `{a}`, `{b}`, `{c}`, reported one after the other, each with
    its content and tenths of one request's amount; and what is expected of the last one and in the end."""

    tells: tuple[tuple[str, int], ...]
    state: TransferState = MATCHED
    attention: Attention | None = None
    surplus: int = 0
    requests: tuple[PaymentState, ...] = NOTHING_PAID
    order: OrderState = OrderState.PARTLY_PAID
    told: str = ""
    """The last transfer's pushes in order, to the accountant, the payer and back office."""
    changes: tuple[tuple[str, object], ...] = ()
    """Changes to the last transfer as reported."""
    cancelled: bool = False


TOLD = {"transfer_received": "a", "payment_receipt": "p", "transfer_open": "b"}

CASES = {
    "right": Case((("{a}", 10),), requests=(PAID, AWAITING, AWAITING), told="ap"),
    "too little": Case((("{a}", 4),), requests=(PARTLY, AWAITING, AWAITING), told="ap"),
    "the rest": Case((("{a}", 4), ("{a}", 6)), requests=(PAID, AWAITING, AWAITING), told="ap"),
    "too much": Case(
        (("{a}", 13),), MATCHED, Attention.TOO_MUCH, 3, (OVERPAID, AWAITING, AWAITING), told="apb"
    ),
    "twice": Case(
        (("{a}", 10), ("{a}", 10)),
        *(MATCHED, Attention.PAID_TWICE, 10),
        requests=(OVERPAID, AWAITING, AWAITING),
        told="apb",
    ),
    "several, exact": Case((("{b} va {a}", 20),), requests=(PAID, PAID, AWAITING), told="app"),
    "several, less": Case((("{b} {a} {c}", 15),), requests=(PARTLY, PAID, AWAITING), told="app"),
    "several, more": Case(
        (("{b} {a}", 25),), MATCHED, Attention.TOO_MUCH, 5, (OVERPAID, PAID, AWAITING), told="appb"
    ),
    "order code": Case((("{order}", 30),), requests=(PAID, PAID, PAID), order=OrderState.PAID, told="appp"),
    "order code, the rest": Case(
        (("{b}", 10), ("{order}", 20)), requests=(PAID, PAID, PAID), order=OrderState.PAID, told="app"
    ),
    "order code, less": Case((("{order}", 12),), requests=(PAID, PARTLY, AWAITING), told="app"),
    "order code, paid before": Case(
        (("{order}", 30), ("{order}", 30)),
        *(MATCHED, Attention.PAID_TWICE, 30),
        requests=(OVERPAID, PAID, PAID),
        order=OrderState.PAID,
        told="apb",
    ),
    "order and request": Case((("{order} {a}", 10),), requests=(PAID, AWAITING, AWAITING), told="ap"),
    "unknown code": Case(
        (("TT {unknown}", 10),), UNMATCHED, Attention.UNKNOWN_CODE, order=OrderState.PLACED, told="b"
    ),
    "no code": Case(
        (("NGUYEN VAN A CK", 10),), UNMATCHED, Attention.NO_CODE, order=OrderState.PLACED, told="b"
    ),
    "wrong check character": Case(
        (("{wrong}", 10),), UNMATCHED, Attention.NO_CODE, order=OrderState.PLACED, told="b"
    ),
    "known and unknown": Case((("{unknown} {a}", 10),), requests=(PAID, AWAITING, AWAITING), told="ap"),
    "cancelled": Case(
        (("{a}", 10),),
        *(UNMATCHED, Attention.CANCELLED_ORDER, 0),
        requests=(PaymentState.CANCELLED,) * 3,
        order=OrderState.CANCELLED,
        told="b",
        cancelled=True,
    ),
    "outgoing": Case(
        (("hoan tien {a}", 10),),
        TransferState.OUTGOING,
        order=OrderState.PLACED,
        changes=(("outgoing", True),),
    ),
    "two providers": Case(
        (("{a}", 10), ("{a}", 10)),
        TransferState.REPEATED,
        requests=(PAID, AWAITING, AWAITING),
        changes=(("provider", Provider.CASSO), ("reference", "FT-SAME")),
    ),
    "glued": Case(
        (("MBVCB.2427229823.174242.CK{a}0011", 10),), requests=(PAID, AWAITING, AWAITING), told="ap"
    ),
    "lower case": Case((("tt {a_lower} ok", 10),), requests=(PAID, AWAITING, AWAITING), told="ap"),
    "with spaces": Case((("ck {a_spaced} ct tu", 10),), requests=(PAID, AWAITING, AWAITING), told="ap"),
    "zero": Case((("{a}", 0),), TransferState.IGNORED, order=OrderState.PLACED),
}


@pytest.fixture
async def order(operations: Operations, owner: Actor, bank: Bank) -> Order:
    placed = await placed_order(operations, owner, await add_customers(operations, owner, 3))
    await bank.working.work()
    return placed


def words(order: Order, requests: list[PaymentRequest]) -> dict[str, str]:
    a = requests[0].code
    after = ALPHABET[(ALPHABET.index(a[-1]) + 1) % len(ALPHABET)]
    named = {letter: request.code for letter, request in zip("abc", requests, strict=True)}
    return {
        **named,
        "order": order.code,
        "unknown": UNKNOWN,
        "wrong": a[:-1] + after,
        "a_lower": a.lower(),
        "a_spaced": f"{a[:2]} {a[2:5]}.{a[5:]}",
    }


def paying(request: PaymentRequest, event: str, tenths: int = 10) -> ReportedTransfer:
    return reported(request.code, request.amount // 10 * tenths, event_id=event, reference=f"FT-{event}")


@pytest.mark.parametrize("name", CASES)
async def test_each_kind_of_transfer_has_its_outcome(
    name: str, database: Database, clock: FixedClock, bank: Bank, order: Order
) -> None:
    case = CASES[name]
    requests = await requests_of(database, order)
    price = requests[0].amount
    assert price % 10 == 0
    if case.cancelled:
        async with planted(database) as uow:
            await uow.orders.set_state(order.id, OrderState.CANCELLED)
            await uow.payments.cancel(order.id)
    changes = dict(case.changes)
    named = words(order, requests)
    for content, tenths in case.tells[:-1]:
        same = {"reference": changes["reference"]} if "reference" in changes else {}
        await bank.tells(content.format(**named), price // 10 * tenths, **same)
    pushes = len(await rows_of(database, "pushes"))
    content, tenths = case.tells[-1]
    await bank.tells(content.format(**named), price // 10 * tenths, **changes)

    transfer = await last_transfer(database)
    assert (transfer.state, transfer.attention) == (case.state, case.attention)
    assert transfer.surplus == price // 10 * case.surplus
    now = await requests_of(database, order)
    assert tuple(request.state for request in now) == case.requests
    assert await order_state(database, order) is case.order
    told = (await rows_of(database, "pushes"))[pushes:]
    assert "".join(TOLD[row["kind"]] for row in told) == case.told
    assert {row["state"] for row in told} <= {"sent"}

    # The bookings add up, and requests, licences and shares agree.
    shares = await rows_of(database, "shares")
    by_code = Counter[str]()
    for share in shares:
        by_code[share["payment_code"]] += share["amount"]
    assert {request.code: request.received for request in now if request.received} == dict(by_code)
    assert all((request.paid_at is not None) == (request.received >= price) for request in now)
    async with database.read() as uow:
        licences = await uow.licences.of_order(order.id)
    assert [one.licence.paid for one in licences] == [request.received >= price for request in now]
    events = [row for row in await rows_of(database, "events") if row["verb"] == "money_received"]
    assert all(row["accountant_id"] is None and row["order_id"] == order.id for row in events)
    assert len(events) == len({share["transfer_id"] for share in shares})

    # The same transfers, reported twenty times at once, five times over, and matched again, change nothing.
    take, match = TakeTransfers(database, clock), MatchTransfer(database, clock, CHANNELS)
    async with unchanged(database):
        for _ in range(5):
            await asyncio.gather(*(take(bank.told) for _ in range(20)))
            await asyncio.gather(*(match(transfer.id) for _ in range(20)))
            await bank.working.work()


async def test_matched_by_many_at_once_it_is_booked_once(
    database: Database, clock: FixedClock, bank: Bank, order: Order
) -> None:
    (a, *_) = await requests_of(database, order)
    await TakeTransfers(database, clock)([paying(a, "1")])
    match = MatchTransfer(database, clock, CHANNELS)
    await asyncio.gather(*(match(1) for _ in range(20)))
    assert len(await rows_of(database, "shares")) == 1
    assert (await requests_of(database, order))[0].state is PAID


async def test_the_order_of_matching_makes_no_difference(
    database: Database, clock: FixedClock, bank: Bank, order: Order
) -> None:
    (a, b, _) = await requests_of(database, order)
    told = [paying(a, "1", 4), paying(a, "2", 6), paying(b, "3")]
    told.append(replace(told[2], provider=Provider.PAYOS))
    await TakeTransfers(database, clock)(told)
    match = MatchTransfer(database, clock, CHANNELS)
    for transfer_id in (4, 2, 3, 1):
        await match(transfer_id)
    await bank.working.work()
    assert [request.state for request in await requests_of(database, order)] == [PAID, PAID, AWAITING]
    states = [row["state"] for row in await rows_of(database, "transfers")]
    assert states == [MATCHED, MATCHED, MATCHED, TransferState.REPEATED]


async def test_the_accountant_as_payer_has_one_message_and_no_receipt(
    operations: Operations, owner: Actor, database: Database, bank: Bank
) -> None:
    customers = await add_customers(operations, owner, 3)
    placed = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
    await bank.working.work()
    before = len(await rows_of(database, "pushes"))
    await bank.tells(placed.code, placed.total)
    (told,) = (await rows_of(database, "pushes"))[before:]
    assert (told["kind"], told["channel"], told["accountant_id"]) == (
        "transfer_received",
        "chat",
        owner.accountant_id,
    )
    assert await order_state(database, placed) is OrderState.PAID


async def test_one_transfer_for_two_accountants_tells_each_of_theirs(
    operations: Operations, owner: Actor, colleague: Actor, database: Database, bank: Bank
) -> None:
    customers = await add_customers(operations, owner, 2)
    ours = await placed_order(operations, owner, customers[:1])
    theirs = await placed_order(operations, colleague, customers[1:])
    await bank.working.work()
    bank.working.sent.clear()
    codes = [(await requests_of(database, one))[0] for one in (ours, theirs)]
    await bank.tells(" ".join(request.code for request in codes), sum(request.amount for request in codes))
    told = {
        push.address: push.content for push in bank.working.sent if push.address in ("owner-1", "staff-1")
    }
    orders = {}
    for address, content in told.items():
        assert isinstance(content, TransferContent)
        orders[address] = [part.order.id for part in content.parts]
    assert orders == {"owner-1": [ours.id], "staff-1": [theirs.id]}


@pytest.mark.parametrize(
    "email, phone, channel", [("a@b.vn", "+84912345678", "email"), ("", "+84912345678", "sms")]
)
async def test_a_receipt_goes_by_mail_or_else_by_sms(
    email: str, phone: str, channel: str, database: Database, bank: Bank, order: Order
) -> None:
    (a, *_) = await requests_of(database, order)
    async with database.writing() as connection:
        await connection.execute(
            update(payment_requests)
            .where(payment_requests.c.code == a.code)
            .values(notice_email=email, notice_phone=phone)
        )
    await bank.tells(a.code, a.amount)
    receipts = [row for row in await rows_of(database, "pushes") if row["kind"] == "payment_receipt"]
    assert [(row["channel"], row["address"]) for row in receipts] == [(channel, email or phone)]


async def test_what_the_program_fails_at_is_left_to_back_office(
    database: Database, clock: FixedClock, bank: Bank, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    (a, *_) = await requests_of(database, order)
    await TakeTransfers(database, clock)([paying(a, "1")])

    async def fail(*_: object) -> None:
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr("services.money.transfers.book_or_ask", fail)
    match = MatchTransfer(database, clock, CHANNELS)
    with pytest.raises(RuntimeError):
        await match(1, A_DAY.attempts - 1)
    await match(1, A_DAY.attempts)
    (transfer,) = await rows_of(database, "transfers")
    assert (transfer["state"], transfer["attention"]) == (TransferState.UNMATCHED, Attention.NOT_MATCHED)
    assert await rows_of(database, "shares") == []
