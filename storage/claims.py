"""Transfers that accountants say were made."""

import functools
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.payments import ClaimState, TransferClaim
from storage.prepared import Prepared
from storage.rows import given, spelled_out
from storage.tables.money import transfer_claims

_CLAIM = [transfer_claims.c[field.name] for field in fields(TransferClaim)]
CLAIM_OPEN = spelled_out(transfer_claims.c.state, ClaimState.OPEN)


@functools.cache
def _open_of_any(dialect: str) -> Prepared:
    theirs = given(dialect, transfer_claims.c.payment_code, "codes")
    return Prepared(select(*_CLAIM).where(theirs, CLAIM_OPEN))


class SqlClaims:
    """`Claims`. An open claim that a new one replaces counts as refused, without a note."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, payment_code: str, accountant_id: int, picture: str, now: datetime) -> TransferClaim:
        before = update(transfer_claims).where(transfer_claims.c.payment_code == payment_code, CLAIM_OPEN)
        await self._connection.execute(before.values(state=ClaimState.REFUSED))
        statement = insert(transfer_claims).values(
            payment_code=payment_code,
            accountant_id=accountant_id,
            picture=picture,
            state=ClaimState.OPEN,
            made_at=now,
            note="",
        )
        return TransferClaim(*(await self._connection.execute(statement.returning(*_CLAIM))).one())

    async def get(self, claim_id: int) -> TransferClaim | None:
        return await self._one(transfer_claims.c.id == claim_id)

    async def settle(self, claim_id: int, state: ClaimState, note: str) -> None:
        statement = update(transfer_claims).where(transfer_claims.c.id == claim_id)
        await self._connection.execute(statement.values(state=state, note=note))

    async def open(self, offset: int, limit: int) -> tuple[Sequence[TransferClaim], int]:
        page = select(*_CLAIM).where(CLAIM_OPEN).order_by(transfer_claims.c.id).offset(offset).limit(limit)
        items = [TransferClaim(*row) for row in await self._connection.execute(page)]
        counting = select(func.count()).select_from(transfer_claims).where(CLAIM_OPEN)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def open_of(self, payment_code: str) -> TransferClaim | None:
        return await self._one(transfer_claims.c.payment_code == payment_code, CLAIM_OPEN)

    async def open_of_any(self, payment_codes: Sequence[str]) -> Sequence[TransferClaim]:
        if not payment_codes:
            return []
        found = await _open_of_any(self._connection.dialect.name).rows(self._connection, codes=payment_codes)
        return sorted((TransferClaim(*row) for row in found), key=lambda claim: claim.id)

    async def _one(self, *conditions: ColumnElement[bool]) -> TransferClaim | None:
        row = (await self._connection.execute(select(*_CLAIM).where(*conditions))).one_or_none()
        return TransferClaim(*row) if row else None
