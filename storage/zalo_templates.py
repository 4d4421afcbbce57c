"""The template messages of an Official Account of Zalo, as Zalo has approved them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messaging.templates import Template
from services.ports.zalo_templates import KnownTemplate
from storage.rows import upsert
from storage.tables.zalo import zalo_templates as table

_KNOWN = select(table.c.name, table.c.template_id, table.c.price, table.c.fault)


class SqlZaloTemplates:
    """`ZaloTemplates`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, known: Sequence[KnownTemplate]) -> None:
        await self._connection.execute(delete(table).where(table.c.name.not_in([one.name for one in known])))
        for one in known:
            said = {"template_id": one.template_id, "price": one.price, "fault": one.fault}
            statement = upsert(self._connection, table).values(name=one.name, **said)
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=said)
            )

    async def all(self) -> Sequence[KnownTemplate]:
        rows = await self._connection.execute(_KNOWN.order_by(table.c.name))
        return [KnownTemplate(Template(name), *rest) for name, *rest in rows]

    async def usable(self, name: Template, now: datetime) -> KnownTemplate | None:
        is_open = or_(table.c.closed_until.is_(None), table.c.closed_until <= now)
        found = await self._connection.execute(
            _KNOWN.where(table.c.name == name, table.c.fault == "", is_open)
        )
        row = found.one_or_none()
        return KnownTemplate(name, *row[1:]) if row else None

    async def close(self, until: datetime) -> None:
        await self._connection.execute(update(table).values(closed_until=until))
