"""What becomes of a document that got its number, whoever issued it."""

from dataclasses import replace
from datetime import datetime

from domain.invoices import Invoice, InvoiceKind, InvoiceState, IssuedNumber
from services.ports import UnitOfWork

_BECOMES = {
    InvoiceKind.ADJUSTMENT: InvoiceState.ADJUSTED,
    InvoiceKind.REPLACEMENT: InvoiceState.REPLACED,
}


async def note_number(uow: UnitOfWork, invoice: Invoice, number: IssuedNumber, now: datetime) -> Invoice:
    """Store the number; a series that begins with K needs no code of the authority. What the document
    adjusts or replaces is so from now on. Returns the issued document."""
    coded = bool(number.authority_code) or number.series.startswith("K")
    state = InvoiceState.CODED if coded else InvoiceState.ISSUED
    noted = invoice.numbered_at or now
    issued = replace(invoice, state=state, number=number, refusal="", refused_field="", numbered_at=noted)
    await uow.invoices.save(issued)
    if invoice.original_id is not None and invoice.number is None:
        original = await uow.invoices.get(invoice.original_id)
        assert original is not None
        await uow.invoices.save(replace(original, state=_BECOMES[invoice.kind]))
    return issued
