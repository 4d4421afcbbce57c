"""The alarm on age: told once a working day, as long as documents are late."""

from datetime import date, datetime, timedelta

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.messaging.invoice_contents import InvoicesLateContent
from domain.messaging.invoice_pushes import InvoicesLate
from domain.messaging.pushes import Push
from domain.people import Actor
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_by_hand import row, taken
from tests.services.paying import pushes_of

FRIDAY = date(2026, 6, 19)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


async def told(books: Books) -> list[str]:
    return [row["about"] for row in await pushes_of(books.database, "invoices_late")]


async def test_back_office_is_told_once_a_working_day_until_all_have_numbers(
    books: Books, back_office: Actor
) -> None:
    books.clock.set(at(FRIDAY, 12))
    order = await books.order(2)
    for place in range(2):
        await books.pay(order, PRICE, place)
    work = books.bank.working
    monday = FRIDAY + timedelta(days=3)
    await work.work_until(at(monday, 9))
    assert await told(books) == []
    await work.work_until(at(monday, 11))
    assert await told(books) == ["2026-06-22"]
    await work.work_until(at(monday + timedelta(days=1), 11))
    assert await told(books) == ["2026-06-22", "2026-06-23"]

    desk = books.operations.desk
    first, second = await taken(desk, back_office)
    rows = [row(first, 1), row(second, 2, 3)]
    checked = await desk.check_invoice_numbers(back_office, rows[:1])
    await desk.enter_invoice_numbers(back_office, rows[:1], checked.seen)
    push = Push("", Channel.CHAT, InvoicesLate("2026-06-23"), back_office.accountant_id)
    async with books.database.read() as uow:
        assert await read_content(uow, push, Reading(books.clock.now())) == InvoicesLateContent(1)
    checked = await desk.check_invoice_numbers(back_office, rows)
    await desk.enter_invoice_numbers(back_office, rows, checked.seen)
    async with books.database.read() as uow:
        assert await read_content(uow, push, Reading(books.clock.now())) is None
    await work.work_until(at(monday + timedelta(days=9), 11))
    assert await told(books) == ["2026-06-22", "2026-06-23"]
