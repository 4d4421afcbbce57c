"""Transfers on the vendor's account, and how their money is shared out."""

import functools
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    UnaryExpression,
    bindparam,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import Verb
from domain.postings import Account
from domain.transfers import Provider, ReportedTransfer, Share, Transfer, TransferState
from domain.twins import NEAR
from services.ports import DayTotals, TransferShare
from storage.prepared import Prepared
from storage.rows import given, insert_many, spelled_out, upsert
from storage.tables.activation import licences
from storage.tables.money import payment_requests, shares, transfers
from storage.tables.orders import events, orders
from storage.tables.postings import journal_entries, postings
from storage.touched import Touched

_REPORTED = [transfers.c[field.name] for field in fields(ReportedTransfer)]
_BECAME = ("state", "attention", "surplus", "note", "other_id", "order_id")
TRANSFER = [transfers.c.id, *_REPORTED, *(transfers.c[name] for name in _BECAME)]
CHOOSING = spelled_out(transfers.c.state, TransferState.CHOOSING)
# Built once at import: they run for every transfer.
_ONE = Prepared(select(*TRANSFER).where(transfers.c.id == bindparam("of")))
_SAVE = Prepared(update(transfers).where(transfers.c.id == bindparam("of")), assigned=_BECAME)
_NEAR = transfers.c.occurred_at.between(bindparam("since"), bindparam("until"))
_LISTED = Prepared(
    select(*TRANSFER)
    .where(
        *(transfers.c.listed, transfers.c.amount == bindparam("amount"), _NEAR),
        transfers.c.provider == bindparam("provider"),
    )
    .order_by(transfers.c.id)
)
_TWIN = Prepared(
    select(transfers.c.id)
    .where(
        transfers.c.reference == bindparam("reference"),
        transfers.c.amount == bindparam("amount"),
        transfers.c.outgoing == bindparam("outgoing"),
        transfers.c.provider != bindparam("provider"),
        transfers.c.id != bindparam("of"),
        # The state tells what came first where ids do not: a transfer that was stored first may be
        # committed last.
        (transfers.c.id < bindparam("of"))
        | ~spelled_out(transfers.c.state, TransferState.RECEIVED, TransferState.REPEATED),
    )
    .order_by(transfers.c.id)
    .limit(1)
)
_NEW_SHARE = ("transfer_id", "payment_code", "amount", "created_at")
_NEWEST_SHARES = Prepared(
    select(shares.c.id, shares.c.payment_code)
    .where(shares.c.transfer_id == bindparam("of"))
    .order_by(shares.c.id.desc())
    .limit(bindparam("most"))
)
_SHARE = [shares.c.id, shares.c.transfer_id, shares.c.payment_code, shares.c.amount, shares.c.created_at]


class SqlTransfers:
    """`Transfers`."""

    def __init__(self, connection: AsyncConnection, touched: Touched) -> None:
        self._connection = connection
        self._touched = touched

    async def add(self, reported: ReportedTransfer, now: datetime) -> int | None:
        statement = (
            upsert(self._connection, transfers)
            .values(**asdict(reported), received_at=now, state=TransferState.RECEIVED, surplus=0, note="")
            .on_conflict_do_nothing(index_elements=[transfers.c.provider, transfers.c.event_id])
        )
        added: int | None = await self._connection.scalar(statement.returning(transfers.c.id))
        if added is not None:
            self._touched.transfers.add(added)
        return added

    async def reported_by(self, provider: Provider, since: datetime, until: datetime) -> Sequence[Transfer]:
        return await self._all(
            transfers.c.provider == provider, transfers.c.occurred_at.between(since, until)
        )

    async def listed_alike(self, told: ReportedTransfer) -> Sequence[Transfer]:
        about = {"amount": told.amount, "provider": told.provider, **_near(told)}
        return [transfer_of(row) for row in await _LISTED.rows(self._connection, **about)]

    async def tell(self, transfer_id: int, event_id: str) -> bool:
        statement = update(transfers).where(transfers.c.id == transfer_id, transfers.c.listed)
        told = await self._connection.execute(statement.values(event_id=event_id, listed=False))
        return told.rowcount == 1

    async def get(self, transfer_id: int) -> Transfer | None:
        row = await _ONE.first(self._connection, of=transfer_id)
        return transfer_of(row) if row else None

    async def get_many(self, transfer_ids: Sequence[int]) -> dict[int, Transfer]:
        found = await self._all(transfers.c.id.in_(transfer_ids)) if transfer_ids else ()
        return {one.id: one for one in found}

    async def of_event(self, provider: Provider, event_id: str) -> Transfer | None:
        return await self._one(transfers.c.provider == provider, transfers.c.event_id == event_id)

    async def save(self, transfer: Transfer) -> None:
        self._touched.transfers.add(transfer.id)
        became = {name: getattr(transfer, name) for name in _BECAME}
        await _SAVE.rows(self._connection, of=transfer.id, **became)

    async def twin(self, transfer: Transfer) -> int | None:
        told = transfer.reported
        if not told.reference:
            return None
        names = ("reference", "amount", "outgoing", "provider")
        same = {name: getattr(told, name) for name in names}
        row = await _TWIN.first(self._connection, of=transfer.id, **same)
        return row[0] if row else None

    async def booked_alike(self, transfer: Transfer, codes: Sequence[str]) -> Sequence[Transfer]:
        told = transfer.reported
        about = {"codes": codes, "amount": told.amount, "provider": told.provider, **_near(told)}
        rows = await _booked_alike(self._connection.dialect.name).rows(self._connection, **about)
        return [transfer_of(row) for row in rows]

    async def choosing(self, order_id: int) -> Sequence[Transfer]:
        return await self._all(transfers.c.order_id == order_id, CHOOSING)

    async def told_by(self, provider: Provider, movement: ReportedTransfer) -> bool:
        statement = select(transfers.c.id).where(
            transfers.c.reference == movement.reference,
            transfers.c.amount == movement.amount,
            transfers.c.outgoing == movement.outgoing,
            transfers.c.provider == provider,
        )
        return (await self._connection.execute(statement.limit(1))).first() is not None

    async def open(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        return await self._page(transfers.c.attention.is_not(None), transfers.c.id.asc(), offset, limit)

    async def outgoing(self, offset: int, limit: int) -> tuple[Sequence[Transfer], int]:
        return await self._page(transfers.c.outgoing, transfers.c.id.desc(), offset, limit)

    async def add_shares(self, transfer_id: int, new: Sequence[Share], now: datetime) -> Sequence[int]:
        if not new:
            return []
        self._touched.transfers.add(transfer_id)
        self._touched.codes.update(share.code for share in new)
        rows = ((transfer_id, share.code, share.amount, now) for share in new)
        await insert_many(self._connection, shares, _NEW_SHARE, rows)
        newest = await _NEWEST_SHARES.rows(self._connection, of=transfer_id, most=len(new))
        ids = {code: share_id for share_id, code in newest}
        return [ids[share.code] for share in new]

    async def shares(self, transfer_id: int) -> Sequence[TransferShare]:
        """The shares, in the order in which they were added."""
        return await self._shares(shares.c.transfer_id == transfer_id)

    async def share(self, share_id: int) -> TransferShare | None:
        found = await self._shares(shares.c.id == share_id)
        return found[0] if found else None

    async def totals(self, since: datetime, until: datetime) -> DayTotals:
        """Add up what happened from `since`, and before `until`.

        Counts incoming transfers that were reported in this time for the first time. Open transfers are
        the ones among them that back office still has to settle. Cancellations and suspensions are counted by
        their events.
        """

        async def sums(moment: Column[datetime], *columns: ColumnElement[int]) -> Sequence[int]:
            statement = select(*columns).where(moment >= since, moment < until)
            # SUM of no rows is NULL, and PostgreSQL's SUM is a decimal.
            return [int(value or 0) for value in (await self._connection.execute(statement)).one()]

        def happened(verb: Verb) -> ColumnElement[int]:
            return func.count().filter(events.c.verb == verb)

        waits = transfers.c.attention.is_not(None) | (transfers.c.state == TransferState.CHOOSING)
        came_in = ~transfers.c.outgoing & (transfers.c.state != TransferState.REPEATED)
        placed, ordered = await sums(orders.c.placed_at, func.count(), func.sum(orders.c.total))
        cancelled, suspended = await sums(
            events.c.at, happened(Verb.ORDER_CANCELLED), happened(Verb.LICENCE_SUSPENDED)
        )
        arrived, still_open = await sums(
            transfers.c.received_at,
            func.count().filter(came_in),
            func.count().filter(came_in & waits),
        )
        accounts = list(Account)
        of_account = [func.sum(postings.c.amount).filter(postings.c.account == one) for one in accounts]
        posted = (
            select(*of_account)
            .join(journal_entries, journal_entries.c.id == postings.c.entry_id)
            .join(transfers, transfers.c.id == journal_entries.c.transfer_id)
            .where(transfers.c.received_at >= since, transfers.c.received_at < until, ~transfers.c.outgoing)
        )
        row = (await self._connection.execute(posted)).one()
        money = {account: int(amount or 0) for account, amount in zip(accounts, row, strict=True)}
        (activated,) = await sums(licences.c.activated_at, func.count())
        return DayTotals(
            orders=placed,
            ordered=ordered,
            cancelled=cancelled,
            transfers=arrived,
            received=money[Account.BANK],
            booked=-money[Account.RECEIVABLE],
            waiting=-money[Account.WAITING] - money[Account.SURPLUS],
            returned=-money[Account.RETURNED],
            ignored=-money[Account.IGNORED],
            open_transfers=still_open,
            activated=activated,
            suspended=suspended,
        )

    async def _one(self, *which: ColumnElement[bool]) -> Transfer | None:
        row = (await self._connection.execute(select(*TRANSFER).where(*which))).one_or_none()
        return transfer_of(row) if row else None

    async def _all(self, *which: ColumnElement[bool]) -> Sequence[Transfer]:
        statement = select(*TRANSFER).where(*which).order_by(transfers.c.id)
        return [transfer_of(row) for row in await self._connection.execute(statement)]

    async def _page(
        self, which: ColumnElement[bool], order: UnaryExpression[int], offset: int, limit: int
    ) -> tuple[Sequence[Transfer], int]:
        page = select(*TRANSFER).where(which).order_by(order).offset(offset).limit(limit)
        items = [transfer_of(row) for row in await self._connection.execute(page)]
        counting = select(func.count()).select_from(transfers).where(which)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def _shares(self, which: ColumnElement[bool]) -> Sequence[TransferShare]:
        statement = select(*_SHARE).where(which).order_by(shares.c.id)
        return [
            TransferShare(share_id, transfer_id, Share(code, amount), created_at)
            for share_id, transfer_id, code, amount, created_at in await self._connection.execute(statement)
        ]


def _near(told: ReportedTransfer) -> dict[str, datetime]:
    return {"since": told.occurred_at - NEAR, "until": told.occurred_at + NEAR}


@functools.cache
def _booked_alike(dialect: str) -> Prepared:
    of_orders = select(orders.c.id).where(given(dialect, orders.c.code, "codes"))
    named = union(
        select(payment_requests.c.code).where(given(dialect, payment_requests.c.code, "codes")),
        select(payment_requests.c.code).where(payment_requests.c.order_id.in_(of_orders)),
    )
    paying = select(shares.c.transfer_id).where(shares.c.payment_code.in_(named))
    booked = spelled_out(transfers.c.state, TransferState.MATCHED)
    alike = or_(transfers.c.id.in_(paying) & booked, transfers.c.order_id.in_(of_orders) & CHOOSING)
    same = transfers.c.amount == bindparam("amount"), transfers.c.provider != bindparam("provider")
    return Prepared(select(*TRANSFER).where(alike, *same, _NEAR).order_by(transfers.c.id))


def transfer_of(row: Sequence[Any]) -> Transfer:
    transfer_id, *reported = row[: 1 + len(_REPORTED)]
    return Transfer(transfer_id, ReportedTransfer(*reported), *row[1 + len(_REPORTED) :])
