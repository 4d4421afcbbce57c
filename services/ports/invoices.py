"""Tax invoices, and who issues them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from domain.invoices import (
    Buyer,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceMoment,
    InvoiceState,
    IssuedNumber,
)
from domain.invoicing import LineStanding, RequestStanding
from domain.orders import Order, OrderLine


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
    """The printed form and the original (XML); of a document issued by hand one may be empty."""

    pdf: bytes
    xml: bytes


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Which files of a document are here."""

    pdf: bool = False
    xml: bool = False


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


@dataclass(frozen=True, slots=True)
class BillableLine:
    """An order line with what of it stands on invoices."""

    order: Order
    line: OrderLine
    standing: LineStanding


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """A document to be made. `group_key` names, within a firm and a day, what belongs on it; `typed` is as in
    `Invoice`."""

    key: str
    firm_id: int
    accountant_id: int
    kind: InvoiceKind
    day: date
    buyer: Buyer
    email: str
    group_key: str
    original_id: int | None = None
    typed: bool = False


class Invoices(Protocol):
    """What is due, and the documents. What a replacement replaces stands on no invoice any more."""

    async def changed(self, moment: InvoiceMoment, since: datetime, until: datetime) -> Sequence[str]:
        """The payment codes for which something happened from `since`, and before `until`, that makes an
        invoice due or takes the reason for it away, in order."""

    async def standings(
        self, codes: Collection[str], since: datetime, until: datetime
    ) -> Mapping[str, RequestStanding]:
        """These requests with the money before `until`; `taken_back` is about the time from `since` on."""

    async def billable(
        self, codes: Collection[str], after: tuple[str, int] | None, limit: int
    ) -> Sequence[BillableLine]:
        """Lines that these requests pay for, in the order of codes and positions, `after` one of them."""

    async def bearing(
        self, order_id: int, position: int | None = None
    ) -> Sequence[tuple[Invoice, InvoiceLine]]:
        """The documents that bear something of an order line, or of any line of an order, newest first, each
        with what it bears of a line after all that adjusts it. Adjustments themselves are left out, and what
        is replaced or soon will be."""

    async def gather(self, new: Sequence[NewInvoice]) -> Sequence[Invoice]:
        """Make the documents that are not there yet; returns, for each of `new`, the one that is."""

    async def add_lines(self, lines: Sequence[tuple[int, InvoiceLine]]) -> None:
        """Add lines to documents, which are given by id. What a document adds to an order line, or takes off
        it, already grows."""

    async def get(self, invoice_id: int) -> Invoice | None: ...
    async def by_keys(self, keys: Sequence[str]) -> Mapping[str, Invoice]: ...
    async def save(self, invoice: Invoice) -> None:
        """Store all that may change: key, state, buyer, e-mail, who issues it, and as what it was issued."""

    async def lines(self, invoice_ids: Sequence[int]) -> Mapping[int, Sequence[InvoiceLine]]:
        """The lines of each document, by order and position, what is taken off first."""

    async def waiting(self, day: date, limit: int) -> Sequence[Invoice]:
        """Documents of a day that are still being made."""

    async def unnumbered(
        self, by_hand: bool, after: tuple[date, int] | None, limit: int
    ) -> Sequence[Invoice]:
        """Documents that are QUEUED or SENT and have no number, by day and id. An adjustment is left out as
        long as its original was not handed over."""

    async def late(self, day: date) -> int:
        """How many documents of `day` or before have no number."""

    async def last_date(self, form: str, series: str) -> date | None:
        """The latest date of a document of the series that was handed to an issuer."""

    async def last_issued(self, form: str, series: str) -> IssuedNumber | None:
        """A number of the latest date in the series."""

    async def unsettled_before(self, form: str, series: str, day: date) -> bool:
        """Whether the issuer has a document of the series, of a date before `day`, and gave no number."""

    async def numbered(self, numbers: Collection[IssuedNumber]) -> Sequence[Invoice]:
        """The documents that have one of these numbers, whatever their dates and codes."""

    async def of_numbers(self, numbers: Collection[tuple[str, str]]) -> Sequence[Invoice]:
        """The documents that have one of these series and numbers, under whatever form."""

    async def of_order(
        self, order_id: int, offset: int, limit: int, day: date | None = None
    ) -> Sequence[Invoice]:
        """The documents with lines of an order: first those that were refused, then the newest; only those of
        `day` where it is given."""

    async def states(self, order_id: int, day: date | None = None) -> Mapping[InvoiceState, int]:
        """How many documents of an order are in each state."""

    async def on_lines(self, order_id: int, first: int, last: int) -> Mapping[int, Sequence[Invoice]]:
        """The documents that bear the order's lines of these positions, by position, oldest first."""

    async def with_files(self, order_id: int, limit: int | None = None) -> Sequence[Invoice]:
        """The documents of an order whose files are here, oldest first."""

    async def refused(self, accountant_id: int, offset: int, limit: int) -> Sequence[Invoice]:
        """Documents of an accountant that were refused, oldest first."""

    async def forget_addresses(self, firm_id: int, addresses: Collection[str]) -> None:
        """Forget these e-mail addresses in the firm's documents that have their numbers."""

    async def put_files(self, invoice_id: int, files: InvoiceFiles, instead: bool = False) -> None:
        """Keep these files, `instead` of others that are kept."""

    async def kept_files(self, invoice_id: int) -> KeptFiles: ...
    async def files(self, invoice_id: int) -> InvoiceFiles | None: ...
