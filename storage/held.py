"""Payment instructions held back until their firm has paid or was approved."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, func, literal, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.messaging.budgets import PAID_ENOUGH, Bound
from domain.messaging.pushes import PaymentWithdrawn, Push, PushState
from domain.payments import PAID_STATES, PaymentState
from domain.people import Firm
from services.ports.held import HeldFirm
from storage.people import FIRM
from storage.prepared import Prepared
from storage.pushes import COLUMNS, is_about, push_of
from storage.rows import chunks, insert_many, spelled_out
from storage.tables.held import held_instructions as held
from storage.tables.messaging import pushes
from storage.tables.money import payment_requests as requests
from storage.tables.orders import orders
from storage.tables.people import accountants, firms

_JOINED = held.join(requests, requests.c.code == held.c.code)
_WITHDRAWN = spelled_out(pushes.c.kind, PaymentWithdrawn.kind.name)
_HELD = select(held.c.firm_id, func.count().label("count")).group_by(held.c.firm_id).subquery()
_FOR_NOTHING = select(requests.c.code).where(
    requests.c.code == pushes.c.about, spelled_out(requests.c.state, PaymentState.CANCELLED)
)
_WAITING = (
    literal_column("pushes.waits != ''")
    & spelled_out(pushes.c.state, PushState.QUEUED)
    # It is dropped when its turn comes.
    & ~_FOR_NOTHING.exists()
)
_WAITS = (
    select(accountants.c.firm_id, func.count().label("count"))
    .join(pushes, pushes.c.accountant_id == accountants.c.id)
    .where(_WAITING)
    .group_by(accountants.c.firm_id)
    .subquery()
)
_COUNTS = (func.coalesce(_HELD.c.count, 0), func.coalesce(_WAITS.c.count, 0))
_FIRMS = (
    select(*FIRM, *_COUNTS)
    .select_from(
        firms.outerjoin(_HELD, _HELD.c.firm_id == firms.c.id).outerjoin(
            _WAITS, _WAITS.c.firm_id == firms.c.id
        )
    )
    .where(_COUNTS[0] + _COUNTS[1] > 0)
    .order_by(firms.c.id)
)

_HOW_MANY = Prepared(select(func.count()).select_from(_FIRMS.order_by(None).subquery()))
_ANY_HELD = Prepared(select(held.c.code).where(held.c.firm_id == bindparam("firm_id")).limit(1))


def _staff(firm_id: int) -> Select[tuple[int]]:
    return select(accountants.c.id).where(accountants.c.firm_id == firm_id)


class SqlHeldInstructions:
    """`HeldInstructions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def is_cleared(self, firm_id: int) -> bool:
        enough = (requests.c.received >= PAID_ENOUGH) | requests.c.state.in_(PAID_STATES)
        paid = (
            select(literal(1))
            .select_from(orders.join(requests, requests.c.order_id == orders.c.id))
            .where(orders.c.firm_id == firm_id, requests.c.received > 0, enough)
            .limit(1)
        )
        cleared = select(firms.c.cleared).where(firms.c.id == firm_id)
        return bool(await self._connection.scalar(cleared) or await self._connection.scalar(paid))

    async def clear(self, firm_id: int) -> None:
        await self._connection.execute(update(firms).where(firms.c.id == firm_id).values(cleared=True))

    async def told(self, firm_id: int) -> int:
        return await self._connection.scalar(select(firms.c.told).where(firms.c.id == firm_id)) or 0

    async def count_told(self, firm_id: int, more: int) -> None:
        counted = update(firms).where(firms.c.id == firm_id).values(told=firms.c.told + more)
        await self._connection.execute(counted)

    async def hold(self, firm_id: int, codes: Sequence[str], now: datetime) -> None:
        rows = ((code, firm_id, now) for code in codes)
        await insert_many(self._connection, held, ("code", "firm_id", "held_at"), rows)

    async def holds_any(self, firm_id: int) -> bool:
        return await _ANY_HELD.first(self._connection, firm_id=firm_id) is not None

    async def holds(self, code: str) -> bool:
        return await self._count(select(held.c.code).where(held.c.code == code)) > 0

    async def holds_address(self, firm_id: int, channel: Channel, address: str) -> bool:
        column = requests.c.notice_email if channel is Channel.EMAIL else requests.c.notice_phone
        which = (held.c.firm_id == firm_id, column == address)
        return await self._count(select(held.c.code).select_from(_JOINED).where(*which)) > 0

    async def count_of(self, order_id: int) -> int:
        return await self._count(
            select(held.c.code).select_from(_JOINED).where(requests.c.order_id == order_id)
        )

    async def codes_of(self, firm_id: int, limit: int | None = None) -> Sequence[str]:
        theirs = select(held.c.code).where(held.c.firm_id == firm_id)
        ordered = theirs.order_by(held.c.held_at, held.c.code).limit(limit)
        return (await self._connection.scalars(ordered)).all()

    async def firms(self, offset: int, limit: int) -> tuple[Sequence[HeldFirm], int]:
        rows = await self._connection.execute(_FIRMS.offset(offset).limit(limit))
        found = [HeldFirm(Firm(*firm), count, waiting) for *firm, count, waiting in rows]
        return found, await self.count_firms()

    async def count_firms(self) -> int:
        return int((await _HOW_MANY.first(self._connection))[0])

    async def firm(self, firm_id: int) -> HeldFirm | None:
        row = (await self._connection.execute(_FIRMS.where(firms.c.id == firm_id))).one_or_none()
        return HeldFirm(Firm(*row[:-2]), *row[-2:]) if row else None

    async def forget(self, codes: Sequence[str]) -> None:
        for some in chunks(codes):
            await self._connection.execute(delete(held).where(held.c.code.in_(some)))

    async def mark_waiting(self, key: str, bound: Bound) -> None:
        await self._connection.execute(update(pushes).where(pushes.c.key == key).values(waits=bound))

    async def waiting_of_firm(self, firm_id: int) -> Sequence[Push]:
        waiting = select(*COLUMNS).where(pushes.c.accountant_id.in_(_staff(firm_id)), _WAITING)
        return [push_of(row) for row in await self._connection.execute(waiting.order_by(pushes.c.id))]

    async def has_newer(self, push: Push) -> bool:
        mine = select(pushes.c.id).where(pushes.c.key == push.key).scalar_subquery()
        same = (pushes.c.address == push.address, pushes.c.channel == push.channel)
        later = (is_about(push.subject), *same, pushes.c.state == PushState.QUEUED, pushes.c.id > mine)
        return await self._count(select(pushes.c.id).where(*later)) > 0

    async def withdrawn_since(self, firm_id: int, moment: datetime) -> Mapping[str, int]:
        theirs = (pushes.c.accountant_id.in_(_staff(firm_id)), pushes.c.created_at >= moment)
        counts = select(pushes.c.address, func.count()).where(*theirs, _WITHDRAWN).group_by(pushes.c.address)
        return {address: count for address, count in await self._connection.execute(counts)}

    async def withdrawn_to(self, accountant_id: int, address: str, since: datetime) -> str:
        told = (pushes.c.accountant_id == accountant_id, pushes.c.address == address)
        last = select(pushes.c.about).where(*told, pushes.c.created_at >= since, _WITHDRAWN)
        return await self._connection.scalar(last.order_by(pushes.c.id.desc()).limit(1)) or ""

    async def count_waiting(self, accountant_id: int, channel: Channel, bound: Bound) -> int:
        theirs = (pushes.c.accountant_id == accountant_id, pushes.c.channel == channel)
        return await self._count(select(pushes.c.id).where(*theirs, _WAITING, pushes.c.waits == bound))

    async def _count(self, what: Select[tuple[object]]) -> int:
        return (
            await self._connection.execute(select(func.count()).select_from(what.subquery()))
        ).scalar_one()
