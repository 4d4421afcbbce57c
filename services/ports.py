"""What the services need from the outside, as Protocols. Adapters live in `storage/` and `gateways/`."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from domain.accounting import AccountingData
from domain.activations import ActivationRun, Outcome, RunCounts, RunItem
from domain.catalog import Package
from domain.customers import Customer, CustomerData, CustomerField, CustomerKind
from domain.events import Event
from domain.licences import ActivationFailure, Licence, LicenceLine, LicenceState
from domain.notices import Preferences
from domain.orders import Draft, DraftLine, Order, OrderLine, OrderState
from domain.payments import ClaimState, PaymentRequest, TransferClaim
from domain.people import Accountant, Firm, FirmState, Invitation, Role
from domain.push_contents import PushContent
from domain.pushes import Channel, Push, PushSubject
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient, RecipientMode
from domain.transfers import Provider, ReportedTransfer, Share, Transfer


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware in UTC."""

    def today(self) -> date:
        """The present date in Asia/Ho_Chi_Minh."""


class People(Protocol):
    async def add_firm(self, name: str, tax_code: str, state: FirmState, now: datetime) -> Firm: ...
    async def decide_firm(self, firm_id: int, state: FirmState, note: str) -> None: ...
    async def firms_in(self, state: FirmState, offset: int, limit: int) -> tuple[Sequence[Firm], int]:
        """Firms in this state, oldest first, and how many there are."""

    async def vendor_firm(self) -> Firm | None:
        """The firm of the back office."""

    async def deactivate(self, accountant_id: int) -> None:
        """Staff that was removed: no longer listed; their name stays on what they did."""

    async def firm(self, firm_id: int) -> Firm: ...
    async def find_firm(self, firm_id: int) -> Firm | None: ...
    async def firm_by_tax_code(self, tax_code: str) -> Firm | None: ...
    async def add_accountant(
        self, firm_id: int, role: Role, name: str, phone: str, email: str, now: datetime
    ) -> Accountant: ...
    async def accountant(self, accountant_id: int) -> Accountant: ...
    async def staff_of(self, firm_id: int) -> Sequence[Accountant]:
        """The firm's active people, oldest first."""

    async def names(self, accountant_ids: Collection[int]) -> Mapping[int, str]: ...
    async def record_consent(
        self, accountant_id: int, text_version: str, channel: Channel, now: datetime
    ) -> None: ...
    async def add_invitation(
        self, firm_id: int, invited_by: int, token_hash: str, expires_at: datetime
    ) -> None: ...
    async def invitation(self, token_hash: str) -> Invitation | None: ...
    async def use_invitation(self, invitation_id: int, accountant_id: int) -> None: ...
    async def open_invitations(self, firm_id: int, now: datetime) -> Sequence[Invitation]:
        """Neither used nor expired, oldest first."""

    async def revoke_invitation(self, firm_id: int, invitation_id: int) -> None:
        """It leads nowhere any more; one that was used stays."""


class Chats(Protocol):
    """Which chat belongs to which accountant, a channel."""

    async def link(self, channel: Channel, external_id: str, accountant_id: int, now: datetime) -> None: ...
    async def accountant_of(self, channel: Channel, external_id: str) -> Accountant | None: ...
    async def address_of(self, channel: Channel, accountant_id: int) -> str | None: ...
    async def move(self, channel: Channel, old_id: str, new_id: str) -> None: ...
    async def unlink(self, accountant_id: int) -> None:
        """This accountant has no chat any more."""


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
    async def unpick_many(self, draft_id: int, customer_ids: Sequence[int]) -> None: ...
    async def add_lines(self, draft_id: int, lines: Sequence[DraftLine]) -> None:
        """Pick these customers in this order, each with what is declared for it alone, in a draft that holds
        none yet."""

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


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders. `accountant_id` limits to one accountant's, `firm_id` to a firm's (`None` is for back
    office only). `terms` are folded search terms, all of which the order's code or one of its customers
    (name, tax code, own code) must have; `states` is any of these, empty for all; with `to_activate` only
    those with a licence that may be activated."""

    firm_id: int | None
    accountant_id: int | None = None
    terms: tuple[str, ...] = ()
    states: tuple[OrderState, ...] = ()
    to_activate: bool = False


@dataclass(frozen=True, slots=True)
class OrderedBefore:
    """A customer that an order not cancelled has already, for the same package and fiscal year."""

    customer_id: int
    tax_code: str
    name: str
    order_id: int
    order_code: str
    accountant_id: int
    placed_at: datetime


class Orders(Protocol):
    async def add(self, order: NewOrder, now: datetime) -> Order: ...
    async def add_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None: ...
    async def get(self, order_id: int) -> Order | None: ...
    async def by_code(self, code: str) -> Order | None: ...
    async def by_draft(self, draft_id: int) -> Order | None: ...
    async def find(self, where: OrderFilter, offset: int, limit: int) -> tuple[Sequence[Order], int]:
        """Newest first, and how many there are."""

    async def set_state(self, order_id: int, state: OrderState) -> None: ...
    async def lines(self, order_id: int, offset: int, limit: int | None) -> Sequence[OrderLine]: ...
    async def line(self, order_id: int, position: int) -> OrderLine | None: ...
    async def mend_line(self, order_id: int, position: int, field: CustomerField, value: str) -> None:
        """Correct the copy of one of the customer's own fields."""

    async def lines_of_payment(self, payment_code: str, limit: int) -> Sequence[OrderLine]: ...
    async def last_answers(self, accountant_id: int) -> LastAnswers | None: ...
    async def ordered_before(
        self, draft_id: int, limit: int, any_package: bool = False
    ) -> tuple[Sequence[OrderedBefore], int]:
        """Customers of the open draft whose firm has them in an order, not cancelled, of the draft's fiscal
        year and package (by its code) or `any_package`: each once, with the first such order; and how many
        there are."""


class Licences(Protocol):
    async def add_for(self, order_id: int, line_count: int) -> None:
        """One licence for each line, positions 1 to `line_count`."""

    async def get(self, licence_id: int) -> LicenceLine | None: ...
    async def save(self, licence: Licence) -> None: ...
    async def counts(self, order_id: int) -> Mapping[LicenceState, int]:
        """How many of the order's licences are in each state; states without any are left out."""

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, may_activate: bool = False
    ) -> Sequence[LicenceLine]:
        """By position; with `may_activate` only those (`Licence.may_activate`)."""

    async def set_paid(self, payment_codes: Sequence[str], paid: bool) -> Sequence[int]:
        """Of the lines that these requests pay for; returns the ids of those that changed and are
        activated: access to them may be due."""

    async def cancel(self, order_id: int) -> Sequence[int]:
        """All of an order; returns the ids of those that the vendor has created, or may have."""

    async def most_urgent(self, order_id: int) -> Licence | None:
        """Of an order's activated, unpaid licences not suspended yet, that whose seven days end first."""

    async def on_trial(self, accountant_id: int | None, address: str = "") -> Sequence[LicenceLine]:
        """Activated, unpaid, not cancelled licences: of an accountant's orders, and with `address` only
        those whose notice recipient has this e-mail or phone."""

    async def by_hand(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        """Those that wait for back office, oldest first, and how many."""

    async def failed(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        """Failed ones of orders not cancelled, newest first, and how many."""


@dataclass(frozen=True, slots=True)
class LicenceUnderWay:
    """A licence that has no outcome yet in `run`."""

    run: ActivationRun
    order: Order
    found: LicenceLine


class Activations(Protocol):
    async def picking(self, order_id: int, accountant_id: int, now: datetime) -> ActivationRun:
        """The run that this accountant is picking for; made where there is none."""

    async def get(self, run_id: int) -> ActivationRun | None: ...
    async def save(self, run: ActivationRun) -> None: ...
    async def pick(self, run_id: int, licence_id: int, picked: bool) -> None: ...
    async def pick_all(self, run_id: int, picked: bool) -> None:
        """All of the order's that may be activated, or none."""

    async def picked(self, run_id: int, licence_ids: Sequence[int]) -> frozenset[int]: ...
    async def begin(self, run_id: int) -> Sequence[int]:
        """Mark the picked licences that may be activated as under way and the others as skipped; returns
        the ids of the former."""

    async def settle(
        self, run_id: int, licence_id: int, outcome: Outcome, failure: ActivationFailure | None = None
    ) -> None:
        """Write how it ended; once written it stays."""

    async def running_of(self, licence_id: int) -> ActivationRun | None:
        """The run in which this licence has no outcome yet."""

    async def under_way(self, licence_id: int) -> LicenceUnderWay | None:
        """The same with all that is needed to go on."""

    async def is_over(self, run_id: int) -> bool:
        """Whether each licence has its outcome."""

    async def counts(self, run_id: int) -> RunCounts: ...
    async def items(
        self, run_id: int, outcome: Outcome | None = None, offset: int = 0, limit: int | None = None
    ) -> Sequence[RunItem]:
        """By position, all or those that ended so."""


@dataclass(frozen=True, slots=True)
class PaymentSums:
    """An order's payment requests: how many, how many of them paid in full, and VND that came in."""

    requests: int
    paid: int
    received: int


class Payments(Protocol):
    async def taken(self, codes: Sequence[str]) -> set[str]:
        """Those of `codes` that an order or a payment request already bears."""

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None: ...
    async def get(self, code: str) -> PaymentRequest | None: ...
    async def save(self, request: PaymentRequest) -> None:
        """State, money received and when it was paid; the rest never changes."""

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, owed_first: bool = False
    ) -> Sequence[PaymentRequest]:
        """In the order of the lines they pay for; with `owed_first` those with something left come before
        the others."""

    async def sums(self, order_id: int) -> PaymentSums: ...
    async def cancel(self, order_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class TransferShare:
    """A share as stored."""

    id: int
    transfer_id: int
    share: Share
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What happened in a span of time: counts, and VND."""

    orders: int
    ordered: int
    cancelled: int
    transfers: int
    received: int
    open_transfers: int
    activated: int
    suspended: int


class Transfers(Protocol):
    async def add(self, reported: ReportedTransfer, now: datetime) -> int | None:
        """The id of the new row; `None` when this event of this provider is known already."""

    async def get(self, transfer_id: int) -> Transfer | None: ...
    async def of_event(self, provider: Provider, event_id: str) -> Transfer | None: ...
    async def save(self, transfer: Transfer) -> None:
        """State, attention, surplus and note; what was reported never changes."""

    async def twin(self, transfer: Transfer) -> int | None:
        """An earlier one told by another provider, with the same reference (not empty), amount and
        direction."""

    async def open(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        """Those with `attention`, oldest first, and how many."""

    async def outgoing(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        """Newest first, and how many."""

    async def add_shares(self, transfer_id: int, shares: Sequence[Share], now: datetime) -> Sequence[int]:
        """Their ids."""

    async def shares(self, transfer_id: int) -> Sequence[TransferShare]: ...
    async def share(self, share_id: int) -> TransferShare | None: ...
    async def totals(self, since: datetime, until: datetime) -> DayTotals: ...


class Claims(Protocol):
    async def add(self, payment_code: str, accountant_id: int, picture: str, now: datetime) -> TransferClaim:
        """A new one takes the place of an open one of the same request."""

    async def get(self, claim_id: int) -> TransferClaim | None: ...
    async def settle(self, claim_id: int, state: ClaimState, note: str) -> None: ...
    async def open(self, offset: int, limit: int) -> tuple[Sequence[TransferClaim], int]:
        """Oldest first, and how many."""

    async def open_of(self, payment_code: str) -> TransferClaim | None: ...


class Events(Protocol):
    """Append only."""

    async def add(self, event: Event) -> None: ...
    async def of_order(self, order_id: int, offset: int, limit: int) -> tuple[Sequence[Event], int]:
        """Newest first, and how many."""

    async def between(self, since: datetime, until: datetime) -> Sequence["LoggedEvent"]:
        """Oldest first, by names."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with the names of what it is about, empty where there is no such."""

    event: Event
    by: str
    firm: str
    order_code: str


class PreferencesOf(Protocol):
    async def get(self, accountant_id: int) -> Preferences: ...
    async def save(self, accountant_id: int, preferences: Preferences) -> None: ...


class Pushes(Protocol):
    async def add_many(self, pushes: Sequence[Push], now: datetime) -> None: ...
    async def get(self, key: str) -> Push | None: ...
    async def mark_attempted(self, key: str) -> None: ...
    async def mark_not_delivered(self, key: str) -> None:
        """Undo `mark_attempted`: the outcome is known, nothing arrived."""

    async def mark_sent(self, key: str, message_ref: str, now: datetime) -> None: ...
    async def mark_undeliverable(self, key: str, error: str, now: datetime) -> None: ...
    async def mark_dropped(self, key: str, now: datetime) -> None: ...
    async def mark_held(self, key: str, now: datetime) -> None:
        """It waits for the digest since `now`."""

    async def count_to_recipients(self, order_id: int) -> int: ...
    async def instructions_out(self, order_id: int) -> Sequence[Push]:
        """Payment instructions of an order to customers and other recipients that arrived, or may have."""

    async def shown(self, key: str) -> str:
        """The digest of what the message shows; empty before it was sent."""

    async def mark_shown(self, key: str, digest: str) -> None: ...
    async def latest_about(self, subject: PushSubject, accountant_id: int) -> Push | None:
        """The newest push to this person about just that; of a live message, the one to edit."""

    async def count_about(self, subject: PushSubject) -> int: ...
    async def failures_untold(self, accountant_id: int, limit: int) -> tuple[Sequence[Push], int]:
        """Undeliverable messages to customers and other recipients that this accountant was not told of."""

    async def mark_failures_told(self, accountant_id: int, until: datetime) -> None:
        """Those that had failed by then."""

    async def held_of(self, accountant_id: int, limit: int) -> tuple[Sequence[Push], int]:
        """What waits for the digest, oldest first, and how many."""

    async def release_held(self, accountant_id: int, until: datetime, now: datetime) -> None:
        """The digest has told of those that were held by `until`: sent."""

    async def notices(self, accountant_id: int, offset: int, limit: int) -> tuple[Sequence["Notice"], int]:
        """Chat pushes to this person, newest first, without those that `NOT_NOTICES` and dropped ones."""

    async def notice(self, accountant_id: int, notice_id: int) -> "Notice | None":
        """One of this person's."""

    async def unread(self, accountant_id: int) -> int: ...
    async def mark_read(self, accountant_id: int, notice_id: int | None, now: datetime) -> None:
        """One, or all."""

    async def mark_message_read(self, accountant_id: int, message_ref: str, now: datetime) -> None:
        """What this person was sent as that message."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A push as its receiver finds it in the list."""

    id: int
    push: Push
    created_at: datetime
    read: bool


class Lane(StrEnum):
    """Which worker does a job: calls to the vendor, or messages to chats, or all else.

    Each job of `CHAT` and `MAILING` sends or edits one message, at the pace of Telegram; those of `MAILING`
    stand behind those of `CHAT`.
    """

    MAIN = "main"
    VENDOR = "vendor"
    CHAT = "chat"
    MAILING = "mailing"


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to do after the transaction. `key` makes it unique for ever; jobs of one `order_key` run in the
    order they were enqueued, one at a time; `run_at` `None` means at once."""

    name: str
    key: str
    payload: Mapping[str, Any]
    run_at: datetime | None = None
    order_key: str | None = None
    lane: Lane = Lane.MAIN


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
    licences: Licences
    activations: Activations
    transfers: Transfers
    claims: Claims
    events: Events
    preferences: PreferencesOf
    pushes: Pushes
    jobs: Jobs


class Units(Protocol):
    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A writing transaction; writers wait for each other. No outside call inside."""

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A reading transaction: one snapshot, no lock."""


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job in this worker's hands until `leased_until`; `attempts` counts this one.

    `again` says that it was begun before, by a try that failed or that a kill cut off: what that has done
    outside is not known.
    """

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    leased_until: datetime
    again: bool


class JobQueue(Protocol):
    """The worker's side of `Jobs`, for one lane of them. Each call is its own transaction."""

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

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        """Deliver one message. `key` is passed on as idempotency key where the channel knows such; `silent`
        asks for no sound.

        Returning means delivered; gives the channel's reference of the message, empty where it cannot be
        edited. Raises `RetryLater`, `Undeliverable`, `AddressMoved`; any other error
        leaves the outcome unknown and is tried again with backoff.
        """


@runtime_checkable
class LiveSender(PushSender, Protocol):
    """A channel whose messages can be changed after they were sent."""

    async def edit(self, address: str, message_ref: str, content: PushContent) -> None:
        """Put `content` in place of what stands there. A message that is gone is left alone. Errors as in
        `PushSender.send`."""


class VendorRefused(Exception):
    """The vendor's definite answer: no licence was created and none will be from this request."""

    def __init__(self, failure: ActivationFailure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class DoneByHand(Exception):
    """The vendor has no API: back office does it and says so."""


@dataclass(frozen=True, slots=True)
class LicenceRequest:
    """What the vendor is asked to create."""

    order: Order
    package_code: str
    line: OrderLine


@dataclass(frozen=True, slots=True)
class GrantedLicence:
    """What the vendor created."""

    vendor_id: str
    login: str


class Vendor(Protocol):
    """The vendor's licences (`docs/api/vendor.yaml`). Each call is safe to repeat under its `key`.

    Raises `VendorRefused`, `RetryLater` where nothing was done, `DoneByHand`; any other error leaves the
    outcome unknown: repeat.
    """

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence: ...
    async def find(self, key: str) -> GrantedLicence | None:
        """What was created under this key, if anything."""

    async def suspend(self, vendor_id: str, key: str) -> None: ...
    async def restore(self, vendor_id: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a workbook: the texts of the cells by field name (see `workbooks`), untouched."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: Sequence[SheetRow]
    unknown_headings: tuple[str, ...] = ()


class Book(StrEnum):
    """What a workbook holds a list of."""

    CUSTOMERS = "customers"
    PRICES = "prices"


class WorkbookReader(Protocol):
    async def read(self, content: bytes, file_name: str, book: Book = Book.CUSTOMERS) -> Sheet:
        """Read a list. Raises `DomainError` (`workbook_*`) for what cannot be taken."""


Cell = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook to write; every row has a cell for each heading. Moments are written as of
    Vietnam."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


class WorkbookWriter(Protocol):
    async def write(self, tables: Sequence[Table]) -> bytes:
        """The tables as an .xlsx file. A text stays that text, whatever it looks like: never a formula."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A group of numbers in words: each row is what it is and how much."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Painter(Protocol):
    async def paint(self, title: str, groups: Sequence[Figures]) -> bytes:
        """The figures as a PNG to be read on a phone."""
