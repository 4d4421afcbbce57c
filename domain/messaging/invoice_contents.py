"""What pushes about tax invoices say."""

from dataclasses import dataclass
from datetime import date

from domain.invoices import Invoice, InvoiceCounts, InvoiceLine
from domain.messaging.contents import PushContent
from domain.orders import Order
from domain.people import Accountant, Firm


@dataclass(frozen=True, slots=True)
class InvoicesRefusedContent(PushContent):
    """The first of the order's documents that were refused, and how many there are. `orders` are the codes of
    the orders whose lines the first one bears."""

    order: Order
    invoices: tuple[Invoice, ...]
    count: int
    orders: tuple[str, ...]

    @property
    def urgent(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class InvoicesByHandContent(PushContent):
    """The first documents that the provider refused and back office issues, and how many there are."""

    invoices: tuple[Invoice, ...]
    count: int


@dataclass(frozen=True, slots=True)
class InvoiceContent(PushContent):
    """An issued invoice for its recipient, with its first `lines`. `original` is what it adjusts or replaces;
    the files are empty where there are none."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    firm: Firm
    accountant: Accountant
    original: Invoice | None = None
    pdf: bytes = b""
    xml: bytes = b""


@dataclass(frozen=True, slots=True)
class InvoicesIssuedContent(PushContent):
    """How far an order's invoices of a day have come, with the first that are handed over."""

    order: Order
    day: date
    counts: InvoiceCounts
    invoices: tuple[Invoice, ...]


@dataclass(frozen=True, slots=True)
class InvoicesLateContent(PushContent):
    """How many invoices should have their numbers by now."""

    count: int


@dataclass(frozen=True, slots=True)
class InvoiceStoppedContent(PushContent):
    """`cause` is the issuer's code or one of ours."""

    invoice: Invoice
    cause: str


@dataclass(frozen=True, slots=True)
class ClosingFailedContent(PushContent):
    day: date
