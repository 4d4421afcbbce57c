"""Where statements of account are mailed to each month."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.monthly_statements import MonthlyStatement


class MonthlyStatements(Protocol):
    async def add(self, accountant_id: int, customer_id: int | None, address: str, now: datetime) -> None: ...
    async def delete(self, statement_id: int) -> None: ...
    async def get(self, statement_id: int) -> MonthlyStatement | None: ...
    async def of(self, accountant_id: int) -> Sequence[MonthlyStatement]:
        """All of one accountant, oldest first."""

    async def after(self, statement_id: int, limit: int) -> Sequence[MonthlyStatement]:
        """Some of all, by id, behind this one."""

    async def forget_customer(self, customer_id: int) -> None: ...
