"""What of a placed order may still be changed, and what of it follows from that.

A code belongs to one payer: a sum that changes keeps its code, another payer gets another code, and money
under a code that was withdrawn waits for a person.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.customers import CustomerField
from domain.errors import DomainError
from domain.licences import ActivationStep, LicenceLine
from domain.orders import Order, OrderLine, OrderState, check_kind
from domain.packages import Package
from domain.payments import PAID_STATES, PaymentRequest, PaymentState, state_after
from domain.recipients import (
    InvoiceRecipient,
    NoticeRecipient,
    Party,
    RecipientMode,
    customer_invoice,
    customer_notice,
)

LINE_FIELDS = (
    CustomerField.NAME,
    CustomerField.ADDRESS,
    CustomerField.REPRESENTATIVE,
    CustomerField.EMAIL,
    CustomerField.PHONE,
)
"""The fields of a placed line that may be mended."""

NOBODY = NoticeRecipient("", "", "")
_ON_INVOICES = frozenset({CustomerField.NAME, CustomerField.ADDRESS})


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """A placed order with all that says what of it may be changed.

    `waits`: money came that waits for a choice. `claimed` are the codes that somebody said were paid, which
    back office has not settled. `invoiced` are the positions that stand on tax invoices.
    """

    order: Order
    lines: tuple[LicenceLine, ...]
    requests: Mapping[str, PaymentRequest]
    waits: bool
    claimed: frozenset[str]
    invoiced: frozenset[int]

    def request_of(self, line: OrderLine) -> PaymentRequest:
        return self.requests[line.payment_code]

    def check_stands(self) -> None:
        """Raise `DomainError("change_cancelled")`."""
        if self.order.state is OrderState.CANCELLED:
            raise DomainError("change_cancelled")

    def check_unpaid(self) -> None:
        """Raise `DomainError` where any money came for the order, or is said to have been sent."""
        self.check_stands()
        received = sum(one.received for one in self.requests.values())
        if received:
            raise DomainError("change_paid", received=received)
        self._check_nothing_under_way(self.requests)

    def check_repackable(self) -> None:
        """Raise `DomainError` where money came, or a line stands on a licence or an invoice."""
        self.check_unpaid()
        for one in self.lines:
            check_not_begun(one)
        self.check_not_invoiced()

    def check_not_invoiced(self) -> None:
        """Raise `DomainError("change_invoiced")`."""
        for one in self.lines:
            if one.licence.position in self.invoiced:
                raise DomainError("change_invoiced", name=one.line.name)

    def dropping(self, positions: Collection[int]) -> "StandingOrder":
        """The order without these lines. Raises `DomainError`, also where none would be left."""
        self.check_stands()
        gone = [one for one in self.lines if one.licence.position in positions]
        if len(gone) != len(positions) or not gone:
            raise DomainError("order_changed")
        if len(gone) == len(self.lines):
            raise DomainError("last_line")
        for one in gone:
            request = self.request_of(one.line)
            self._check_nothing_under_way([request.code])
            if request.received:
                raise DomainError("change_line_paid", name=one.line.name)
            check_not_begun(one)
            if one.licence.position in self.invoiced:
                raise DomainError("change_invoiced", name=one.line.name)
        kept = tuple(one for one in self.lines if one.licence.position not in positions)
        requests = {}
        for code, request in self.requests.items():
            theirs = [one.line for one in kept if one.line.payment_code == code]
            requests[code] = asking(request, theirs)
        return self._with(kept, requests)

    def by_package(self, package: Package) -> "StandingOrder":
        """The order with all lines bought by this package. Raises `DomainError`."""
        self.check_repackable()
        check_kind(package, self.order.kind)
        lines = tuple(LicenceLine(one.licence, _bought_by(one.line, package)) for one in self.lines)
        requests = {
            code: asking(request, [one.line for one in lines if one.line.payment_code == code])
            for code, request in self.requests.items()
        }
        changed = self._with(lines, requests)
        order = replace(changed.order, package_name=package.name, package_code=package.code)
        return replace(changed, order=order)

    def _with(
        self, lines: tuple[LicenceLine, ...], requests: Mapping[str, PaymentRequest]
    ) -> "StandingOrder":
        total = sum(one.line.amount for one in lines)
        standing = {code: one for code, one in requests.items() if one.line_count}
        state = order_state(standing.values())
        order = replace(self.order, line_count=len(lines), total=total, state=state)
        return replace(self, order=order, lines=lines, requests=requests)

    def _check_nothing_under_way(self, codes: Iterable[str]) -> None:
        if self.waits:
            raise DomainError("change_waits")
        for code in (*codes, self.order.code):
            if code in self.claimed:
                raise DomainError("change_claimed", payment_code=code)


def _bought_by(line: OrderLine, package: Package) -> OrderLine:
    return replace(line, price=package.price, vat_rate=package.vat_rate, amount=package.amount)


def check_not_begun(one: LicenceLine) -> None:
    """Raise `DomainError` where the vendor has, or may have, this licence."""
    if one.licence.step is ActivationStep.DONE:
        raise DomainError("change_activated", name=one.line.name)
    if one.licence.step is ActivationStep.UNDER_WAY or one.licence.may_exist:
        raise DomainError("change_under_way", name=one.line.name)


def check_mendable(one: LicenceLine, field: CustomerField, is_invoiced: bool) -> None:
    """Raise `DomainError` where this field of a line stands already where it can't be mended here."""
    if field not in LINE_FIELDS:
        raise DomainError("licence_not_mendable")
    if field is not CustomerField.ADDRESS and not one.licence.may_activate:
        check_not_begun(one)
        raise DomainError("licence_not_mendable")
    if is_invoiced and field in _ON_INVOICES:
        raise DomainError("change_invoiced", name=one.line.name)


def asking(request: PaymentRequest, lines: Sequence[OrderLine]) -> PaymentRequest:
    """The request as it pays for these lines; withdrawn if there are none."""
    if not lines:
        return withdrawn(request)
    amount = sum(line.amount for line in lines)
    state = state_after(amount, request.received)
    return replace(request, amount=amount, line_count=len(lines), state=state)


def withdrawn(request: PaymentRequest) -> PaymentRequest:
    """The request that nobody is to pay any more. It keeps its sum, pays for no line, and names nobody, as
    erasing a person finds requests by their lines."""
    return replace(request, line_count=0, state=PaymentState.CANCELLED, notice=NOBODY)


def order_state(requests: Iterable[PaymentRequest]) -> OrderState:
    """The state of an order that stands, from its requests."""
    standing = list(requests)
    if all(one.state in PAID_STATES for one in standing):
        return OrderState.PAID
    return OrderState.PARTLY_PAID if any(one.received for one in standing) else OrderState.PLACED


def mended(before: OrderLine, after: OrderLine) -> OrderLine:
    """The mended line `after`: where its customer was told, or was the buyer, so are they as mended."""
    notice, invoice = before.notice, before.invoice
    if notice == customer_notice(before):
        notice = customer_notice(after)
    if _own(invoice, before):
        email = invoice.email if invoice.email != before.email else after.email
        invoice = customer_invoice(after, email)
    return replace(after, notice=notice, invoice=invoice)


def _own(invoice: InvoiceRecipient, party: Party) -> bool:
    """Whether the party itself is the buyer."""
    return replace(invoice, email="") == replace(customer_invoice(party), email="")


def buyer_after(
    line: OrderLine, buyer: InvoiceRecipient, before: RecipientMode, firm_tax_code: str
) -> InvoiceRecipient:
    """The line's buyer when its order goes to other recipients than those of `before`: `buyer`, unless the
    line's own was chosen for itself."""
    followed = firm_tax_code if before is RecipientMode.ACCOUNTANT else line.tax_code
    return buyer if line.invoice.tax_id == followed else line.invoice
