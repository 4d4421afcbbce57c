"""Who issues tax invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from domain.invoices import Invoice, InvoiceLine, IssuedNumber


class IssuerRefused(Exception):
    """A definite answer about one document: it was not issued, and will not be with this content.

    `code` is the issuer's own; `field` is what of the buyer has to be mended (`name`, `tax_id`, `address`,
    `email`), empty where it is something else.
    """

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class IssuerStopped(Exception):
    """Nothing was issued, and nothing will be until somebody acts: login, quota, certificate or series.

    `code` is the issuer's own, or one of `login`, `quota`, `series`, `inactive`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice as it is to be issued: `date` is the invoice's date, `series` that of its year.

    `original` is what it replaces or adjusts, with the text of the written agreement.
    """

    invoice: Invoice
    lines: Sequence[InvoiceLine]
    form: str
    series: str
    date: date
    original: Invoice | None = None
    agreement: str = ""


class Found(StrEnum):
    """What became of a document without a number: `MISSING` may be sent again under the same key."""

    MISSING = "missing"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """What the issuer made of a document. Form and series of `number` are empty where the issuer does not
    repeat what it was sent.

    `amount` is its total in VND, to be compared with ours: an issuer that works out VAT from net prices is
    off by at most 2 VND a line with VAT.
    """

    number: IssuedNumber
    amount: int


@dataclass(frozen=True, slots=True)
class InvoiceFiles:
    """The printed form and the original (XML)."""

    pdf: bytes
    xml: bytes


class InvoiceIssuer(Protocol):
    """Issues documents, one at a time for a series and in the order of their dates.

    Each raises `IssuerStopped`, or `RetryLater` if nothing was done. After any other error of `issue` or
    `replace` the outcome is unknown: `find` says what became of it, and the same key is used again only where
    that finds nothing.
    """

    async def ready(self, series: str) -> None:
        """Return if documents of this series can be issued now."""

    async def issue(self, document: InvoiceDocument) -> str:
        """Hand the document over; returns the issuer's name of it, empty if it had the document before.
        Raises `IssuerRefused`."""

    async def replace(self, document: InvoiceDocument) -> str:
        """Hand over a document that replaces `document.original`; as `issue`."""

    async def find(self, invoice: Invoice) -> IssuedInvoice | Found:
        """What became of a document, by its key. Raises `IssuerRefused` where it has failed for good."""

    async def files(self, invoice: Invoice) -> InvoiceFiles:
        """The files of an issued document. Raises `RetryLater` while they are not ready."""
