"""Licences, each with the line of an order that it is for."""

import functools
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.licences import (
    TRIAL,
    ActivationStep,
    FailureReason,
    Licence,
    LicenceLine,
    LicenceState,
)
from services.ports import OnTrial
from storage.licence_rows import (
    FACTS,
    JOINED,
    KEPT,
    LICENCE_LINE,
    MAY_ACTIVATE,
    failure_values,
    licence_and_line,
)
from storage.rows import chunks, given, insert_many
from storage.tables.activation import licences
from storage.tables.orders import order_lines
from storage.trials import (
    ON_TRIAL,
    PLACE,
    TRIAL_BEGAN,
    customers_told,
    of_accountant,
    of_payer,
    orders_of,
    paid_in_part,
)

_FAILED: ColumnElement[bool] = literal_column("licences.step = 'failed'")
STOPPED = _FAILED & ~licences.c.cancelled
"""Licences that failed, for good as far as the program can tell."""
_UNPAID = licences.c.failure_reason == FailureReason.TRIAL_USED
_WAITS_AGAIN = {
    "step": case((_UNPAID, ActivationStep.WAITING), else_=licences.c.step),
    "failure_reason": case((_UNPAID, null()), else_=licences.c.failure_reason),
}
"""What failed because it was unpaid waits to be activated, once it is paid."""

_GENERATIONS = 1_000_000_000
"""How many numbers the first generation of a licence is one of."""

# Built once at import: a run of activation executes them for each licence.
_ONE = select(*LICENCE_LINE).select_from(JOINED).where(licences.c.id == bindparam("of"))
_SAVE = update(licences).where(licences.c.id == bindparam("of"))
_CREATED = (licences.c.id, licences.c.activated_at, licences.c.failure_reason)


class SqlLicences:
    """`Licences`. Within an order, ids follow the positions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_for(self, order_id: int, line_count: int) -> None:
        names = ("order_id", "position", *FACTS, "by_hand", "vendor_id", "login", "failure_note")
        # Ids are given again where a backup was put back: the vendor must take no new licence for a lost one.
        generation = secrets.randbelow(_GENERATIONS)
        same = (ActivationStep.WAITING, False, False, False, False, "", "", "", generation)
        rows = ((order_id, position, *same) for position in range(1, line_count + 1))
        await insert_many(self._connection, licences, (*names, "generation"), rows)

    async def get(self, licence_id: int) -> LicenceLine | None:
        row = (await self._connection.execute(_ONE, {"of": licence_id})).one_or_none()
        return LicenceLine(*licence_and_line(row)) if row else None

    async def save(self, licence: Licence) -> None:
        values = {name: getattr(licence, name) for name in (*KEPT, "generation")}
        values |= failure_values(licence.failure)
        await self._connection.execute(_SAVE, {**values, "of": licence.id})

    async def counts(self, order_id: int) -> Mapping[LicenceState, int]:
        facts = [licences.c[name] for name in FACTS]
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

    async def search(
        self, order_id: int, terms: Sequence[str], offset: int, limit: int
    ) -> tuple[Sequence[LicenceLine], int]:
        named = (order_lines.c.search.contains(term, autoescape=True) for term in terms)
        found = _select().where(licences.c.order_id == order_id, *named)
        count = await self._connection.scalar(select(func.count()).select_from(found.subquery()))
        page = found.order_by(licences.c.position).offset(offset or None).limit(limit)
        return await self._all(page), count or 0

    async def on_line(self, order_id: int, position: int) -> LicenceLine | None:
        at = licences.c.order_id == order_id, licences.c.position == position
        found = await self._all(_select().where(*at))
        return found[0] if found else None

    async def set_paid(self, payment_codes: Sequence[str], paid: bool) -> Sequence[int]:
        if not payment_codes:
            return []
        changed = _set_paid(self._connection.dialect.name, paid)
        return _activated(await self._connection.execute(changed, {"codes": payment_codes}))

    async def ended_of(self, payment_codes: Sequence[str], began: datetime) -> Mapping[str, bool]:
        code, suspended = order_lines.c.payment_code, func.max(case((licences.c.suspended, 1), else_=0))
        of_line = (licences.c.order_id == order_lines.c.order_id) & (
            licences.c.position == order_lines.c.position
        )
        ended = select(code, suspended).join(licences, of_line).group_by(code)
        ended = ended.where(began >= TRIAL_BEGAN, ~licences.c.cancelled)
        found: dict[str, bool] = {}
        for some in chunks(payment_codes):
            rows = await self._connection.execute(ended.where(code.in_(some)))
            found |= {of: bool(still) for of, still in rows}
        return found

    async def cancel(self, order_id: int) -> Sequence[int]:
        cancelled = update(licences).where(licences.c.order_id == order_id).values(cancelled=True)
        return _activated(await self._connection.execute(cancelled.returning(*_CREATED)))

    async def most_urgent(self, order_id: int) -> Licence | None:
        statement = _select().where(
            *(licences.c.order_id == order_id, licences.c.activated_at.is_not(None)),
            *(~licences.c.paid, ~licences.c.cancelled, ~licences.c.suspended),
        )
        found = await self._all(statement.order_by(TRIAL_BEGAN, licences.c.id).limit(1))
        return found[0].licence if found else None

    async def first_deadline(self, order_id: int, payment_code: str | None = None) -> datetime | None:
        which = [licences.c.order_id == order_id, *ON_TRIAL]
        if payment_code is not None:
            which.append(order_lines.c.payment_code == payment_code)
        began = select(func.min(TRIAL_BEGAN)).select_from(JOINED).where(*which)
        first: datetime | None = await self._connection.scalar(began)
        return first + TRIAL if first is not None else None

    async def on_trial(
        self, accountant_id: int, address: str, after: datetime, until: datetime, limit: int
    ) -> OnTrial:
        values = {"whose": accountant_id, "after": after, "until": until}
        if address:
            return await self._of_payer({**values, "address": address}, limit)
        sums, lines, codes = of_accountant()
        found = (await self._connection.execute(sums, values)).one()
        count, amount, of_orders = (int(value or 0) for value in found)
        if not count:
            return OnTrial([], 0, 0, [], 0)
        values["most"] = limit
        first = [LicenceLine(*licence_and_line(row)) for row in await self._connection.execute(lines, values)]
        named = (await self._connection.scalars(codes, values)).all()
        covered = await self._covered(values)
        left, owed = amount - sum(covered.values()), _owed(first, covered)
        return OnTrial(
            first, count, left, named, of_orders, owed, await self._customers(first, count, values)
        )

    async def _of_payer(self, values: Mapping[str, Any], limit: int) -> OnTrial:
        rows = (await self._connection.execute(of_payer("@" in values["address"]), values)).all()
        ids = [row.id for row in rows[:limit]]
        first = await self._all(_select().where(licences.c.id.in_(ids)).order_by(*PLACE)) if ids else []
        codes = list(dict.fromkeys(row.payment_code for row in rows))[:limit]
        orders_of_payer = len({row.order_id for row in rows})
        covered = await self._covered(values) if rows else {}
        amount = sum(row.amount - covered.get(row.id, 0) for row in rows)
        customers = len({row.tax_code for row in rows})
        return OnTrial(first, len(rows), amount, codes, orders_of_payer, _owed(first, covered), customers)

    async def _customers(self, first: Sequence[LicenceLine], count: int, values: Mapping[str, Any]) -> int:
        if count <= len(first):
            return len({one.line.tax_code for one in first})
        return await self.customers_on_trial(values["whose"], values["after"], values["until"])

    async def _covered(self, values: Mapping[str, Any]) -> Mapping[int, int]:
        """What is paid of licences whose payment request is paid in part, by licence."""
        whose = {name: values[name] for name in ("whose", "after", "until")}
        rows = await self._connection.execute(paid_in_part(), whose)
        return {licence_id: int(amount) for licence_id, amount in rows}

    async def customers_on_trial(self, accountant_id: int, after: datetime, until: datetime) -> int:
        values = {"whose": accountant_id, "after": after, "until": until}
        return int(await self._connection.scalar(customers_told(), values) or 0)

    async def orders_on_trial(self, accountant_id: int, limit: int) -> Sequence[int]:
        theirs = licences.c.order_id.in_(orders_of(accountant_id))
        statement = select(licences.c.order_id).where(*ON_TRIAL, theirs).distinct()
        return (await self._connection.scalars(statement.order_by(licences.c.order_id).limit(limit))).all()

    async def by_hand(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        return await self._page(licences.c.by_hand, licences.c.id, offset, limit)

    async def failed(self, offset: int, limit: int) -> tuple[Sequence[LicenceLine], int]:
        return await self._page(STOPPED, licences.c.id.desc(), offset, limit)

    async def _page(
        self, condition: ColumnElement[bool], order: ColumnElement[int], offset: int, limit: int
    ) -> tuple[Sequence[LicenceLine], int]:
        items = await self._all(_select().where(condition).order_by(order).offset(offset).limit(limit))
        counting = select(func.count()).select_from(licences).where(condition)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def _all(self, statement: Select[Any]) -> Sequence[LicenceLine]:
        return [LicenceLine(*licence_and_line(row)) for row in await self._connection.execute(statement)]


@functools.cache
def _set_paid(dialect: str, paid: bool) -> Update:
    lines = select(order_lines.c.order_id, order_lines.c.position)
    paid_for = lines.where(given(dialect, order_lines.c.payment_code, "codes"))
    which = tuple_(licences.c.order_id, licences.c.position).in_(paid_for), licences.c.paid != paid
    changed = update(licences).where(*which).values(paid=paid, **(_WAITS_AGAIN if paid else {}))
    return changed.returning(*_CREATED)


def _activated(rows: Iterable[Any]) -> list[int]:
    """The licences among them that the vendor has created, or may have created without our knowing."""
    maybe = FailureReason.UNAVAILABLE
    return sorted(row.id for row in rows if row.activated_at is not None or row.failure_reason is maybe)


def _owed(shown: Sequence[LicenceLine], covered: Mapping[int, int]) -> Sequence[int]:
    return [one.line.amount - covered.get(one.licence.id, 0) for one in shown]


def _select() -> Select[Any]:
    return select(*LICENCE_LINE).select_from(JOINED)
