"""Taking the entries of a list into the catalogue."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from domain.caps import check_customers
from domain.customers import DECLARED, Customer, CustomerData
from domain.events import Verb
from domain.intakes.checking import with_entry
from domain.intakes.entries import Entry, EntryField, Intake, Standing
from domain.logins import Doubt
from domain.people import Actor, Right
from services.audit import record
from services.catalogue.logins import login_doubts
from services.intakes.common import checked_intake, own_intake
from services.intakes.judging import FirmRecords, judge_one, read_records
from services.intakes.viewing import sum_counts
from services.operation import Operation
from services.ports import Turn, UnitOfWork

_DATA = tuple(one.name for one in fields(CustomerData))


@dataclass(frozen=True, slots=True)
class Taken:
    """How many customers were added, and how many known ones `updated`: changed, or back from the archive.

    `left` entries wait to be fixed or taken.
    """

    added: int
    updated: int
    left: int


@dataclass(slots=True)
class _Plan:
    """What taking will do. `moved` are entries whose standing has changed since they were judged last."""

    taken: list[Entry] = field(default_factory=list)
    moved: list[Entry] = field(default_factory=list)
    new: dict[str, CustomerData] = field(default_factory=dict)
    updates: list[Customer] = field(default_factory=list)


def _plan(entries: Sequence[Entry], records: FirmRecords, lacking: bool, update_known: bool) -> _Plan:
    plan = _Plan()
    for stored in entries:
        entry = judge_one(stored, records)
        if entry.standing is not Standing.READY and not (lacking and entry.standing is Standing.LACKING):
            if entry.standing is not stored.standing:
                plan.moved.append(entry)
            continue
        plan.taken.append(entry)
        customer = records.customer_of(entry)
        if customer is None:
            plan.new[entry.get(EntryField.TAX_CODE)] = with_entry(None, entry)
            continue
        changed = _changed(customer, entry, records.assignee_of(entry), update_known)
        if changed != customer:
            plan.updates.append(changed)
    return plan


def _changed(customer: Customer, entry: Entry, assignee_id: int | None, update_known: bool) -> Customer:
    """The known customer with what the entry says, and out of the archive.

    Without `update_known` only fields that were open are filled.
    """
    data = with_entry(customer, entry)
    kind_stays = data.kind is customer.kind
    said = {
        name: getattr(data, name)
        for name in _DATA
        if update_known or (not getattr(customer, name) and (kind_stays or name not in DECLARED))
    }
    said["sure_of"] = data.sure_of
    if assignee_id and (update_known or customer.assignee_id is None):
        said["assignee_id"] = assignee_id
    return replace(customer, **said, archived=False)


async def _take(
    uow: UnitOfWork, actor: Actor, intake: Intake, lacking: bool, update_known: bool, now: datetime
) -> _Plan:
    usable = (Standing.READY, Standing.LACKING) if lacking else (Standing.READY,)
    entries = await uow.intakes.entries(intake.id, usable)
    records = await read_records(uow, actor.firm_id, entries)
    plan = await asyncio.to_thread(_plan, entries, records, lacking, update_known)
    if plan.moved:
        await uow.intakes.save_entries(intake.id, plan.moved)
    if plan.taken:
        await _keep(uow, actor, records, plan, now)
        await uow.intakes.mark_taken(intake.id, [entry.position for entry in plan.taken])
        await uow.intakes.save(intake, now)
        await record(
            uow,
            Verb.CUSTOMERS_TAKEN,
            now,
            by=actor,
            firm_id=actor.firm_id,
            intake=intake.id,
            taken=len(plan.taken),
            added=len(plan.new),
            updated=len(plan.updates),
        )
    return plan


async def _keep(uow: UnitOfWork, actor: Actor, records: FirmRecords, plan: _Plan, now: datetime) -> None:
    check_customers(await uow.customers.count(actor.firm_id), len(plan.new))
    await uow.customers.add_many(actor.firm_id, list(plan.new.values()), now)
    await uow.customers.update_many(plan.updates, now)
    await uow.drafts.withdraw_ticks([customer.id for customer in plan.updates])
    for customer in plan.updates:
        if customer.kind is not records.known[customer.tax_code].kind:
            await uow.drafts.unpick_everywhere(customer.id)
    marked = [entry for entry in plan.taken if entry.get(EntryField.ASSIGNEE) or entry.get(EntryField.LABELS)]
    if not marked:
        return
    kept = await read_records(uow, actor.firm_id, marked)
    await _assign_new(uow, kept, [entry for entry in marked if not records.customer_of(entry)], now)
    await _put_labels(uow, actor, kept, marked)


async def _assign_new(uow: UnitOfWork, records: FirmRecords, entries: Sequence[Entry], now: datetime) -> None:
    given = [
        replace(customer, assignee_id=assignee_id)
        for entry in entries
        if (customer := records.customer_of(entry)) and (assignee_id := records.assignee_of(entry))
    ]
    await uow.customers.update_many(given, now)


async def _put_labels(uow: UnitOfWork, actor: Actor, records: FirmRecords, entries: Sequence[Entry]) -> None:
    wanted = [
        (customer.id, name)
        for entry in entries
        if (customer := records.customer_of(entry))
        for name in filter(None, entry.get(EntryField.LABELS).split(";"))
    ]
    ids = await uow.labels.ensure(actor.firm_id, list(dict.fromkeys(name for _, name in wanted)))
    await uow.labels.put(list(dict.fromkeys((customer_id, ids[name]) for customer_id, name in wanted)))


async def take_entries(
    uow: UnitOfWork, actor: Actor, intake: Intake, lacking: bool, update_known: bool, now: datetime
) -> list[tuple[Entry, Customer]]:
    """Put the entries that are ready (with `lacking`, also those that lack something) into the catalogue.

    Returns all entries that are taken, now or before, each with its customer, by position, without customers
    archived since. New customers are added. Known ones come back from the archive and get the labels and what
    they lack; what they have changes only with `update_known`. Taking again changes nothing.
    """
    await _take(uow, actor, intake, lacking, update_known, now)
    taken = await uow.intakes.entries(intake.id, (Standing.TAKEN,))
    records = await read_records(uow, actor.firm_id, taken)
    found = ((entry, records.customer_of(entry)) for entry in taken)
    return [(entry, customer) for entry, customer in found if customer and not customer.archived]


class FindDoubts(Operation):
    """The customers taken from a list whose login is doubtful, each with its doubts, by their names."""

    async def __call__(self, actor: Actor, intake_id: int) -> Sequence[tuple[Customer, Sequence[Doubt]]]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            taken = await uow.intakes.entries(intake.id, (Standing.TAKEN,))
            codes = [entry.get(EntryField.TAX_CODE) for entry in taken]
            customers = (await uow.customers.by_tax_codes(actor.firm_id, codes)).values()
            doubts = await login_doubts(uow, actor.firm_id, list(customers))
        doubtful = sorted((one for one in customers if one.id in doubts), key=lambda one: one.called)
        return [(customer, doubts[customer.id]) for customer in doubtful]


class TakeIntake(Operation):
    """Take the entries of a list into the catalogue, as `take_entries` says.

    Raises `DomainError("intake_reading")` while the list is being read.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, lacking: bool = False, update_known: bool = False
    ) -> Taken:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            plan = await _take(uow, actor, intake, lacking, update_known, self.clock.now())
            counts = sum_counts(await uow.intakes.counts(intake.id))
            return Taken(len(plan.new), len(plan.updates), counts.ready + counts.to_fix)
