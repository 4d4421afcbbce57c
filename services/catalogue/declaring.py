"""The accounting data that a firm keeps of a customer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.accounting import check_declared
from domain.customers import DECLARED, Customer
from domain.people import Actor, Right
from services.catalogue.customers import own_customer
from services.operation import Operation
from services.ports import Turn


class DeclareAccounting(Operation):
    """Change the accounting data that are kept of a customer; `declared` holds fields of `DECLARED`, `None`
    for what is not known. Drafts that hold this customer lose their tick.

    Raises what `check_declared` raises.
    """

    async def __call__(self, actor: Actor, customer_id: int, declared: Mapping[str, Any]) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            check_declared(customer.kind, declared)
            changed = replace(customer, **{name: declared[name] for name in DECLARED if name in declared})
            if changed != customer:
                await uow.customers.update(changed, self.clock.now())
                await uow.drafts.withdraw_ticks([customer.id])
            return changed
