"""Licences, each with the line of an order that it is for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.customers import CustomerField
from domain.licences import (
    STEPS_TO_ACTIVATE,
    ActivationFailure,
    ActivationStep,
    FailureReason,
    Licence,
    LicenceLine,
    LicenceState,
)
from domain.orders import OrderLine
from services.ports import OnTrial
from storage.order_lines import LINE, order_line
from storage.rows import chunks, insert_many
from storage.tables.activation import licences, trial_hours
from storage.tables.money import payment_requests
from storage.tables.orders import order_lines, orders

FAILURE = ("failure_reason", "failure_field", "failure_note")
_FACTS = ("step", "paid", "cancelled", "suspended")
_KEPT = (*_FACTS, "by_hand", "vendor_id", "login", "activated_at", "trial_from", "suspended_at")
LICENCE = [licences.c[name] for name in ("id", "order_id", "position", *_KEPT, *FAILURE, "generation")]
_END_OF_LICENCE = len(LICENCE)
LICENCE_LINE = [*LICENCE, *LINE]
JOINED = licences.join(
    order_lines,
    (order_lines.c.order_id == licences.c.order_id) & (order_lines.c.position == licences.c.position),
)
# Conditions spelled as in partial indexes: SQLite uses an index for no other spelling.
_STEPS: ColumnElement[bool] = literal_column(f"licences.step IN {tuple(map(str, STEPS_TO_ACTIVATE))}")
MAY_ACTIVATE = ~licences.c.cancelled & _STEPS
"""`Licence.may_activate` as a condition of SQL."""

_PARTLY: ColumnElement[bool] = literal_column("payment_requests.state = 'partly_paid'")
_ON_TRIAL = licences.c.activated_at.is_not(None), ~licences.c.paid, ~licences.c.cancelled
_TRIAL_BEGAN = func.coalesce(licences.c.trial_from, licences.c.activated_at)
_FAILED: ColumnElement[bool] = literal_column("licences.step = 'failed'")
_UNPAID = licences.c.failure_reason == FailureReason.TRIAL_USED
_WAITS_AGAIN = {
    "step": case((_UNPAID, ActivationStep.WAITING), else_=licences.c.step),
    "failure_reason": case((_UNPAID, null()), else_=licences.c.failure_reason),
}
"""What failed because it was unpaid waits to be activated, once it is paid."""

# Built once at import: a run of activation executes them for each licence.
_ONE = select(*LICENCE_LINE).select_from(JOINED).where(licences.c.id == bindparam("of"))
_SAVE = update(licences).where(licences.c.id == bindparam("of"))


class SqlLicences:
    """`Licences`. Within an order, ids follow the positions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_for(self, order_id: int, line_count: int) -> None:
        names = ("order_id", "position", *_FACTS, "by_hand", "vendor_id", "login", "failure_note")
        same = (ActivationStep.WAITING, False, False, False, False, "", "", "", 0)
        rows = ((order_id, position, *same) for position in range(1, line_count + 1))
        await insert_many(self._connection, licences, (*names, "generation"), rows)

    async def get(self, licence_id: int) -> LicenceLine | None:
        row = (await self._connection.execute(_ONE, {"of": licence_id})).one_or_none()
        return LicenceLine(*licence_and_line(row)) if row else None

    async def save(self, licence: Licence) -> None:
        values = {name: getattr(licence, name) for name in (*_KEPT, "generation")}
        values |= failure_values(licence.failure)
        await self._connection.execute(_SAVE, {**values, "of": licence.id})

    async def counts(self, order_id: int) -> Mapping[LicenceState, int]:
        facts = [licences.c[name] for name in _FACTS]
        statement = select(*facts, func.count()).where(licences.c.order_id == order_id).group_by(*facts)
        counts: Counter[LicenceState] = Counter()
        for *values, count in await self._connection.execute(statement):
            counts[Licence(0, order_id, 0, *values).state] += count
        return counts

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, may_activate: bool = False
    ) -> Sequence[LicenceLine]:
        statement = _select().where(licences.c.order_id == order_id)
        if may_activate:
            statement = statement.where(MAY_ACTIVATE)
        statement = statement.order_by(licences.c.position)
        return await self._all(statement.offset(offset or None).limit(limit))

    async def set_paid(self, payment_codes: Sequence[str], paid: bool) -> Sequence[int]:
        due: list[int] = []
        place = tuple_(licences.c.order_id, licences.c.position)
        for some in chunks(payment_codes):
            lines = select(order_lines.c.order_id, order_lines.c.position)
            paid_for = place.in_(lines.where(order_lines.c.payment_code.in_(some)))
            changed = update(licences).where(paid_for, licences.c.paid != paid)
            due += await self._activated(changed.values(paid=paid, **(_WAITS_AGAIN if paid else {})))
        return due

    async def cancel(self, order_id: int) -> Sequence[int]:
        return await self._activated(
            update(licences).where(licences.c.order_id == order_id).values(cancelled=True)
        )

    async def most_urgent(self, order_id: int) -> Licence | None:
        statement = _select().where(
            *(licences.c.order_id == order_id, licences.c.activated_at.is_not(None)),
            *(~licences.c.paid, ~licences.c.cancelled, ~licences.c.suspended),
        )
        found = await self._all(statement.order_by(_TRIAL_BEGAN, licences.c.id).limit(1))
        return found[0].licence if found else None

    async def on_trial(
        self, accountant_id: int, address: str, after: datetime, until: datetime, limit: int
    ) -> OnTrial:
        values = {"whose": accountant_id, "after": after, "until": until}
        if address:
            return await self._of_payer({**values, "address": address}, limit)
        sums, lines, codes = _of_accountant()
        found = (await self._connection.execute(sums, values)).one()
        count, amount, of_orders = (int(value or 0) for value in found)
        if not count:
            return OnTrial([], 0, 0, [], 0)
        values["most"] = limit
        first = [LicenceLine(*licence_and_line(row)) for row in await self._connection.execute(lines, values)]
        named = (await self._connection.scalars(codes, values)).all()
        covered = await self._covered(values)
        return OnTrial(first, count, amount - sum(covered.values()), named, of_orders, _owed(first, covered))

    async def _of_payer(self, values: Mapping[str, Any], limit: int) -> OnTrial:
        rows = (await self._connection.execute(_of_payer("@" in values["address"]), values)).all()
        ids = [row.id for row in rows[:limit]]
        first = await self._all(_select().where(licences.c.id.in_(ids)).order_by(*_PLACE)) if ids else []
        codes = list(dict.fromkeys(row.payment_code for row in rows))[:limit]
        orders_of_payer = len({row.order_id for row in rows})
        covered = await self._covered(values) if rows else {}
        amount = sum(row.amount - covered.get(row.id, 0) for row in rows)
        return OnTrial(first, len(rows), amount, codes, orders_of_payer, _owed(first, covered))

    async def _covered(self, values: Mapping[str, Any]) -> Mapping[int, int]:
        """What is paid of licences whose payment request is paid in part, by licence."""
        whose = {name: values[name] for name in ("whose", "after", "until")}
        rows = await self._connection.execute(_paid_in_part(), whose)
        return {licence_id: int(amount) for licence_id, amount in rows}

    async def orders_on_trial(self, accountant_id: int, limit: int) -> Sequence[int]:
        theirs = licences.c.order_id.in_(_orders_of(accountant_id))
        statement = select(licences.c.order_id).where(*_ON_TRIAL, theirs).distinct()
        return (await self._connection.scalars(statement.order_by(licences.c.order_id).limit(limit))).all()

    async def by_hand(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        return await self._page(licences.c.by_hand, licences.c.id, offset, limit)

    async def failed(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        return await self._page(_FAILED & ~licences.c.cancelled, licences.c.id.desc(), offset, limit)

    async def _page(
        self, condition: ColumnElement[bool], order: ColumnElement[int], offset: int, limit: int
    ) -> tuple[Sequence[LicenceLine], int]:
        items = await self._all(_select().where(condition).order_by(order).offset(offset).limit(limit))
        counting = select(func.count()).select_from(licences).where(condition)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def _activated(self, change: Any) -> list[int]:
        """The changed licences that the vendor has created, or may have created without our knowing."""
        columns = (licences.c.id, licences.c.activated_at, licences.c.failure_reason)
        rows = await self._connection.execute(change.returning(*columns))
        maybe = FailureReason.UNAVAILABLE
        return sorted(row.id for row in rows if row.activated_at is not None or row.failure_reason is maybe)

    async def _all(self, statement: Select[Any]) -> Sequence[LicenceLine]:
        return [LicenceLine(*licence_and_line(row)) for row in await self._connection.execute(statement)]


def _orders_of(accountant_id: Any) -> Select[tuple[int]]:
    return select(orders.c.id).where(orders.c.accountant_id == accountant_id)


_MOMENT = trial_hours.c.hour.type
_AFTER, _UNTIL = bindparam("after", type_=_MOMENT), bindparam("until", type_=_MOMENT)
_PLACE = licences.c.order_id, licences.c.position
_OF_HOURS = (
    trial_hours.c.order_id.in_(_orders_of(bindparam("whose"))),
    *(trial_hours.c.hour > _AFTER, trial_hours.c.hour <= _UNTIL, trial_hours.c.number > 0),
)
_TOLD = (*_ON_TRIAL, _TRIAL_BEGAN > _AFTER, _TRIAL_BEGAN <= _UNTIL)
_HAVING = select(trial_hours.c.order_id).where(*_OF_HOURS).distinct()


@cache
def _of_accountant() -> tuple[Executable, Executable, Executable]:
    """The sums, the first lines and the first codes of what an accountant has on trial. Not all of it is
    read: the sums, and the orders that the first lines are in, are kept by the hour."""
    lines, hours, most = order_lines.c, trial_hours.c, bindparam("most", type_=Integer)
    sums = select(func.sum(hours.number), func.sum(hours.amount), func.count(hours.order_id.distinct()))
    # Each of these orders has one at least.
    which = *_TOLD, licences.c.order_id.in_(_HAVING.order_by(hours.order_id).limit(most))
    earlier, before = licences.alias("earlier").c, order_lines.alias("before").c
    began = func.coalesce(earlier.trial_from, earlier.activated_at)
    named_already = exists().where(
        *(before.payment_code == lines.payment_code, before.position < lines.position),
        *(earlier.order_id == before.order_id, earlier.position == before.position),
        *(began > _AFTER, began <= _UNTIL, ~earlier.paid, ~earlier.cancelled),
    )
    first = select(*LICENCE_LINE).select_from(JOINED).where(*which)
    codes = select(lines.payment_code).select_from(JOINED).where(*which, ~named_already)
    first, codes = first.order_by(*_PLACE).limit(most), codes.order_by(*_PLACE).limit(most)
    return sums.where(*_OF_HOURS), first, codes


@cache
def _of_payer(by_mail: bool) -> Executable:
    """All that one payer is told of: found by the payment requests, as each has one recipient."""
    lines, asked, name = order_lines.c, payment_requests.c, "notice_email" if by_mail else "notice_phone"
    address = bindparam("address", type_=Text)
    codes = select(asked.code).where(asked.order_id.in_(_HAVING), asked[name] == address)
    # The lines know nothing any more of who was forgotten.
    theirs = lines.payment_code.in_(codes), lines[name] == address
    found = select(licences.c.id, licences.c.order_id, lines.payment_code, lines.amount).select_from(JOINED)
    return found.where(*_TOLD, *theirs).order_by(*_PLACE)


@cache
def _paid_in_part() -> Executable:
    """What came in for the lines told of, where a request is paid in part: the first lines are paid first."""
    lines, asked = order_lines.c, payment_requests.c
    so_far = func.sum(lines.amount).over(partition_by=lines.payment_code, order_by=lines.position)
    rest = (asked.received - so_far + lines.amount).label("rest")
    parts = (
        select(lines.order_id, lines.position, lines.amount, rest)
        .select_from(order_lines.join(payment_requests, asked.code == lines.payment_code))
        .where(_PARTLY, asked.order_id.in_(_HAVING))
        .subquery()
    ).c
    paid = case((parts.rest > parts.amount, parts.amount), else_=parts.rest)
    here = (parts.order_id == licences.c.order_id, parts.position == licences.c.position)
    return select(licences.c.id, paid).where(*here, *_TOLD, parts.rest > 0)


def _owed(shown: Sequence[LicenceLine], covered: Mapping[int, int]) -> Sequence[int]:
    return [one.line.amount - covered.get(one.licence.id, 0) for one in shown]


def _select() -> Select[Any]:
    return select(*LICENCE_LINE).select_from(JOINED)


def licence_and_line(row: Sequence[Any]) -> tuple[Licence, OrderLine]:
    """The licence and the line in a row of `LICENCE_LINE`."""
    return licence_of(row[:_END_OF_LICENCE]), order_line(row[_END_OF_LICENCE:])


def licence_of(row: Sequence[Any]) -> Licence:
    """The licence in a row of `LICENCE`."""
    *facts, reason, field, note, generation = row
    parts = (*facts, failure_of(reason, field, note), generation)
    return Licence(*parts)


def failure_values(failure: ActivationFailure | None) -> dict[str, Any]:
    """The column values of `failure`; for None, those of no failure."""
    if failure is None:
        return dict(zip(FAILURE, (None, None, ""), strict=True))
    return dict(zip(FAILURE, (failure.reason, failure.field, failure.note), strict=True))


def failure_of(
    reason: FailureReason | None, field: CustomerField | None, note: str
) -> ActivationFailure | None:
    return ActivationFailure(reason, field, note) if reason else None
