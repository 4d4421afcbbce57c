"""Statements of account by mail on the first of each month, to addresses that accountants choose."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import day_of, last_of_month, month_of, start_of
from domain.chats import Channel
from domain.errors import DomainError
from domain.messaging.pushes import MonthlyStatementMail, Push
from domain.monthly_statements import MOST, MonthlyStatement, parse_wish
from domain.people import Actor, Right
from services.messaging.push_queue import queue_pushes
from services.operation import LARGEST_ID, Operation
from services.ports import NewJob, Turn

MAIL_STATEMENTS_JOB = "mail_statements"

AT = timedelta(hours=8)
"""After midnight in Vietnam."""

AT_ONCE = 500
"""How many mails one transaction queues at most."""


@dataclass(frozen=True, slots=True)
class WishedStatement:
    """A statement that is mailed each month; `customer` is empty for the firm's."""

    wish: MonthlyStatement
    customer: str


class ListMonthlyStatements(Operation):
    """What the actor has mailed each month, oldest first."""

    async def __call__(self, actor: Actor) -> Sequence[WishedStatement]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            found = []
            for wish in await uow.monthly_statements.of(actor.accountant_id):
                customer = None
                if wish.customer_id is not None:
                    customer = await uow.customers.get(actor.firm_id, wish.customer_id)
                found.append(WishedStatement(wish, customer.name if customer else ""))
            return found


class AddMonthlyStatement(Operation):
    """Have a statement mailed each month to the address of a typed line, the firm's or, with a tax code, that
    customer's. A repeat changes nothing.

    Raises `DomainError`: `customer_unknown`, `statements_too_many` (limit), `not_cleared` for another address
    than the actor's own as long as the firm has neither paid nor was approved, and those of `parse_wish`.
    """

    async def __call__(self, actor: Actor, text: str) -> None:
        actor.require(Right.PLACE_ORDERS)
        tax_code, address = parse_wish(text)
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            customer = await uow.customers.by_tax_code(actor.firm_id, tax_code) if tax_code else None
            if tax_code and customer is None:
                raise DomainError("customer_unknown")
            whose = customer.id if customer else None
            wishes = await uow.monthly_statements.of(actor.accountant_id)
            if any((one.customer_id, one.address) == (whose, address) for one in wishes):
                return
            if len(wishes) >= MOST:
                raise DomainError("statements_too_many", limit=MOST)
            own = (await uow.people.accountant(actor.accountant_id)).email
            if address != own and not await uow.held.is_cleared(actor.firm_id):
                raise DomainError("not_cleared")
            await uow.monthly_statements.add(actor.accountant_id, whose, address, self.clock.now())


class StopMonthlyStatement(Operation):
    """Mail it no more. A repeat changes nothing. Raises `DomainError("statement_unknown")` for that of
    somebody else."""

    async def __call__(self, actor: Actor, statement_id: int) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            wish = await uow.monthly_statements.get(min(statement_id, LARGEST_ID))
            if wish is None:
                return
            if wish.accountant_id != actor.accountant_id:
                raise DomainError("statement_unknown")
            await uow.monthly_statements.delete(wish.id)


def _job(after: datetime) -> NewJob:
    """The mailing of the next first of a month, made once for each."""
    at = start_of(day_of(after).replace(day=1)) + AT
    if at <= after:
        at = start_of(last_of_month(day_of(after)) + timedelta(days=1)) + AT
    return NewJob(MAIL_STATEMENTS_JOB, f"{MAIL_STATEMENTS_JOB}:{month_of(at)}", {}, run_at=at)


class StartMailingStatements(Operation):
    """Have statements mailed from the next first of a month on, at the start of the program."""

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            await uow.jobs.enqueue([_job(now)], now)


class MailStatements(Operation):
    """Queue the mails of this month, each once for its accountant, customer and address. The program itself
    calls this; a repeat queues what is left."""

    async def __call__(self) -> None:
        now = self.clock.now()
        last = 0
        async with self.units.write() as uow:
            await uow.jobs.enqueue([_job(now)], now)
        while True:
            async with self.units.write() as uow:
                some = await uow.monthly_statements.after(last, AT_ONCE)
                await queue_pushes(uow, [_mail(one, month_of(now)) for one in some], now)
            if len(some) < AT_ONCE:
                return
            last = some[-1].id


def _mail(wish: MonthlyStatement, month: str) -> Push:
    to = hashlib.sha256(wish.address.encode()).hexdigest()[:16]
    key = f"monthly_statement:{month}:{wish.accountant_id}:{wish.customer_id or 0}:{to}"
    return Push(key, Channel.EMAIL, MonthlyStatementMail(wish.id), wish.accountant_id, wish.address)
