"""Handing an issued invoice to its recipient by mail, now and again."""

import hashlib
from dataclasses import replace
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.identifiers import parse_email
from domain.invoices import HANDED_OVER, Invoice, InvoiceState
from domain.messaging.budgets import RESENDS_A_DAY
from domain.messaging.invoice_pushes import InvoiceIssued
from domain.messaging.pushes import Push
from domain.people import Actor, Right
from domain.tallies import Counted, Tally
from services.audit import record
from services.invoices.mending import mend_address
from services.invoices.telling import tell_issued
from services.invoices.viewing import own_invoice
from services.messaging.push_queue import queue_pushes
from services.operation import Operation
from services.ports import Turn, UnitOfWork


async def hand_over(uow: UnitOfWork, invoice: Invoice, now: datetime) -> Invoice:
    """Queue the mail of a document that has its number, and all files that it will have, and the accountant's
    message about its orders; returns the document as it is from now on."""
    given = replace(invoice, state=InvoiceState.DELIVERED)
    await uow.invoices.save(given)
    if mail := _mail(given, mail_key(invoice.id)):
        await queue_pushes(uow, [mail], now)
    lines = (await uow.invoices.lines([invoice.id]))[invoice.id]
    orders = dict.fromkeys(line.order_id for line in lines)
    await tell_issued(uow, orders, invoice.day, now)
    return given


def mail_key(invoice_id: int) -> str:
    """The key of the first mail of an invoice to its recipient."""
    return f"invoice:{invoice_id}:{Channel.EMAIL}"


async def mail_files(uow: UnitOfWork, invoice: Invoice, now: datetime) -> None:
    """Queue the mail of a document whose files came later than its number; once, whoever asks again."""
    if mail := _mail(invoice, f"invoice:{invoice.id}:files:{Channel.EMAIL}"):
        await queue_pushes(uow, [mail], now)


def _mail(invoice: Invoice, key: str) -> Push | None:
    if not invoice.email:
        return None
    subject = InvoiceIssued(invoice.id)
    return Push(key, Channel.EMAIL, subject, invoice.accountant_id, invoice.email)


class ResendInvoice(Operation):
    """Mail an issued invoice to its recipient again, at most once a minute to the same address; returns the
    address. Another `email` becomes that of the invoice first, and of what is still to be invoiced likewise.

    Raises `DomainError`: `invoice_unknown`, `invoice_not_issued`, `invoice_no_email`, those of an address,
    and `resent_enough` after `RESENDS_A_DAY`, to whichever addresses.
    """

    async def __call__(self, actor: Actor, invoice_id: int, email: str = "") -> str:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id), Turn.invoices()) as uow:
            return await resend(uow, actor, await own_invoice(uow, actor, invoice_id), email, now)


async def resend(uow: UnitOfWork, actor: Actor, invoice: Invoice, email: str, now: datetime) -> str:
    """`ResendInvoice`, whoever asks for it."""
    if invoice.state not in HANDED_OVER:
        raise DomainError("invoice_not_issued")
    right = parse_email(email).value if email else invoice.email
    if right != invoice.email:
        await uow.invoices.save(replace(invoice, email=right))
        await mend_address(uow, invoice, right)
        firm_id, verb = invoice.firm_id, Verb.INVOICE_EMAIL_CHANGED
        await record(uow, verb, now, by=actor, firm_id=firm_id, invoice=invoice.id)
        invoice = replace(invoice, email=right)
    to = hashlib.sha256(right.encode()).hexdigest()[:8]
    mail = _mail(invoice, f"invoice:{invoice.id}:{now:%Y%m%d%H%M}:{to}:{Channel.EMAIL}")
    if mail is None:
        raise DomainError("invoice_no_email")
    if await uow.pushes.get(mail.key) is None:
        tally = Tally.of_day(Counted.RESENT, f"invoice {invoice.id}", now)
        if await uow.tallies.add(tally, now) > RESENDS_A_DAY:
            raise DomainError("resent_enough", most=RESENDS_A_DAY)
        await queue_pushes(uow, [mail], now)
        firm_id = invoice.firm_id
        await record(uow, Verb.INVOICE_RESENT, now, by=actor, firm_id=firm_id, invoice=invoice.id)
    return mail.address
