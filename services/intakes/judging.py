"""Entries judged against what the firm has: its catalogue and its people."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.customers import Customer
from domain.errors import DomainError
from domain.intakes.checking import judged
from domain.intakes.entries import Entry, EntryField, Known, Problem, Standing
from domain.people import Accountant
from domain.text import fold
from services.ports import UnitOfWork, Units

ASKED_AT_ONCE = 10_000
CHOICES = 6
TOGETHER = 1_000
"""Entries that one look at the catalogue is worth, at least."""

FEW = 100
"""So many are judged at once; more go to a thread, so that nobody else waits for them."""


@dataclass(frozen=True, slots=True)
class Firm:
    """What entries are judged against: customers by tax code, and people by each folded name or e-mail that
    is nobody else's."""

    known: Mapping[str, Customer]
    people: Mapping[str, Accountant]

    def customer_of(self, entry: Entry) -> Customer | None:
        return self.known.get(entry.get(EntryField.TAX_CODE))

    def assignee_of(self, entry: Entry) -> int | None:
        person = self.people.get(fold(entry.get(EntryField.ASSIGNEE)))
        return person.id if person else None


async def read_firm(uow: UnitOfWork, firm_id: int, entries: Iterable[Entry]) -> Firm:
    """The catalogue as far as these entries touch it, archived customers too, and all its people."""
    codes = list(dict.fromkeys(code for entry in entries if (code := entry.get(EntryField.TAX_CODE))))
    known: dict[str, Customer] = {}
    for start in range(0, len(codes), ASKED_AT_ONCE):
        known |= await uow.customers.by_tax_codes(firm_id, codes[start : start + ASKED_AT_ONCE])
    return Firm(known, _by_words(await uow.people.staff_of(firm_id)))


async def judge(entries: Sequence[Entry], firm: Firm) -> list[Entry]:
    """How each stands; those repeated, skipped or taken stay as they are."""
    if len(entries) <= FEW:
        return [judge_one(entry, firm) for entry in entries]
    return await asyncio.to_thread(lambda: [judge_one(entry, firm) for entry in entries])


class JudgedMeanwhile:
    """Entries judged while more of them are read: a file's reader is another process, and this one waits.

    Open between `async with`; `take` those that came, and `rest` waits until all of them are judged.
    """

    def __init__(self, units: Units, firm_id: int) -> None:
        self._units, self._firm_id = units, firm_id
        self._read: list[Entry] = []
        self._judged: list[Entry] = []
        self._more = asyncio.Event()
        self._complete = False

    async def __aenter__(self) -> "JudgedMeanwhile":
        self._task = asyncio.create_task(self._judge())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        # What it ran into is raised by `rest`; whoever never asks has an error of their own.
        await asyncio.gather(self._task, return_exceptions=True)

    def take(self, entries: Sequence[Entry]) -> None:
        self._read.extend(entries)
        self._more.set()

    async def rest(self) -> list[Entry]:
        """All of them, in their order."""
        self._complete = True
        self._more.set()
        await self._task
        return self._judged

    async def _judge(self) -> None:
        while not self._complete or self._read:
            if len(self._read) < TOGETHER and not self._complete:
                self._more.clear()
                await self._more.wait()
                continue
            some, self._read = self._read, []
            async with self._units.read() as uow:
                firm = await read_firm(uow, self._firm_id, some)
            self._judged += await judge(some, firm)


def judge_one(entry: Entry, firm: Firm) -> Entry:
    if entry.standing in (Standing.REPEATED, Standing.SKIPPED, Standing.TAKEN):
        return entry
    customer = firm.customer_of(entry)
    if not entry.get(EntryField.ASSIGNEE):
        return judged(entry, customer)
    entry = _with_assignee(entry, firm)
    assignee_id = firm.assignee_of(entry)
    entry = judged(entry, customer)
    if customer and entry.known is Known.SAME and assignee_id not in (None, customer.assignee_id):
        entry = replace(entry, known=Known.CHANGED)
    return entry


def _with_assignee(entry: Entry, firm: Firm) -> Entry:
    """Named as the firm names them, or with a problem where nobody is called that."""
    text = entry.get(EntryField.ASSIGNEE)
    person = firm.people.get(fold(text))
    if person is not None:
        return replace(entry, values={**entry.values, EntryField.ASSIGNEE: person.name})
    names = tuple(dict.fromkeys(person.name for person in firm.people.values()))[:CHOICES]
    error = DomainError("assignee_unknown", value=text, choices=names)
    values = dict(entry.values)
    del values[EntryField.ASSIGNEE]
    problem = Problem(EntryField.ASSIGNEE, text, error)
    return replace(entry, values=values, problems=(*entry.problems, problem))


def _by_words(people: Sequence[Accountant]) -> Mapping[str, Accountant]:
    found: dict[str, list[Accountant]] = {}
    for person in people:
        for word in {fold(person.name), fold(person.email)} - {""}:
            found.setdefault(word, []).append(person)
    return {word: named[0] for word, named in found.items() if len(named) == 1}
