"""What the services need from the outside, as Protocols. Adapters live in `storage/` and `gateways/`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from domain.accounting import AccountingData
from domain.catalog import Package
from domain.customers import Customer, CustomerData, CustomerKind
from domain.orders import Draft, DraftLine, Order, OrderLine
from domain.payments import PaymentRequest
from domain.people import Accountant, Firm, Invitation, Role
from domain.pushes import Channel, Push, PushContent
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient, RecipientMode


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware in UTC."""

    def today(self) -> date:
        """The present date in Asia/Ho_Chi_Minh."""


class People(Protocol):
    async def add_firm(self, name: str, tax_code: str, now: datetime) -> Firm: ...
    async def firm(self, firm_id: int) -> Firm: ...
    async def firm_by_tax_code(self, tax_code: str) -> Firm | None: ...
    async def add_accountant(
        self, firm_id: int, role: Role, name: str, phone: str, email: str, now: datetime
    ) -> Accountant: ...
    async def accountant(self, accountant_id: int) -> Accountant: ...
    async def staff_of(self, firm_id: int) -> Sequence[Accountant]: ...
    async def record_consent(
        self, accountant_id: int, text_version: str, channel: Channel, now: datetime
    ) -> None: ...
    async def add_invitation(
        self, firm_id: int, invited_by: int, token_hash: str, expires_at: datetime
    ) -> None: ...
    async def invitation(self, token_hash: str) -> Invitation | None: ...
    async def use_invitation(self, invitation_id: int, accountant_id: int) -> None: ...


class Chats(Protocol):
    """Which chat belongs to which accountant, a channel."""

    async def link(self, channel: Channel, external_id: str, accountant_id: int, now: datetime) -> None: ...
    async def accountant_of(self, channel: Channel, external_id: str) -> Accountant | None: ...
    async def address_of(self, channel: Channel, accountant_id: int) -> str | None: ...
    async def move(self, channel: Channel, old_id: str, new_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers of a firm. `terms` are folded search terms, all of which must match."""

    firm_id: int
    terms: tuple[str, ...] = ()
    kind: CustomerKind | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """`picked` says which of `items` a draft already holds."""

    items: tuple[Customer, ...]
    total: int
    picked: frozenset[int] = frozenset()


class Customers(Protocol):
    async def add(self, firm_id: int, data: CustomerData, in_catalogue: bool, now: datetime) -> Customer: ...
    async def add_many(self, firm_id: int, many: Sequence[CustomerData], now: datetime) -> None: ...
    async def update_many(self, many: Sequence[Customer], now: datetime) -> None: ...
    async def get(self, firm_id: int, customer_id: int) -> Customer | None: ...
    async def by_tax_code(self, firm_id: int, tax_code: str) -> Customer | None:
        """The catalogue's customer of this tax code, archived or not."""

    async def by_tax_codes(self, firm_id: int, tax_codes: Sequence[str]) -> Mapping[str, Customer]:
        """The catalogue's customers among `tax_codes` (up to 10,000 of them)."""

    async def update(self, customer: Customer, now: datetime) -> None: ...
    async def find(
        self, where: CustomerFilter, offset: int, limit: int, draft_id: int | None = None
    ) -> CustomerPage: ...
    async def sharing_login(self, firm_id: int, phone: str, email: str, but_id: int) -> Sequence[Customer]:
        """Other catalogue customers whose representative has the same phone or e-mail (at most 3)."""


class Packages(Protocol):
    async def on_sale(self) -> Sequence[Package]: ...
    async def get(self, package_id: int) -> Package | None: ...
    async def replace_all(self, packages: Sequence[Package], now: datetime) -> None:
        """Start a new version of the price list; placed orders keep their own copies."""


@dataclass(frozen=True, slots=True)
class DraftSums:
    """Counts of a draft's lines: `own_accounting` have an exception of their own, `saved_accounting` have
    none but the customer has accounting data kept from before; `recipients` are the distinct other
    recipients (`draft_others`) that the lines go to."""

    lines: int
    incomplete: int
    own_accounting: int
    saved_accounting: int
    recipients: int


class Drafts(Protocol):
    async def open_of(self, accountant_id: int) -> Draft | None: ...
    async def start(self, firm_id: int, accountant_id: int, now: datetime) -> Draft: ...
    async def get(self, draft_id: int) -> Draft | None: ...
    async def save(self, draft: Draft, now: datetime) -> None: ...
    async def discard(self, draft_id: int) -> None: ...
    async def discard_older_than(self, moment: datetime) -> int: ...
    async def pick(self, draft_id: int, customer_id: int) -> None: ...
    async def unpick(self, draft_id: int, customer_id: int) -> None: ...
    async def pick_matching(self, draft_id: int, where: CustomerFilter) -> int: ...
    async def unpick_matching(self, draft_id: int, where: CustomerFilter) -> int: ...
    async def unpick_all(self, draft_id: int) -> None: ...
    async def unpick_everywhere(self, customer_id: int) -> None:
        """Take a customer out of every open draft."""

    async def withdraw_ticks(self, customer_ids: Sequence[int]) -> None:
        """Clear `confirmed` of every open draft that holds one of these customers."""

    async def count_lines(self, draft_id: int) -> int:
        """`DraftSums.lines` alone, without looking at a single customer."""

    async def sums(self, draft: Draft) -> DraftSums: ...
    async def line(self, draft_id: int, customer_id: int) -> DraftLine | None: ...
    async def lines(
        self, draft: Draft, offset: int = 0, limit: int | None = None, incomplete_first: bool = False
    ) -> Sequence[DraftLine]: ...
    async def save_line(self, draft_id: int, line: DraftLine) -> None: ...
    async def clear_own_accounting(self, draft_id: int) -> None: ...
    async def add_other(
        self, draft_id: int, notice: NoticeRecipient, invoice: InvoiceRecipient | None
    ) -> OtherRecipient: ...
    async def others(self, draft_id: int) -> Mapping[int, OtherRecipient]: ...
    async def uncatalogued(self, draft_id: int, tax_code: str) -> Customer | None:
        """A customer of this tax code that was declared in this draft only."""


@dataclass(frozen=True, slots=True)
class LastAnswers:
    """The answers of the accountant's last placed order, offered first in the next."""

    package_id: int | None
    fiscal_year: int
    recipient: RecipientMode
    kind: CustomerKind
    accounting: AccountingData | None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order about to be stored; ids are the storage's."""

    code: str
    firm_id: int
    accountant_id: int
    draft_id: int
    package: Package
    fiscal_year: int
    recipient: RecipientMode
    accounting: AccountingData
    total: int
    line_count: int


class Orders(Protocol):
    async def add(self, order: NewOrder, now: datetime) -> Order: ...
    async def add_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None: ...
    async def get(self, order_id: int) -> Order | None: ...
    async def by_draft(self, draft_id: int) -> Order | None: ...
    async def of_firm(
        self, firm_id: int, accountant_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[Order], int]: ...
    async def lines(self, order_id: int, offset: int, limit: int) -> Sequence[OrderLine]: ...
    async def lines_of_payment(self, payment_code: str, limit: int) -> Sequence[OrderLine]: ...
    async def last_answers(self, accountant_id: int) -> LastAnswers | None: ...


class Payments(Protocol):
    async def taken(self, codes: Sequence[str]) -> set[str]:
        """Those of `codes` that an order or a payment request already bears."""

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None: ...
    async def get(self, code: str) -> PaymentRequest | None: ...
    async def of_order(self, order_id: int) -> Sequence[PaymentRequest]: ...


class Pushes(Protocol):
    async def add_many(self, pushes: Sequence[Push], now: datetime) -> None: ...
    async def get(self, key: str) -> Push | None: ...
    async def mark_attempted(self, key: str) -> None: ...
    async def mark_not_delivered(self, key: str) -> None:
        """Undo `mark_attempted`: the outcome is known, nothing arrived."""

    async def mark_sent(self, key: str, now: datetime) -> None: ...
    async def mark_undeliverable(self, key: str, error: str, now: datetime) -> None: ...
    async def count_to_recipients(self, order_id: int) -> int: ...


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to do after the transaction. `key` makes it unique for ever; jobs of one `order_key` run in the
    order they were enqueued, one at a time; `run_at` `None` means at once."""

    name: str
    key: str
    payload: Mapping[str, Any]
    run_at: datetime | None = None
    order_key: str | None = None


class Jobs(Protocol):
    """Durable jobs, enqueued in the caller's transaction. A known key is ignored."""

    async def enqueue(self, jobs: Sequence[NewJob], now: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving `Units.write()` without an error commits; an error rolls back."""

    people: People
    chats: Chats
    customers: Customers
    packages: Packages
    drafts: Drafts
    orders: Orders
    payments: Payments
    pushes: Pushes
    jobs: Jobs


class Units(Protocol):
    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A writing transaction; writers wait for each other. No outside call inside."""

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A reading transaction: one snapshot, no lock."""


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job in this worker's hands until `leased_until`; `attempts` counts this one."""

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    leased_until: datetime


class JobQueue(Protocol):
    """The worker's side of `Jobs`. Each call is its own transaction."""

    async def release(self) -> int:
        """Free what an earlier life of this very worker had leased when it was killed.

        A kill is no failed try: it is taken off the attempts, so that many use up nobody's patience.
        """

    async def lease(self, now: datetime, limit: int, seconds: float) -> Sequence[LeasedJob]:
        """Take due jobs, at most one of each order key, oldest first; lapsed leases are taken again."""

    async def done(self, job: LeasedJob, now: datetime) -> None: ...
    async def retry(self, job: LeasedJob, run_at: datetime, error: str, counts: bool = True) -> None:
        """Put the job back for `run_at`; unless it `counts`, this try is not added to its attempts."""

    async def give_up(self, job: LeasedJob, error: str, now: datetime) -> None: ...
    async def next_due(self) -> datetime | None:
        """When the next job may be leased; `None` when nothing waits."""

    async def count_due(self, now: datetime) -> int: ...
    async def purge(self, settled_before: datetime) -> int: ...


class RetryLater(Exception):
    """Nothing was delivered: try again after `seconds`.

    `counts` is false where waiting is no failure (the pace of a chat, a rate limit), so that patience
    never ends in giving up.
    """

    def __init__(self, seconds: float, reason: str, counts: bool = True) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.counts = counts


class Undeliverable(Exception):
    """The outside says that this can never be delivered (blocked, no such address)."""


class AddressMoved(Exception):
    """The chat has another id now."""

    def __init__(self, new_address: str) -> None:
        super().__init__("address moved")
        self.new_address = new_address


class PushSender(Protocol):
    """One channel's way out."""

    async def send(self, address: str, content: PushContent, key: str, maybe_repeated: bool) -> None:
        """Deliver one message. `key` is passed on as idempotency key where the channel knows such.

        Returning means delivered. Raises `RetryLater`, `Undeliverable`, `AddressMoved`; any other error
        leaves the outcome unknown and is tried again with backoff.
        """


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a customer workbook: the texts of the cells by field name (see `workbooks`), untouched."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: Sequence[SheetRow]
    unknown_headings: tuple[str, ...] = ()


class WorkbookReader(Protocol):
    async def read(self, content: bytes, file_name: str) -> Sheet:
        """Read a customer list. Raises `DomainError` (`workbook_*`) for what cannot be taken."""
