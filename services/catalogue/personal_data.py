"""The personal data of one customer: handed out or erased when its person asks (Law 91/2025)."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.customers import Customer
from domain.events import Verb
from domain.invoices import Invoice, InvoiceLine
from domain.licences import LicenceState
from domain.orders import Order, OrderState
from domain.people import Actor, Right
from services.audit import record
from services.catalogue.customers import own_customer
from services.catalogue.erasing import PURCHASES, erase, rows_of
from services.messaging.push_queue import tell_owner
from services.operation import Operation
from services.ports import Purchase, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that is kept of one customer: the customer itself; its `copies`, which were merged into it or
    declared with its tax code in a single order; what was copied into orders, newest first; and the tax
    invoices of these orders, each with what it says of this customer."""

    customer: Customer
    copies: tuple[Customer, ...]
    labels: tuple[str, ...]
    assignee: str
    purchases: tuple[Purchase, ...]
    invoices: tuple[tuple[Invoice, InvoiceLine], ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whether the data was erased. It is not while `orders` still need it, or while open drafts of the
    accountants named in `drafting` hold the customer."""

    orders: tuple[Order, ...] = ()
    drafting: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return not (self.orders or self.drafting)


class ExportPerson(Operation):
    """All that is kept of one customer, to be handed to its person. The audit log notes request and
    answer."""

    async def __call__(self, actor: Actor, customer_id: int) -> PersonalData:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write() as uow:
            customer = await own_customer(uow, actor, customer_id)
            for verb in (Verb.PERSON_EXPORT_ASKED, Verb.PERSON_EXPORTED):
                await record(uow, verb, now, by=actor, firm_id=actor.firm_id, customer=customer.id)
            rows = await rows_of(uow, customer)
            ids = [row.id for row in rows]
            labels = await uow.labels.of_customers([customer.id])
            names = await uow.people.names([customer.assignee_id] if customer.assignee_id else [])
            purchases = await uow.orders.purchases(actor.firm_id, ids, PURCHASES)
            return PersonalData(
                customer,
                tuple(rows[1:]),
                tuple(label.name for label in labels.get(customer.id, ())),
                names.get(customer.assignee_id or 0, ""),
                tuple(purchases),
                tuple([one for bought in purchases for one in await _invoices(uow, bought)]),
            )


class ErasePerson(Operation):
    """Erase what is kept of one customer, for good: all its fields in the catalogue, and in placed orders
    everything except what stands on the invoices, which tax law keeps. Their files stay; the address that an
    issued one was mailed to goes.

    Nothing is erased while an order that is not cancelled is unpaid or waits for its activation, or while an
    open draft holds the customer. The audit log notes request and answer. A repeat changes nothing.
    """

    async def __call__(self, actor: Actor, customer_id: int) -> Erasure:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            found = await uow.customers.get(actor.firm_id, customer_id)
            if found is not None and found.erased:
                return Erasure()
            customer = await own_customer(uow, actor, customer_id)
            await record(
                uow, Verb.PERSON_ERASURE_ASKED, now, by=actor, firm_id=actor.firm_id, customer=customer.id
            )
            rows = await rows_of(uow, customer)
            purchases = await uow.orders.purchases(actor.firm_id, [row.id for row in rows], PURCHASES)
            answer = await _answer(uow, rows, purchases)
            if answer.done:
                await erase(uow, rows, purchases, now)
                await tell_owner(uow, actor, Verb.PERSON_ERASED, now)
            await record(
                uow,
                Verb.PERSON_ERASED if answer.done else Verb.PERSON_KEPT,
                now,
                by=actor,
                firm_id=actor.firm_id,
                customer=customer.id,
                orders=" ".join(order.code for order in answer.orders),
                drafts=len(answer.drafting),
            )
            return answer


async def _invoices(uow: UnitOfWork, bought: Purchase) -> list[tuple[Invoice, InvoiceLine]]:
    order_id, at = bought.order.id, bought.line.position
    documents = (await uow.invoices.on_lines(order_id, at, at)).get(at, ())
    lines = await uow.invoices.lines([one.id for one in documents])
    return [
        (one, line)
        for one in documents
        for line in lines[one.id]
        if (line.order_id, line.position) == (order_id, at)
    ]


async def _answer(uow: UnitOfWork, rows: Sequence[Customer], purchases: Sequence[Purchase]) -> Erasure:
    open_orders = {purchase.order.id: purchase.order for purchase in purchases if _needs_the_data(purchase)}
    drafts = await uow.drafts.holding([row.id for row in rows])
    names = await uow.people.names({draft.accountant_id for draft in drafts})
    return Erasure(tuple(open_orders.values()), tuple(sorted(names.values())))


def _needs_the_data(purchase: Purchase) -> bool:
    cancelled = purchase.order.state is OrderState.CANCELLED
    return not cancelled and purchase.licence.state is not LicenceState.ACTIVE
