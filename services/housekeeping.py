"""What the program does by itself: the price list at the first start, and dropping what is old."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from domain.intakes.entries import INTAKE_DAYS
from domain.orders import DRAFT_DAYS
from domain.packages import Package
from services.catalogue.registry import KEEP_FOUND
from services.operation import Operation
from services.ports import Turn

ROWS_AT_ONCE = 500
"""How many rows one transaction of a clean-up drops at most."""

LISTS_AT_ONCE = 2
"""The same for drafts and lists, each of which may have 10,000 lines."""


class EnsurePriceList(Operation):
    """Put the shipped sample price list on sale when nothing is on sale yet."""

    async def __call__(self, sample: Sequence[Package]) -> None:
        async with self.units.write(Turn.prices()) as uow:
            if not await uow.packages.on_sale():
                await uow.packages.replace_all(sample, self.clock.now())


async def _all(step: Callable[[], Awaitable[int]], most: int) -> int:
    """Repeat a `step`, which drops at most `most` in a transaction of its own, until nothing is left; returns
    how many were dropped. Others write in between."""
    total = 0
    while gone := await step():
        total += gone
        if gone < most:
            break
    return total


class DropOldDrafts(Operation):
    """Drop drafts that were not changed for `DRAFT_DAYS`, and customers that were declared only in drafts and
    are in none any more. Returns how many drafts."""

    async def __call__(self) -> int:
        moment = self.clock.now() - timedelta(days=DRAFT_DAYS)

        async def customers() -> int:
            # Finding them takes long where many were ordered, so nobody waits for that.
            async with self.units.read() as uow:
                unused = await uow.customers.unused(moment, ROWS_AT_ONCE)
            for firm_id, theirs in unused.items():
                async with self.units.write(Turn.of_firm(firm_id)) as uow:
                    await uow.customers.discard_unused(theirs, moment)
            return sum(map(len, unused.values()))

        async def drafts(firm_id: int) -> int:
            async with self.units.write(Turn.of_firm(firm_id)) as uow:
                return await uow.drafts.discard_older_than(firm_id, moment, LISTS_AT_ONCE)

        await _all(customers, ROWS_AT_ONCE)
        async with self.units.read() as uow:
            firms = await uow.drafts.firms_with_older_than(moment)
        return sum([await _all(partial(drafts, firm_id), 1) for firm_id in firms])


class DropOldIntakes(Operation):
    """Forget lists of customers that were not changed for `INTAKE_DAYS`, with the personal data in them.
    Returns how many. Customers that were taken into the catalogue stay."""

    async def __call__(self) -> int:
        moment = self.clock.now() - timedelta(days=INTAKE_DAYS)

        async def step(firm_id: int) -> int:
            async with self.units.write(Turn.of_firm(firm_id)) as uow:
                return await uow.intakes.purge(firm_id, moment, LISTS_AT_ONCE)

        async with self.units.read() as uow:
            firms = await uow.intakes.firms_with_older_than(moment)
        return sum([await _all(partial(step, firm_id), LISTS_AT_ONCE) for firm_id in firms])


class DropOldAnswers(Operation):
    """Drop answers of the registry of taxpayers that are too old to be used; returns how many."""

    async def __call__(self) -> int:
        moment = self.clock.now() - KEEP_FOUND

        async def step() -> int:
            async with self.units.write() as uow:
                return await uow.registry_answers.purge(moment, ROWS_AT_ONCE)

        return await _all(step, ROWS_AT_ONCE)
