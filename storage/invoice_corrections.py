"""Corrections of issued tax invoices."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.invoice_corrections import Correction
from domain.invoices import Buyer
from services.ports import NewCorrection
from storage.tables.invoices import invoice_corrections as corrections

_BUYER = ("kind", "name", "tax_id", "address")
_OTHERS = ["id", "invoice_id", "kind", "made_at", "accountant_id"]
_OTHERS += ["agreed_by", "agreed_on", "document_id", "done_on"]
_COLUMNS = [corrections.c[name] for name in _OTHERS]
_COLUMNS += [corrections.c[f"{when}_{name}"] for when in ("before", "after") for name in _BUYER]

# Spelled as in the partial index: SQLite uses an index for no other spelling.
_TO_DO: ColumnElement[bool] = literal_column(
    "invoice_corrections.kind = 'notice' AND invoice_corrections.done_on IS NULL"
)


class SqlInvoiceCorrections:
    """`InvoiceCorrections`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewCorrection, accountant_id: int, now: datetime) -> int:
        agreed = new.agreement
        values: dict[str, Any] = {
            "invoice_id": new.invoice_id,
            "kind": new.kind,
            "made_at": now,
            "accountant_id": accountant_id,
            "agreed_by": agreed.by if agreed else "",
            "agreed_on": agreed.day if agreed else None,
            "file_name": agreed.file_name if agreed else "",
            "file": agreed.file if agreed else None,
            "document_id": new.document_id,
        }
        for when, buyer in (("before", new.before), ("after", new.after)):
            values |= {f"{when}_{name}": getattr(buyer, name) for name in _BUYER}
        statement = insert(corrections).values(values).returning(corrections.c.id)
        number: int = (await self._connection.execute(statement)).scalar_one()
        return number

    async def get(self, correction_id: int) -> Correction | None:
        found = await self._found(corrections.c.id == correction_id)
        return found[0] if found else None

    async def of_invoice(self, invoice_id: int) -> Sequence[Correction]:
        return await self._found(corrections.c.invoice_id == invoice_id)

    async def notices_to_do(self, offset: int, limit: int) -> tuple[Sequence[Correction], int]:
        counting = select(func.count()).select_from(corrections).where(_TO_DO)
        count = (await self._connection.execute(counting)).scalar_one()
        return await self._found(_TO_DO, offset, limit), count

    async def mark_done(self, correction_id: int, day: date) -> None:
        this = corrections.c.id == correction_id
        await self._connection.execute(update(corrections).where(this).values(done_on=day))

    async def agreement_file(self, correction_id: int) -> tuple[str, bytes] | None:
        statement = select(corrections.c.file_name, corrections.c.file)
        row = (
            await self._connection.execute(statement.where(corrections.c.id == correction_id))
        ).one_or_none()
        return (row[0], row[1]) if row and row[1] is not None else None

    async def _found(self, which: Any, offset: int = 0, limit: int | None = None) -> list[Correction]:
        statement = select(*_COLUMNS).where(which).order_by(corrections.c.id).offset(offset).limit(limit)
        return [_correction(row) for row in await self._connection.execute(statement)]


def _correction(row: Sequence[Any]) -> Correction:
    end = len(_OTHERS)
    others = dict(zip(_OTHERS, row[:end], strict=True))
    before, after = Buyer(*row[end : end + 4]), Buyer(*row[end + 4 :])
    return Correction(**others, before=before, after=after)
