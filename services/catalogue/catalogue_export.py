"""The catalogue, or a part of it, for a workbook."""

from dataclasses import dataclass

from domain.customers import Customer
from domain.events import Verb
from domain.people import Actor, Right
from domain.tallies import Counted
from services.audit import record
from services.catalogue.customers import Criteria, catalogue_filter
from services.messaging.push_queue import tell_owner
from services.operation import Operation
from services.shares import take_share


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    customer: Customer
    labels: tuple[str, ...]
    assignee: str


class ExportCatalogue(Operation):
    """All customers that match, in the order of the list. The audit log notes who took them."""

    async def __call__(self, actor: Actor, criteria: Criteria) -> tuple[CatalogueRow, ...]:
        actor.require(Right.KEEP_CUSTOMERS)
        # The rows are read in a transaction of their own: nobody who writes waits for ten thousand rows.
        async with self.units.read() as uow:
            found = await uow.customers.all(catalogue_filter(actor, criteria))
            labels = await uow.labels.of_customers([customer.id for customer in found])
            names = await uow.people.names({one.assignee_id for one in found if one.assignee_id})
        rows = tuple(
            CatalogueRow(
                customer,
                tuple(label.name for label in labels.get(customer.id, ())),
                names.get(customer.assignee_id or 0, ""),
            )
            for customer in found
        )
        now = self.clock.now()
        async with self.units.write() as uow:
            await take_share(uow, Counted.EXPORTED, actor.firm_id, now)
            await record(
                uow, Verb.CATALOGUE_EXPORTED, now, by=actor, firm_id=actor.firm_id, customers=len(rows)
            )
            await tell_owner(uow, actor, Verb.CATALOGUE_EXPORTED, now, len(rows))
        return rows
