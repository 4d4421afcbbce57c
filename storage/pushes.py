"""Pushes: what is to be sent, to whom, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple, get_args

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.pushes import PaymentInstruction, Push, PushState, PushSubject
from storage.rows import insert_many
from storage.tables import payment_requests, pushes


class _Subject(NamedTuple):
    """How a subject is kept: its class, and the one field that says what it is about."""

    build: Callable[[Any], PushSubject]
    field: str
    read: Callable[[str], Any]


def _subjects() -> dict[str, _Subject]:
    known = {}
    for subject in get_args(PushSubject):
        about, kind = fields(subject)
        known[str(kind.default)] = _Subject(subject, about.name, int if about.type is int else str)
    return known


_SUBJECTS = _subjects()
_INSTRUCTION = next(kind for kind, subject in _SUBJECTS.items() if subject.build is PaymentInstruction)
_PUSH = ["key", "channel", "kind", "about", "accountant_id", "address", "state", "attempted", "error"]


class SqlPushes:
    """`Pushes`. A push whose key is known already is ignored."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_many(self, many: Sequence[Push], now: datetime) -> None:
        rows = (
            (
                push.key,
                push.channel,
                push.subject.kind,
                str(getattr(push.subject, _SUBJECTS[push.subject.kind].field)),
                push.accountant_id,
                push.address,
                push.state,
                push.attempted,
                push.error,
                now,
            )
            for push in many
        )
        await insert_many(
            self._connection, pushes, [*_PUSH, "created_at"], rows, "ON CONFLICT (key) DO NOTHING"
        )

    async def get(self, key: str) -> Push | None:
        statement = select(*(pushes.c[name] for name in _PUSH)).where(pushes.c.key == key)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        key, channel, kind, about, *rest = row
        subject = _SUBJECTS[kind]
        return Push(key, channel, subject.build(subject.read(about)), *rest)

    async def mark_attempted(self, key: str) -> None:
        await self._mark(key, attempted=True)

    async def mark_not_delivered(self, key: str) -> None:
        await self._mark(key, attempted=False)

    async def mark_sent(self, key: str, now: datetime) -> None:
        await self._mark(key, state=PushState.SENT, error="", settled_at=now)

    async def mark_undeliverable(self, key: str, error: str, now: datetime) -> None:
        await self._mark(key, state=PushState.UNDELIVERABLE, error=error, settled_at=now)

    async def count_to_recipients(self, order_id: int) -> int:
        statement = (
            select(func.count())
            .select_from(payment_requests.join(pushes, pushes.c.about == payment_requests.c.code))
            .where(
                payment_requests.c.order_id == order_id,
                pushes.c.kind == _INSTRUCTION,
                pushes.c.address != "",
            )
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def _mark(self, key: str, **values: Any) -> None:
        await self._connection.execute(update(pushes).where(pushes.c.key == key).values(**values))
