"""From a list into the catalogue."""

from dataclasses import dataclass
from datetime import datetime

from domain.customers import Customer
from domain.entries import Entry, Intake
from domain.people import Actor
from services.operation import Operation
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Taken:
    """`updated` were known and are changed or back from the archive; `left` wait to be
    fixed or taken."""

    added: int
    updated: int
    left: int


async def take_entries(
    uow: UnitOfWork, actor: Actor, intake: Intake, lacking: bool, update_known: bool, now: datetime
) -> list[tuple[Entry, Customer]]:
    """Put the entries that are ready (with `lacking`, also those that lack something) into the catalogue.

    Answers with all entries that are taken, now or before, each with its customer, by position. New customers
    are added; known ones change only with `update_known`, but come back from the archive and get the labels.
    Taking again changes nothing.
    """
    raise NotImplementedError


class TakeIntake(Operation):
    """Take the entries of a list into the catalogue, as `take_entries` says.

    Raises `DomainError("intake_reading")` while the list is being read.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, lacking: bool = False, update_known: bool = False
    ) -> Taken:
        raise NotImplementedError
