"""Pushes: what is sent, to whom, with what outcome, and whether it was read."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.messaging.kinds import KINDS, PushKind, PushSubject
from domain.messaging.pushes import PaymentChanged, PaymentInstruction, Push, PushState, TrialReminder
from services.ports import Notice
from storage.measures import count_push
from storage.prepared import Prepared
from storage.push_subjects import subject_of
from storage.rows import among, chunks, insert_many
from storage.tables.messaging import pushes
from storage.tables.money import payment_requests

_PUSH = ["key", "channel", "kind", "about", "accountant_id", "address", "state", "attempted", "error"]
_PUSH += ["message_ref", "sent_on", "link", "template"]
COLUMNS = [pushes.c[name] for name in _PUSH]


def _spelled_out(value: str) -> ColumnElement[str]:
    """Written into the statement as text, so that SQLite uses the partial index with this condition."""
    return literal(value, literal_execute=True)


def _names(which: Callable[[PushKind], bool]) -> list[str]:
    return sorted(name for name, subject in KINDS.items() if which(subject.kind))


_BY_TEMPLATE = pushes.c.template != _spelled_out("")
_TO_CHAT = pushes.c.address == _spelled_out("")
# Lists leave out what only another release can word.
_KNOWN = pushes.c.kind.in_(sorted(KINDS))
_UNTOLD = pushes.c.state == _spelled_out(PushState.UNDELIVERABLE)
_UNTOLD &= _KNOWN & (pushes.c.address != _spelled_out("")) & ~pushes.c.failure_told
_HELD = _KNOWN & _TO_CHAT & (pushes.c.state == PushState.HELD)
_NOTICE = _TO_CHAT & (pushes.c.state != PushState.DROPPED)
_NOTICE &= pushes.c.kind.in_(_names(lambda kind: kind.notice))
UNREAD = _NOTICE & pushes.c.read_at.is_(None)
_UNASKED = pushes.c.kind.not_in(_names(lambda kind: kind.answer))
_BUNDLED = _names(lambda kind: kind.bundled)
_ONE = select(*COLUMNS).where(pushes.c.key == bindparam("of_key"))
_ABOUT = pushes.c.about == bindparam("about"), pushes.c.kind == bindparam("kind"), pushes.c.address == ""
_TO_CHATS = Prepared(select(*COLUMNS).where(*_ABOUT).order_by(pushes.c.id))
_MARK = update(pushes).where(pushes.c.key == bindparam("of_key"))
_WAITS = _MARK.where(pushes.c.state == PushState.QUEUED)
_SETTLED = _WAITS.returning(pushes.c.kind, pushes.c.channel, pushes.c.created_at)
_NOTICES = select(pushes.c.id, pushes.c.created_at, pushes.c.read_at, *COLUMNS)
_INSTRUCTIONS = payment_requests.join(pushes, pushes.c.about == payment_requests.c.code)


def _to_recipients(order_id: int, *kinds: type[PushSubject]) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `_INSTRUCTIONS`: those of an order that go to customers and other recipients."""
    return (
        payment_requests.c.order_id == order_id,
        pushes.c.kind.in_([one.kind.name for one in kinds]),
        pushes.c.address != "",
    )


def new_link(push: Push) -> str:
    """What the link in a mail to somebody without an account ends with."""
    return secrets.token_urlsafe(16) if push.address and push.channel is Channel.EMAIL else ""


class SqlPushes:
    """`Pushes`. A push with a known key is ignored."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_many(self, many: Sequence[Push], now: datetime) -> None:
        rows = (
            (
                *(push.key, push.channel, push.subject.kind.name, str(push.subject.about)),
                *(push.accountant_id, push.address, push.state, push.attempted, push.error),
                *(push.message_ref, push.sent_on, new_link(push), "", "", False, now),
            )
            for push in many
        )
        names = [*_PUSH, "shown", "failure_told", "created_at"]
        await insert_many(self._connection, pushes, names, rows, "ON CONFLICT (key) DO NOTHING")

    async def get(self, key: str) -> Push | None:
        return await self._one(_ONE, of_key=key)

    async def mark_attempted(self, key: str) -> None:
        await self._mark(key, attempted=True)

    async def mark_not_delivered(self, key: str) -> None:
        await self._mark(key, attempted=False)

    async def mark_sent(
        self, key: str, channel: Channel, message_ref: str, now: datetime, template: str = ""
    ) -> None:
        way = {"sent_on": channel, "message_ref": message_ref, "template": template}
        await self._settle(key, state=PushState.SENT, error="", settled_at=now, **way)

    async def add_cost(self, key: str, cost: int) -> None:
        await self._mark(key, cost=pushes.c.cost + cost)

    async def mark_received(self, message_ref: str, now: datetime) -> bool:
        first = func.coalesce(pushes.c.received_at, now, type_=pushes.c.received_at.type)
        marked = update(pushes).where(_BY_TEMPLATE, pushes.c.message_ref == message_ref)
        return (await self._connection.execute(marked.values(received_at=first))).rowcount > 0

    async def take_back(self, key: str) -> Push | None:
        lost = (pushes.c.key == key, _BY_TEMPLATE, pushes.c.state == PushState.SENT)
        statement = select(*COLUMNS).where(*lost, pushes.c.received_at.is_(None))
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        await self._mark(key, state=PushState.QUEUED, settled_at=None)
        return push_of(row)

    async def mark_undeliverable(self, key: str, error: str, now: datetime) -> bool:
        return await self._settle(key, state=PushState.UNDELIVERABLE, error=error, settled_at=now)

    async def mark_dropped(self, key: str, now: datetime) -> None:
        await self._settle(key, state=PushState.DROPPED, settled_at=now)

    async def mark_held(self, key: str, now: datetime) -> None:
        await self._settle(key, state=PushState.HELD, settled_at=now)

    async def count_to_recipients(self, order_id: int) -> int:
        which = _to_recipients(order_id, PaymentInstruction)
        leaves = (pushes.c.waits == "") | (pushes.c.state != PushState.QUEUED)
        statement = select(func.count()).select_from(_INSTRUCTIONS).where(*which, leaves)
        return (await self._connection.execute(statement)).scalar_one()

    async def instructions_out(self, order_id: int) -> Sequence[Push]:
        under_way = (pushes.c.state == PushState.QUEUED) & pushes.c.attempted  # Counts as arrived.
        out = (pushes.c.state == PushState.SENT) | under_way
        which = _to_recipients(order_id, PaymentInstruction, PaymentChanged)
        statement = select(*COLUMNS).select_from(_INSTRUCTIONS).where(*which, out)
        return [push_of(row) for row in await self._connection.execute(statement.order_by(pushes.c.id))]

    async def shown(self, key: str) -> str:
        statement = select(pushes.c.shown).where(pushes.c.key == key)
        return (await self._connection.execute(statement)).scalar_one_or_none() or ""

    async def mark_shown(self, key: str, digest: str) -> None:
        await self._mark(key, shown=digest)

    async def latest_about(self, subject: PushSubject, accountant_id: int) -> Push | None:
        mine = (pushes.c.accountant_id == accountant_id) & (pushes.c.address == "")
        statement = select(*COLUMNS).where(is_about(subject), mine)
        return await self._one(statement.order_by(pushes.c.id.desc()).limit(1))

    async def latest_of_each(self, subject: PushSubject) -> Mapping[int, Push]:
        rows = await _TO_CHATS.rows(self._connection, kind=subject.kind.name, about=str(subject.about))
        return {push.accountant_id: push for push in map(push_of, rows)}

    async def told_about(self, subjects: Sequence[PushSubject], accountant_id: int) -> set[str]:
        which = among(self._connection, pushes.c.about, [str(one.about) for one in subjects])
        which &= (pushes.c.kind == subjects[0].kind.name) & (pushes.c.accountant_id == accountant_id)
        return set(await self._connection.scalars(select(pushes.c.about).where(which, _TO_CHAT)))

    async def reminded(self, accountant_id: int, hours: Sequence[TrialReminder]) -> set[str]:
        which = pushes.c.about.in_([one.slot for one in hours]) & (pushes.c.accountant_id == accountant_id)
        which &= pushes.c.kind == TrialReminder.kind.name
        return set(await self._connection.scalars(select(pushes.c.address).where(which, ~_TO_CHAT)))

    async def count_about(self, subject: PushSubject) -> int:
        return await self._count(is_about(subject))

    async def failures_untold(self, accountant_id: int, limit: int) -> tuple[Sequence[Push], int]:
        """The pushes, oldest first, and how many there are."""
        return await self._first(accountant_id, _UNTOLD, limit)

    async def ids_of_untold(self, accountant_id: int) -> Sequence[int]:
        return await self.ids_among(accountant_id, _UNTOLD)

    async def mark_failures_told(self, ids: Sequence[int]) -> None:
        await self._mark_all(ids, _UNTOLD, failure_told=True)

    async def held_of(self, accountant_id: int, limit: int) -> tuple[Sequence[Push], int]:
        return await self._first(accountant_id, _HELD, limit)

    async def ids_of_held(self, accountant_id: int) -> Sequence[int]:
        return await self.ids_among(accountant_id, _HELD)

    async def release_held(self, ids: Sequence[int], channel: Channel | None, now: datetime) -> None:
        await self._mark_all(ids, _HELD, state=PushState.SENT, sent_on=channel, settled_at=now)

    async def waiting_behind(self, push: Push, limit: int) -> Sequence[Push]:
        front = select(pushes.c.id).where(pushes.c.key == push.key).scalar_subquery()
        waiting = (
            pushes.c.accountant_id == push.accountant_id,
            _TO_CHAT,
            pushes.c.id > front,
            pushes.c.kind.in_(_BUNDLED),
            pushes.c.state == PushState.QUEUED,
        )
        statement = select(*COLUMNS).where(*waiting).order_by(pushes.c.id).limit(limit)
        return [push_of(row) for row in await self._connection.execute(statement)]

    async def last_unasked(self, accountant_id: int, channel: Channel, since: datetime) -> datetime | None:
        sent = (
            pushes.c.accountant_id == accountant_id,
            pushes.c.sent_on == _spelled_out(channel),
            pushes.c.settled_at >= since,
            pushes.c.state == PushState.SENT,
            _UNASKED,
        )
        latest: datetime | None = await self._connection.scalar(
            select(func.max(pushes.c.settled_at)).where(*sent)
        )
        return latest

    async def notices(self, accountant_id: int, offset: int, limit: int) -> tuple[Sequence[Notice], int]:
        mine = (pushes.c.accountant_id == accountant_id, _NOTICE)
        page = _NOTICES.where(*mine).order_by(pushes.c.id.desc()).offset(offset).limit(limit)
        items = [_notice(row) for row in await self._connection.execute(page)]
        return items, await self._count(*mine)

    async def notice(self, accountant_id: int, notice_id: int) -> Notice | None:
        mine = (pushes.c.id == notice_id, pushes.c.accountant_id == accountant_id, _NOTICE)
        row = (await self._connection.execute(_NOTICES.where(*mine))).one_or_none()
        return _notice(row) if row else None

    async def unread(self, accountant_id: int) -> int:
        return await self._count(pushes.c.accountant_id == accountant_id, UNREAD)

    async def mark_read(self, accountant_id: int, notice_id: int, now: datetime) -> None:
        await self.mark_of(accountant_id, UNREAD & (pushes.c.id == notice_id), read_at=now)

    async def mark_some_read(self, accountant_id: int, most: int, now: datetime) -> int:
        unread = select(pushes.c.id).where(pushes.c.accountant_id == accountant_id, UNREAD)
        some = unread.order_by(pushes.c.id).limit(most)
        marked = update(pushes).where(pushes.c.id.in_(some)).values(read_at=now)
        return (await self._connection.execute(marked)).rowcount

    async def mark_message_read(
        self, accountant_id: int, channel: Channel, message_ref: str, now: datetime
    ) -> None:
        message = (pushes.c.message_ref == message_ref) & (pushes.c.sent_on == channel)
        await self.mark_of(accountant_id, UNREAD & message, read_at=now)

    async def _one(self, statement: Select[Any], **values: str) -> Push | None:
        row = (await self._connection.execute(statement, values)).one_or_none()
        return push_of(row) if row else None

    async def _first(
        self, accountant_id: int, which: ColumnElement[bool], limit: int
    ) -> tuple[Sequence[Push], int]:
        mine = (pushes.c.accountant_id == accountant_id, which)
        statement = select(*COLUMNS).where(*mine).order_by(pushes.c.id).limit(limit)
        found = [push_of(row) for row in await self._connection.execute(statement)]
        return found, await self._count(*mine)

    async def _count(self, *conditions: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(pushes).where(*conditions)
        return (await self._connection.execute(statement)).scalar_one()

    async def ids_among(self, accountant_id: int, which: ColumnElement[bool]) -> Sequence[int]:
        mine = (pushes.c.accountant_id == accountant_id, which)
        return (await self._connection.scalars(select(pushes.c.id).where(*mine))).all()

    async def _mark(self, key: str, **values: Any) -> None:
        await self._connection.execute(_MARK.values(**values), {"of_key": key})

    async def _settle(self, key: str, **values: Any) -> bool:
        """Settle a push that waits; returns whether it waited."""
        settled = await self._connection.execute(_SETTLED.values(**values), {"of_key": key})
        if (row := settled.one_or_none()) is None:
            return False
        kind, channel, created_at = row
        by, waited = values.get("sent_on", channel), values["settled_at"] - created_at
        count_push(kind, by, values["state"], waited.total_seconds())
        return True

    async def _mark_all(self, ids: Sequence[int], which: ColumnElement[bool], **values: Any) -> None:
        marked = update(pushes).where(which).values(**values)
        for some in chunks(ids):
            await self._connection.execute(marked.where(pushes.c.id.in_(some)))

    async def mark_of(self, accountant_id: int, which: ColumnElement[bool], **values: Any) -> None:
        statement = update(pushes).where(pushes.c.accountant_id == accountant_id, which)
        await self._connection.execute(statement.values(**values))


def is_about(subject: PushSubject) -> ColumnElement[bool]:
    return (pushes.c.about == str(subject.about)) & (pushes.c.kind == subject.kind.name)


def push_of(row: Sequence[Any]) -> Push:
    key, channel, kind, about, *rest = row
    return Push(key, channel, subject_of(kind, about), *rest)


def _notice(row: Sequence[Any]) -> Notice:
    notice_id, created_at, read_at, *push = row
    return Notice(notice_id, push_of(push), created_at, read_at is not None)
