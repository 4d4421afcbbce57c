"""What of an order line is due to be invoiced, to whom, and how much of it is VAT.

What is due follows from the state alone: what should be invoiced by now, less what is. So nothing is invoiced
twice, whatever is repeated.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from domain.calendar import VIETNAM, next_working_day
from domain.invoices import Buyer, InvoiceMoment
from domain.orders import OrderLine
from domain.people import Firm
from domain.recipients import RecipientMode

ALARM_AT = time(10)
"""When, on the working day after its own, a document without a number is late."""


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What stands on invoices already: VND, of which `vat` is tax."""

    amount: int = 0
    vat: int = 0


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One order line as its invoices see it. `activated` and `called_off` are its licence's. `invoiced` is
    what stands on invoices at each VAT rate, `typed` how much of it in VND back office typed as a difference,
    which does not follow the money."""

    amount: int
    activated: bool
    called_off: bool
    invoiced: Mapping[int | None, Invoiced]
    typed: int = 0

    @property
    def sum(self) -> int:
        return sum(one.amount for one in self.invoiced.values())


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """A payment request as its invoices see it: what it asks for, the money at the end of the day, and what
    stands on invoices that follow the money, in VND. `taken_back` says whether money left it lately. The
    vendor itself invoiced `before`, when the program made no invoices."""

    amount: int
    received: int
    invoiced: int
    taken_back: bool
    before: int = 0


class Due:
    """What is due of the lines that one payment request pays for, which are asked for one after the other.

    Where no money was taken back nothing is adjusted, so that another `moment` in the settings adjusts no
    invoice.
    """

    def __init__(self, moment: InvoiceMoment, request: RequestStanding) -> None:
        self._moment = moment
        target = max(0, min(request.received, request.amount) - request.before)
        self._before = request.before
        self._adjusts = request.taken_back and request.invoiced > target
        self._left = target if self._adjusts else max(0, target - request.invoiced)

    def of(self, line: LineStanding) -> int:
        """VND of the next line that are to be invoiced; negative where invoices are to be adjusted. The first
        lines are paid first, and keep the money longest."""
        follows = line.sum - line.typed
        open_ = line.amount - follows
        elsewhere = min(self._before, open_)
        self._before -= elsewhere
        open_ -= elsewhere
        if self._moment is InvoiceMoment.ACTIVATED:
            if line.called_off:
                return -line.sum
            return max(0, open_) if line.activated else 0
        given = max(0, min(self._left, follows if self._adjusts else open_))
        self._left -= given
        return max(given - follows, -line.sum) if self._adjusts else given


def rate_on(listed: int | None, day: date) -> int | None:
    """The VAT rate, in per cent, of an invoice of that `day`, for a line sold at the rate `listed`. `None` is
    not subject to VAT, which no date changes."""
    for rate, full, until in _cuts():
        if listed == rate and day > until:
            return full
    return listed


def vat_in(gross: int, rate: int | None) -> int:
    """The VAT in `gross` VND, which is negative where `gross` is; the net amount is rounded half up."""
    if not rate:
        return 0
    net = (abs(gross) * 200 + 100 + rate) // (2 * (100 + rate))
    return gross - net if gross >= 0 else gross + net


def vat_of_part(before: Invoiced, amount: int, rate: int | None) -> int:
    """The VAT of a part of `amount` VND after what is invoiced at the same rate. The parts of a price add up
    to its net amount and VAT."""
    return vat_in(before.amount + amount, rate) - before.vat


def buyer_of(line: OrderLine) -> Buyer:
    """In whose name the line's invoice is."""
    invoice = line.invoice
    return Buyer(invoice.kind, invoice.unit_name, invoice.tax_id, invoice.address)


def payer_of(recipient: RecipientMode, line: OrderLine, firm: Firm) -> str:
    """Who pays for the line where that is not the buyer; else empty. Another recipient pays for the unit that
    they have named."""
    own = line.invoice.tax_id == line.tax_code
    match recipient:
        case RecipientMode.CUSTOMER:
            return "" if own else line.name
        case RecipientMode.ACCOUNTANT:
            return "" if line.invoice.tax_id == firm.tax_code else firm.name
        case RecipientMode.OTHER:
            return line.notice.name if own else ""


def missing_in(buyer: Buyer) -> str:
    """The first field without which no invoice is issued (`name`, `tax_id`, `address`); empty if all are
    there."""
    return next((name for name in ("name", "tax_id", "address") if not getattr(buyer, name)), "")


def group_of(buyer: Buyer, email: str) -> str:
    """A text that is equal for the lines of one day and firm that share a document."""
    return hashlib.sha256(json.dumps([*astuple(buyer), email]).encode()).hexdigest()


def late_at(day: date) -> datetime:
    """When a document of that `day` must have its number."""
    return datetime.combine(next_working_day(day), ALARM_AT, VIETNAM)


def last_late_day(now: datetime) -> date:
    """The last day whose documents must all have their numbers."""
    day = now.astimezone(VIETNAM).date()
    while late_at(day) > now:
        day -= timedelta(days=1)
    return day


@cache
def _cuts() -> Sequence[tuple[int, int, date]]:
    content = json.loads(files("domain.data").joinpath("vat_rates.json").read_text("utf-8"))
    return [(cut["rate"], cut["full"], date.fromisoformat(cut["until"])) for cut in content["cuts"]]
