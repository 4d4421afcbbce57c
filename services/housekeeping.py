"""What the program does for itself: the price list at first start, and what has aged away."""

from collections.abc import Sequence
from datetime import timedelta

from domain.intakes.entries import INTAKE_DAYS
from domain.orders import DRAFT_DAYS
from domain.packages import Package
from services.catalogue.registry import KEEP_FOUND
from services.operation import Operation


class EnsurePriceList(Operation):
    """Put the shipped sample price list on sale when there is none yet."""

    async def __call__(self, sample: Sequence[Package]) -> None:
        async with self.units.write() as uow:
            if not await uow.packages.on_sale():
                await uow.packages.replace_all(sample, self.clock.now())


class DropOldDrafts(Operation):
    """Drop drafts untouched for `DRAFT_DAYS`, and customers that were declared in a draft only and stand in
    none any more; returns how many drafts."""

    async def __call__(self) -> int:
        moment = self.clock.now() - timedelta(days=DRAFT_DAYS)
        async with self.units.write() as uow:
            await uow.customers.discard_unused(moment)
            return await uow.drafts.discard_older_than(moment)


class DropOldIntakes(Operation):
    """Forget lists of customers, and the personal data in them, unchanged for `INTAKE_DAYS`; returns how
    many. What was taken from them stays."""

    async def __call__(self) -> int:
        now = self.clock.now()
        async with self.units.write() as uow:
            return await uow.intakes.purge(now - timedelta(days=INTAKE_DAYS))


class DropOldAnswers(Operation):
    """Drop what the registry of taxpayers said longer ago than is believed; returns how many answers."""

    async def __call__(self) -> int:
        now = self.clock.now()
        async with self.units.write() as uow:
            return await uow.registry_answers.purge(now - KEEP_FOUND)
