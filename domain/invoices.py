"""Tax invoices (hóa đơn điện tử): who buys, what stands on one, and what becomes of it.

Sources: Decree 254/2026/NĐ-CP art. 9 (when), 10 (content); Circular 91/2026/TT-BTC art. 10 (corrections).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.text import fold


class InvoiceMoment(StrEnum):
    """Which fact makes an invoice due: money that is taken, an activation, or the end of a month."""

    PAID = "paid"
    ACTIVATED = "activated"
    PERIOD = "period"


class BuyerKind(StrEnum):
    """What the buyer's number is. Twelve digits are a household's tax code or a person's own number."""

    COMPANY = "company"
    HOUSEHOLD = "household"
    PERSON = "person"
    BUDGET_UNIT = "budget_unit"


def kinds_of_number(number: str, name: str = "") -> tuple[BuyerKind, ...]:
    """What the number of a buyer called `name` may be, the probable kind first. Twelve digits are one of two,
    and only a person can tell which."""
    if len(number) == 7:
        return (BuyerKind.BUDGET_UNIT,)
    if len(number) != 12:
        return (BuyerKind.COMPANY,)
    if fold(name).startswith(("ho ", "hkd ")):
        return BuyerKind.HOUSEHOLD, BuyerKind.PERSON
    return BuyerKind.PERSON, BuyerKind.HOUSEHOLD


class InvoiceKind(StrEnum):
    """An issued invoice is never cancelled: another one adjusts it by a difference, or replaces it."""

    ORIGINAL = "original"
    ADJUSTMENT = "adjustment"
    REPLACEMENT = "replacement"


class InvoiceState(StrEnum):
    """`WAITING` until its day has ended. `UNKNOWN`: it may have been issued, so it is looked for before it is
    sent again. `CODED` has the authority's code, `DELIVERED` was also handed to the recipient's messages."""

    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    ISSUED = "issued"
    CODED = "coded"
    DELIVERED = "delivered"
    ADJUSTED = "adjusted"
    REPLACED = "replaced"


HANDED_OVER = (InvoiceState.DELIVERED, InvoiceState.ADJUSTED, InvoiceState.REPLACED)
"""The states of a document that has its number, and whose recipient was told."""


@dataclass(frozen=True, slots=True)
class InvoiceCounts:
    """How many documents were handed over, wait for that, or must be mended first."""

    issued: int = 0
    waiting: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.issued + self.waiting + self.refused


def counted(states: Mapping[InvoiceState, int]) -> InvoiceCounts:
    """The counts of documents of which so many are in each state."""
    issued = sum(states.get(state, 0) for state in HANDED_OVER)
    refused = states.get(InvoiceState.REFUSED, 0)
    return InvoiceCounts(issued, sum(states.values()) - issued - refused, refused)


@dataclass(frozen=True, slots=True)
class Buyer:
    """In whose name an invoice is, as registered."""

    kind: BuyerKind
    name: str
    tax_id: str
    address: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What of one order line is invoiced: `amount` VND, of which `vat` is tax; negative where it adjusts.

    `vat_rate` is a percentage, `None` where the sale is not subject to VAT. `partly` says that this is not
    the whole price. `payer` is who pays where that is not the buyer.
    """

    order_id: int
    order_code: str
    position: int
    package_code: str
    package_name: str
    fiscal_year: int
    customer_name: str
    customer_tax_code: str
    amount: int
    vat: int
    vat_rate: int | None
    partly: bool = False
    payer: str = ""

    @property
    def net(self) -> int:
        return self.amount - self.vat


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """What an issued invoice bears: form (`1`), series (`C26TAA`), number, date, the authority's code (empty
    until it comes), and the code by which the buyer looks it up."""

    form: str
    series: str
    number: str
    date: date
    authority_code: str = ""
    lookup_code: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One document. `key` is ours, made before anybody is asked to issue it, and never used for another one.

    `day` is the day of the fact that made it due. `by_hand` documents are issued by back office. What was
    handed to the issuer bears `form`, `series` and `issued_on` from then on. `tracking` is the provider's own
    name of the document. `refusal` is the provider's code where it was refused, `refused_field` what of the
    buyer has to be mended. `original_id` is what it adjusts or replaces; `typed` is an adjustment that back
    office typed, which does not follow the money. Its number came at `numbered_at`.
    """

    id: int
    key: str
    firm_id: int
    accountant_id: int
    kind: InvoiceKind
    state: InvoiceState
    day: date
    buyer: Buyer
    email: str
    amount: int
    vat: int
    line_count: int
    by_hand: bool = False
    form: str = ""
    series: str = ""
    issued_on: date | None = None
    number: IssuedNumber | None = None
    tracking: str = ""
    refusal: str = ""
    refused_field: str = ""
    original_id: int | None = None
    typed: bool = False
    sent_at: datetime | None = None
    numbered_at: datetime | None = None
