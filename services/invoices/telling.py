"""Telling of documents that were issued or refused, once for many of an order."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.calendar import SendingHours, day_of
from domain.chats import Channel
from domain.invoices import Invoice, counted
from domain.messaging.invoice_pushes import InvoicesByHand, InvoicesIssued, InvoicesRefused
from domain.messaging.pushes import Push
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.operation import Operation
from services.ports import NewJob, RetryLater, Turn, UnitOfWork

TELL_JOB = "tell_invoices"
REFUSED_JOB = "tell_refused"
BY_HAND_JOB = "tell_by_hand"

LOOKS_EVERY = timedelta(seconds=20)
TOLD_AFTER = timedelta(minutes=10)
"""How long the message to the accountant waits at most for documents that are not settled yet."""

WAKING_HOURS = SendingHours()
"""Days are closed soon after midnight: accountants are told in the morning."""


async def tell_issued(uow: UnitOfWork, order_ids: Iterable[int], day: date, now: datetime) -> None:
    """Have the accountants of these orders told of documents that are handed over; the same for all of one
    day, so that a message tells of it once."""
    for order_id in order_ids:
        key = f"{TELL_JOB}:{order_id}:{day.isoformat()}:{day_of(now).isoformat()}"
        await _queue(uow, TELL_JOB, key, now, order_id=order_id, day=day.isoformat())


async def tell_refused(uow: UnitOfWork, invoice: Invoice, now: datetime) -> None:
    """Have the accountant told of a refused document, with the others of its first order and day."""
    order_id = (await uow.invoices.lines([invoice.id]))[invoice.id][0].order_id
    day = invoice.day.isoformat()
    # The same until the message is queued, so that one job tells of all that comes before.
    key = f"{REFUSED_JOB}:{order_id}:{day}:{await uow.pushes.count_about(_refused(order_id, invoice.day))}"
    await _queue(uow, REFUSED_JOB, key, now, order_id=order_id, day=day)


async def tell_by_hand(uow: UnitOfWork, now: datetime) -> None:
    """Have back office told of documents that the provider refused, and that are issued by hand now."""
    day = day_of(now).isoformat()
    key = f"{BY_HAND_JOB}:{day}:{await uow.pushes.count_about(InvoicesByHand(day))}"
    await _queue(uow, BY_HAND_JOB, key, now, day=day)


def _refused(order_id: int, day: date) -> InvoicesRefused:
    return InvoicesRefused(f"{order_id}:{day.isoformat()}")


async def _queue(uow: UnitOfWork, name: str, key: str, now: datetime, **about: int | str) -> None:
    at = now + LOOKS_EVERY
    payload = {**about, "key": key, "since": now.isoformat()}
    await uow.jobs.enqueue([NewJob(name, key, payload, run_at=at + WAKING_HOURS.wait(at))], now)


class TellIssued(Operation):
    """Tell the accountant of an order's invoices of a day, in one message. The program itself calls this.

    Raises `RetryLater` while documents of the day may still be issued soon: the message does not wait longer
    than `TOLD_AFTER` for them, and not at all for those that were refused.
    """

    async def __call__(self, order_id: int, day: date, key: str, since: datetime) -> None:
        now = self.clock.now()
        # Only adds a row whose key is unique, so it waits for nobody who issues.
        async with self.units.write() as uow:
            waiting = counted(await uow.invoices.states(order_id, day)).waiting
            if waiting and now < since + TOLD_AFTER:
                raise RetryLater(LOOKS_EVERY.total_seconds(), "invoices are under way", counts=False)
            order = await uow.orders.get(order_id)
            assert order is not None
            told = InvoicesIssued(f"{order_id}:{day.isoformat()}")
            await queue_pushes(uow, [Push(key, Channel.CHAT, told, order.accountant_id)], now)


class TellRefused(Operation):
    """Tell the accountant of an order's refused documents of a day. The program itself calls this.

    Raises `RetryLater` while others of the day may still be refused soon, for at most `TOLD_AFTER`. It takes
    turns with those who refuse: what comes too late for this message gets one of its own.
    """

    async def __call__(self, order_id: int, day: date, key: str, since: datetime) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.invoices()) as uow:
            if counted(await uow.invoices.states(order_id, day)).waiting and now < since + TOLD_AFTER:
                raise RetryLater(LOOKS_EVERY.total_seconds(), "invoices are under way", counts=False)
            order = await uow.orders.get(order_id)
            assert order is not None
            told = Push(key, Channel.CHAT, _refused(order_id, day), order.accountant_id)
            await queue_pushes(uow, [told], now)


class TellByHand(Operation):
    """Tell back office of all documents that were refused for something else than the buyer. The program
    itself calls this. Raises `RetryLater` as `TellRefused`, while the provider has others."""

    async def __call__(self, day: str, key: str, since: datetime) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.invoices()) as uow:
            if await uow.invoices.unnumbered(False, None, 1) and now < since + TOLD_AFTER:
                raise RetryLater(LOOKS_EVERY.total_seconds(), "invoices are under way", counts=False)
            await tell_back_office(uow, key, InvoicesByHand(day), now)
