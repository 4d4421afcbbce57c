"""Tax invoices as back office sees them: how many wait, which they are, and their corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from domain.invoice_corrections import Agreement, Correction, CorrectionKind
from domain.invoice_search import InvoiceSearch
from domain.invoices import Buyer, Invoice


class InvoiceGroup(StrEnum):
    """Documents that are shown together, most urgent first: without a number although it is late, refused for
    the buyer, waiting to be issued, handed to who issues them, and issued today."""

    LATE = "late"
    REFUSED = "refused"
    QUEUED = "queued"
    UNDER_WAY = "under_way"
    ISSUED_TODAY = "issued_today"


@dataclass(frozen=True, slots=True)
class InvoiceDay:
    """What the groups are counted by: documents up to `late` are late, and today began at `since`."""

    late: date
    since: datetime


class InvoiceDesk(Protocol):
    async def counts(self, day: InvoiceDay) -> Mapping[InvoiceGroup, int]: ...
    async def by_hand(self) -> int:
        """How many documents without a number back office has to issue."""

    async def group(
        self, group: InvoiceGroup, day: InvoiceDay, offset: int, limit: int
    ) -> tuple[Sequence[Invoice], int]:
        """A page of a group, oldest first, and how many it has."""

    async def find(
        self, search: InvoiceSearch, order_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[Invoice], int]:
        """A page of the documents that fit, newest first, and how many do; `order_id` is the order that
        `search.code` names."""

    async def stopped(self) -> Invoice | None:
        """The document that stands first in the provider's queue, if it says why it stands (`refusal`)."""

    async def not_issued(self, limit: int) -> tuple[Sequence[Invoice], int]:
        """The oldest documents that the provider refused and back office has not taken yet, and how many
        there are."""

    async def corrected_by(self, invoice_id: int) -> Sequence[Invoice]:
        """The documents that adjust or replace this one, oldest first."""


@dataclass(frozen=True, slots=True)
class NewCorrection:
    invoice_id: int
    kind: CorrectionKind
    before: Buyer
    after: Buyer
    agreement: Agreement | None = None
    document_id: int | None = None


class InvoiceCorrections(Protocol):
    async def add(self, new: NewCorrection, accountant_id: int, now: datetime) -> int: ...
    async def get(self, correction_id: int) -> Correction | None: ...
    async def of_invoice(self, invoice_id: int) -> Sequence[Correction]:
        """Oldest first."""

    async def notices_to_do(self, offset: int, limit: int) -> tuple[Sequence[Correction], int]:
        """Notices that were not sent to the authority yet, oldest first, and how many there are."""

    async def mark_done(self, correction_id: int, day: date) -> None: ...
    async def agreement_file(self, correction_id: int) -> tuple[str, bytes] | None:
        """Name and content of the written agreement."""
