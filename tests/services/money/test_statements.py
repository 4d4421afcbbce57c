"""A bank's statement beside the books: what is missing is booked once, and nothing twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.accounts import KnownAccounts
from domain.calendar import VIETNAM
from domain.errors import DomainError
from domain.orders import Order
from domain.people import Actor
from domain.transfers import Provider, ReportedTransfer
from services.money.catching_up import CatchUp
from services.money.statements import BookStatement, CheckedStatement, CheckStatement
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from storage.database import Database
from tests.services.money.test_catching_up import FakeFeed
from tests.services.paying import pushes_of, requests_of
from tests.support.bank_files import ACCOUNT, Move, as_xlsx, mb, vietcombank
from tests.support.banks import reported
from tests.support.builders import CHANNELS, add_customers, placed_order
from tests.support.clock import NOON_OF_JUNE_15, FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

OURS = KnownAccounts((ACCOUNT,), ("96247BOT",))
TOLD = ("transfer_received", "payment_receipt", "transfer_open", "statement_left")
NOON = NOON_OF_JUNE_15.astimezone(VIETNAM)


def move(content: str, amount: int, hours: float = 0, reference: str = "") -> Move:
    return Move(NOON + timedelta(hours=hours), amount, content, reference)


@dataclass
class Desk:
    """Back office, which sends statements, and services that tell of the same money."""

    database: Database
    clock: FixedClock
    actor: Actor
    accounts: KnownAccounts = OURS

    def _ports(self) -> tuple[Any, ...]:
        return self.database, self.clock, JsonWorkbooks(), self.accounts

    async def checks(self, moves: Sequence[Move]) -> CheckedStatement:
        return await CheckStatement(*self._ports())(self.actor, as_xlsx(vietcombank(moves)))

    async def counts(self, moves: Sequence[Move]) -> tuple[int, int, int]:
        """Matched, missing, and unknown to the bank."""
        found = (await self.checks(moves)).found
        return len(found.matched), len(found.missing), len(found.unknown)

    async def books(self, moves: Sequence[Move]) -> int:
        booked = await BookStatement(*self._ports())(self.actor, as_xlsx(vietcombank(moves)))
        await self.works()
        return booked

    async def tells(self, content: str, amount: int, hours: float = 0, **more: Any) -> ReportedTransfer:
        told = reported(content, amount, occurred_at=NOON_OF_JUNE_15 + timedelta(hours=hours), **more)
        await TakeTransfers(self.database, self.clock)([told])
        await self.works()
        return told

    async def works(self) -> None:
        await Working(self.database, self.clock).work()

    async def states(self) -> list[tuple[str, str]]:
        return [(row["provider"], row["state"]) for row in await rows_of(self.database, "transfers")]


@pytest.fixture
def desk(database: Database, clock: FixedClock, back_office: Actor) -> Desk:
    return Desk(database, clock, back_office)


@pytest.fixture
async def order(operations: Operations, owner: Actor) -> Order:
    """Three customers who pay for themselves."""
    return await placed_order(operations, owner, await add_customers(operations, owner, 3))


async def books_of(database: Database, order: Order) -> list[tuple[object, ...]]:
    return [(one.state, one.received) for one in await requests_of(database, order)]


async def test_a_statement_alone_gives_the_books_that_webhooks_give(
    operations: Operations, owner: Actor, database: Database, desk: Desk
) -> None:
    """Paid, a part, the rest, too much, no code, and two equal rows, which are two transfers."""
    told = []
    for by_file in (False, True):
        order = await placed_order(
            operations, owner, await add_customers(operations, owner, 3, first=1 + 3 * by_file)
        )
        a, b, c = await requests_of(database, order)
        at = by_file * 10 * 24
        day = [
            move(f"MBVCB.1.{a.code} ck", a.amount, at, "FT1" if by_file else ""),
            move(f"{b.code} 1", b.amount // 2, at + 1),
            move(f"{b.code} 1", b.amount // 2, at + 1),
            move(c.code.lower(), c.amount + 5_000, at + 2),
            move("khong ma", 77_000, at + 3),
            move("rut tien", -900_000, at + 4),
        ]
        before = {kind: len(await pushes_of(database, kind)) for kind in TOLD}
        if by_file:
            assert await desk.counts(day) == (0, 5, 0)
            assert await desk.books(day) == 5
        else:
            for hours, one in zip((0, 1, 1, 2, 3), day, strict=False):
                await desk.tells(one.content, one.amount, hours)
        pushed = {kind: len(await pushes_of(database, kind)) - had for kind, had in before.items()}
        told.append((await books_of(database, order), pushed))
    (books, told_of), (other_books, told_together) = told
    assert books == other_books
    # What waits of a file is told of in one message.
    assert (told_of.pop("transfer_open"), told_of.pop("statement_left")) == (2, 0)
    assert (told_together.pop("transfer_open"), told_together.pop("statement_left")) == (0, 1)
    assert told_of == told_together


async def test_a_repeat_and_an_overlapping_file_book_nothing_twice(
    database: Database, order: Order, desk: Desk
) -> None:
    a, b, c = await requests_of(database, order)
    first = [move(a.code, a.amount), move(b.code, b.amount // 2, 1)]
    assert await desk.books(first) == 2
    assert await desk.books(first) == 0
    (booked,) = [row for row in await rows_of(database, "events") if row["verb"] == "statement_booked"]
    assert (booked["accountant_id"], json.loads(booked["params"])["transfers"]) == (
        desk.actor.accountant_id,
        2,
    )
    # The longer file has one more row that looks like the last one.
    longer = [*first, move(b.code, b.amount // 2, 2), move(c.code, c.amount, 30)]
    assert await desk.counts(longer) == (2, 2, 0)
    assert await desk.books(longer) == 2
    assert await desk.counts(longer) == (4, 0, 0)
    paid = [one.received for one in await requests_of(database, order)]
    assert paid == [one.amount for one in (a, b, c)]


async def test_what_services_told_is_matched_whatever_they_call_it(
    database: Database, order: Order, desk: Desk
) -> None:
    a, b, c = await requests_of(database, order)
    await desk.tells(f"{a.code} ct tu 0451000 toi 0011", a.amount, reference="X1")
    # By two services, of which the second is settled as a repeat.
    for provider in (Provider.CASSO, Provider.SEPAY):
        await desk.tells(b.code, b.amount, 1, reference="X2", provider=provider)
    # The bank books it on the next day; a virtual account stands before the main one; a content is cut.
    await desk.tells(c.code, c.amount, 11, account="96247BOT000123")
    await desk.tells("tien hang thang sau cua cong ty", 55_000, 2)
    day = [
        move(f"MBVCB.777.{a.code}.CT", a.amount, reference="FT-A"),
        move(b.code, b.amount, 1, "FT-B"),
        move(c.code, c.amount, 13),
        move("tien hang thang sau", 55_000, 2),
    ]
    assert await desk.counts(day) == (4, 0, 0)
    # What the bank has not is listed, once; the file says nothing about days that it does not cover.
    await desk.tells("chuyen khoan ma", 1_000, 3)
    await desk.tells("chuyen khoan ma", 1_000, 72)
    assert await desk.counts(day) == (4, 0, 1)


async def test_of_two_equal_transfers_the_one_that_was_not_told_is_booked(
    database: Database, order: Order, desk: Desk
) -> None:
    a, *_ = await requests_of(database, order)
    half = a.amount // 2
    await desk.tells(a.code, half)
    day = [move(a.code, half, 0, "FT1"), move(a.code, half, 1, "FT2")]
    assert await desk.counts(day) == (1, 1, 0)
    assert await desk.books(day) == 1
    assert (await requests_of(database, order))[0].received == a.amount


async def test_a_service_that_tells_after_the_file_changes_nothing(
    database: Database, clock: FixedClock, order: Order, desk: Desk
) -> None:
    a, b, _ = await requests_of(database, order)
    day = [move(a.code, a.amount, 0, "FT1"), move(b.code, b.amount, 1), move("khong ma", 7_000, 2)]
    assert await desk.books(day) == 3
    books = await books_of(database, order)
    late = [await desk.tells(a.code, a.amount, reference="S1"), await desk.tells("Khong ma.", 7_000, 2)]
    feed = FakeFeed([replace(one, event_id=f"list{one.event_id}", listed=True) for one in late])
    feed.rows.append(reported(b.code, b.amount, event_id="list:b", listed=True, reference=""))
    await CatchUp(database, clock, {Provider.SEPAY: feed})(Provider.SEPAY)
    await desk.works()
    assert await books_of(database, order) == books
    assert [state for provider, state in await desk.states() if provider == "sepay"] == ["repeated"] * 3
    assert await desk.counts(day) == (3, 0, 0)
    # A further one that is alike is another transfer, and the request was paid.
    await desk.tells(a.code, a.amount, 1, reference="S2")
    assert [state for _, state in await desk.states()].count("repeated") == 3


async def test_a_file_after_a_service_s_list_has_caught_up_changes_nothing(
    database: Database, clock: FixedClock, order: Order, desk: Desk
) -> None:
    a, b, _ = await requests_of(database, order)
    missed = [
        reported(a.code, a.amount, event_id="list:1", listed=True),
        reported(f"MBVCB.2.{b.code}", b.amount, event_id="list:2", listed=True, reference=""),
    ]
    await CatchUp(database, clock, {Provider.SEPAY: FakeFeed(missed)})(Provider.SEPAY)
    await desk.works()
    books = await books_of(database, order)
    day = [move(f"{a.code} ct", a.amount, 0, "FT9"), move(b.code, b.amount)]
    assert await desk.counts(day) == (2, 0, 0)
    assert await desk.books(day) == 0
    assert await books_of(database, order) == books


async def test_what_back_office_entered_by_hand_is_not_booked_again(
    operations: Operations, database: Database, clock: FixedClock, order: Order, desk: Desk
) -> None:
    a, b, _ = await requests_of(database, order)
    clock.forward(days=2)
    await operations.desk.enter_payment(desk.actor, a.code, a.amount, "FT1")
    await operations.desk.enter_payment(desk.actor, b.code, b.amount, "my own note")
    day = [move("cat mat ma", a.amount, 0, "FT1"), move(b.code, b.amount, 1, "FT2")]
    assert await desk.counts(day) == (2, 0, 0)


async def test_another_account_is_refused_by_name(database: Database, order: Order, desk: Desk) -> None:
    a, *_ = await requests_of(database, order)
    desk.accounts = KnownAccounts(("0451000999888",))
    with pytest.raises(DomainError) as refused:
        await desk.books([move(a.code, a.amount)])
    assert refused.value.params["value"] == ACCOUNT
    assert await rows_of(database, "transfers") == []


async def test_rows_that_are_told_meanwhile_are_left_to_the_service(
    database: Database, clock: FixedClock, order: Order, desk: Desk
) -> None:
    """The webhook comes between the comparison and the booking."""
    a, b, _ = await requests_of(database, order)
    day = as_xlsx(mb([move(a.code, a.amount), move(b.code, b.amount, 1)]))

    class Book(BookStatement):
        async def _check(self, actor: Actor, content: bytes) -> CheckedStatement:
            checked = await super()._check(actor, content)
            if not await rows_of(database, "transfers"):
                await desk.tells(a.code, a.amount)
            return checked

    assert await Book(database, clock, JsonWorkbooks(), OURS)(desk.actor, day) == 1
    await desk.works()
    assert await desk.states() == [("sepay", "matched"), ("statement", "matched")]


async def test_matching_a_row_is_as_matching_a_webhook(
    database: Database, clock: FixedClock, order: Order, desk: Desk
) -> None:
    """One on the day before, of the same code and amount, may be the same: a person looks at it."""
    a, *_ = await requests_of(database, order)
    await desk.tells(a.code, a.amount // 2, -13)
    assert await desk.books([move(a.code, a.amount // 2)]) == 1
    row = (await rows_of(database, "transfers"))[-1]
    assert (row["state"], row["attention"]) == ("unmatched", "perhaps_repeated")
    await MatchTransfer(database, clock, CHANNELS)(row["id"])
    assert (await requests_of(database, order))[0].received == a.amount // 2
