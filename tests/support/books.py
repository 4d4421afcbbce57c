"""The figures of a database, compared with its books."""

from dataclasses import replace
from datetime import datetime

from domain.payments import state_after
from domain.postings import Account, Difference, JournalEntry, JournalKind, Posting
from domain.transfers import Share, Transfer
from services.ports import UnitOfWork
from storage.database import Database


async def differences(database: Database) -> list[Difference]:
    """All that differs."""
    async with database.read() as uow:
        lasts = await uow.postings.last_ids()
        return [one for part, last in lasts.items() for one in await uow.postings.differences(part, 0, last)]


async def take_back(uow: UnitOfWork, transfer: Transfer, code: str, amount: int, now: datetime) -> None:
    """Let money leave a request that a booked transfer paid, as no operation does yet."""
    request = await uow.payments.get(code)
    assert request is not None
    received = request.received - amount
    await uow.transfers.add_shares(transfer.id, [Share(code, -amount)], now)
    await uow.payments.save(
        [replace(request, received=received, state=state_after(request.amount, received))]
    )
    postings = (Posting(Account.RECEIVABLE, amount, code), Posting(Account.RETURNED, -amount))
    await uow.postings.add(JournalEntry(JournalKind.RETURNED, postings, transfer.id), now)
