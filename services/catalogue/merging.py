"""Customers that are kept twice: finding them, merging two into one, and undoing that."""

from dataclasses import dataclass, replace
from typing import Any

from domain.customers import Customer, CustomerData, filled_from
from domain.errors import DomainError
from domain.events import Verb
from domain.people import Actor, Right
from services.audit import record
from services.catalogue.customers import own_customer
from services.messaging.push_queue import tell_owner
from services.operation import Operation
from services.paging import PAGE_SIZE
from services.ports import LookAlikes, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class LookAlikePage:
    pairs: tuple[LookAlikes, ...]
    total: int


class FindLookAlikes(Operation):
    """One page of pairs in the catalogue that may be one customer, the most alike first."""

    async def __call__(self, actor: Actor, page: int = 0) -> LookAlikePage:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            pairs, total = await uow.customers.look_alikes(actor.firm_id, page * PAGE_SIZE, PAGE_SIZE)
            return LookAlikePage(tuple(pairs), total)


class MergeCustomers(Operation):
    """Merge the customer `drop` into `keep`. A repeat changes nothing.

    `keep` gets from `drop` what it lacks, its labels, and its places in open drafts. `drop` leaves the
    catalogue, and its orders count as those of `keep`. Raises `DomainError("merge_impossible")` if both are
    the same customer, or one of them is not in the catalogue.
    """

    async def __call__(self, actor: Actor, keep_id: int, drop_id: int) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            keep = await own_customer(uow, actor, keep_id)
            drop = await own_customer(uow, actor, drop_id)
            if drop.merged_into == keep.id:
                return keep
            if keep.id == drop.id or not (keep.in_catalogue and drop.in_catalogue):
                raise DomainError("merge_impossible")
            filled = filled_from(keep, drop)
            labels = await uow.labels.of_customers([keep.id, drop.id])
            known = {label.id for label in labels.get(keep.id, ())}
            new = [label.id for label in labels.get(drop.id, ()) if label.id not in known]
            merged = replace(keep, **filled)
            gone = replace(drop, in_catalogue=False, merged_into=keep.id)
            await uow.customers.update_many([merged, gone], now)
            await uow.labels.put([(keep.id, label_id) for label_id in new])
            await uow.drafts.withdraw_ticks([keep.id, drop.id])
            if keep.kind is drop.kind:
                await uow.drafts.hand_over(drop.id, keep.id)
            await uow.drafts.unpick_everywhere(drop.id)
            await record(
                uow,
                Verb.CUSTOMERS_MERGED,
                now,
                by=actor,
                firm_id=actor.firm_id,
                customer=drop.id,
                into=keep.id,
                filled=" ".join(filled),
                labels=" ".join(map(str, new)),
            )
            await tell_owner(uow, actor, Verb.CUSTOMERS_MERGED, now)
            return merged


class UndoMerge(Operation):
    """Bring a merged customer back into the catalogue. A repeat changes nothing.

    The kept customer loses what the merge gave it, unless that was changed since; it keeps its places in open
    drafts. Raises `DomainError("tax_code_taken")` if the catalogue holds this tax code again.
    """

    async def __call__(self, actor: Actor, drop_id: int) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            drop = await own_customer(uow, actor, drop_id)
            if drop.merged_into is None:
                return drop
            taken = await uow.customers.by_tax_code(actor.firm_id, drop.tax_code)
            if taken is not None:
                raise DomainError("tax_code_taken", name=taken.name)
            keep = await own_customer(uow, actor, drop.merged_into)
            back = replace(drop, in_catalogue=True, merged_into=None)
            await uow.customers.update_many([await _given_back(uow, keep, drop), back], now)
            await uow.drafts.withdraw_ticks([keep.id])
            await record(
                uow, Verb.MERGE_UNDONE, now, by=actor, firm_id=actor.firm_id, customer=drop.id, into=keep.id
            )
            return back


async def _given_back(uow: UnitOfWork, keep: Customer, drop: Customer) -> Customer:
    """`keep` without what the merge gave it. The labels that came with the merge are taken off."""
    merges = await uow.events.of_firm(keep.firm_id, Verb.CUSTOMERS_MERGED)
    got = next(event.params for event in merges if event.params["customer"] == drop.id)
    empty = CustomerData(keep.kind, "")
    back: dict[str, Any] = {
        name: getattr(empty, name, None)
        for name in str(got["filled"]).split()
        if getattr(keep, name) == getattr(drop, name)
    }
    for label_id in map(int, str(got["labels"]).split()):
        await uow.labels.take_off(keep.id, label_id)
    return replace(keep, **back)
