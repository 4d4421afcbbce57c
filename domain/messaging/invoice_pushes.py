"""What people are told of invoices."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("invoices_refused", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class InvoicesRefused(PushSubject):
    """Which of an order's invoices of a day wait for their buyers to be mended: order's id, colon, day."""

    what: str


@PushKind("invoice_issued", Topic.MONEY, Place.INVOICE)
@dataclass(frozen=True, slots=True)
class InvoiceIssued(PushSubject):
    """The recipient gets an invoice, by mail."""

    invoice_id: int


@PushKind("invoices_issued", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class InvoicesIssued(PushSubject):
    """The accountant is told of an order's invoices of a day: order's id, colon, day (ISO 8601)."""

    what: str


@PushKind("invoices_late", Topic.BACK_OFFICE, Place.DESK_INVOICES)
@dataclass(frozen=True, slots=True)
class InvoicesLate(PushSubject):
    """Back office is told, once a day (ISO 8601), how many invoices should have their numbers by then."""

    day: str


@PushKind("closing_failed", Topic.BACK_OFFICE, Place.DESK_INVOICES)
@dataclass(frozen=True, slots=True)
class ClosingFailed(PushSubject):
    """Back office is told that the invoices of a day (ISO 8601) could not be made."""

    day: str


@PushKind("invoice_stopped", Topic.BACK_OFFICE, Place.DESK_INVOICES)
@dataclass(frozen=True, slots=True)
class InvoiceStopped(PushSubject):
    """Back office is told what keeps an invoice from being issued: invoice's id, colon, cause."""

    what: str


@PushKind("invoices_by_hand", Topic.BACK_OFFICE, Place.DESK_INVOICES)
@dataclass(frozen=True, slots=True)
class InvoicesByHand(PushSubject):
    """Back office is told, on this day (ISO 8601), which invoices the provider does not issue."""

    day: str
