"""How backups were tried, and what must hold in every copy."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.backups import BackupFault, BackupProof
from domain.invoices import InvoiceState
from storage.tables.activation import licences
from storage.tables.house import backup_proofs
from storage.tables.inbox import inbox
from storage.tables.invoices import invoices
from storage.tables.messaging import pushes
from storage.tables.money import transfers
from storage.tables.orders import order_lines, orders

_PROOF = select(
    backup_proofs.c.id,
    backup_proofs.c.began_at,
    backup_proofs.c.settled_at,
    backup_proofs.c.lost_seconds,
    backup_proofs.c.fault,
)

_SHOWN = 5
"""How many offenders of a kind are named."""


class SqlBackupProofs:
    """`BackupProofs`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, now: datetime) -> int:
        statement = insert(backup_proofs).values(began_at=now).returning(backup_proofs.c.id)
        proof_id: int = (await self._connection.execute(statement)).scalar_one()
        return proof_id

    async def settle(
        self, proof_id: int, now: datetime, lost_seconds: int | None, fault: BackupFault | None = None
    ) -> None:
        one = update(backup_proofs).where(backup_proofs.c.id == proof_id)
        await self._connection.execute(one.values(settled_at=now, lost_seconds=lost_seconds, fault=fault))

    async def get(self, proof_id: int) -> BackupProof | None:
        return await self._one(_PROOF.where(backup_proofs.c.id == proof_id))

    async def last(self) -> BackupProof | None:
        ended = _PROOF.where(backup_proofs.c.settled_at.is_not(None))
        return await self._one(ended.order_by(backup_proofs.c.id.desc()).limit(1))

    async def disorder(self) -> Collection[str]:
        found = []
        for what, statement in _disorders():
            names = list(await self._connection.scalars(statement.limit(_SHOWN)))
            if names:
                found.append(f"{what}: {', '.join(map(str, names))}")
        if self._connection.dialect.name == "sqlite":
            # An index that misses a row would hide it from what stands above.
            checked = list(await self._connection.scalars(text("PRAGMA integrity_check(1)")))
            found += [f"the file: {said}" for said in checked if said != "ok"]
        return found

    async def _one(self, statement: Select[Any]) -> BackupProof | None:
        row = (await self._connection.execute(statement)).first()
        if row is None:
            return None
        proof_id, began_at, settled_at, lost_seconds, fault = row
        return BackupProof(
            proof_id, began_at, settled_at, lost_seconds, BackupFault(fault) if fault else None
        )


def _disorders() -> Iterator[tuple[str, Select[Any]]]:
    """What must not be found, each with a query that names offenders."""
    of_order = order_lines.c.order_id == orders.c.id
    lines = select(func.count()).where(of_order).scalar_subquery()
    yield "orders whose lines are missing", select(orders.c.code).where(lines != orders.c.line_count)
    licensed = exists().where(
        licences.c.order_id == order_lines.c.order_id, licences.c.position == order_lines.c.position
    )
    missing = exists().where(of_order, ~licensed)
    yield "orders whose licences are missing", select(orders.c.code).where(missing)
    for what, *columns in (
        ("pushes twice", pushes.c.key),
        ("updates twice", inbox.c.channel, inbox.c.external_id),
        ("transfers twice", transfers.c.provider, transfers.c.event_id),
    ):
        yield what, _twice(*columns)
    # A cancelled order's licence may have gone to the next order.
    granted = (licences.c.vendor_id != "") & ~licences.c.cancelled
    yield "licences of the vendor twice", _twice(licences.c.vendor_id, where=granted)
    issued = (invoices.c.form, invoices.c.series, invoices.c.number)
    yield "invoices twice", _twice(*issued, where=invoices.c.state == InvoiceState.DELIVERED)


def _twice(*columns: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> Select[Any]:
    """What stands there more than once, by its first column."""
    statement = select(columns[-1]).group_by(*columns).having(func.count() > 1)
    return statement if where is None else statement.where(where)
