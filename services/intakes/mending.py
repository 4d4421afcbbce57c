"""Putting entries of a list right one by one."""

from dataclasses import replace

from domain.errors import DomainError
from domain.intakes.checking import with_answer
from domain.intakes.entries import Entry, EntryField, Intake, Standing
from domain.people import Actor, Right
from services.intakes.common import checked_intake, own_entry
from services.intakes.judging import judge, read_records
from services.intakes.viewing import EntryView, view_of
from services.operation import Operation
from services.ports import Turn, UnitOfWork

_LEFT_OUT = (Standing.REPEATED, Standing.SKIPPED)


async def keep_changed(
    uow: UnitOfWork, intake: Intake, before: Entry, entry: Entry, restored: bool = False
) -> Entry:
    """Judge a changed entry against the catalogue and the rest of its list, and store it.

    If this entry gave up its tax code and nobody else holds it, the first repeat takes it over. If it is
    `restored`, that repeat becomes a repeat again.
    """
    entry = await _in_its_list(uow, intake, entry, restored)
    await uow.intakes.save_entries(intake.id, [entry])
    given_up = before.get(EntryField.TAX_CODE)
    if given_up != entry.get(EntryField.TAX_CODE):
        await _release(uow, intake, given_up)
    return entry


async def _in_its_list(uow: UnitOfWork, intake: Intake, entry: Entry, restored: bool) -> Entry:
    """The entry as it stands beside the others: repeated if one of them has its tax code."""
    code = entry.get(EntryField.TAX_CODE)
    for other in await uow.intakes.holding(intake.id, code) if code else ():
        if other.position == entry.position or other.standing in _LEFT_OUT:
            continue
        if not restored or other.position < entry.position or other.standing is Standing.TAKEN:
            return replace(entry, standing=Standing.REPEATED, repeats=other.number)
        back = replace(other, standing=Standing.REPEATED, repeats=entry.number)
        await uow.intakes.save_entries(intake.id, [back])
    return await _judged(uow, intake, replace(entry, standing=Standing.READY, repeats=None))


async def _judged(uow: UnitOfWork, intake: Intake, entry: Entry) -> Entry:
    (entry,) = await judge([entry], await read_records(uow, intake.firm_id, [entry]))
    return entry


async def _release(uow: UnitOfWork, intake: Intake, code: str) -> None:
    """Let the first repeat of this tax code stand, unless another entry holds it."""
    holders = await uow.intakes.holding(intake.id, code) if code else ()
    repeated = [entry for entry in holders if entry.standing is Standing.REPEATED]
    if not repeated or any(entry.standing not in _LEFT_OUT for entry in holders):
        return
    first, *others = repeated
    first = await _judged(uow, intake, replace(first, standing=Standing.READY, repeats=None))
    others = [replace(entry, repeats=first.number) for entry in others]
    await uow.intakes.save_entries(intake.id, [first, *others])


async def _own_changeable(uow: UnitOfWork, intake: Intake, position: int) -> Entry:
    entry = await own_entry(uow, intake, position)
    if entry.standing is Standing.TAKEN:
        raise DomainError("entry_taken")
    return entry


class MendEntry(Operation):
    """Take a typed answer for one field. A tax code that another entry has makes the entry REPEATED.

    Raises `DomainError("entry_taken")`, and the error of a text that cannot be taken.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, position: int, field: EntryField, text: str
    ) -> EntryView:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            entry = await _own_changeable(uow, intake, position)
            mended = await keep_changed(uow, intake, entry, with_answer(entry, field, text))
            await uow.intakes.save(intake, self.clock.now())
            return await view_of(uow, intake, mended)


class SkipEntry(Operation):
    """Leave an entry out. Raises `DomainError("entry_taken")`."""

    async def __call__(self, actor: Actor, intake_id: int, position: int) -> None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            entry = await _own_changeable(uow, intake, position)
            await uow.intakes.save_entries(intake.id, [replace(entry, standing=Standing.SKIPPED)])
            await uow.intakes.save(intake, self.clock.now())


class UndoEntry(Operation):
    """Bring an entry back to what it was before its last change; `None` when there is no change to undo."""

    async def __call__(self, actor: Actor, intake_id: int, position: int) -> EntryView | None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            undone = await _own_changeable(uow, intake, position)
            entry = await uow.intakes.undo(intake.id, position)
            if entry is None:
                return None
            if entry.standing is not Standing.SKIPPED:
                entry = await keep_changed(uow, intake, undone, entry, restored=True)
            await uow.intakes.save(intake, self.clock.now())
            return await view_of(uow, intake, entry)
