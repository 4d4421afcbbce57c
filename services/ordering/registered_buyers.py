"""The buyers of an order beside what the registry of taxpayers has under their tax codes."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from domain.as_registered import same_address, same_name
from domain.people import Actor, Right
from domain.recipients import (
    InvoiceRecipient,
    OtherRecipient,
    RecipientMode,
    customer_invoice,
)
from services.catalogue.registry import LookUp
from services.operation import Operation
from services.ordering.drafts import DraftOperation, open_draft
from services.ports import Registered, Turn, UnitOfWork

LOOK_UP_SECONDS = 2.0
"""How long an order waits for the registry at most; what has not come by then is not compared."""


@dataclass(frozen=True, slots=True)
class UnlikeRegistered:
    """A buyer before its first invoice, whose name or address is not the registered one."""

    buyer: InvoiceRecipient
    registered: Registered

    @property
    def name(self) -> str:
        """The registered name, where it differs."""
        return "" if same_name(self.buyer.unit_name, self.registered.name) else self.registered.name

    @property
    def address(self) -> str:
        """The registered address, where there is one that differs."""
        registered = self.registered.address
        return "" if same_address(self.buyer.address, registered) else registered


@dataclass(frozen=True, slots=True)
class CompareBuyers(Operation):
    """The customers and other units that buy in the actor's open draft and are not named as registered, each
    once, in the order of its lines.

    A buyer with the name and address of an earlier order is not compared again. The firm is not either: what
    is registered is offered whenever its name or address is asked for.
    """

    look_up: LookUp

    async def __call__(self, actor: Actor) -> tuple[UnlikeRegistered, ...]:
        actor.require(Right.PLACE_ORDERS)
        if not self.look_up.on:
            return ()
        async with self.units.read() as uow:
            buyers = await _buyers(uow, actor)
        found = await self.look_up.many(buyers, LOOK_UP_SECONDS)
        # With thousands of buyers this would hold up everybody else, hence the thread.
        unlike = await asyncio.to_thread(_unlike, buyers, found)
        if not unlike:
            return ()
        async with self.units.read() as uow:
            before = await uow.orders.invoiced_as(actor.firm_id, list(unlike))
        return tuple(
            one
            for number, one in unlike.items()
            if (number, one.buyer.unit_name, one.buyer.address) not in before
        )


@dataclass(frozen=True, slots=True)
class NameAsRegistered(DraftOperation):
    """Take the registered names and addresses of `numbers` over, into the catalogue and the draft's other
    recipients.

    Other drafts with these customers lose their tick; this one keeps it, as its last screen follows. What the
    registry does not answer any more stays.
    """

    look_up: LookUp

    async def __call__(self, actor: Actor, numbers: frozenset[str]) -> None:
        actor.require(Right.PLACE_ORDERS)
        found = await self.look_up.many(numbers, LOOK_UP_SECONDS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            for other in (await uow.drafts.others(draft.id)).values():
                if other.invoice is not None and (registered := found.get(other.invoice.tax_id)):
                    await uow.drafts.name_buyer(draft.id, other.id, *_taken(other.invoice, registered))
            renamed = []
            for line in await uow.drafts.lines(draft):
                customer = line.customer
                if registered := found.get(customer.tax_code):
                    name, address = _taken(customer_invoice(customer), registered)
                    await uow.customers.update(replace(customer, name=name, address=address), now)
                    renamed.append(customer.id)
            await uow.drafts.withdraw_ticks(renamed)
            await self._save(uow, draft, confirmed=draft.confirmed)


def _taken(buyer: InvoiceRecipient, registered: Registered) -> tuple[str, str]:
    return registered.name, registered.address or buyer.address


async def _buyers(uow: UnitOfWork, actor: Actor) -> dict[str, InvoiceRecipient]:
    draft = await open_draft(uow, actor)
    mode = draft.invoice or draft.recipient
    if mode is RecipientMode.ACCOUNTANT:
        return {}
    others: Mapping[int, OtherRecipient] = {}
    if mode is RecipientMode.OTHER:
        others = await uow.drafts.others(draft.id)

    def each() -> Iterator[InvoiceRecipient]:
        for line in lines:
            other = others.get(line.other_id or draft.other_id or 0)
            yield (other.invoice if other else None) or customer_invoice(line.customer)

    lines = await uow.drafts.lines(draft)
    return {buyer.tax_id: buyer for buyer in each()}


def _unlike(
    buyers: Mapping[str, InvoiceRecipient], found: Mapping[str, Registered]
) -> dict[str, UnlikeRegistered]:
    """The buyers that differ; an address that the registry lacks is no difference."""
    unlike = {}
    for number, buyer in buyers.items():
        registered = found.get(number)
        if registered is None:
            continue
        one = UnlikeRegistered(buyer, registered)
        if one.name or one.address:
            unlike[number] = one
    return unlike
