"""Judging entries against what the firm has: its catalogue and its people."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.customers import Customer
from domain.errors import DomainError
from domain.intakes.checking import judged
from domain.intakes.entries import Entry, EntryField, Known, Problem, Standing
from domain.intakes.own_side import with_own_asked
from domain.people import Accountant
from domain.text import fold
from services.ports import UnitOfWork, Units

CHOICES = 6
TOGETHER = 1_000
"""While more entries come, the catalogue is not read for fewer than this many."""

FEW = 100
"""Up to this many are judged on the event loop; more are moved to a thread so that nobody waits."""


@dataclass(frozen=True, slots=True)
class FirmRecords:
    """What entries are judged against: the firm's customers by tax code, and its people.

    `people` are found by name or e-mail, folded, where only one of them has it.
    """

    known: Mapping[str, Customer]
    people: Mapping[str, Accountant]

    def customer_of(self, entry: Entry) -> Customer | None:
        return self.known.get(entry.get(EntryField.TAX_CODE))

    def assignee_of(self, entry: Entry) -> int | None:
        person = self.people.get(fold(entry.get(EntryField.ASSIGNEE)))
        return person.id if person else None


async def read_records(uow: UnitOfWork, firm_id: int, entries: Iterable[Entry]) -> FirmRecords:
    """The firm's people, and its customers with the tax codes of these entries, archived ones too."""
    codes = list(dict.fromkeys(code for entry in entries if (code := entry.get(EntryField.TAX_CODE))))
    known = await uow.customers.by_tax_codes(firm_id, codes)
    return FirmRecords(known, _by_words(await uow.people.staff_of(firm_id)))


async def with_own_firm_asked(uow: UnitOfWork, firm_id: int, entries: Sequence[Entry]) -> Sequence[Entry]:
    """New entries, with the question whether the firm itself is meant, unless it is one of its customers.

    Entries that were pasted to a workbook's list (their sheet is below 0) have had the question.
    """
    own = (await uow.people.firm(firm_id)).tax_code
    if not any(entry.get(EntryField.TAX_CODE) == own for entry in entries):
        return entries
    if await uow.customers.by_tax_codes(firm_id, [own]):
        return entries
    return [entry if entry.sheet < 0 else with_own_asked(entry, own) for entry in entries]


async def judge(entries: Sequence[Entry], records: FirmRecords) -> list[Entry]:
    """The entries as they stand now; those repeated, skipped or taken stay as they are."""
    if len(entries) <= FEW:
        return [judge_one(entry, records) for entry in entries]
    return await asyncio.to_thread(lambda: [judge_one(entry, records) for entry in entries])


class JudgedMeanwhile:
    """Judges entries while the file's reader, another process, reads more of them.

    To be used with `async with`: `take` hands entries over as they come, `keep` is called with them once they
    are judged, while more are judged; `rest` waits until all are kept.
    """

    def __init__(self, units: Units, firm_id: int, keep: Callable[[list[Entry]], Awaitable[None]]) -> None:
        self._units, self._firm_id, self._keep = units, firm_id, keep
        self._read: list[Entry] = []
        self._more = asyncio.Event()
        self._complete = False

    async def __aenter__(self) -> "JudgedMeanwhile":
        self._task = asyncio.create_task(self._judge())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        # `rest` has raised the task's error. A caller that left without `rest` has an error of its own.
        await asyncio.gather(self._task, return_exceptions=True)

    def take(self, entries: Sequence[Entry]) -> None:
        self._read.extend(entries)
        self._more.set()

    async def rest(self) -> None:
        """Say that no more come, and wait for those that are left."""
        self._complete = True
        self._more.set()
        await self._task

    async def _judge(self) -> None:
        keeping = asyncio.ensure_future(self._keep([]))
        try:
            while not self._complete or self._read:
                if len(self._read) < TOGETHER and not self._complete:
                    self._more.clear()
                    await self._more.wait()
                    continue
                some, self._read = self._read, []
                async with self._units.read() as uow:
                    asked = await with_own_firm_asked(uow, self._firm_id, some)
                    records = await read_records(uow, self._firm_id, asked)
                judged = await judge(asked, records)
                await keeping
                keeping = asyncio.ensure_future(self._keep(judged))
            await keeping
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


def judge_one(entry: Entry, records: FirmRecords) -> Entry:
    if entry.standing in (Standing.REPEATED, Standing.SKIPPED, Standing.TAKEN):
        return entry
    customer = records.customer_of(entry)
    if not entry.get(EntryField.ASSIGNEE):
        return judged(entry, customer)
    entry = _with_assignee(entry, records)
    assignee_id = records.assignee_of(entry)
    entry = judged(entry, customer)
    if customer and entry.known is Known.SAME and assignee_id not in (None, customer.assignee_id):
        entry = replace(entry, known=Known.CHANGED)
    return entry


def _with_assignee(entry: Entry, records: FirmRecords) -> Entry:
    """The entry with the assignee's name as the firm has it, or a problem where nobody has that name."""
    text = entry.get(EntryField.ASSIGNEE)
    person = records.people.get(fold(text))
    if person is not None:
        return replace(entry, values={**entry.values, EntryField.ASSIGNEE: person.name})
    names = tuple(dict.fromkeys(person.name for person in records.people.values()))[:CHOICES]
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
