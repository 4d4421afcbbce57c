"""One transaction with every repository in it."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import (
    Activations,
    Chats,
    Claims,
    Customers,
    DeskSearch,
    DeskTables,
    Drafts,
    Events,
    Intakes,
    InvoiceCorrections,
    InvoiceDesk,
    Invoices,
    Jobs,
    Labels,
    Lane,
    Licences,
    LinkCodes,
    Orders,
    Packages,
    Payments,
    People,
    Postings,
    PreferencesOf,
    Proofs,
    Pushes,
    RegistryAnswers,
    ReturnCases,
    SentMessages,
    SignOffs,
    Transfers,
    Turn,
)
from services.ports.accounts import Accounts, Traces
from services.ports.backup_proofs import BackupProofs
from services.ports.bank_days import BankDays
from services.ports.bank_feeds import FeedStates
from services.ports.books_report import BooksReport
from services.ports.held import HeldInstructions
from services.ports.mail_stops import MailStops
from services.ports.message_costs import MessageCosts
from services.ports.monthly_statements import MonthlyStatements
from services.ports.order_changes import OrderChanges
from services.ports.tallies import Tallies
from services.ports.watching import Alarms, Figures
from services.ports.zalo_grants import ZaloGrants
from services.ports.zalo_templates import ZaloTemplates
from storage.accounts import SqlAccounts
from storage.activations import SqlActivations
from storage.alarms import SqlAlarms
from storage.backup_proofs import SqlBackupProofs
from storage.bank_days import SqlBankDays
from storage.bank_feeds import SqlFeedStates
from storage.books_report import SqlBooksReport
from storage.chats import SqlChats
from storage.claims import SqlClaims
from storage.codes import put_aside
from storage.connections import Pooled
from storage.customers import SqlCustomers
from storage.desk import SqlReturnCases, SqlSignOffs
from storage.desk_search import SqlDeskSearch
from storage.desk_tables import SqlDeskTables
from storage.drafts import SqlDrafts
from storage.engine import EngineJobs
from storage.events import SqlEvents
from storage.figures import SqlFigures
from storage.held import SqlHeldInstructions
from storage.intakes import SqlIntakes
from storage.invoice_corrections import SqlInvoiceCorrections
from storage.invoice_desk import SqlInvoiceDesk
from storage.invoices import SqlInvoices
from storage.jobs import SqlJobs
from storage.labels import SqlLabels
from storage.licences import SqlLicences
from storage.link_codes import SqlLinkCodes
from storage.mail_stops import SqlMailStops
from storage.message_costs import SqlMessageCosts
from storage.monthly_statements import SqlMonthlyStatements
from storage.notices import SqlNotices
from storage.order_changes import SqlOrderChanges
from storage.orders import SqlOrders
from storage.packages import SqlPackages
from storage.payments import SqlPayments
from storage.people import SqlPeople
from storage.postings import SqlPostings, refuse_differences
from storage.preferences import SqlPreferences
from storage.proofs import SqlProofs
from storage.registry_answers import SqlRegistryAnswers
from storage.tallies import SqlTallies
from storage.touched import Touched
from storage.traces import SqlTraces
from storage.transfers import SqlTransfers
from storage.turns import take
from storage.zalo_chats import SqlSentMessages
from storage.zalo_oa import SqlZaloGrants
from storage.zalo_templates import SqlZaloTemplates


class _Made:
    """An attribute that is made when it is first asked for: a transaction uses few of the repositories."""

    def __init__(self, make: Callable[["SqlUnitOfWork"], object]) -> None:
        self._make = make

    def __set_name__(self, _: object, name: str) -> None:
        self._name = name

    def __get__(self, unit: "SqlUnitOfWork", _: object) -> object:
        made = vars(unit)[self._name] = self._make(unit)
        return made


def _made(make: Callable[[AsyncConnection], object]) -> Any:
    return _Made(lambda unit: make(unit.connection))


def _compared(make: Callable[[AsyncConnection, Touched], object]) -> Any:
    """One that notes what has to agree with the books."""
    return _Made(lambda unit: make(unit.connection, unit.touched))


class SqlUnitOfWork:
    """`UnitOfWork` over one connection. The caller begins and ends its transaction, which has these `turns`;
    `None` for one that reads. Codes are put aside in `apart`, if there is one."""

    people: People = _made(SqlPeople)
    chats: Chats = _made(SqlChats)
    link_codes: LinkCodes = _made(SqlLinkCodes)
    proofs: Proofs = _made(SqlProofs)
    customers: Customers = _made(SqlCustomers)
    labels: Labels = _made(SqlLabels)
    intakes: Intakes = _made(SqlIntakes)
    registry_answers: RegistryAnswers = _made(SqlRegistryAnswers)
    packages: Packages = _made(SqlPackages)
    drafts: Drafts = _made(SqlDrafts)
    orders: Orders = _made(SqlOrders)
    order_changes: OrderChanges = _compared(SqlOrderChanges)
    payments: Payments = _compared(SqlPayments)
    licences: Licences = _made(SqlLicences)
    activations: Activations = _made(SqlActivations)
    transfers: Transfers = _compared(SqlTransfers)
    postings: Postings = _compared(SqlPostings)
    books_report: BooksReport = _made(SqlBooksReport)
    claims: Claims = _made(SqlClaims)
    feed_states: FeedStates = _made(SqlFeedStates)
    monthly_statements: MonthlyStatements = _made(SqlMonthlyStatements)
    bank_days: BankDays = _made(SqlBankDays)
    invoices: Invoices = _made(SqlInvoices)
    invoice_desk: InvoiceDesk = _made(SqlInvoiceDesk)
    invoice_corrections: InvoiceCorrections = _made(SqlInvoiceCorrections)
    events: Events = _made(SqlEvents)
    desk_search: DeskSearch = _made(SqlDeskSearch)
    desk_tables: DeskTables = _made(SqlDeskTables)
    sign_offs: SignOffs = _made(SqlSignOffs)
    return_cases: ReturnCases = _made(SqlReturnCases)
    preferences: PreferencesOf = _made(SqlPreferences)
    pushes: Pushes = _made(SqlNotices)
    sent_messages: SentMessages = _made(SqlSentMessages)
    tallies: Tallies = _made(SqlTallies)
    message_costs: MessageCosts = _made(SqlMessageCosts)
    zalo_grants: ZaloGrants = _made(SqlZaloGrants)
    zalo_templates: ZaloTemplates = _made(SqlZaloTemplates)
    held: HeldInstructions = _made(SqlHeldInstructions)
    mail_stops: MailStops = _made(SqlMailStops)
    accounts: Accounts = _made(SqlAccounts)
    traces: Traces = _made(SqlTraces)
    figures: Figures = _made(SqlFigures)
    alarms: Alarms = _made(SqlAlarms)
    backup_proofs: BackupProofs = _made(SqlBackupProofs)

    async def take(self, *turns: Turn) -> bool:
        return self._turns is not None and await take(self.connection, turns, self._turns)

    async def close_books(self) -> None:
        """Raise `BooksDiffer` if what this transaction wrote about money differs from its postings."""
        if self.touched:
            await refuse_differences(self.connection, self.touched)

    async def reserve(self, codes: Collection[str]) -> set[str]:
        own = set(codes) if self._apart is None else await put_aside(self._apart, codes)
        return own - await self.payments.taken(list(own))

    def __init__(
        self, connection: AsyncConnection, turns: Iterable[Turn] | None = (), apart: Pooled | None = None
    ) -> None:
        self.connection = connection
        self._turns = None if turns is None else set(turns)
        self._apart = apart
        self.touched = Touched()
        self.lanes: set[Lane] = set()
        """The lanes in which this transaction put a job that is due now or soon; none on PostgreSQL."""
        on_sqlite = connection.dialect.name == "sqlite"
        self.jobs: Jobs = SqlJobs(connection, self.lanes) if on_sqlite else EngineJobs(connection)
