"""Codes by which a second chat is linked; only their digests are kept."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.link_codes import LinkCode
from storage.tables.people import link_codes


class SqlLinkCodes:
    """`LinkCodes`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def make(
        self, code_hash: str, accountant_id: int, expires_at: datetime, replaces: bool = False
    ) -> None:
        await self.void(accountant_id)
        values = {"code_hash": code_hash, "accountant_id": accountant_id, "expires_at": expires_at}
        await self._connection.execute(insert(link_codes).values(**values, replaces=replaces))

    async def get(self, code_hash: str) -> LinkCode | None:
        statement = select(link_codes).where(link_codes.c.code_hash == code_hash)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        return LinkCode(row.accountant_id, row.expires_at, row.used_at is not None, row.replaces)

    async def mark_used(self, code_hash: str, now: datetime) -> None:
        statement = update(link_codes).where(link_codes.c.code_hash == code_hash)
        await self._connection.execute(statement.values(used_at=now))

    async def void(self, accountant_id: int) -> None:
        theirs = link_codes.c.accountant_id == accountant_id
        await self._connection.execute(delete(link_codes).where(theirs))
