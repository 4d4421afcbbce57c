"""The catalogue, or a part of it, to be written as a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.customers import Customer
from domain.events import Verb
from domain.people import Actor, Right
from services.audit import record
from services.customers import Criteria, catalogue_filter
from services.operation import Operation


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    customer: Customer
    labels: tuple[str, ...]
    assignee: str


class ExportCatalogue(Operation):
    """All customers that match, in the order of the list. It is noted who took them."""

    async def __call__(self, actor: Actor, criteria: Criteria) -> tuple[CatalogueRow, ...]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write() as uow:
            found = await uow.customers.all(catalogue_filter(actor, criteria))
            labels = await uow.labels.of_customers([customer.id for customer in found])
            names: Mapping[int, str] = await uow.people.names(
                {customer.assignee_id for customer in found if customer.assignee_id}
            )
            await record(
                uow,
                Verb.CATALOGUE_EXPORTED,
                self.clock.now(),
                by=actor,
                firm_id=actor.firm_id,
                customers=len(found),
            )
            return tuple(
                CatalogueRow(
                    customer,
                    tuple(label.name for label in labels.get(customer.id, ())),
                    names.get(customer.assignee_id or 0, ""),
                )
                for customer in found
            )
