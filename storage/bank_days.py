"""What banks' statements say of days that have ended."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank_days import BankDay
from domain.statements import StatementRow
from storage.rows import upsert
from storage.tables.money import bank_days

_KEY = (bank_days.c.account, bank_days.c.day)
_SAID = ("opening", "closing", "outgoing", "rows", "told_at")


class SqlBankDays:
    """`BankDays`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, days: Sequence[BankDay], now: datetime) -> None:
        if not days:
            return
        new = upsert(self._connection, bank_days)
        said = {name: new.excluded[name] for name in _SAID}
        statement = new.on_conflict_do_update(index_elements=_KEY, set_=said)
        values = [
            {
                **{"account": one.account, "day": one.day, "opening": one.opening, "closing": one.closing},
                **{"outgoing": one.outgoing, "rows": _text(one.rows), "told_at": now},
            }
            for one in days
        ]
        await self._connection.execute(statement, values)

    async def between(self, first: date, last: date) -> Sequence[BankDay]:
        columns = select(*_KEY, *(bank_days.c[name] for name in _SAID[:-1]))
        found = await self._connection.execute(
            columns.where(bank_days.c.day.between(first, last)).order_by(bank_days.c.day, bank_days.c.account)
        )
        return [
            BankDay(account, day, opening, closing, outgoing, _rows(rows, account))
            for account, day, opening, closing, outgoing, rows in found
        ]


def _text(rows: Sequence[StatementRow]) -> str:
    kept = [
        [row.number, row.occurred_at.isoformat(), row.timed, row.amount, row.content, row.reference]
        for row in rows
    ]
    return json.dumps(kept, ensure_ascii=False)


def _rows(text: str, account: str) -> tuple[StatementRow, ...]:
    return tuple(
        StatementRow(number, datetime.fromisoformat(at), timed, amount, False, content, reference, account)
        for number, at, timed, amount, content, reference in json.loads(text)
    )
