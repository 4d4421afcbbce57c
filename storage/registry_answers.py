"""What the registry of taxpayers answered, kept for a while."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ports import Registered
from storage.purging import delete_some
from storage.rows import chunks, insert_many
from storage.tables.catalogue import registry_answers as table

_ASKED = (table.c.tax_code, table.c.name, table.c.address)
_NEWER = (
    "ON CONFLICT (tax_code) DO UPDATE SET"
    " name = excluded.name, address = excluded.address, asked_at = excluded.asked_at"
)


class SqlRegistryAnswers:
    """`RegistryAnswers`. The name is empty for a tax code that the registry does not know."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(
        self, tax_codes: Sequence[str], found_since: datetime, unknown_since: datetime
    ) -> Mapping[str, Registered | None]:
        found: dict[str, Registered | None] = {}
        since = case((table.c.name == "", unknown_since), else_=found_since)
        for some in chunks(tax_codes):
            statement = select(*_ASKED).where(table.c.tax_code.in_(some), table.c.asked_at > since)
            for row in await self._connection.execute(statement):
                found[row.tax_code] = Registered(*row) if row.name else None
        return found

    async def put(self, answers: Mapping[str, Registered | None], now: datetime) -> None:
        rows = (
            (tax_code, answer.name if answer else "", answer.address if answer else "", now)
            # In one order, so that two that keep the same answers do not wait for each other for ever.
            for tax_code, answer in sorted(answers.items(), key=lambda item: item[0])
        )
        names = ("tax_code", "name", "address", "asked_at")
        await insert_many(self._connection, table, names, rows, _NEWER)

    async def forget(self, tax_code: str) -> None:
        await self._connection.execute(delete(table).where(table.c.tax_code == tax_code))

    async def purge(self, older_than: datetime, most: int) -> int:
        return await delete_some(self._connection, table, table.c.asked_at < older_than, most)
