"""What messages of a month cost, by kind and way."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messaging.pushes import PushState
from services.ports.message_costs import MessageCost
from storage.tables.messaging import pushes

# Written into the statement as text, so that SQLite uses the partial index with this condition.
_SENT = pushes.c.state == literal(PushState.SENT, literal_execute=True)
_BY_TEMPLATE = pushes.c.template != ""
_WAY = (pushes.c.kind, pushes.c.sent_on, _BY_TEMPLATE)
_COSTS = (
    select(*_WAY, func.count(), func.coalesce(func.sum(pushes.c.cost), 0))
    .where(_SENT, pushes.c.sent_on.is_not(None))
    .group_by(*_WAY)
)


class SqlMessageCosts:
    """`MessageCosts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def between(self, since: datetime, until: datetime) -> Sequence[MessageCost]:
        within = (pushes.c.settled_at >= since) & (pushes.c.settled_at < until)
        found = await self._connection.execute(_COSTS.where(within))
        return [
            MessageCost(kind, channel, bool(by_template), count, int(cost))
            for kind, channel, by_template, count, cost in found
        ]
