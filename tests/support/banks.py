"""Transfers as a webhook reports them, handed to the program and worked through."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from domain.chats import Channel
from domain.people import Actor, FirmState, Role
from domain.transfers import Provider, ReportedTransfer
from services.money.transfers import TakeTransfers
from storage.database import Database
from tests.support.clock import NOON_OF_JUNE_15, FixedClock
from tests.support.working import Working

_events = count(1)


def reported(content: str, amount: int, **changes: Any) -> ReportedTransfer:
    """An incoming transfer with an event and a reference of its own."""
    number = next(_events)
    values: dict[str, Any] = {
        "provider": Provider.SEPAY,
        "event_id": f"event-{number}",
        "reference": f"FT{number:06}",
        "outgoing": False,
        "account": "0011001234567",
        "occurred_at": NOON_OF_JUNE_15,
    }
    return ReportedTransfer(content=content, amount=amount, **values | changes)


@dataclass
class Bank:
    """Reports transfers and lets the workers do their jobs."""

    database: Database
    clock: FixedClock
    working: Working
    told: list[ReportedTransfer] = field(default_factory=list)

    async def tells(self, content: str, amount: int, **changes: Any) -> None:
        transfer = reported(content, amount, **changes)
        self.told.append(transfer)
        await TakeTransfers(self.database, self.clock)([transfer])
        await self.working.work()


async def add_back_office(database: Database, clock: FixedClock) -> Actor:
    """Add the vendor's one person, in the chat `back-office`."""
    async with database.write() as uow:
        firm = await uow.people.add_firm("Nhà cung cấp", "0100109106", FirmState.VENDOR, clock.now())
        person = await uow.people.add_accountant(
            firm.id, Role.BACK_OFFICE, "Lan", "+84900000001", "lan@vendor.vn", clock.now()
        )
        await uow.chats.link(Channel.TELEGRAM, "back-office", person.id, clock.now())
    return Actor(person.id, firm.id, Role.BACK_OFFICE)
