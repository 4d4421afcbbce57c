"""What the services need from the outside, as Protocols. Adapters live in `storage/` and `gateways/`."""

from services.ports.customers import CustomerFilter, CustomerPage, Customers
from services.ports.drafts import Drafts, DraftSums
from services.ports.events import Events, LoggedEvent
from services.ports.jobs import JobQueue, Jobs, Lane, LeasedJob, NewJob
from services.ports.licences import Activations, Licences, LicenceUnderWay
from services.ports.money import Claims, DayTotals, Payments, PaymentSums, Transfers, TransferShare
from services.ports.orders import LastAnswers, NewOrder, OrderedBefore, OrderFilter, Orders, Packages
from services.ports.people import Chats, People, PreferencesOf
from services.ports.pushes import (
    AddressMoved,
    LiveSender,
    Notice,
    Pushes,
    PushSender,
    RetryLater,
    Undeliverable,
)
from services.ports.units import Clock, UnitOfWork, Units
from services.ports.vendor import DoneByHand, GrantedLicence, LicenceRequest, Vendor, VendorRefused
from services.ports.workbooks import (
    Book,
    Cell,
    Figures,
    Painter,
    Sheet,
    SheetRow,
    Table,
    WorkbookReader,
    WorkbookWriter,
)

__all__ = [
    "Activations",
    "AddressMoved",
    "Book",
    "Cell",
    "Chats",
    "Claims",
    "Clock",
    "CustomerFilter",
    "CustomerPage",
    "Customers",
    "DayTotals",
    "DoneByHand",
    "DraftSums",
    "Drafts",
    "Events",
    "Figures",
    "GrantedLicence",
    "JobQueue",
    "Jobs",
    "Lane",
    "LastAnswers",
    "LeasedJob",
    "LicenceRequest",
    "LicenceUnderWay",
    "Licences",
    "LiveSender",
    "LoggedEvent",
    "NewJob",
    "NewOrder",
    "Notice",
    "OrderFilter",
    "OrderedBefore",
    "Orders",
    "Packages",
    "Painter",
    "PaymentSums",
    "Payments",
    "People",
    "PreferencesOf",
    "PushSender",
    "Pushes",
    "RetryLater",
    "Sheet",
    "SheetRow",
    "Table",
    "TransferShare",
    "Transfers",
    "Undeliverable",
    "UnitOfWork",
    "Units",
    "Vendor",
    "VendorRefused",
    "WorkbookReader",
    "WorkbookWriter",
]
