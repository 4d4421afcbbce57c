"""All that a list leaves open in one message, and the answers in another."""

from collections import defaultdict
from dataclasses import dataclass, replace

from domain.chat_answers import Gap, read_answers
from domain.entries import Entry, EntryField, Problem
from domain.entry_check import with_answer
from domain.errors import DomainError
from domain.people import Actor, Right
from services.intakes.common import checked_intake, own_intake
from services.intakes.mending import keep_changed
from services.intakes.viewing import TO_FIX, EntryView, sum_counts, views_of
from services.operation import Operation

GAPS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Gaps:
    """Entries to fix; `total` counts those beyond `lines` too."""

    lines: tuple[EntryView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FilledGaps:
    """`filled` entries got an answer; `refused` are answers that cannot be taken, each with the customer's
    name; `unread` are pieces that could not be put anywhere; `further` lists other
    customers. `again`: the message was taken before."""

    filled: int
    refused: tuple[tuple[str, Problem], ...]
    unread: tuple[str, ...]
    further: str = ""
    again: bool = False


def further_of(message: str) -> str:
    """By what the lines of a message are known that are taken after its answers."""
    return f"{message}:further" if message else ""


def gap_of(view: EntryView) -> Gap:
    """What an answer to the form may speak of."""
    return Gap(view.entry.position, view.entry.get(EntryField.TAX_CODE), view.open)


class ListGaps(Operation):
    """The first `limit` entries to fix, with what to ask of each."""

    async def __call__(self, actor: Actor, intake_id: int, limit: int = GAPS_SHOWN) -> Gaps:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            intake = await own_intake(uow, actor, intake_id)
            entries = await uow.intakes.entries(intake.id, TO_FIX, limit=limit)
            return Gaps(
                await views_of(uow, intake, entries), sum_counts(await uow.intakes.counts(intake.id)).to_fix
            )


class FillGaps(Operation):
    """Take the answers of one message, as far as they are right; the others are returned.

    Of a `message` that was taken before only `further` is told: its answers would fit other gaps by now.
    """

    async def __call__(self, actor: Actor, intake_id: int, text: str, message: str = "") -> FilledGaps:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write() as uow:
            intake = await checked_intake(uow, actor, intake_id)
            entries = {entry.position: entry for entry in await uow.intakes.entries(intake.id, TO_FIX)}
            views = await views_of(uow, intake, list(entries.values()))
            read = read_answers(text, [gap_of(view) for view in views])
            if message and intake.message in (message, further_of(message)):
                return FilledGaps(0, (), (), read.further, again=True)
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
            if filled:
                await uow.intakes.save(replace(intake, message=message), self.clock.now())
            return FilledGaps(filled, tuple(refused), read.unread, read.further)


def _answered(entry: Entry, answers: list[tuple[EntryField, str]]) -> tuple[Entry, list[Problem]]:
    """The entry with those answers that can be taken, and a problem for each of the others."""
    problems = []
    for field, text in answers:
        try:
            entry = with_answer(entry, field, text)
        except DomainError as error:
            problems.append(Problem(field, text, error))
    return entry, problems
