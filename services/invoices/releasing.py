"""Handing a document to who issues it, and refusing it."""

from dataclasses import replace
from datetime import datetime

from domain.invoices import Invoice, InvoiceKind, InvoiceState
from domain.invoicing import missing_in
from domain.messaging.invoice_pushes import InvoiceStopped
from services.invoices.telling import tell_by_hand, tell_refused
from services.messaging.push_queue import tell_back_office
from services.ports import NewJob, UnitOfWork

ISSUE_JOB = "issue_invoice"
IN_ORDER = "invoices"
"""The order key of all documents that the provider issues: one writer, in the order of their dates."""

MISSING = "missing"
"""The refusal of a document whose buyer lacks something."""


async def release(uow: UnitOfWork, invoice: Invoice, by_hand: bool, now: datetime) -> None:
    """Let a document be issued: by back office, or by the provider. One without a whole buyer is refused at
    once. Adjustments are always made by hand, and wait for their originals, whose buyers are theirs."""
    adjusts = invoice.kind is InvoiceKind.ADJUSTMENT
    if not adjusts and (missing := missing_in(invoice.buyer)):
        await refuse(uow, invoice, MISSING, missing, now)
        return
    by_hand = by_hand or adjusts
    queued = replace(invoice, state=InvoiceState.QUEUED, by_hand=by_hand)
    await uow.invoices.save(queued)
    if not by_hand:
        await queue_issuing(uow, queued, now)


async def queue_issuing(uow: UnitOfWork, invoice: Invoice, now: datetime, again: str = "") -> None:
    """Queue the job in which the provider is asked. A document that was handed over before gets another;
    `again` names one more."""
    tries = f":{invoice.sent_at.isoformat()}" if invoice.sent_at else ""
    key, payload = f"{ISSUE_JOB}:{invoice.id}{tries}{again}", {"invoice_id": invoice.id}
    await uow.jobs.enqueue([NewJob(ISSUE_JOB, key, payload, order_key=IN_ORDER)], now)


async def refuse(uow: UnitOfWork, invoice: Invoice, code: str, field: str, now: datetime) -> None:
    """Note a definite refusal. The accountant is told to mend `field` of the buyer; where nothing of that is
    wrong, back office is told and issues the document by hand."""
    refused = replace(invoice, refusal=code, refused_field=field)
    if not field:
        by_hand = replace(refused, by_hand=True, form="", series="", issued_on=None)
        await uow.invoices.save(replace(by_hand, state=InvoiceState.QUEUED))
        await tell_by_hand(uow, now)
        return
    await uow.invoices.save(replace(refused, state=InvoiceState.REFUSED))
    await tell_refused(uow, invoice, now)


async def tell_stopped(uow: UnitOfWork, invoice: Invoice, cause: str, now: datetime) -> None:
    """Tell back office what keeps a document from being issued, once for each document and cause: while the
    queue stands, the same document stands first."""
    about = f"{invoice.id}:{cause}"
    await tell_back_office(uow, f"invoice_stopped:{about}", InvoiceStopped(about), now)
