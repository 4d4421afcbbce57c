"""What is wrong on an issued invoice, and how the law has it put right (Circular 91/2026/TT-BTC art. 10)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import DomainError
from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceKind, InvoiceState, kinds_of_number


class CorrectionKind(StrEnum):
    """`NOTICE` (form 04/SS-HĐĐT) where only name or address of the buyer are wrong; `REPLACEMENT` by a new
    document. `ADJUSTMENT` is the agreement on a document that adjusts, which follows from the money."""

    NOTICE = "notice"
    REPLACEMENT = "replacement"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The written agreement with the buyer: who agreed, on which day, and the paper."""

    by: str
    day: date
    file_name: str
    file: bytes


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of an issued document, made by back office.

    `document_id` is the document that replaces it. `done_on` is the day on which a notice was sent to the
    authority, which back office does by hand.
    """

    id: int
    invoice_id: int
    kind: CorrectionKind
    made_at: datetime
    accountant_id: int
    before: Buyer
    after: Buyer
    agreed_by: str = ""
    agreed_on: date | None = None
    document_id: int | None = None
    done_on: date | None = None


STANDS = (InvoiceState.DELIVERED, InvoiceState.ADJUSTED)
"""The states of a document that its recipient has, and that was not replaced."""


def is_correctable(invoice: Invoice) -> bool:
    """Whether mistakes on a document are corrected: its recipient has it, and it is not replaced. A mistake
    on an adjustment is one of what it adjusts."""
    return invoice.state in STANDS and invoice.kind is not InvoiceKind.ADJUSTMENT


def check_replaceable(invoice: Invoice) -> None:
    """Raises `DomainError`: `invoice_not_correctable`, or `invoice_adjusted` where it was adjusted before: a
    further correction has the form of the first."""
    if not is_correctable(invoice):
        raise DomainError("invoice_not_correctable")
    if invoice.state is InvoiceState.ADJUSTED:
        raise DomainError("invoice_adjusted")


def kind_fits(kind: BuyerKind, tax_id: str) -> bool:
    """Whether a buyer of this kind may have the number; an older household may have a company's."""
    older = kind is BuyerKind.HOUSEHOLD and len(tax_id) != 7
    return older or kind in kinds_of_number(tax_id)
