"""Labels on customers, and the assignees who look after them."""

from collections.abc import Sequence
from dataclasses import replace

from domain.customers import Customer
from domain.errors import DomainError
from domain.intakes.fields import parse_labels
from domain.people import Actor, Right
from services.catalogue.customers import Criteria, catalogue_filter, own_customer
from services.operation import LARGEST_ID, Operation
from services.ports import Label, LabelCount, Turn, UnitOfWork


async def own_label(uow: UnitOfWork, actor: Actor, label_id: int) -> Label:
    """The label, if it is this firm's."""
    label = await uow.labels.get(actor.firm_id, label_id) if label_id <= LARGEST_ID else None
    if label is None:
        raise DomainError("label_unknown")
    return label


async def _check_colleague(uow: UnitOfWork, actor: Actor, accountant_id: int | None) -> None:
    """Raise `DomainError("staff_unknown")` for a person who is not in the firm, or not any more."""
    staff = {one.id for one in await uow.people.staff_of(actor.firm_id)}
    if accountant_id is not None and accountant_id not in staff:
        raise DomainError("staff_unknown")


class ListLabels(Operation):
    """The firm's labels by name, each with how many customers bear it."""

    async def __call__(self, actor: Actor) -> Sequence[LabelCount]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return await uow.labels.of_firm(actor.firm_id)


class LabelCustomer(Operation):
    """Put labels on a customer. `text` is as typed, with commas between several; new labels are made."""

    async def __call__(self, actor: Actor, customer_id: int, text: str) -> Sequence[str]:
        actor.require(Right.KEEP_CUSTOMERS)
        names = parse_labels(text).split(";")
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            ids = await uow.labels.ensure(actor.firm_id, names)
            await uow.labels.put([(customer.id, ids[name]) for name in names])
            return names


class UnlabelCustomer(Operation):
    """Take a label off a customer. If the customer does not bear it, nothing changes."""

    async def __call__(self, actor: Actor, customer_id: int, label_id: int) -> None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            await uow.labels.take_off(customer.id, (await own_label(uow, actor, label_id)).id)


class RenameLabel(Operation):
    """Give a label another name. Raises `DomainError("label_taken")` where another label has it."""

    async def __call__(self, actor: Actor, label_id: int, text: str) -> Label:
        actor.require(Right.KEEP_CUSTOMERS)
        names = parse_labels(text).split(";")
        if len(names) > 1:
            raise DomainError("label_several")
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            label = await own_label(uow, actor, label_id)
            known = await uow.labels.by_name(actor.firm_id, names[0])
            if known is not None and known.id != label.id:
                raise DomainError("label_taken", name=known.name)
            await uow.labels.rename(label.id, names[0])
            return replace(label, name=names[0])


class DeleteLabel(Operation):
    """Take a label off every customer and delete it."""

    async def __call__(self, actor: Actor, label_id: int) -> None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            await uow.labels.delete((await own_label(uow, actor, label_id)).id)


class LabelMatching(Operation):
    """Put labels, as typed, on all customers that match. Returns how many customers match."""

    async def __call__(self, actor: Actor, criteria: Criteria, text: str) -> int:
        actor.require(Right.KEEP_CUSTOMERS)
        names = parse_labels(text).split(";")
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            where = catalogue_filter(actor, criteria)
            total = (await uow.customers.find(where, 0, 1)).total
            for label_id in (await uow.labels.ensure(actor.firm_id, names)).values():
                await uow.labels.put_matching(where, label_id)
            return total


class UnlabelMatching(Operation):
    """Take a label off all customers that match. Returns how many bore it."""

    async def __call__(self, actor: Actor, criteria: Criteria, label_id: int) -> int:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            label = await own_label(uow, actor, label_id)
            return await uow.labels.take_off_matching(catalogue_filter(actor, criteria), label.id)


class AssignCustomer(Operation):
    """Say which of the firm's people looks after a customer; `None` for nobody."""

    async def __call__(self, actor: Actor, customer_id: int, assignee_id: int | None) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            await _check_colleague(uow, actor, assignee_id)
            customer = replace(await own_customer(uow, actor, customer_id), assignee_id=assignee_id)
            await uow.customers.update(customer, self.clock.now())
            return customer


class AssignMatching(Operation):
    """Say who looks after all customers that match. Returns how many match."""

    async def __call__(self, actor: Actor, criteria: Criteria, assignee_id: int | None) -> int:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            await _check_colleague(uow, actor, assignee_id)
            where = catalogue_filter(actor, criteria)
            total = (await uow.customers.find(where, 0, 1)).total
            await uow.customers.assign_matching(where, assignee_id, self.clock.now())
            return total
