"""Where statements of account are mailed to each month."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.monthly_statements import MonthlyStatement
from storage.tables.money import monthly_statements as table

_ONE = select(*(table.c[field.name] for field in fields(MonthlyStatement))).order_by(table.c.id)


class SqlMonthlyStatements:
    """`MonthlyStatements`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, accountant_id: int, customer_id: int | None, address: str, now: datetime) -> None:
        values = {"accountant_id": accountant_id, "customer_id": customer_id, "address": address}
        await self._connection.execute(insert(table).values(**values, made_at=now))

    async def delete(self, statement_id: int) -> None:
        await self._connection.execute(delete(table).where(table.c.id == statement_id))

    async def get(self, statement_id: int) -> MonthlyStatement | None:
        row = (await self._connection.execute(_ONE.where(table.c.id == statement_id))).one_or_none()
        return MonthlyStatement(*row) if row else None

    async def of(self, accountant_id: int) -> Sequence[MonthlyStatement]:
        rows = await self._connection.execute(_ONE.where(table.c.accountant_id == accountant_id))
        return [MonthlyStatement(*row) for row in rows]

    async def after(self, statement_id: int, limit: int) -> Sequence[MonthlyStatement]:
        rows = await self._connection.execute(_ONE.where(table.c.id > statement_id).limit(limit))
        return [MonthlyStatement(*row) for row in rows]

    async def forget_customer(self, customer_id: int) -> None:
        await self._connection.execute(delete(table).where(table.c.customer_id == customer_id))
