"""Time, transactions, and whose turn it is to write."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Protocol

from domain.chats import Channel
from domain.transfers import Provider
from services.ports.accounts import Accounts, Traces
from services.ports.backup_proofs import BackupProofs
from services.ports.bank_days import BankDays
from services.ports.bank_feeds import FeedStates
from services.ports.books_report import BooksReport
from services.ports.customers import Customers, Labels
from services.ports.desk import DeskTables, ReturnCases, SignOffs
from services.ports.desk_search import DeskSearch
from services.ports.drafts import Drafts
from services.ports.events import Events
from services.ports.held import HeldInstructions
from services.ports.intakes import Intakes
from services.ports.invoice_desk import InvoiceCorrections, InvoiceDesk
from services.ports.invoices import Invoices
from services.ports.jobs import Jobs
from services.ports.licences import Activations, Licences
from services.ports.mail_stops import MailStops
from services.ports.message_costs import MessageCosts
from services.ports.money import Claims, Payments, Transfers
from services.ports.monthly_statements import MonthlyStatements
from services.ports.order_changes import OrderChanges
from services.ports.orders import Orders, Packages
from services.ports.people import Chats, LinkCodes, People, PreferencesOf, Proofs
from services.ports.postings import Postings
from services.ports.pushes import Pushes, SentMessages
from services.ports.registry import RegistryAnswers
from services.ports.tallies import Tallies
from services.ports.watching import Alarms, Figures
from services.ports.zalo_grants import ZaloGrants
from services.ports.zalo_templates import ZaloTemplates


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware in UTC."""

    def today(self) -> date:
        """The present date in Asia/Ho_Chi_Minh."""


class TurnKind(IntEnum):
    """What writers have to themselves, in the order in which one transaction takes turns of several kinds."""

    BACK_OFFICE = 1
    CHAT = 2
    PRICES = 3
    TRANSFER = 4
    FIRM = 5
    PERSON = 6
    INVOICES = 7


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """The right to write to what `kind` and `key` name, for one transaction at a time."""

    kind: TurnKind
    key: str = ""

    @staticmethod
    def back_office() -> "Turn":
        """Who belongs to back office."""
        return Turn(TurnKind.BACK_OFFICE)

    @staticmethod
    def of_chat(channel: Channel, external_id: str) -> "Turn":
        """Whose chat this is."""
        return Turn(TurnKind.CHAT, f"{channel}:{external_id}")

    @staticmethod
    def prices() -> "Turn":
        """The price list."""
        return Turn(TurnKind.PRICES)

    @staticmethod
    def of_transfer(reference: str) -> "Turn":
        """What becomes of a movement on the account, by the bank's reference: several providers report it."""
        return Turn(TurnKind.TRANSFER, reference)

    @staticmethod
    def of_reports(provider: Provider) -> "Turn":
        """What a provider has told, by webhook or by its list: each transfer is stored once."""
        return Turn(TurnKind.TRANSFER, f"reports of {provider}")

    @staticmethod
    def of_firm(firm_id: int) -> "Turn":
        """The firm, its customers, lists, drafts, and orders with their requests, claims and licences."""
        return Turn(TurnKind.FIRM, str(firm_id))

    @staticmethod
    def of_tax_code(tax_code: str) -> "Turn":
        """Which firms claim this tax code."""
        return Turn(TurnKind.FIRM, f"code {tax_code}")

    @staticmethod
    def of_person(accountant_id: int) -> "Turn":
        """A person's chats, code, preferences, and what was sent to them."""
        return Turn(TurnKind.PERSON, str(accountant_id))

    @staticmethod
    def invoices() -> "Turn":
        """All tax invoices: what is due, in which order they are issued, and what became of each."""
        return Turn(TurnKind.INVOICES)


class UnitOfWork(Protocol):
    """One transaction. Leaving `Units.write()` without an error commits; an error rolls back."""

    people: People
    chats: Chats
    link_codes: LinkCodes
    proofs: Proofs
    customers: Customers
    labels: Labels
    intakes: Intakes
    registry_answers: RegistryAnswers
    packages: Packages
    drafts: Drafts
    orders: Orders
    order_changes: OrderChanges
    payments: Payments
    licences: Licences
    activations: Activations
    transfers: Transfers
    claims: Claims
    postings: Postings
    books_report: BooksReport
    feed_states: FeedStates
    monthly_statements: MonthlyStatements
    bank_days: BankDays
    invoices: Invoices
    invoice_desk: InvoiceDesk
    invoice_corrections: InvoiceCorrections
    events: Events
    desk_search: DeskSearch
    desk_tables: DeskTables
    sign_offs: SignOffs
    return_cases: ReturnCases
    preferences: PreferencesOf
    pushes: Pushes
    sent_messages: SentMessages
    tallies: Tallies
    message_costs: MessageCosts
    zalo_grants: ZaloGrants
    zalo_templates: ZaloTemplates
    held: HeldInstructions
    mail_stops: MailStops
    accounts: Accounts
    traces: Traces
    figures: Figures
    alarms: Alarms
    backup_proofs: BackupProofs
    jobs: Jobs

    async def take(self, *turns: Turn) -> bool:
        """Wait for further turns, which must come after those that the transaction has, or be among them.

        Returns whether others may have written to it since the transaction began: what was read of it must be
        read again. A reading transaction takes no turns, and need not read again.
        """

    async def reserve(self, codes: Collection[str]) -> set[str]:
        """The ones among `codes` that no order and no payment request has or may get but by this caller."""


class Units(Protocol):
    def write(self, *turns: Turn) -> AbstractAsyncContextManager[UnitOfWork]:
        """A writing transaction, which begins when it has all these `turns`. No outside call inside.

        Without turns it may write only what no other transaction reads to decide upon: new rows, and rows
        that it finds and changes in one statement.
        """

    async def write_together(self, change: Callable[[UnitOfWork], Awaitable[None]], *turns: Turn) -> None:
        """Make a small change, which needs these `turns`, in a transaction that changes of others may share;
        returns after the commit. If that transaction fails, the change is made again, in one of its own."""

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A reading transaction: one snapshot, no lock."""
