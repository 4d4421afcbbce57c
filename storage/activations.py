"""Runs of bulk activation, what was picked for each, and how it ended."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.activations import ActivationRun, Outcome, RunCounts, RunItem, RunState
from domain.licences import ActivationFailure, ActivationStep, LicenceLine
from domain.orders import Order
from services.ports import LicenceUnderWay
from storage.earlier_licences import WAS_ORDERED, any_used, find_earlier
from storage.licence_rows import (
    FAILURE,
    JOINED,
    LICENCE_LINE,
    MAY_ACTIVATE,
    failure_of,
    failure_values,
    licence_and_line,
)
from storage.orders import ORDER
from storage.prepared import Prepared
from storage.rows import chunks, upsert
from storage.tables.activation import activation_items, activation_runs, licences
from storage.tables.orders import orders

_RUN = [activation_runs.c[field.name] for field in fields(ActivationRun)]
_ENDED = [activation_items.c.outcome, *(activation_items.c[name] for name in FAILURE)]
_END_OF_ITEM = len(_ENDED)
_LEFT = activation_items.c.outcome.is_(None)

_KEPT = ("accountant_id", "state", "stopped", "started_at", "finished_at")

# A long run executes most of them for each of its licences.
_BY_ID = Prepared(select(*_RUN).where(activation_runs.c.id == bindparam("of_run")))
_PICKING = Prepared(
    select(*_RUN).where(
        activation_runs.c.order_id == bindparam("of_order"),
        activation_runs.c.accountant_id == bindparam("of_accountant"),
        activation_runs.c.state == RunState.PICKING,
    )
)
_HOLDING = select(activation_items.c.run_id).where(
    activation_items.c.licence_id == bindparam("of_licence"), _LEFT
)
_RUNNING_OF = Prepared(
    select(*_RUN).where(activation_runs.c.id.in_(_HOLDING), activation_runs.c.state == RunState.RUNNING)
)
_BEFORE_LICENCE = len(_RUN) + len(ORDER)
_UNDER_WAY = Prepared(
    select(*_RUN, *ORDER, WAS_ORDERED, *LICENCE_LINE)
    .select_from(
        JOINED.join(activation_items, activation_items.c.licence_id == licences.c.id)
        .join(activation_runs, activation_runs.c.id == activation_items.c.run_id)
        .join(orders, orders.c.id == licences.c.order_id)
    )
    .where(licences.c.id == bindparam("of_licence"), _LEFT, activation_runs.c.state == RunState.RUNNING)
)
_END = Prepared(
    update(activation_items).where(
        activation_items.c.run_id == bindparam("of_run"),
        activation_items.c.licence_id == bindparam("of_licence"),
        _LEFT,
    ),
    ("outcome", *FAILURE),
)
# This reads only columns of an index, so that a long run is not scanned after each of its licences.
_SOME_LEFT = Prepared(
    select(activation_items.c.licence_id)
    .where(activation_items.c.run_id == bindparam("of_run"), _LEFT)
    .limit(1)
)


class SqlActivations:
    """`Activations`. An accountant has at most one run of an order that is still being picked."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def picking(self, order_id: int, accountant_id: int, now: datetime) -> ActivationRun:
        new = upsert(self._connection, activation_runs).values(
            order_id=order_id, accountant_id=accountant_id, state=RunState.PICKING, stopped=False
        )
        await self._connection.execute(new.on_conflict_do_nothing())
        run = await self._run(_PICKING, of_order=order_id, of_accountant=accountant_id)
        assert run is not None
        return run

    async def get(self, run_id: int) -> ActivationRun | None:
        return await self._run(_BY_ID, of_run=run_id)

    async def save(self, run: ActivationRun) -> None:
        values = {name: getattr(run, name) for name in _KEPT}
        await self._connection.execute(
            update(activation_runs).where(activation_runs.c.id == run.id).values(**values)
        )

    async def pick(self, run_id: int, licence_id: int, picked: bool) -> None:
        if picked:
            new = upsert(self._connection, activation_items).values(
                run_id=run_id, licence_id=licence_id, failure_note=""
            )
            await self._connection.execute(new.on_conflict_do_nothing())
        else:
            await self._connection.execute(delete(activation_items).where(*_item(run_id, licence_id)))

    async def pick_all(self, run_id: int, picked: bool) -> None:
        if not picked:
            await self._connection.execute(delete(activation_items).where(_of(run_id)))
            return
        order_id = select(activation_runs.c.order_id).where(activation_runs.c.id == run_id)
        chosen = select(literal(run_id), licences.c.id, literal("")).where(
            licences.c.order_id == order_id.scalar_subquery(), MAY_ACTIVATE
        )
        new = upsert(self._connection, activation_items).from_select(
            ["run_id", "licence_id", "failure_note"], chosen
        )
        await self._connection.execute(new.on_conflict_do_nothing())

    async def picked(self, run_id: int, licence_ids: Sequence[int]) -> frozenset[int]:
        found: set[int] = set()
        for some in chunks(licence_ids):
            statement = select(activation_items.c.licence_id).where(
                _of(run_id), activation_items.c.licence_id.in_(some)
            )
            found.update(await self._connection.scalars(statement))
        return frozenset(found)

    async def any_used(self, run: ActivationRun, order: Order) -> bool:
        return await any_used(self._connection, order, run.id)

    async def begin(self, run_id: int) -> Sequence[int]:
        may = select(licences.c.id).where(licences.c.id == activation_items.c.licence_id, MAY_ACTIVATE)
        skipped = update(activation_items).where(_of(run_id), _LEFT, ~may.exists())
        await self._connection.execute(skipped.values(outcome=Outcome.SKIPPED))
        left = select(activation_items.c.licence_id).where(_of(run_id), _LEFT)
        begun = update(licences).where(licences.c.id.in_(left)).returning(licences.c.id)
        values = {"step": ActivationStep.UNDER_WAY, **failure_values(None)}
        return sorted(await self._connection.scalars(begun.values(**values)))

    async def settle(
        self, run_id: int, licence_id: int, outcome: Outcome, failure: ActivationFailure | None = None
    ) -> None:
        values = {"outcome": outcome, **failure_values(failure)}
        await _END.rows(self._connection, of_run=run_id, of_licence=licence_id, **values)

    async def running_of(self, licence_id: int) -> ActivationRun | None:
        return await self._run(_RUNNING_OF, of_licence=licence_id)

    async def under_way(self, licence_id: int) -> LicenceUnderWay | None:
        row = await _UNDER_WAY.first(self._connection, of_licence=licence_id)
        if row is None:
            return None
        run, order = ActivationRun(*row[: len(_RUN)]), Order(*row[len(_RUN) : _BEFORE_LICENCE])
        was_ordered, *rest = row[_BEFORE_LICENCE:]
        found = LicenceLine(*licence_and_line(rest))
        earlier = await find_earlier(self._connection, order, found.line) if was_ordered else ()
        return LicenceUnderWay(run, order, found, earlier)

    async def is_over(self, run_id: int) -> bool:
        return await _SOME_LEFT.first(self._connection, of_run=run_id) is None

    async def counts(self, run_id: int) -> RunCounts:
        outcome = activation_items.c.outcome
        statement = select(outcome, func.count()).where(_of(run_id)).group_by(outcome)
        found = {row[0]: row[1] for row in await self._connection.execute(statement)}
        ended = (found.get(outcome, 0) for outcome in (Outcome.DONE, Outcome.FAILED, Outcome.SKIPPED))
        return RunCounts(sum(found.values()), *ended)

    async def items(
        self, run_id: int, outcome: Outcome | None = None, offset: int = 0, limit: int | None = None
    ) -> Sequence[RunItem]:
        joined = JOINED.join(activation_items, activation_items.c.licence_id == licences.c.id)
        statement = select(*_ENDED, *LICENCE_LINE).select_from(joined).where(_of(run_id))
        if outcome is not None:
            statement = statement.where(activation_items.c.outcome == outcome)
        # Licences have ids in the order of their positions, so this is the order of the lines.
        statement = statement.order_by(activation_items.c.licence_id).offset(offset or None).limit(limit)
        return [_run_item(row) for row in await self._connection.execute(statement)]

    async def _run(self, statement: Prepared, **values: int) -> ActivationRun | None:
        row = await statement.first(self._connection, **values)
        return ActivationRun(*row) if row else None


def _of(run_id: int) -> ColumnElement[bool]:
    return activation_items.c.run_id == run_id


def _item(run_id: int, licence_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _of(run_id), activation_items.c.licence_id == licence_id


def _run_item(row: Sequence[Any]) -> RunItem:
    outcome, *failure = row[:_END_OF_ITEM]
    return RunItem(*licence_and_line(row[_END_OF_ITEM:]), outcome, failure_of(*failure))
