"""A provider of tax invoices in memory, which fails as it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from domain.invoices import Invoice, IssuedNumber
from services.invoices.issuing import Series
from services.ports import (
    Found,
    InvoiceDocument,
    InvoiceFiles,
    IssuedInvoice,
    IssuerRefused,
    IssuerStopped,
    RetryLater,
)

SERIES = Series("1", {2026: "C26TAA", 2027: "C27TAA"})


class Fate(StrEnum):
    """What becomes of one document that is handed over."""

    ISSUED = "issued"
    LOST = "lost"
    """It is issued, and the answer is lost."""
    DROPPED = "dropped"
    """It never arrives, which looks the same."""
    REFUSED = "refused"
    FAILS = "fails"
    """It is taken, and fails afterwards."""
    FAILS_ISSUED = "fails_issued"
    """It is said to have failed, and is found as issued later."""
    UNSAID = "unsaid"
    """It is taken, fails afterwards, and nobody says why."""
    FAILS_FIRST = "fails_first"
    """It is taken, said to have failed some questions long, and then it is issued."""
    SLOW = "slow"
    """It is taken, and issued some questions later."""
    AWAY = "away"
    """The provider says that nothing was done."""
    STOPPED = "stopped"
    NOT_HERE = "not_here"
    """This provider has no words for such a document."""


@dataclass
class Taken:
    """A document that arrived. It is issued when it has been asked for `asked` times more."""

    document: InvoiceDocument
    fate: Fate
    asked: int = 0
    issued: IssuedInvoice | None = None


@dataclass
class KeptIssuer:
    """`InvoiceIssuer`. The next documents have these `fates`, all others are issued. `refusing` says of which
    field of a document it refuses the buyer, whatever its fate."""

    fates: list[Fate] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    issued_twice: list[str] = field(default_factory=list)
    dates: dict[str, list[date]] = field(default_factory=dict)
    off_by: int = 0
    """How far a total is from the document's."""
    before: Callable[[], None] = lambda: None
    """Called before each call and after it: a process may be killed there."""

    async def ready(self, series: str) -> None:
        self.calls.append(("ready", series))

    async def issue(self, document: InvoiceDocument) -> str:
        key = document.invoice.key
        self.calls.append(("issue", key))
        self.before()
        fate = self.fates.pop(0) if self.fates else Fate.ISSUED
        match fate:
            case Fate.REFUSED:
                raise IssuerRefused("BUYER_TAX_CODE", "tax_id")
            case Fate.NOT_HERE:
                raise IssuerRefused("budget_unit")
            case Fate.AWAY:
                raise RetryLater(30, "away")
            case Fate.STOPPED:
                raise IssuerStopped("quota")
            case Fate.DROPPED:
                raise TimeoutError
        known = self.taken.get(key)
        if known is not None and (known.issued or known.fate in (Fate.SLOW, Fate.FAILS_FIRST)):
            self.issued_twice.append(key)
        later = (Fate.SLOW, Fate.FAILS_FIRST)
        taken = self.taken[key] = Taken(document, fate, 3 if fate in later else 0)
        if fate not in (Fate.FAILS, Fate.UNSAID, *later):
            self._issue(taken)
        self.before()
        if fate is Fate.LOST:
            raise TimeoutError
        return f"tracking-{key}"

    async def replace(self, document: InvoiceDocument) -> str:
        return await self.issue(document)

    async def find(self, invoice: Invoice) -> IssuedInvoice | Found:
        self.calls.append(("find", invoice.key))
        self.before()
        taken = self.taken.get(invoice.key)
        if taken is None:
            return Found.MISSING
        if taken.fate is Fate.FAILS:
            raise IssuerRefused("CLOSED", "tax_id")
        if taken.fate is Fate.FAILS_ISSUED:
            taken.fate = Fate.ISSUED
            raise IssuerRefused("CLOSED", "tax_id")
        if taken.fate is Fate.UNSAID:
            raise IssuerRefused("TIMEOUT")
        if taken.asked:
            taken.asked -= 1
            if taken.fate is Fate.FAILS_FIRST:
                raise IssuerRefused("TIMEOUT")
            return Found.WORKING
        if taken.issued is None:
            self._issue(taken)
        assert taken.issued is not None
        found = taken.issued
        # The authority's code comes later.
        coded = replace(found.number, authority_code=f"00{found.number.number}")
        taken.issued = replace(found, number=coded)
        return found

    async def files(self, invoice: Invoice) -> InvoiceFiles:
        self.calls.append(("files", invoice.key))
        self.before()
        return InvoiceFiles(b"%PDF", f"<xml>{invoice.key}</xml>".encode())

    def issued(self) -> list[IssuedInvoice]:
        return [taken.issued for taken in self.taken.values() if taken.issued]

    def _issue(self, taken: Taken) -> None:
        document = taken.document
        dates = self.dates.setdefault(document.series, [])
        assert not dates or document.date >= dates[-1], "the dates of a series go back"
        dates.append(document.date)
        number = IssuedNumber(document.form, document.series, str(len(dates)), document.date, "", "LOOK")
        amount = sum(line.amount for line in document.lines) + self.off_by
        taken.issued = IssuedInvoice(number, amount)
