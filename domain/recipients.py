"""Who receives the invoice and who the order notice: kept apart on every line, since renewals need both."""

from dataclasses import dataclass
from enum import StrEnum

from domain.customers import Customer
from domain.people import Accountant, Firm


class RecipientMode(StrEnum):
    """The accountant's one choice for an order; the first is the recommended one."""

    CUSTOMER = "customer"
    ACCOUNTANT = "accountant"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NoticeRecipient:
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class InvoiceRecipient:
    """`tax_id` is a tax code, a personal ID or a budget code."""

    unit_name: str
    tax_id: str
    address: str
    email: str


@dataclass(frozen=True, slots=True)
class OtherRecipient:
    """A recipient declared in a draft. `invoice` is `None` when invoices go to each customer's own name."""

    id: int
    notice: NoticeRecipient
    invoice: InvoiceRecipient | None


def customer_notice(customer: Customer) -> NoticeRecipient:
    return NoticeRecipient(customer.representative, customer.email, customer.phone)


def customer_invoice(customer: Customer, email: str = "") -> InvoiceRecipient:
    """The customer as buyer on the invoice; it is mailed to `email`, or to the representative."""
    return InvoiceRecipient(customer.name, customer.tax_code, customer.address, email or customer.email)


def firm_invoice(firm: Firm, accountant: Accountant) -> InvoiceRecipient:
    return InvoiceRecipient(firm.name, firm.tax_code, "", accountant.email)


def accountant_notice(accountant: Accountant) -> NoticeRecipient:
    return NoticeRecipient(accountant.name, accountant.email, accountant.phone)
