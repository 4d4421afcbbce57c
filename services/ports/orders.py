"""Packages on sale and placed orders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.accounting import AccountingData
from domain.customers import CustomerField, CustomerKind
from domain.licences import Licence
from domain.orders import Order, OrderLine, OrderState
from domain.packages import Package
from domain.payments import PaymentState
from domain.recipients import InvoiceRecipient, ReceiverGroup, RecipientMode


class Packages(Protocol):
    async def on_sale(self) -> Sequence[Package]: ...
    async def get(self, package_id: int) -> Package | None: ...
    async def replace_all(self, packages: Sequence[Package], now: datetime) -> None:
        """Start a new version of the price list; placed orders keep their own copies."""


@dataclass(frozen=True, slots=True)
class LastAnswers:
    """The answers of the accountant's last placed order, offered first in the next."""

    package_id: int | None
    fiscal_year: int
    recipient: RecipientMode
    kind: CustomerKind
    accounting: AccountingData | None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that is about to be stored. The storage gives it its id."""

    code: str
    firm_id: int
    accountant_id: int
    draft_id: int
    package: Package
    fiscal_year: int
    recipient: RecipientMode
    accounting: AccountingData
    total: int
    line_count: int


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders: those of one accountant, and of one firm (`firm_id` `None` is for back office only).

    `terms` are folded search terms; the order's code or one of its customers (name, tax code, own code) must
    have all of them. The order is in one of `states`, or in any if that is empty. With `to_activate` it has a
    licence that may be activated.
    """

    firm_id: int | None
    accountant_id: int | None = None
    terms: tuple[str, ...] = ()
    states: tuple[OrderState, ...] = ()
    to_activate: bool = False


@dataclass(frozen=True, slots=True)
class OrderedBefore:
    """A customer that is in an order already, not cancelled, for the same fiscal year and the same package or
    (where any is asked for) another one."""

    customer_id: int
    tax_code: str
    name: str
    order_id: int
    order_code: str
    accountant_id: int
    placed_at: datetime
    package_name: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A customer's line of a placed order, with its licence and payment. `paid_at` is when the payment
    request was paid in full."""

    order: Order
    line: OrderLine
    licence: Licence
    payment: PaymentState
    paid_at: datetime | None


class Orders(Protocol):
    async def add(self, order: NewOrder, now: datetime) -> Order: ...
    async def add_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None: ...
    async def get(self, order_id: int) -> Order | None: ...
    async def by_code(self, code: str) -> Order | None: ...
    async def by_draft(self, draft_id: int) -> Order | None: ...
    async def find(self, where: OrderFilter, offset: int, limit: int) -> tuple[Sequence[Order], int]:
        """A page of the orders that match, newest first, and how many match."""

    async def set_state(self, order_id: int, state: OrderState) -> None: ...
    async def lines(self, order_id: int, offset: int, limit: int | None) -> Sequence[OrderLine]: ...
    async def names_of(self, places: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], str]:
        """The names on lines, each named by its order and position; those that are gone are left out."""

    async def receiver_groups(self, order_id: int) -> Sequence[ReceiverGroup]: ...

    async def line(self, order_id: int, position: int) -> OrderLine | None: ...
    async def mend_line(self, order_id: int, position: int, field: CustomerField, value: str) -> None:
        """Correct the copy of one of the customer's own fields."""

    async def mend_buyer(
        self, order_ids: Collection[int], before: InvoiceRecipient, after: InvoiceRecipient
    ) -> None:
        """Put `after` in place of `before` on the lines of these orders, for what is still to be invoiced."""

    async def mend_rate(self, places: Sequence[tuple[int, int]], vat_rate: int | None) -> None:
        """Put another VAT rate on the lines at these orders and positions, for what is still to be
        invoiced."""

    async def lines_of_payment(self, payment_code: str, limit: int) -> Sequence[OrderLine]: ...
    async def last_answers(self, accountant_id: int, kind: CustomerKind | None = None) -> LastAnswers | None:
        """The answers of the accountant's newest order, or of the newest of this kind."""

    async def ordered_before(
        self, draft_id: int, limit: int, any_package: bool = False
    ) -> tuple[Sequence[OrderedBefore], int]:
        """Customers of an open draft that are in an order of the firm already, and how many there are. The
        order is not cancelled and has the draft's fiscal year and package code (with `any_package`, any
        package). Each customer comes once, with the first such order."""

    async def to_renew(self, accountant_id: int, fiscal_year: int) -> tuple[int, int] | None:
        """The accountant's newest order of this fiscal year, not cancelled, of whose customers some are in no
        order of the firm for the next one, and how many are not."""

    async def invoiced_as(self, firm_id: int, tax_ids: Sequence[str]) -> Collection[tuple[str, str, str]]:
        """Number, name and address of the buyers with these numbers, as orders of the firm have them."""

    async def purchases(self, firm_id: int, customer_ids: Sequence[int], limit: int) -> Sequence[Purchase]:
        """What the firm's accountants ordered for these customers, newest first."""

    async def forget_person(self, firm_id: int, customer_ids: Sequence[int]) -> None:
        """Blank the name, e-mail and phone of representative and notice recipient, and the login, in the
        placed lines of these customers and in payment requests for them alone. What stands on the invoice
        stays."""
