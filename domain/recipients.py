"""Who receives the invoice and who the order notice: kept apart on every line, since renewals need both."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from domain.customers import CustomerData, CustomerKind
from domain.identifiers import is_landline
from domain.invoices import BuyerKind, kinds_of_number
from domain.people import Accountant, Firm


class RecipientMode(StrEnum):
    """The accountant's one choice for an order; the first is the recommended one."""

    CUSTOMER = "customer"
    ACCOUNTANT = "accountant"
    OTHER = "other"


class Party(Protocol):
    """A customer, or what a line of an order says of it."""

    @property
    def kind(self) -> CustomerKind: ...
    @property
    def tax_code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def representative(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NoticeRecipient:
    name: str
    email: str
    phone: str

    @property
    def sms(self) -> str:
        """The phone if it gets text messages, else empty."""
        return "" if is_landline(self.phone) else self.phone


@dataclass(frozen=True, slots=True)
class InvoiceRecipient:
    """The buyer, and where the invoice is mailed to. `kind` says what number `tax_id` is."""

    unit_name: str
    tax_id: str
    address: str
    email: str
    kind: BuyerKind


@dataclass(frozen=True, slots=True)
class OtherRecipient:
    """A recipient declared in a draft; `id` is 0 before.

    `invoice` is `None` when invoices are in each customer's own name: they are mailed to `invoice_email`, or
    to each customer's own address if that is empty. With `kind_open`, nobody has said yet of what kind the
    number of `invoice` is, and its kind is the probable one.
    """

    id: int
    notice: NoticeRecipient
    invoice: InvoiceRecipient | None
    invoice_email: str = ""
    kind_open: bool = False


@dataclass(frozen=True, slots=True)
class ReceiverGroup:
    """Customers of one order with the same receivers: `None` where the customers are told themselves, or
    stand on the invoice. `by_mail` and `by_sms` have an address for that, `unreachable` have neither."""

    customers: int
    by_mail: int
    by_sms: int
    unreachable: int
    notice: NoticeRecipient | None = None
    invoice: InvoiceRecipient | None = None
    invoice_email: str = ""
    """Where invoices in the customers' own names go; empty: to each customer's own address."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who is told how to pay, and whose name the invoices bear.

    `notices` are the people other than customers, `buyers` the units, those for most customers first, each
    with for how many. `themselves` customers are told themselves: `by_mail` of them by mail, `by_sms` by SMS,
    `unreachable` in no way. `own_names` invoices bear the customer's name; they are mailed to
    `own_names_to`, each address with how many; an empty one means the customer's own.
    """

    notices: Sequence[tuple[NoticeRecipient, int]]
    themselves: int
    by_mail: int
    by_sms: int
    unreachable: int
    buyers: Sequence[tuple[InvoiceRecipient, int]]
    own_names: int
    own_names_to: Sequence[tuple[str, int]]


def receivers(groups: Iterable[ReceiverGroup]) -> Receivers:
    notices: Counter[NoticeRecipient] = Counter()
    buyers: Counter[InvoiceRecipient] = Counter()
    own_names: Counter[str] = Counter()
    themselves = by_mail = by_sms = unreachable = 0
    for group in groups:
        if group.notice is not None:
            notices[group.notice] += group.customers
        else:
            themselves += group.customers
            by_mail += group.by_mail
            by_sms += group.by_sms
            unreachable += group.unreachable
        if group.invoice is not None:
            buyers[group.invoice] += group.customers
        else:
            own_names[group.invoice_email] += group.customers
    return Receivers(
        notices.most_common(),
        themselves,
        by_mail,
        by_sms,
        unreachable,
        buyers.most_common(),
        own_names.total(),
        own_names.most_common(),
    )


_KINDS = {CustomerKind.ENTERPRISE: BuyerKind.COMPANY, CustomerKind.HOUSEHOLD: BuyerKind.HOUSEHOLD}


def buyer_kinds(number: str, name: str, customer: CustomerData | None) -> tuple[BuyerKind, ...]:
    """What the number of the buyer of `customer`'s invoice may be, as `kinds_of_number`; a customer's own tax
    code leaves no doubt."""
    if customer is not None and number == customer.tax_code:
        return (_KINDS[customer.kind],)
    return kinds_of_number(number, name)


def as_listed(other: OtherRecipient) -> OtherRecipient:
    """The recipient as a list declares it, before anybody says of what kind its number is."""
    if other.invoice is None:
        return replace(other, id=0)
    kinds = kinds_of_number(other.invoice.tax_id, other.invoice.unit_name)
    return replace(other, id=0, invoice=replace(other.invoice, kind=kinds[0]), kind_open=len(kinds) > 1)


def customer_notice(customer: Party) -> NoticeRecipient:
    return NoticeRecipient(customer.representative, customer.email, customer.phone)


def customer_invoice(customer: Party, email: str = "") -> InvoiceRecipient:
    """The customer as buyer on the invoice; it is mailed to `email`, or to the representative."""
    kind = _KINDS[customer.kind]
    return InvoiceRecipient(customer.name, customer.tax_code, customer.address, email or customer.email, kind)


def firm_invoice(firm: Firm, accountant: Accountant) -> InvoiceRecipient:
    """The firm as buyer. A firm is a company, or registered with the twelve digits of a household."""
    kind = BuyerKind.HOUSEHOLD if len(firm.tax_code) == 12 else BuyerKind.COMPANY
    return InvoiceRecipient(firm.name, firm.tax_code, firm.address, accountant.email, kind)


def accountant_notice(accountant: Accountant) -> NoticeRecipient:
    return NoticeRecipient(accountant.name, accountant.email, accountant.phone)
