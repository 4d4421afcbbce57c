"""Back office looks at an order, a day or the log, and each look is logged."""

from datetime import date

import pytest

from domain.customers import CustomerField
from domain.events import Verb
from domain.orders import Order
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.services.back_office.test_transfers import requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from texts.back_office.log import table

TODAY = date(2026, 6, 15)


async def looks(database: Database) -> int:
    return sum(row["verb"] == "order_looked_up" for row in await rows_of(database, "events"))


async def test_an_order_by_any_of_its_codes(
    operations: Operations, desk: Actor, order: Order, clock: FixedClock, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    look = await operations.desk.look_up_order(desk, f" {order.code.lower()} ")
    assert look.order == order
    assert look.firm.name == "Đại lý thuế 1"
    assert len(look.lines.lines) == 3
    assert [entry.event.verb for entry in look.timeline] == [Verb.ORDER_PLACED]
    assert (await operations.desk.look_up_order(desk, first.code, 1)).lines.lines == ()
    assert await looks(database) == 1
    clock.forward(minutes=11)
    await operations.desk.look_up_order(desk, order.code)
    assert await looks(database) == 2
    async with unchanged(database):
        with refusal("code_unknown"):
            await operations.desk.look_up_order(desk, "KTM7R4Q2X")
        with refusal("code_missing"):
            await operations.desk.look_up_order(desk, "Hoa Sen")


async def test_the_totals_of_a_day_end_at_midnight_in_vietnam(
    operations: Operations, desk: Actor, order: Order, bank: Bank, clock: FixedClock, database: Database
) -> None:
    first, second, _ = await requests_of(database, order)
    await bank.tells(first.code, first.amount)
    clock.forward(hours=12)
    await bank.tells(second.code, second.amount)
    today = await operations.desk.show_totals(desk, TODAY)
    assert (today.orders, today.ordered) == (1, order.total)
    assert (today.transfers, today.received) == (1, first.amount)
    assert (await operations.desk.show_totals(desk, date(2026, 6, 16))).received == second.amount
    assert (await operations.desk.show_totals(desk, date(2026, 6, 14))).orders == 0
    days = [row["params"] for row in await rows_of(database, "events") if row["verb"] == "totals_shown"]
    assert days == ['{"day": "2026-06-15"}', '{"day": "2026-06-16"}', '{"day": "2026-06-14"}']


async def test_the_money_of_a_day_is_told_apart_and_adds_up_to_the_shares(
    operations: Operations, desk: Actor, order: Order, bank: Bank, clock: FixedClock, database: Database
) -> None:
    first, second, third = await requests_of(database, order)
    await bank.tells(first.code, first.amount)
    await bank.tells(second.code, second.amount + 700)
    await bank.tells(third.code, third.amount + 30)
    await bank.tells("khong ro", 5_000)
    await bank.tells("lai tien gui", 60)
    await bank.tells("nham", 8_000)
    await bank.tells("yen", 9_000, currency="JPY")
    await bank.tells("chuyen di", 111, outgoing=True)

    async def figures() -> tuple[int, ...]:
        day = await operations.desk.show_totals(desk, TODAY)
        assert day.received == day.booked + day.waiting + day.returned + day.ignored
        shared = sum(row["amount"] for row in await rows_of(database, "shares"))
        open_surplus = sum(
            row["surplus"] for row in await rows_of(database, "transfers") if row["attention"] is not None
        )
        assert day.booked == shared - open_surplus
        return day.received, day.booked, day.waiting, day.returned, day.ignored, day.net

    received = order.total + 700 + 30 + 5_000 + 60 + 8_000
    assert await figures() == (received, order.total, 700 + 30 + 13_060, 0, 0, received)
    await operations.desk.return_transfer(desk, 2, "FT-1")
    await operations.desk.ignore_transfer(desk, 5, "Lãi")
    await operations.desk.return_transfer(desk, 6, "FT-2")
    assert await figures() == (received, order.total, 30 + 5_000, 8_700, 60, received - 8_700)
    # An ignored surplus stays on the request that holds it. A day later nothing of the day has changed.
    clock.forward(hours=24)
    await operations.desk.ignore_transfer(desk, 3, "Khách để lại")
    assert await figures() == (received, order.total + 30, 5_000, 8_700, 60, received - 8_700)
    tomorrow = await operations.desk.show_totals(desk, date(2026, 6, 16))
    assert (tomorrow.received, tomorrow.returned, tomorrow.net) == (0, 0, 0)


async def test_the_log_names_people_and_says_who_took_it(
    operations: Operations, desk: Actor, order: Order, database: Database
) -> None:
    found = await operations.desk.export_log(desk, TODAY, TODAY)
    assert [(one.event.verb, one.by, one.firm, one.order_code) for one in found] == [
        (Verb.ORDER_PLACED, "Phạm Chủ 1", "Đại lý thuế 1", order.code)
    ]
    again = await operations.desk.export_log(desk, TODAY, date(2027, 6, 15))
    assert again[-1].event.verb is Verb.LOG_EXPORTED
    assert again[-1].by == "Lê Thu Hà"
    assert len(await operations.desk.export_log(desk, date(2026, 6, 16), date(2026, 6, 17))) == 0


async def test_the_log_names_the_customers_that_it_is_about(
    operations: Operations, desk: Actor, owner: Actor, order: Order, database: Database
) -> None:
    line = (await operations.view_order_line(owner, order.id, 2)).lines[0].line
    email = CustomerField.EMAIL
    await operations.mend_line(owner, order.id, 2, email, "moi@hoasen.vn", line.email)
    await operations.drop_lines(owner, order.id, [3], order.total)
    found = await operations.desk.export_log(desk, TODAY, TODAY)
    (_, second, third) = [await operations.get_customer(owner, number) for number in (1, 2, 3)]
    assert [(one.event.verb, one.customer) for one in found] == [
        (Verb.ORDER_PLACED, ""),
        (Verb.LINE_MENDED, second.name),
        (Verb.LINE_DROPPED, third.name),
    ]
    said = [str(row[2]) for row in table(found).rows]
    assert [name in words for words, name in zip(said[1:], (second.name, third.name), strict=True)] == [
        True
    ] * 2
    assert "khách số" not in " ".join(said)


@pytest.mark.parametrize(
    "first, last, code",
    [(TODAY, date(2026, 6, 14), "days_reversed"), (TODAY, date(2027, 6, 16), "days_too_many")],
)
async def test_a_span_that_cannot_be(
    operations: Operations, desk: Actor, database: Database, first: date, last: date, code: str
) -> None:
    async with unchanged(database):
        with refusal(code):
            await operations.desk.export_log(desk, first, last)
