"""What was done and by whom. Rows are only ever added."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import Event, Verb
from services.ports import LoggedEvent
from storage.prepared import Prepared
from storage.tables.orders import events, orders
from storage.tables.people import accountants, firms

_EVENT = [events.c[name] for name in ("verb", "at", "accountant_id", "firm_id", "order_id", "params")]

_ADD = Prepared(insert(events), assigned=[column.name for column in _EVENT])

_PAGE = 200
"""Events of the log that are read at once: few, so that others have their turn in between."""

_BY = accountants.c.id == events.c.accountant_id
_FIRM = firms.c.id == events.c.firm_id
_ORDER = orders.c.id == events.c.order_id


class SqlEvents:
    """`Events`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, event: Event) -> None:
        await _ADD.rows(
            self._connection,
            verb=event.verb,
            at=event.at,
            accountant_id=event.accountant_id,
            firm_id=event.firm_id,
            order_id=event.order_id,
            params=json.dumps(dict(event.params)),
        )

    async def of_order(self, order_id: int, offset: int, limit: int) -> tuple[Sequence[Event], int]:
        mine = events.c.order_id == order_id
        page = select(*_EVENT).where(mine).order_by(events.c.id.desc()).offset(offset).limit(limit)
        counting = select(func.count()).select_from(events).where(mine)
        return await self._events(page), (await self._connection.execute(counting)).scalar_one()

    async def of_firm(self, firm_id: int, verb: Verb) -> Sequence[Event]:
        these = (events.c.firm_id == firm_id, events.c.verb == verb)
        return await self._events(select(*_EVENT).where(*these).order_by(events.c.id.desc()))

    async def between(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[LoggedEvent]]:
        """Events from `since`, and before `until`."""
        names = (accountants.c.name, firms.c.name, orders.c.code)
        page = (
            select(events.c.id, *_EVENT, *(func.coalesce(name, "") for name in names))
            .select_from(events.outerjoin(accountants, _BY).outerjoin(firms, _FIRM).outerjoin(orders, _ORDER))
            .where(events.c.at < until)
            .order_by(events.c.at, events.c.id)
            .limit(_PAGE)
        )
        last: tuple[datetime, int] = (since, 0)
        while True:
            # A value in a tuple has no column that tells its type. The moment is compared twice, since SQLite
            # enters the index by a plain comparison only.
            place = tuple_(*last, types=[events.c.at.type, events.c.id.type])
            further = events.c.at >= last[0], tuple_(events.c.at, events.c.id) > place
            rows = (await self._connection.execute(page.where(*further))).all()
            yield [LoggedEvent(_event(row[1:]), *row[1 + len(_EVENT) :]) for row in rows]
            if len(rows) < _PAGE:
                return
            last = rows[-1].at, rows[-1].id

    async def _events(self, statement: Select[Any]) -> Sequence[Event]:
        return [_event(row) for row in await self._connection.execute(statement)]


def _event(row: Sequence[Any]) -> Event:
    verb, at, accountant_id, firm_id, order_id, params = row[: len(_EVENT)]
    return Event(Verb(verb), at, accountant_id, firm_id, order_id, json.loads(params))
