"""The alarms of back office."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.alarms import Alarm, AlarmKind
from storage.tables.alarms import alarms

_COLUMNS = [alarms.c[name] for name in Alarm.__dataclass_fields__]


class SqlAlarms:
    """`Alarms`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self) -> Sequence[Alarm]:
        statement = select(*_COLUMNS).where(alarms.c.over_at.is_(None)).order_by(alarms.c.id)
        return [Alarm(*row) for row in await self._connection.execute(statement)]

    async def begin(self, kind: AlarmKind, about: str, now: datetime) -> Alarm:
        statement = insert(alarms).values(kind=kind, about=about, since=now).returning(alarms.c.id)
        return Alarm((await self._connection.execute(statement)).scalar_one(), kind, about, now)

    async def mark_told(self, alarm_id: int, now: datetime) -> None:
        await self._connection.execute(
            update(alarms).where(alarms.c.id == alarm_id, alarms.c.told_at.is_(None)).values(told_at=now)
        )

    async def end(self, alarm_id: int, now: datetime) -> None:
        await self._connection.execute(
            update(alarms).where(alarms.c.id == alarm_id, alarms.c.over_at.is_(None)).values(over_at=now)
        )

    async def get(self, alarm_id: int) -> Alarm | None:
        row = (await self._connection.execute(select(*_COLUMNS).where(alarms.c.id == alarm_id))).one_or_none()
        return Alarm(*row) if row else None
