"""The price list, version by version."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.packages import Package
from storage.prepared import Prepared
from storage.tables.ordering import packages

PACKAGE = [packages.c[field.name] for field in fields(Package)]
_BY_ID = Prepared(select(*PACKAGE).where(packages.c.id == bindparam("of")))


class SqlPackages:
    """`Packages`. A package that is no longer on sale can still be read by its id."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def on_sale(self) -> Sequence[Package]:
        statement = select(*PACKAGE).where(packages.c.on_sale).order_by(packages.c.position)
        return [Package(*row) for row in await self._connection.execute(statement)]

    async def get(self, package_id: int) -> Package | None:
        row = await _BY_ID.first(self._connection, of=package_id)
        return Package(*row) if row else None

    async def replace_all(self, packages: Sequence[Package], now: datetime) -> None:
        """Put a price list on sale. An unchanged package keeps its id, so that drafts keep their answer."""
        await _replace(self._connection, await self.on_sale(), packages, now)


async def _replace(
    connection: AsyncConnection, old: Sequence[Package], new: Sequence[Package], now: datetime
) -> None:
    kept = {replace(package, id=0): package.id for package in old}
    version = (await connection.scalar(select(func.max(packages.c.version))) or 0) + 1
    await connection.execute(update(packages).where(packages.c.on_sale).values(on_sale=False))
    for position, package in enumerate(new):
        values = {"version": version, "position": position, "on_sale": True}
        same = kept.get(replace(package, id=0))
        if same is not None:
            await connection.execute(update(packages).where(packages.c.id == same).values(**values))
        else:
            data = {
                field.name: getattr(package, field.name) for field in fields(package) if field.name != "id"
            }
            await connection.execute(insert(packages).values(**data, **values, created_at=now))
