"""What the program does by itself: the price list at the first start, and dropping what is old."""

from collections.abc import Sequence
from datetime import timedelta

from domain.intakes.entries import INTAKE_DAYS
from domain.orders import DRAFT_DAYS
from domain.packages import Package
from services.catalogue.registry import KEEP_FOUND
from services.operation import Operation


class EnsurePriceList(Operation):
    """Put the shipped sample price list on sale when nothing is on sale yet."""

    async def __call__(self, sample: Sequence[Package]) -> None:
        async with self.units.write() as uow:
            if not await uow.packages.on_sale():
                await uow.packages.replace_all(sample, self.clock.now())


class DropOldDrafts(Operation):
    """Drop drafts that were not changed for `DRAFT_DAYS`, and customers that were declared only in drafts and
    are in none any more. Returns how many drafts."""

    async def __call__(self) -> int:
        moment = self.clock.now() - timedelta(days=DRAFT_DAYS)
        async with self.units.write() as uow:
            await uow.customers.discard_unused(moment)
            return await uow.drafts.discard_older_than(moment)


class DropOldIntakes(Operation):
    """Forget lists of customers that were not changed for `INTAKE_DAYS`, with the personal data in them.
    Returns how many. Customers that were taken into the catalogue stay."""

    async def __call__(self) -> int:
        now = self.clock.now()
        async with self.units.write() as uow:
            return await uow.intakes.purge(now - timedelta(days=INTAKE_DAYS))


class DropOldAnswers(Operation):
    """Drop answers of the registry of taxpayers that are too old to be used; returns how many."""

    async def __call__(self) -> int:
        now = self.clock.now()
        async with self.units.write() as uow:
            return await uow.registry_answers.purge(now - KEEP_FOUND)
