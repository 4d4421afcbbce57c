"""One transaction with every repository in it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import (
    Activations,
    Chats,
    Claims,
    Customers,
    Drafts,
    Events,
    Intakes,
    Jobs,
    Labels,
    Lane,
    Licences,
    LinkCodes,
    Orders,
    Packages,
    Payments,
    People,
    PreferencesOf,
    Pushes,
    RegistryAnswers,
    SentMessages,
    Transfers,
)
from storage.activations import SqlActivations
from storage.chats import SqlChats
from storage.claims import SqlClaims
from storage.customers import SqlCustomers
from storage.drafts import SqlDrafts
from storage.events import SqlEvents
from storage.intakes import SqlIntakes
from storage.jobs import SqlJobs
from storage.labels import SqlLabels
from storage.licences import SqlLicences
from storage.link_codes import SqlLinkCodes
from storage.orders import SqlOrders
from storage.packages import SqlPackages
from storage.payments import SqlPayments
from storage.people import SqlPeople
from storage.preferences import SqlPreferences
from storage.pushes import SqlPushes
from storage.registry_answers import SqlRegistryAnswers
from storage.transfers import SqlTransfers
from storage.zalo_chats import SqlSentMessages


class SqlUnitOfWork:
    """`UnitOfWork` over one connection. The caller begins and ends its transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.people: People = SqlPeople(connection)
        self.chats: Chats = SqlChats(connection)
        self.link_codes: LinkCodes = SqlLinkCodes(connection)
        self.customers: Customers = SqlCustomers(connection)
        self.labels: Labels = SqlLabels(connection)
        self.intakes: Intakes = SqlIntakes(connection)
        self.registry_answers: RegistryAnswers = SqlRegistryAnswers(connection)
        self.packages: Packages = SqlPackages(connection)
        self.drafts: Drafts = SqlDrafts(connection)
        self.orders: Orders = SqlOrders(connection)
        self.payments: Payments = SqlPayments(connection)
        self.licences: Licences = SqlLicences(connection)
        self.activations: Activations = SqlActivations(connection)
        self.transfers: Transfers = SqlTransfers(connection)
        self.claims: Claims = SqlClaims(connection)
        self.events: Events = SqlEvents(connection)
        self.preferences: PreferencesOf = SqlPreferences(connection)
        self.pushes: Pushes = SqlPushes(connection)
        self.sent_messages: SentMessages = SqlSentMessages(connection)
        self.lanes: set[Lane] = set()
        """The lanes in which this transaction put a job that is due now or soon."""
        self.jobs: Jobs = SqlJobs(connection, self.lanes)
