"""Looking at a list: what there is in it, and what is left to fix."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.customers import Customer, CustomerKind
from domain.intakes.checking import open_fields
from domain.intakes.entries import Entry, EntryField, Intake, Known, Standing
from domain.people import Actor, Right
from services.intakes.common import own_entry, own_intake
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import EntryCount, UnitOfWork

TO_FIX = (Standing.WRONG, Standing.LACKING)
USABLE = (Standing.READY, Standing.LACKING)


@dataclass(frozen=True, slots=True)
class IntakeCounts:
    """How many entries of a list have each standing.

    `to_fix` counts those that are lacking or wrong. `new`, `same` and `changed` (against the catalogue) and
    the two kinds count those that are ready or lacking, `ready_new` and `ready_changed` only the ready ones.
    """

    ready: int = 0
    lacking: int = 0
    wrong: int = 0
    repeated: int = 0
    skipped: int = 0
    taken: int = 0
    new: int = 0
    same: int = 0
    changed: int = 0
    ready_new: int = 0
    ready_changed: int = 0
    enterprises: int = 0
    households: int = 0

    @property
    def to_fix(self) -> int:
        return self.lacking + self.wrong

    @property
    def total(self) -> int:
        return self.ready + self.lacking + self.wrong + self.repeated + self.skipped + self.taken


def sum_counts(counts: Collection[EntryCount]) -> IntakeCounts:
    usable = [one for one in counts if one.standing in USABLE]
    ready = [one for one in usable if one.standing is Standing.READY]
    return IntakeCounts(
        **{
            standing.value: sum(one.count for one in counts if one.standing is standing)
            for standing in Standing
        },
        **{known.value: sum(one.count for one in usable if one.known is known) for known in Known},
        ready_new=sum(one.count for one in ready if one.known is Known.NEW),
        ready_changed=sum(one.count for one in ready if one.known is Known.CHANGED),
        enterprises=sum(one.count for one in usable if one.kind is CustomerKind.ENTERPRISE),
        households=sum(one.count for one in usable if one.kind is CustomerKind.HOUSEHOLD),
    )


@dataclass(frozen=True, slots=True)
class IntakeView:
    intake: Intake
    counts: IntakeCounts


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry beside `known`, the catalogue's customer with its tax code, and what to ask about it.

    `open` are the fields with a problem, then those missing; none of an entry that is not to be fixed.
    """

    entry: Entry
    known: Customer | None
    open: tuple[EntryField, ...]

    @property
    def question(self) -> EntryField | None:
        return self.open[0] if self.open else None

    @property
    def missing(self) -> tuple[EntryField, ...]:
        """The open fields about which the list says nothing."""
        wrong = {problem.field for problem in self.entry.problems}
        return tuple(field for field in self.open if field not in wrong)


@dataclass(frozen=True, slots=True)
class EntryPage:
    entries: tuple[EntryView, ...]
    total: int


async def views_of(uow: UnitOfWork, intake: Intake, entries: Sequence[Entry]) -> tuple[EntryView, ...]:
    codes = [code for entry in entries if (code := entry.get(EntryField.TAX_CODE))]
    customers = await uow.customers.by_tax_codes(intake.firm_id, codes)
    views = []
    for entry in entries:
        known = customers.get(entry.get(EntryField.TAX_CODE))
        views.append(EntryView(entry, known, open_fields(entry, known) if entry.standing in TO_FIX else ()))
    return tuple(views)


async def view_of(uow: UnitOfWork, intake: Intake, entry: Entry) -> EntryView:
    (view,) = await views_of(uow, intake, [entry])
    return view


class ViewIntake(Operation):
    """The list as it stands."""

    async def __call__(self, actor: Actor, intake_id: int) -> IntakeView:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            return IntakeView(intake, sum_counts(await uow.intakes.counts(intake.id)))


class FindUnfinished(Operation):
    """The newest list that this accountant gave and did not take to its end."""

    async def __call__(self, actor: Actor) -> IntakeView | None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await uow.intakes.latest_of(actor.accountant_id)
            return IntakeView(intake, sum_counts(await uow.intakes.counts(intake.id))) if intake else None


class ListEntries(Operation):
    """A page of the entries with one of these standings, by position; of all entries if none is named."""

    async def __call__(
        self, actor: Actor, intake_id: int, standings: tuple[Standing, ...] = (), page: int = 0
    ) -> EntryPage:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            counts = await uow.intakes.counts(intake.id)
            total = sum(one.count for one in counts if not standings or one.standing in standings)
            entries = await uow.intakes.entries(intake.id, standings, page * PAGE_SIZE, PAGE_SIZE)
            return EntryPage(await views_of(uow, intake, entries), total)


class ViewEntry(Operation):
    """One entry and what to ask about it. Raises `DomainError("entry_unknown")`."""

    async def __call__(self, actor: Actor, intake_id: int, position: int) -> EntryView:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            return await view_of(uow, intake, await own_entry(uow, intake, position))


class NextEntry(Operation):
    """The next entry to fix after this position, round to the first; `None` when nothing is left to fix."""

    async def __call__(self, actor: Actor, intake_id: int, after: int = 0) -> EntryView | None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            for start in (min(after, LARGEST_ID), 0):
                for entry in await uow.intakes.entries(intake.id, TO_FIX, limit=1, after=start):
                    return await view_of(uow, intake, entry)
            return None


class EntriesToFix(Operation):
    """All entries that are lacking or wrong, by position."""

    async def __call__(self, actor: Actor, intake_id: int) -> Sequence[EntryView]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            return await views_of(uow, intake, await uow.intakes.entries(intake.id, TO_FIX))
