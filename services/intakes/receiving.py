"""Taking in a list: pasted, or as a file that a job then reads."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import DomainError
from domain.files import FileRef
from domain.intakes.entries import (
    LEFT_LENGTH,
    LEFT_NAMED,
    Entry,
    EntryField,
    Intake,
    IntakeState,
    ListSheet,
    OrderWish,
    Standing,
)
from domain.people import Actor, Right
from domain.tallies import Counted
from services.catalogue.registry import LookUp
from services.intakes.common import checked_intake, own_intake
from services.intakes.judging import judge, read_records, with_own_firm_asked
from services.intakes.looking_up import to_look_up
from services.intakes.pasting import read_entries
from services.intakes.viewing import TO_FIX
from services.operation import Operation
from services.ports import Lane, NewJob, Turn, UnitOfWork
from services.shares import take_share

READ_JOB = "read_intake"

NO_WISH = OrderWish()
NO_SCREEN: Mapping[str, str] = {}

PASTED = -1
"""`Entry.sheet` of a line that was pasted into the list of a workbook."""


async def ask_to_read(uow: UnitOfWork, intake: Intake, now: datetime) -> Intake:
    """Set the list READING and queue a job that reads it. The jobs of one list run one after the other, and
    one that finds the list read does nothing."""
    await take_share(uow, Counted.LIST_READ, intake.firm_id, now)
    intake = replace(intake, state=IntakeState.READING, error=None, read=0, total=0)
    await uow.intakes.save(intake, now)
    payload = {"firm_id": intake.firm_id, "intake_id": intake.id}
    key = f"read:{intake.id}:{uuid.uuid4().hex}"
    job = NewJob(READ_JOB, key, payload, order_key=f"lists of firm {intake.firm_id}", lane=Lane.AWAITED)
    await uow.jobs.enqueue([job], now)
    return intake


async def forget_read(uow: UnitOfWork, intake: Intake) -> None:
    """Remove what was stored of a file that was not read to its end. Lines pasted into the list stay."""
    entries = await uow.intakes.entries(intake.id)
    await uow.intakes.replace_entries(intake.id, [entry for entry in entries if entry.sheet == PASTED])


async def _received(
    uow: UnitOfWork, actor: Actor, message: str, screen: Mapping[str, str], now: datetime
) -> Intake | None:
    """The list that this message made before, shown in this window from now on."""
    intake = await uow.intakes.of_message(actor.accountant_id, message) if message else None
    if intake is not None and intake.screen != screen:
        intake = replace(intake, screen=screen)
        await uow.intakes.save(intake, now)
    return intake


class ReceiveFile(Operation):
    """Keep a reference to the file, and have it read. The same `message` again gives the same list."""

    async def __call__(
        self,
        actor: Actor,
        file: FileRef,
        screen: Mapping[str, str],
        in_order: bool = False,
        message: str = "",
    ) -> Intake:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        new = Intake(
            0,
            actor.firm_id,
            actor.accountant_id,
            IntakeState.READING,
            in_order,
            file=file,
            screen=screen,
            message=message,
        )
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            known = await _received(uow, actor, message, screen, now)
            if known is not None:
                return known
            await take_share(uow, Counted.LISTED, actor.firm_id, now)
            return await ask_to_read(uow, await uow.intakes.add(new, now), now)


@dataclass(frozen=True, slots=True)
class ReceiveText(Operation):
    """Make a list of the customers in a text, or add them to the list `intake_id`.

    The list is READING if names are to be looked up first (`look_up`), else CHECKED. The same text or
    `message` again adds nothing. Raises `DomainError("text_no_customers")` if the text lists none.
    """

    look_up: LookUp

    async def __call__(
        self,
        actor: Actor,
        text: str,
        in_order: bool = False,
        wish: OrderWish = NO_WISH,
        intake_id: int | None = None,
        screen: Mapping[str, str] = NO_SCREEN,
        message: str = "",
    ) -> Intake:
        actor.require(Right.KEEP_CUSTOMERS)
        entries, left = await read_entries(text)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            known = await _received(uow, actor, message, screen, now)
            if known is not None and intake_id in (None, known.id):
                return known
            if not entries:
                raise DomainError("text_no_customers")
            await take_share(uow, Counted.LISTED, actor.firm_id, now)
            if intake_id is None:
                new = Intake(
                    0,
                    actor.firm_id,
                    actor.accountant_id,
                    IntakeState.CHECKED,
                    in_order,
                    wish,
                    screen=screen,
                    message=message,
                )
                intake = await uow.intakes.add(new, now)
            else:
                intake = replace(await open_for_more(uow, actor, intake_id), message=message)
            intake = _with_left(intake, left)
            entries = list(await with_own_firm_asked(uow, actor.firm_id, entries))
            return await add_entries(uow, intake, entries, self.look_up.on, now)


def _with_left(intake: Intake, left: Sequence[str]) -> Intake:
    """The list with the lines of a text that were left out, beside those of earlier ones."""
    if not left or intake.file is not None:
        return intake
    (sheet,) = intake.sheets or (ListSheet("", 0),)
    named = (*sheet.left, *(line.strip()[:LEFT_LENGTH] for line in left))[:LEFT_NAMED]
    return replace(intake, sheets=(replace(sheet, left=named, left_total=sheet.left_total + len(left)),))


async def add_entries(
    uow: UnitOfWork, intake: Intake, entries: Sequence[Entry], has_registry: bool, now: datetime
) -> Intake:
    """Add what a message lists, to be completed where there is a registry; a repetition adds nothing."""
    earlier = await uow.intakes.entries(intake.id)
    if says_again(earlier, entries):
        return intake
    entries = added_to(earlier, entries, pasted=intake.file is not None)
    entries = await judge(entries, await read_records(uow, intake.firm_id, entries))
    await uow.intakes.save_entries(intake.id, entries)
    # A workbook's list would have to be read again, and what was mended in it would be lost.
    if has_registry and intake.file is None and to_look_up(entries):
        return await ask_to_read(uow, intake, now)
    if intake.state is not IntakeState.READING:
        intake = replace(intake, state=IntakeState.CHECKED, error=None)
    await uow.intakes.save(intake, now)
    return intake


async def open_for_more(uow: UnitOfWork, actor: Actor, intake_id: int) -> Intake:
    """The list, if lines may be added: a pasted list takes more even while names are looked up for it."""
    intake = await own_intake(uow, actor, intake_id)
    return intake if intake.file is None else await checked_intake(uow, actor, intake_id)


def says_again(earlier: Sequence[Entry], entries: Sequence[Entry]) -> bool:
    """Whether these are the list's last entries again: an update that came twice."""
    last = earlier[-len(entries) :]
    return len(last) == len(entries) and all(map(_is_in, entries, last))


def _is_in(entry: Entry, other: Entry) -> bool:
    return entry.values.items() <= other.values.items() and [
        (problem.field, problem.text) for problem in entry.problems
    ] == [(problem.field, problem.text) for problem in other.problems]


def added_to(earlier: Sequence[Entry], entries: Sequence[Entry], pasted: bool = False) -> list[Entry]:
    """New entries, numbered on from the `earlier` ones; one with an earlier tax code is REPEATED."""
    position = max((entry.position for entry in earlier), default=0)
    number = max((entry.number for entry in earlier), default=0)
    first_at = {
        entry.get(EntryField.TAX_CODE): entry.number
        for entry in reversed(earlier)
        if entry.standing not in (Standing.REPEATED, Standing.SKIPPED)
    }
    first_at.pop("", None)
    added = []
    for entry in entries:
        code, line = entry.get(EntryField.TAX_CODE), entry.number + number
        standing, repeats = entry.standing, first_at.get(code)
        if standing is Standing.SKIPPED:
            repeats = None
        elif repeats is not None:
            standing = Standing.REPEATED
        elif code:
            first_at[code] = line
            # The entry that it repeated may be gone.
            standing = Standing.READY if standing is Standing.REPEATED else standing
        added.append(
            replace(
                entry,
                position=entry.position + position,
                number=line,
                sheet=PASTED if pasted else entry.sheet,
                standing=standing,
                repeats=repeats,
            )
        )
    return added


class ShowOn(Operation):
    """Say which window shows the list, so that it is drawn again when there is more to see.

    Open entries are judged again, as the catalogue may have changed since.
    """

    async def __call__(self, actor: Actor, intake_id: int, screen: Mapping[str, str]) -> None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            # Most lists have not changed. Finding that out must not keep other writers waiting.
            is_stale = bool(await _judged_anew(uow, await own_intake(uow, actor, intake_id)))
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await own_intake(uow, actor, intake_id)
            if intake.screen != screen:
                await uow.intakes.save(replace(intake, screen=screen), self.clock.now())
            if is_stale:
                await uow.intakes.save_entries(intake.id, await _judged_anew(uow, intake))


async def _judged_anew(uow: UnitOfWork, intake: Intake) -> list[Entry]:
    """The open entries that stand otherwise beside the catalogue as it is now."""
    if intake.state is not IntakeState.CHECKED:
        return []
    entries = await uow.intakes.entries(intake.id, (Standing.READY, *TO_FIX))
    now = await judge(entries, await read_records(uow, intake.firm_id, entries))
    return [entry for entry, before in zip(now, entries, strict=True) if entry != before]


class StopIntake(Operation):
    """Stop reading a file, or looking up names. A list that has been read stays as it is."""

    async def __call__(self, actor: Actor, intake_id: int) -> Intake:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await own_intake(uow, actor, intake_id)
            if intake.state is not IntakeState.READING:
                return intake
            intake = replace(intake, state=IntakeState.STOPPED if intake.file else IntakeState.CHECKED)
            if intake.file:
                await forget_read(uow, intake)
            await uow.intakes.save(intake, self.clock.now())
            return intake


class ReadAgain(Operation):
    """Read a file that was stopped or refused once more."""

    async def __call__(self, actor: Actor, intake_id: int) -> Intake:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await own_intake(uow, actor, intake_id)
            if intake.state not in (IntakeState.STOPPED, IntakeState.REFUSED):
                return intake
            return await ask_to_read(uow, intake, self.clock.now())
