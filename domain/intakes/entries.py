"""A list of customers and its entries: what a row of a workbook or a pasted line says of one customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import DomainError
from domain.files import FileRef
from domain.retention import KEPT, Kept

INTAKE_DAYS = KEPT[Kept.LISTS].days
"""How long an untouched list is kept, in days."""


LEFT_NAMED, LEFT_LENGTH = 50, 60
"""How many of the lines left out are kept at most, and how many characters of each."""

APART = "\x1f"
"""Stands between several texts of one field, to choose from, and before a text that may be somebody else's;
nothing that people write holds it."""


class EntryField(StrEnum):
    """What one column of a list, or one piece of a pasted line, may hold.

    Fields of a customer have the same names as in `CustomerField`. `NOTICE_*` and `INVOICE_*` name another
    recipient of this customer's notice and invoice.
    """

    TAX_CODE = "tax_code"
    NAME = "name"
    KIND = "kind"
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    EMAIL = "email"
    PHONE = "phone"
    OWN_CODE = "own_code"
    LABELS = "labels"
    ASSIGNEE = "assignee"
    REGIME = "regime"
    VAT_METHOD = "vat_method"
    INCOME_METHOD = "income_method"
    FIRST_MONTH = "first_month"
    DATA_START = "data_start"
    COSTING = "costing"
    NOTICE_NAME = "notice_name"
    NOTICE_EMAIL = "notice_email"
    NOTICE_PHONE = "notice_phone"
    INVOICE_NAME = "invoice_name"
    INVOICE_TAX_ID = "invoice_tax_id"
    INVOICE_ADDRESS = "invoice_address"
    INVOICE_EMAIL = "invoice_email"


class Standing(StrEnum):
    """What can be done with an entry.

    READY: everything an order needs is known. LACKING: all of it is right, but an order needs more; it may go
    into the catalogue. WRONG: something in it is wrong or doubtful. REPEATED: its tax code stood earlier in
    the same list. SKIPPED: left out by the accountant. TAKEN: it is in the catalogue.
    """

    READY = "ready"
    LACKING = "lacking"
    WRONG = "wrong"
    REPEATED = "repeated"
    SKIPPED = "skipped"
    TAKEN = "taken"


class Known(StrEnum):
    """What the catalogue has under an entry's tax code: nothing, the same, or something else."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Problem:
    """A field whose text is not taken as it stands: the `text` as read, and the `error` that says why.

    `choices` are what was probably meant; the field would take each of them.
    """

    field: EntryField
    text: str
    error: DomainError

    @property
    def choices(self) -> tuple[str, ...]:
        """The `choices` of the error, else its `suggestion`."""
        found = self.error.params.get("choices")
        if isinstance(found, list | tuple):
            return tuple(map(str, found))
        suggestion = self.error.params.get("suggestion")
        return (str(suggestion),) if suggestion else ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One customer of a list.

    `number` is the row in the sheet (as the spreadsheet numbers it) or the line of the message; `sheet` is
    the sheet's place among those taken. `values` are normalised as a customer keeps them (phone E.164, dates
    ISO 8601, first month "1" to "12", labels separated by ";"), without the fields that the list leaves open.
    An entry with a right tax code has a kind; `says_kind` is false if only the tax code or the name told it.
    `repeats` is the number of the entry that has the same tax code.
    """

    position: int
    number: int
    values: Mapping[EntryField, str]
    problems: tuple[Problem, ...] = ()
    says_kind: bool = True
    sheet: int = 0
    standing: Standing = Standing.READY
    known: Known = Known.NEW
    repeats: int | None = None

    def get(self, wanted: EntryField) -> str:
        """The value, empty where there is none."""
        return self.values.get(wanted, "")

    @property
    def name(self) -> str:
        """What to call the customer: the name, else its wrong text, else the tax code."""
        texts = {problem.field: problem.text for problem in self.problems}
        for wanted in (EntryField.NAME, EntryField.TAX_CODE):
            if found := self.get(wanted) or texts.get(wanted):
                return found
        return ""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a sheet: its place (0 is the first) and heading as written (empty without one).

    `field` is what it was taken for (`None`: left alone), `samples` are its first texts.
    """

    place: int
    heading: str
    field: EntryField | None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A sheet that was taken, or a pasted text. `heading_row` counts from 1 and is 0 where there are no
    headings.

    `left` are the first rows or lines left out that seem to be about customers, of `left_total`. `hidden`
    rows were left out too, unless the accountant wants them (`with_hidden`).
    """

    name: str
    heading_row: int
    columns: tuple[ListColumn, ...] = ()
    left: tuple[str, ...] = ()
    left_total: int = 0
    hidden: int = 0
    with_hidden: bool = False


class IntakeState(StrEnum):
    """How far a list has come.

    READING: it waits to be read or completed. CHECKED: its entries may be mended and taken. STOPPED: the
    accountant stopped the reading. REFUSED: the file cannot be read.
    """

    READING = "reading"
    CHECKED = "checked"
    STOPPED = "stopped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OrderWish:
    """What the accountant said about the order to make from a list; `None`: nothing."""

    package_code: str | None = None
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """A list that an accountant gave, from the moment it came until its entries are taken.

    A pasted list has no `file`. `in_order`: it was given for the open draft. `sheets` are those of a workbook
    that were taken; `skipped_sheets` names the others. `screen` is the window that shows the list (opaque to
    all but the dialogs), to be drawn again when a file has been read. `message` is the last message whose
    text or file the list took; it may come again. `error` is why the file was refused. `read` rows of `total`
    were read so far; `total` is 0 while it is not known. `looked_up` customers got `filled` fields
    from the registry. `answers` were each given to a fault of many entries at once (`domain.intakes.alike`).
    """

    id: int
    firm_id: int
    accountant_id: int
    state: IntakeState
    in_order: bool
    wish: OrderWish = OrderWish()
    file: FileRef | None = None
    screen: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    sheets: tuple[ListSheet, ...] = ()
    skipped_sheets: tuple[str, ...] = ()
    error: DomainError | None = None
    read: int = 0
    total: int = 0
    looked_up: int = 0
    filled: tuple[EntryField, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
