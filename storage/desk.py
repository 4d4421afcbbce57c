"""Sign-offs, and cases of returns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.return_cases import CaseReason, ReturnCase
from domain.sign_offs import AskedAct, SignOff, SignOffState
from storage.rows import spelled_out, upsert
from storage.tables.desk import return_cases, sign_offs

_SIGN_OFF = [sign_offs.c[field.name] for field in fields(SignOff)]
CASE = [return_cases.c[field.name] for field in fields(ReturnCase)]
WAITING = spelled_out(sign_offs.c.state, SignOffState.WAITING)

STANDS = return_cases.c.returned_at.is_(None)
"""Cases whose money was not given back: at most one of each transfer."""

_STANDING: dict[str, Any] = {"index_elements": ["transfer_id"], "index_where": STANDS}


class SqlSignOffs:
    """`SignOffs`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, asked: AskedAct, currency: str, why: str, order_id: int | None, asked_by: int, now: datetime
    ) -> SignOff:
        statement = insert(sign_offs).values(
            **asdict(asked),
            key=asked.key,
            currency=currency,
            why=why,
            order_id=order_id,
            asked_by=asked_by,
            asked_at=now,
            state=SignOffState.WAITING,
            note="",
        )
        return SignOff(*(await self._connection.execute(statement.returning(*_SIGN_OFF))).one())

    async def get(self, sign_off_id: int) -> SignOff | None:
        statement = select(*_SIGN_OFF).where(sign_offs.c.id == sign_off_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return SignOff(*row) if row else None

    async def waiting_about(self, keys: Collection[str]) -> Mapping[str, SignOff]:
        statement = select(*_SIGN_OFF).where(sign_offs.c.key.in_(keys), WAITING)
        found = [SignOff(*row) for row in await self._connection.execute(statement)] if keys else []
        return {one.asked.key: one for one in found}

    async def decide(self, sign_off_id: int, state: SignOffState, by: int, note: str, now: datetime) -> None:
        statement = update(sign_offs).where(sign_offs.c.id == sign_off_id)
        await self._connection.execute(
            statement.values(state=state, decided_by=by, note=note, decided_at=now)
        )

    async def waiting(self, offset: int, limit: int) -> tuple[Sequence[SignOff], int]:
        page = select(*_SIGN_OFF).where(WAITING).order_by(sign_offs.c.id).offset(offset).limit(limit)
        items = [SignOff(*row) for row in await self._connection.execute(page)]
        counting = select(func.count()).select_from(sign_offs).where(WAITING)
        return items, (await self._connection.execute(counting)).scalar_one()


class SqlReturnCases:
    """`ReturnCases`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, transfer_id: int, reason: CaseReason, order_id: int | None, now: datetime) -> None:
        new = self._new(transfer_id, reason=reason, order_id=order_id, opened_at=now)
        await self._connection.execute(new.on_conflict_do_nothing(**_STANDING))

    async def open_refund(
        self, transfer_id: int, order_id: int, why: str, owner_id: int, now: datetime
    ) -> None:
        said = {"reason": CaseReason.REFUND, "order_id": order_id, "opened_at": now, "why": why}
        said |= {"owner_id": owner_id}
        new = self._new(transfer_id, **said)
        await self._connection.execute(new.on_conflict_do_update(**_STANDING, set_=said))

    async def get(self, case_id: int) -> ReturnCase | None:
        return await self._one(return_cases.c.id == case_id)

    async def of_transfer(self, transfer_id: int) -> ReturnCase | None:
        return await self._one(return_cases.c.transfer_id == transfer_id)

    async def own(self, case_id: int, owner_id: int) -> None:
        statement = update(return_cases).where(return_cases.c.id == case_id)
        await self._connection.execute(statement.values(owner_id=owner_id))

    async def returned(self, transfer_id: int, amount: int, reference: str, by: int, now: datetime) -> None:
        statement = update(return_cases).where(return_cases.c.transfer_id == transfer_id, STANDS)
        noted = {"returned": amount, "reference": reference, "returned_by": by, "returned_at": now}
        await self._connection.execute(statement.values(**noted))

    def _new(self, transfer_id: int, **values: Any) -> Any:
        new = upsert(self._connection, return_cases)
        return new.values(transfer_id=transfer_id, returned=0, reference="", **values)

    async def _one(self, condition: ColumnElement[bool]) -> ReturnCase | None:
        newest = select(*CASE).where(condition).order_by(return_cases.c.id.desc()).limit(1)
        row = (await self._connection.execute(newest)).one_or_none()
        return ReturnCase(*row) if row else None
