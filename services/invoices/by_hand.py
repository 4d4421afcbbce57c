"""Documents that back office issues itself: taken as a workbook, whose numbers come back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import DomainError
from domain.events import Verb
from domain.invoices import Invoice, InvoiceLine, InvoiceState, IssuedNumber
from domain.issued_numbers import GivenNumber, NumberProblem, is_in_order, read_numbers
from domain.people import Actor, Right
from services.audit import record
from services.invoices.handing_over import hand_over
from services.invoices.numbering import note_number
from services.operation import Operation
from services.ports import SheetRow, Turn, UnitOfWork

AT_ONCE = 200
"""How many documents one transaction handles at most."""


@dataclass(frozen=True, slots=True)
class QueuedInvoice:
    """A document to be issued by hand. `original` is what it adjusts or replaces."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    original: Invoice | None


class TakeInvoiceQueue(Operation):
    """All documents that back office has to issue, by date, with their lines. They are handed out from now
    on; whoever takes them again gets the same ones, until their numbers are entered."""

    async def __call__(self, actor: Actor) -> Sequence[QueuedInvoice]:
        actor.require(Right.RUN_BACK_OFFICE)
        now, taken = self.clock.now(), list[QueuedInvoice]()
        while True:
            last = taken[-1].invoice if taken else None
            after = (last.day, last.id) if last else None
            async with self.units.write(Turn.invoices()) as uow:
                page = await uow.invoices.unnumbered(True, after, AT_ONCE)
                new = [one for one in page if one.state is InvoiceState.QUEUED]
                for invoice in new:
                    await uow.invoices.save(replace(invoice, state=InvoiceState.SENT, sent_at=now))
                if new:
                    await record(uow, Verb.INVOICES_TAKEN, now, by=actor, invoices=len(new))
                lines = await uow.invoices.lines([one.id for one in page])
                for invoice in page:
                    number = invoice.original_id
                    original = await uow.invoices.get(number) if number is not None else None
                    taken.append(QueuedInvoice(invoice, tuple(lines[invoice.id]), original))
            if len(page) < AT_ONCE:
                return taken


@dataclass(frozen=True, slots=True)
class CheckedNumbers:
    """What a workbook says. `new` documents get their numbers, those with `problems` do not; `same` have
    theirs already, `unnumbered` have none in the workbook yet. `seen` identifies what is new."""

    new: tuple[tuple[Invoice, IssuedNumber], ...]
    problems: tuple[NumberProblem, ...]
    same: int
    unnumbered: int

    @property
    def seen(self) -> str:
        said = repr([(invoice.key, number) for invoice, number in self.new])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class CheckInvoiceNumbers(Operation):
    """Compare numbers with the documents, without changing anything. The cells of a row are texts by
    `NumberColumn`."""

    async def __call__(self, actor: Actor, rows: Sequence[SheetRow]) -> CheckedNumbers:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await _check(uow, rows)


class EnterInvoiceNumbers(Operation):
    """Enter the numbers of a checked workbook, and tell the recipients. A repeat changes nothing.

    Rows that are right are entered although others are wrong: an invoice is not to wait for another one, and
    the mended workbook may be sent whole again. `seen` comes from the check; raises
    `DomainError("invoice_numbers_changed")` if something else would be entered now.
    """

    async def __call__(self, actor: Actor, rows: Sequence[SheetRow], seen: str) -> CheckedNumbers:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            checked = await _check(uow, rows)
        if checked.new and checked.seen != seen:
            raise DomainError("invoice_numbers_changed")
        for start in range(0, len(checked.new), AT_ONCE):
            await self._enter(actor, checked.new[start : start + AT_ONCE])
        return checked

    async def _enter(self, actor: Actor, some: Sequence[tuple[Invoice, IssuedNumber]]) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.invoices()) as uow:
            present = await uow.invoices.by_keys([invoice.key for invoice, _ in some])
            held = await uow.invoices.numbered([number for _, number in some])
            if held or any(present.get(invoice.key) != invoice for invoice, _ in some):
                raise DomainError("invoice_numbers_changed")
            for invoice, number in some:
                await hand_over(uow, await note_number(uow, invoice, number), now)
            await record(uow, Verb.INVOICES_NUMBERED, now, by=actor, invoices=len(some))


async def _check(uow: UnitOfWork, rows: Sequence[SheetRow]) -> CheckedNumbers:
    given, problems, unnumbered = read_numbers((row.number, row.cells) for row in rows)
    documents = await uow.invoices.by_keys([one.key for one in given])
    holders = {_place(held): held for held in await uow.invoices.numbered([one.number for one in given])}
    latest: dict[tuple[str, str], IssuedNumber | None] = {}
    new, same = [], 0
    for one in sorted(given, key=lambda one: (one.number.series, int(one.number.number))):
        place = (one.number.form, one.number.series)
        if place not in latest:
            latest[place] = await uow.invoices.last_issued(*place)
        invoice = documents.get(one.key)
        if invoice is not None and invoice.number is not None and _place(invoice) == _key_of(one.number):
            same += 1
            continue
        holder = holders.get(_key_of(one.number))
        error = _wrong(one, invoice, holder, latest[place])
        if error is not None:
            problems.append(NumberProblem(one.row, error))
            continue
        assert invoice is not None
        new.append((invoice, one.number))
        latest[place] = max(filter(None, (latest[place], one.number)), key=lambda number: number.date)
    ordered = sorted(problems, key=lambda problem: problem.row)
    return CheckedNumbers(tuple(new), tuple(ordered), same, unnumbered)


def _wrong(
    one: GivenNumber, invoice: Invoice | None, holder: Invoice | None, latest: IssuedNumber | None
) -> DomainError | None:
    """Why a number is not entered."""
    if invoice is None:
        return DomainError("invoice_key_unknown", value=one.key)
    if invoice.number is not None:
        return DomainError("invoice_numbered", number=invoice.number.number, series=invoice.number.series)
    if not invoice.by_hand or invoice.state is not InvoiceState.SENT:
        return DomainError("invoice_not_taken")
    if holder is not None:
        return DomainError("invoice_number_taken", number=one.number.number, series=one.number.series)
    if one.total != invoice.amount:
        return DomainError("invoice_total", given=one.total, total=invoice.amount)
    if latest is not None and not is_in_order(one.number, latest):
        return DomainError("invoice_date_order", number=latest.number, day=latest.date)
    return None


def _place(invoice: Invoice) -> tuple[str, str, str]:
    assert invoice.number is not None
    return _key_of(invoice.number)


def _key_of(number: IssuedNumber) -> tuple[str, str, str]:
    return number.form, number.series, number.number
