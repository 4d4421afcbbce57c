"""Files of documents that back office issued itself: matched, checked, kept, and mailed to the recipients."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import DomainError
from domain.events import Verb
from domain.invoice_corrections import STANDS
from domain.invoice_files import FileKind, GivenFile, belonging, check_fits, told_by_names
from domain.invoices import Invoice
from domain.people import Actor, Right
from services.audit import record
from services.invoices.handing_over import mail_files
from services.operation import Operation
from services.ports import InvoiceFiles, Turn, UnitOfWork, WorkbookReader

AT_ONCE = 50
"""How many documents get their files in one transaction at most."""

_NONE = InvoiceFiles(b"", b"")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that is not taken, and why."""

    name: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class NewFiles:
    """A document with the files that it has and will have. With `mailed`, it has both for the first time:
    its recipient gets them."""

    invoice: Invoice
    before: InvoiceFiles
    files: InvoiceFiles
    mailed: bool
    authority_code: str


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """What was sent: `new` for these documents; `same` files are kept already, `others` are neither PDF nor
    XML. `seen` identifies what is new."""

    new: tuple[NewFiles, ...]
    problems: tuple[FileProblem, ...]
    same: int
    others: int

    @property
    def seen(self) -> str:
        said = hashlib.sha256()
        for one in self.new:
            said.update(repr((one.invoice.id, one.mailed, _hash(one.files))).encode())
        return said.hexdigest()[:16]


def _hash(files: InvoiceFiles) -> str:
    return hashlib.sha256(files.pdf + b"\0" + files.xml).hexdigest()


@dataclass(frozen=True, slots=True)
class CheckInvoiceFiles(Operation):
    """Match files of invoices with the documents, without changing anything; `None` if what was sent is no
    such file. Raises `DomainError` (`workbook_*`)."""

    workbooks: WorkbookReader

    async def __call__(self, actor: Actor, content: bytes, name: str) -> CheckedFiles | None:
        actor.require(Right.RUN_BACK_OFFICE)
        read = await self.workbooks.read_invoice_files(content, name)
        if read is None:
            return None
        async with self.units.read() as uow:
            return await _check(uow, *read)


@dataclass(frozen=True, slots=True)
class KeepInvoiceFiles(Operation):
    """Keep checked files. Whoever has both of an invoice's for the first time gets them by mail, once. A
    repeat changes nothing.

    What fits is kept although other files do not. `seen` comes from the check; raises
    `DomainError("invoice_numbers_changed")` if something else would be kept now.
    """

    workbooks: WorkbookReader

    async def __call__(self, actor: Actor, content: bytes, name: str, seen: str) -> CheckedFiles:
        actor.require(Right.RUN_BACK_OFFICE)
        read = await self.workbooks.read_invoice_files(content, name)
        assert read is not None
        async with self.units.read() as uow:
            checked = await _check(uow, *read)
        if checked.new and checked.seen != seen:
            raise DomainError("invoice_numbers_changed")
        for start in range(0, len(checked.new), AT_ONCE):
            await self._keep(actor, checked.new[start : start + AT_ONCE])
        return checked

    async def _keep(self, actor: Actor, some: Sequence[NewFiles]) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.invoices()) as uow:
            for one in some:
                invoice, before = one.invoice, await uow.invoices.files(one.invoice.id) or _NONE
                if before != one.before or await uow.invoices.get(invoice.id) != invoice:
                    raise DomainError("invoice_numbers_changed")
                await uow.invoices.put_files(invoice.id, one.files, instead=True)
                if invoice.number and one.authority_code and not invoice.number.authority_code:
                    number = replace(invoice.number, authority_code=one.authority_code)
                    await uow.invoices.save(replace(invoice, number=number))
                if one.mailed:
                    await mail_files(uow, invoice, now)
            await record(uow, Verb.INVOICE_FILES_KEPT, now, by=actor, invoices=len(some))


async def _check(uow: UnitOfWork, given: Sequence[GivenFile], others: int) -> CheckedFiles:
    files = sorted(told_by_names(given), key=lambda one: one.kind is FileKind.PDF)
    found = await uow.invoices.of_numbers({(one.series, one.number) for one in files if one.series})
    sorter = _Sorter(found)
    for file in files:
        try:
            sorter.take(file)
        except DomainError as error:
            sorter.problems.append(FileProblem(file.name, error))
    new, same = [], 0
    for invoice, theirs in sorter.taken.values():
        before = await uow.invoices.files(invoice.id) or _NONE
        xml, pdf = theirs.get(FileKind.XML), theirs.get(FileKind.PDF)
        if xml is not None and before.xml not in (b"", xml.content):
            sorter.problems.append(FileProblem(xml.name, DomainError("invoice_file_other")))
            xml = None
        after = InvoiceFiles(pdf.content if pdf else before.pdf, xml.content if xml else before.xml)
        changed = (after.pdf != before.pdf) + (after.xml != before.xml)
        same += sum(one is not None for one in (xml, pdf)) - changed
        if changed:
            whole = bool(after.pdf and after.xml) and not (before.pdf and before.xml)
            mailed = whole and invoice.state in STANDS and bool(invoice.email)
            new.append(NewFiles(invoice, before, after, mailed, xml.authority_code if xml else ""))
    new.sort(key=lambda one: one.invoice.id)
    return CheckedFiles(tuple(new), tuple(sorter.problems), same, others)


class _Sorter:
    """Puts files to the documents that they belong to; XMLs come before PDFs."""

    def __init__(self, found: Sequence[Invoice]) -> None:
        self._found = found
        self._wrong: set[int] = set()
        self.taken: dict[int, tuple[Invoice, dict[FileKind, GivenFile]]] = {}
        self.problems: list[FileProblem] = []

    def take(self, file: GivenFile) -> None:
        """Raises `DomainError` for a file that is not taken."""
        if not file.series:
            raise DomainError("invoice_file_unnamed", reason=file.kind)
        invoice = belonging(file, self._found)
        if invoice is None:
            raise DomainError("invoice_file_unknown", number=file.number, series=file.series)
        if not invoice.by_hand:
            raise DomainError("invoice_file_not_by_hand", number=file.number)
        theirs = self.taken.get(invoice.id, (invoice, {}))[1]
        if file.kind in theirs:
            raise DomainError("invoice_file_repeated", name=theirs[file.kind].name)
        if invoice.id in self._wrong:
            raise DomainError("invoice_file_beside_wrong")
        try:
            check_fits(file, invoice)
        except DomainError:
            self._wrong.add(invoice.id)
            raise
        self.taken[invoice.id] = (invoice, {**theirs, file.kind: file})
