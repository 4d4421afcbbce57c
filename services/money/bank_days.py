"""The balance of a day: the bank's, as its statement tells it, beside the books."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.accounts import KnownAccounts
from domain.bank_days import A_DAY, DayBalance, compare_day
from domain.people import Actor, Right
from services.money.statements import told_around
from services.operation import Operation


@dataclass(frozen=True, slots=True)
class CompareBankDay(Operation):
    """A day in Vietnam beside the books, for each account of which a statement told that day; empty where
    none did."""

    accounts: KnownAccounts

    async def __call__(self, actor: Actor, day: date) -> Sequence[DayBalance]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            days = await uow.bank_days.between(day - A_DAY, day + A_DAY)
            if not any(one.day == day for one in days):
                return ()
            told = await told_around(uow, days[0].day, days[-1].day)
        return await asyncio.to_thread(compare_day, days, day, told, self.accounts)
