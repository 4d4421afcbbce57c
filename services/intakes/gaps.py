"""All that a list leaves open in one message, and the answers in another."""

from collections import defaultdict
from dataclasses import dataclass, replace

from domain.errors import DomainError
from domain.intakes.answers import AskedEntry
from domain.intakes.checking import with_answer
from domain.intakes.entries import Entry, EntryField, Problem
from domain.people import Actor, Right
from services.catalogue.registry import LookUp
from services.intakes.common import own_intake
from services.intakes.mending import keep_changed
from services.intakes.pasting import read_entries, read_gaps
from services.intakes.receiving import add_entries, open_for_more
from services.intakes.viewing import TO_FIX, EntryPage, EntryView, sum_counts, views_of
from services.operation import Operation
from services.ports import Turn

GAPS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class FilledGaps:
    """What became of the answers in one message.

    `filled` is how many entries got an answer. `refused` are the answers that cannot be taken, each with the
    customer's name, and `unread` the pieces that fit nowhere. `added` is how many further customers the
    message brought, `None` where it lists none. `again`: the message was taken before.
    """

    filled: int
    refused: tuple[tuple[str, Problem], ...]
    unread: tuple[str, ...]
    added: int | None = None
    again: bool = False


def asked_entry(view: EntryView) -> AskedEntry:
    """What the form asks of one entry."""
    return AskedEntry(view.entry.position, view.entry.get(EntryField.TAX_CODE), view.open)


class ListGaps(Operation):
    """The first `limit` entries to fix, with what to ask of each; `total` counts all of them."""

    async def __call__(self, actor: Actor, intake_id: int, limit: int = GAPS_SHOWN) -> EntryPage:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            entries = await uow.intakes.entries(intake.id, TO_FIX, limit=limit)
            counts = sum_counts(await uow.intakes.counts(intake.id))
            return EntryPage(await views_of(uow, intake, entries), counts.to_fix)


@dataclass(frozen=True, slots=True)
class FillGaps(Operation):
    """Take the right answers of one message, and the further customers that it lists.

    Nothing is taken from a `message` that was taken before: its answers would fit other gaps by now.
    """

    look_up: LookUp

    async def __call__(self, actor: Actor, intake_id: int, text: str, message: str = "") -> FilledGaps:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await open_for_more(uow, actor, intake_id)
            if message and intake.message == message:
                return FilledGaps(0, (), (), again=True)
            intake = replace(intake, message=message)
            entries = {entry.position: entry for entry in await uow.intakes.entries(intake.id, TO_FIX)}
            views = await views_of(uow, intake, list(entries.values()))
            read = await read_gaps(text, [asked_entry(view) for view in views])
            answers: dict[int, list[tuple[EntryField, str]]] = defaultdict(list)
            for answer in read.answers:
                answers[answer.position].append((answer.field, answer.text))
            refused: list[tuple[str, Problem]] = []
            filled = 0
            for position, said in answers.items():
                entry = entries[position]
                mended, problems = _answered(entry, said)
                refused += [(entry.name, problem) for problem in problems]
                if len(problems) < len(said):
                    await keep_changed(uow, intake, entry, mended)
                    filled += 1
            unread, added = read.unread, None
            if read.further:
                further, unlisted = await read_entries(read.further)
                if further:
                    unread = (*unread, *unlisted)
                    before = len(await uow.intakes.entries(intake.id))
                    intake = await add_entries(uow, intake, further, self.look_up.on, now)
                    added = len(await uow.intakes.entries(intake.id)) - before
                else:
                    unread = (*unread, read.further)
            if filled:
                await uow.intakes.save(intake, now)
            return FilledGaps(filled, tuple(refused), unread, added)


def _answered(entry: Entry, answers: list[tuple[EntryField, str]]) -> tuple[Entry, list[Problem]]:
    """The entry with every answer that can be taken, and a problem for each of the others."""
    problems = []
    for field, text in answers:
        try:
            entry = with_answer(entry, field, text)
        except DomainError as error:
            problems.append(Problem(field, text, error))
    return entry, problems
