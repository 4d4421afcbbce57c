"""Time and transactions."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from services.ports.customers import Customers, Labels
from services.ports.drafts import Drafts
from services.ports.events import Events
from services.ports.intakes import Intakes
from services.ports.jobs import Jobs
from services.ports.licences import Activations, Licences
from services.ports.money import Claims, Payments, Transfers
from services.ports.orders import Orders, Packages
from services.ports.people import Chats, LinkCodes, People, PreferencesOf
from services.ports.pushes import Pushes, SentMessages
from services.ports.registry import RegistryAnswers


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware in UTC."""

    def today(self) -> date:
        """The present date in Asia/Ho_Chi_Minh."""


class UnitOfWork(Protocol):
    """One transaction. Leaving `Units.write()` without an error commits; an error rolls back."""

    people: People
    chats: Chats
    link_codes: LinkCodes
    customers: Customers
    labels: Labels
    intakes: Intakes
    registry_answers: RegistryAnswers
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
    sent_messages: SentMessages
    jobs: Jobs


class Units(Protocol):
    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A writing transaction; writers wait for each other. No outside call inside."""

    async def write_together(self, change: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """Make a small change in a transaction that changes of others may share; returns after the commit. If
        that transaction fails, the change is made again, in one of its own."""

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A reading transaction: one snapshot, no lock."""
