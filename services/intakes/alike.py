"""One answer for the same fault in many entries of a list, undone in one tap and remembered."""

from collections.abc import Sequence
from dataclasses import replace

from domain.errors import DomainError
from domain.intakes.alike import Alike, alike, answered_alike, fault_key, problem_of
from domain.intakes.entries import Entry, EntryField, Intake, Standing
from domain.people import Actor, Right
from services.intakes.common import checked_intake, own_entry, own_intake
from services.intakes.judging import judge, read_records
from services.intakes.viewing import TO_FIX
from services.operation import Operation
from services.ports import Turn, UnitOfWork

_LEFT_OUT = (Standing.REPEATED, Standing.SKIPPED)


class FindAlike(Operation):
    """The fault in this field of an entry, if others of the list have the same; `None` if none has."""

    async def __call__(self, actor: Actor, intake_id: int, position: int, field: EntryField) -> Alike | None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            entry = await own_entry(uow, intake, position)
            problem = next((one for one in entry.problems if one.field is field), None)
            if problem is None or entry.standing not in TO_FIX:
                return None
            found = alike(await uow.intakes.entries(intake.id, (Standing.WRONG,)), problem)
            if found is None:
                return None
            answer = (await uow.intakes.answers_of(actor.accountant_id)).get(found.key)
            return replace(found, remembered=answer if answer in found.answers else None)


class AnswerAlike(Operation):
    """Give all entries with this fault one answer, as `answered_alike` says; returns their positions.

    A tax code that another entry has makes an entry REPEATED. Raises `DomainError("choice_gone")` for an
    answer that is none.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, field: EntryField, code: str, answer: str
    ) -> Sequence[int]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            every = await uow.intakes.entries(intake.id)
            asked = [entry for entry in every if entry.standing is Standing.WRONG]
            first = next((one for entry in asked if (one := problem_of(entry, field, code))), None)
            offered = alike(asked, first) if first else None
            if offered is None or answer not in offered.answers:
                raise DomainError("choice_gone")
            answered = answered_alike(asked, field, code, answer)
            await uow.intakes.save_entries(intake.id, await _in_their_list(uow, intake, every, answered))
            kept = {**intake.answers, fault_key(field, code): answer}
            await uow.intakes.save(replace(intake, answers=kept), self.clock.now())
            return [entry.position for entry in answered]


class UndoAlike(Operation):
    """Bring entries back to what they were before their last change; returns how many."""

    async def __call__(self, actor: Actor, intake_id: int, positions: Sequence[int]) -> int:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            undone = await uow.intakes.undo_all(intake.id, positions)
            await uow.intakes.save(intake, self.clock.now())
            return undone


async def _in_their_list(
    uow: UnitOfWork, intake: Intake, every: Sequence[Entry], answered: Sequence[Entry]
) -> list[Entry]:
    """The answered entries as they stand beside the catalogue and the rest of the list."""
    changed = {entry.position for entry in answered}
    held = {
        entry.get(EntryField.TAX_CODE): entry.number
        for entry in every
        if entry.position not in changed and entry.standing not in _LEFT_OUT
    }
    held.pop("", None)
    standing = []
    for entry in await judge(answered, await read_records(uow, intake.firm_id, answered)):
        code = entry.get(EntryField.TAX_CODE)
        if code in held:
            entry = replace(entry, standing=Standing.REPEATED, repeats=held[code])
        elif code:
            held[code] = entry.number
        standing.append(entry)
    return standing
