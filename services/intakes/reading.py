"""The job that reads a list: fetched, read, judged, completed from the registry, stored, shown."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import DomainError
from domain.intakes.entries import Entry, EntryField, Intake, IntakeState
from services.catalogue.registry import LookUp
from services.intakes.judging import JudgedMeanwhile, judge, read_records
from services.intakes.looking_up import LookedUp, completed, fields_to_look_up, to_look_up
from services.intakes.receiving import PASTED, added_to, forget_read
from services.operation import Operation
from services.ports import (
    Attachments,
    Clock,
    ListReader,
    ReadList,
    RetryLater,
    Screens,
    Turn,
    UnitOfWork,
    Units,
)

ATTEMPTS = 4
"""How often one reading is tried at most: for about half a minute, as somebody is waiting for it."""

REDRAW_ATTEMPTS = 10
"""How often the job is tried at most once the list is read and only its window cannot be drawn."""

WRITE_EVERY = timedelta(seconds=0.5)
DRAW_EVERY = timedelta(seconds=2)
PORTION = 250
"""How many entries one transaction writes at most: other writers wait for it."""

Choices = Mapping[tuple[int, int], EntryField | None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadIntake(Operation):
    """Bring a list that is READING to CHECKED, or to REFUSED with the reason; then draw its window again.

    It may be repeated at any moment with the same end: what was stored half-way is replaced. A list that was
    stopped meanwhile, or is to be read with other columns, is left alone.
    """

    reader: ListReader
    attachments: Attachments
    screens: Screens
    look_up: LookUp

    async def __call__(self, firm_id: int, intake_id: int, attempts: int) -> None:
        async with self.units.read() as uow:
            intake = await uow.intakes.get(firm_id, intake_id)
        if intake is None:
            return
        if intake.state is IntakeState.READING:
            try:
                await (self._read(intake) if intake.file else self._complete(intake))
            except DomainError as error:
                await self._refuse(intake, error)
            except Exception as error:
                if attempts < ATTEMPTS:
                    raise
                if not isinstance(error, RetryLater):
                    log.exception("list %s cannot be read", intake_id)
                    await self._refuse(intake, DomainError("list_not_read"))
                else:
                    await self._refuse(intake, DomainError("file_not_fetched"))
        await self._draw(intake, attempts)

    async def _read(self, intake: Intake) -> None:
        assert intake.file is not None
        columns = choices(intake)
        content = await self.attachments.fetch(intake.file)
        storing = _Storing(self.units, self.clock, intake, self.look_up.on)
        async with (
            _Progress(self.units, self.clock, self.screens, intake) as progress,
            JudgedMeanwhile(self.units, intake.firm_id, storing.take) as judged,
        ):
            found = await self.reader.read_list(
                content, columns, progress, judged.take, with_hidden(intake), intake.firm_id
            )
            if found is None:
                return
            async with self.units.read() as uow:
                earlier = await uow.intakes.entries(intake.id) if intake.sheets else ()
            if pasted := [entry for entry in earlier if entry.sheet == PASTED]:
                judged.take(_put_behind(pasted, found.entries))
            await judged.rest()
        storing.held, looked_up = await self._looked_up(intake, storing.held)
        await storing.end(found, looked_up)

    async def _looked_up(self, intake: Intake, entries: list[Entry]) -> tuple[list[Entry], LookedUp]:
        """The entries completed from the registry, and what it knew."""
        codes = to_look_up(entries) if self.look_up.on else []
        if not codes:
            return entries, LookedUp()
        found = completed(entries, await self.look_up.many(codes))
        async with self.units.read() as uow:
            records = await read_records(uow, intake.firm_id, found.entries)
        changed = {entry.position: entry for entry in await judge(found.entries, records)}
        return [changed.get(entry.position, entry) for entry in entries], found

    async def _complete(self, intake: Intake) -> None:
        """Look up what a pasted list leaves open."""
        async with self.units.read() as uow:
            asked = to_look_up(await uow.intakes.entries(intake.id))
        registered = await self.look_up.many(asked)
        async with self.units.write(Turn.of_firm(intake.firm_id)) as uow:
            current = await _still_wanted(uow, intake)
            if current is None:
                return
            entries = await uow.intakes.entries(intake.id)
            if set(to_look_up(entries)) - set(asked):
                return  # More lines came meanwhile, with a job of their own.
            found = completed(entries, registered)
            records = await read_records(uow, intake.firm_id, found.entries)
            await uow.intakes.save_entries(intake.id, await judge(found.entries, records))
            looked_up = current.looked_up + len(found.entries)
            filled = tuple(dict.fromkeys((*current.filled, *found.fields)))
            current = replace(current, state=IntakeState.CHECKED, looked_up=looked_up, filled=filled)
            await uow.intakes.save(current, self.clock.now())

    async def _refuse(self, intake: Intake, error: DomainError) -> None:
        """Refuse a file. A pasted list needs no reading, and stays as it is."""
        async with self.units.write(Turn.of_firm(intake.firm_id)) as uow:
            current = await _still_wanted(uow, intake)
            if current is None:
                return
            if intake.file is None:
                current = replace(current, state=IntakeState.CHECKED)
            else:
                await forget_read(uow, intake)
                await uow.intakes.drop_upload(intake.file)
                current = replace(current, state=IntakeState.REFUSED, error=error)
            await uow.intakes.save(current, self.clock.now())

    async def _draw(self, intake: Intake, attempts: int) -> None:
        async with self.units.read() as uow:
            current = await uow.intakes.get(intake.firm_id, intake.id)
        if current is None or not current.screen:
            return
        try:
            await self.screens.redraw(current.screen)
        except RetryLater:
            if attempts < REDRAW_ATTEMPTS:
                raise


def choices(intake: Intake) -> Choices | None:
    """What to take each column for, as the accountant saw and changed it; `None` before the first reading."""
    return {
        (place, column.place): column.field
        for place, sheet in enumerate(intake.sheets)
        for column in sheet.columns
    } or None


def with_hidden(intake: Intake) -> bool:
    """Whether the accountant wants the hidden rows too."""
    return any(sheet.with_hidden for sheet in intake.sheets)


async def _still_wanted(uow: UnitOfWork, intake: Intake) -> Intake | None:
    """The list as it is now; `None` if it was stopped or is to be read in another way."""
    current = await uow.intakes.get(intake.firm_id, intake.id)
    if current is None or current.state is not IntakeState.READING:
        return None
    same = (choices(current), with_hidden(current)) == (choices(intake), with_hidden(intake))
    return current if same else None


def _put_behind(pasted: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """The lines pasted to a workbook's list, behind the `entries` of its new reading."""
    counted = [replace(entry, position=place, number=place) for place, entry in enumerate(pasted, 1)]
    return added_to(entries, counted, pasted=True)


@dataclass
class _Storing:
    """Stores the judged entries of one list in portions, the first reading's while it goes on.

    Entries to be looked up are `held` to the end; a new reading holds all, because people see the last one's
    and the lines pasted behind them until the first portion takes their place.
    """

    units: Units
    clock: Clock
    intake: Intake
    looks_up: bool
    held: list[Entry] = field(default_factory=list)
    begun: bool = False
    wanted: bool = True

    async def take(self, entries: list[Entry]) -> None:
        now: list[Entry] = []
        for entry in entries:
            waits = self.intake.sheets or (self.looks_up and fields_to_look_up(entry))
            (self.held if waits else now).append(entry)
        for start in range(0, len(now), PORTION):
            await self._store(now[start : start + PORTION])

    async def end(self, found: ReadList, looked_up: LookedUp) -> None:
        """Store what was held, the pasted lines with the first portion, and make the list CHECKED."""
        pasted = [entry for entry in self.held if entry.sheet == PASTED]
        read = [entry for entry in self.held if entry.sheet != PASTED]
        count = len(found.entries)
        outcome = {
            "state": IntakeState.CHECKED,
            "sheets": found.sheets,
            "skipped_sheets": found.skipped_sheets,
            "read": count,
            "total": count,
            "looked_up": len(looked_up.entries),
            "filled": looked_up.fields,
        }
        for start in range(0, max(len(read), 1), PORTION):
            portion = [*read[start : start + PORTION], *(pasted if start == 0 else ())]
            await self._store(portion, outcome if start + PORTION >= len(read) else None)

    async def _store(self, portion: list[Entry], outcome: dict[str, Any] | None = None) -> None:
        if not self.wanted:
            return
        async with self.units.write(Turn.of_firm(self.intake.firm_id)) as uow:
            current = await _still_wanted(uow, self.intake)
            if current is None:
                self.wanted = False
                return
            if self.begun:
                await uow.intakes.save_entries(self.intake.id, portion)
            else:
                await uow.intakes.replace_entries(self.intake.id, portion)
            if outcome:
                await uow.intakes.save(replace(current, **outcome), self.clock.now())
        self.begun = True


@dataclass
class _Progress:
    """`Progress` of one list: written at most twice a second; drawn less often, while reading goes on."""

    units: Units
    clock: Clock
    screens: Screens
    intake: Intake
    go_on: bool = True
    drawing: asyncio.Task[None] | None = None
    written: datetime | None = None
    drawn: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.drawn = self.clock.now()

    async def __aenter__(self) -> "_Progress":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait for the last drawing, so that it cannot come after the outcome is drawn."""
        if self.drawing:
            await asyncio.wait([self.drawing])

    async def __call__(self, read: int, total: int) -> bool:
        now = self.clock.now()
        if self.go_on and (self.written is None or now - self.written >= WRITE_EVERY):
            self.written = now
            async with self.units.write() as uow:
                self.go_on = await uow.intakes.progress(self.intake.id, read, total)
            if now - self.drawn >= DRAW_EVERY and (self.drawing is None or self.drawing.done()):
                self.drawn = now
                self.drawing = asyncio.create_task(self._draw())
        return self.go_on

    async def _draw(self) -> None:
        async with self.units.read() as uow:
            current = await uow.intakes.get(self.intake.firm_id, self.intake.id)
        try:
            await self.screens.redraw(current.screen if current else {}, passing=True)
        except RetryLater:
            pass  # The next drawing may get through, and the one of the outcome is tried again.
        except Exception:
            log.exception("the progress of list %s cannot be shown", self.intake.id)
