"""A draft that grows step by step, and the order it becomes once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.accounting import (
    AccountingData,
    fiscal_year_end,
    fiscal_year_start,
    is_repealed,
    offered_first_months,
    offered_regimes,
    offered_vat_methods,
)
from domain.customers import DECLARED, Customer, CustomerField, CustomerKind, check_kind_told
from domain.errors import DomainError
from domain.packages import Package
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from domain.retention import KEPT, Kept

DRAFT_DAYS = KEPT[Kept.DRAFTS].days
"""Days a draft is kept after its last change."""


class Step(StrEnum):
    """The questions of an order, in the order they are asked."""

    PACKAGE = "package"
    FISCAL_YEAR = "fiscal_year"
    RECIPIENT = "recipient"
    CUSTOMERS = "customers"
    ACCOUNTING = "accounting"
    REVIEW = "review"


STEPS = tuple(Step)


class OrderState(StrEnum):
    PLACED = "placed"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CANCELLED = "cancelled"


class Gap(StrEnum):
    """What a line may still lack besides the customer's own fields."""

    OTHER_RECIPIENT = "other_recipient"


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished order; `None` answers are not given yet.

    `confirmed` is the tick of the review. With `keep_declared`, customers whose accounting data was declared
    before keep it; else they take the answer for all. `invoice` says whose name stands on the invoice if that
    was chosen separately from who is told and pays (`recipient`), as in a renewal. `follows_id` is the draft
    it waits for: it opens when that draft is placed or dropped. With `rest_to_customers`, a line without
    another recipient goes to the customer itself although others are to receive. `accounting_guessed`:
    nobody has answered the accounting data, they were taken from the last order or are the usual ones.
    `as_last` are the answers taken from the last order, `guessed` the usual ones: nobody gave these, either.
    """

    id: int
    accountant_id: int
    firm_id: int
    step: Step
    package_id: int | None
    fiscal_year: int | None
    recipient: RecipientMode | None
    other_id: int | None
    accounting: AccountingData | None
    confirmed: bool
    order_id: int | None
    updated_at: datetime
    keep_declared: bool = True
    invoice: RecipientMode | None = None
    follows_id: int | None = None
    rest_to_customers: bool = False
    accounting_guessed: bool = False
    as_last: frozenset[Step] = frozenset()
    guessed: frozenset[Step] = frozenset()

    @property
    def has_others(self) -> bool:
        """Whether lines go to other recipients, with the notice or with the invoice."""
        return RecipientMode.OTHER in (self.recipient, self.invoice)

    @property
    def needs_other(self) -> bool:
        """Whether each line needs another recipient."""
        return self.has_others and not self.rest_to_customers

    @property
    def question(self) -> Step:
        """What to ask or show next: the first question passed over without an answer, else `step`."""
        answers = {
            Step.PACKAGE: self.package_id,
            Step.FISCAL_YEAR: self.fiscal_year,
            Step.RECIPIENT: self.recipient,
            Step.ACCOUNTING: self.accounting,
        }
        passed = STEPS[: STEPS.index(self.step)]
        return next((step for step in passed if step in answers and answers[step] is None), self.step)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A picked customer with what was declared for it alone; `None` means as for all."""

    customer: Customer
    accounting: AccountingData | None
    other_id: int | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One customer of a placed order: copies, which later edits of the catalogue do not change."""

    position: int
    customer_id: int
    kind: CustomerKind
    tax_code: str
    name: str
    address: str
    representative: str
    email: str
    phone: str
    accounting: AccountingData
    price: int
    vat_rate: int | None
    amount: int
    notice: NoticeRecipient
    invoice: InvoiceRecipient
    payment_code: str


@dataclass(frozen=True, slots=True)
class Order:
    """`total` in VND, VAT included."""

    id: int
    code: str
    firm_id: int
    accountant_id: int
    draft_id: int
    package_name: str
    kind: CustomerKind
    fiscal_year: int
    recipient: RecipientMode
    line_count: int
    total: int
    state: OrderState
    placed_at: datetime
    package_code: str


def line_accounting(
    line: DraftLine, common: AccountingData, fiscal_year: int, keep_declared: bool
) -> AccountingData:
    """The accounting data of one line: its own exception, else (with `keep_declared`) what its customer last
    declared, as far as the fiscal year allows it, else the answer for all."""
    if line.accounting is not None:
        return line.accounting
    return declared_for(line.customer, common, fiscal_year) if keep_declared else common


def declared_for(customer: Customer, common: AccountingData, fiscal_year: int) -> AccountingData:
    """What the customer declared last where this fiscal year offers it, else the answer for all. Books that
    begin in another year begin with this one."""
    month = customer.first_month if customer.first_month in offered_first_months(customer.kind) else None
    month = month or common.first_month
    start = customer.data_start or (common.data_start if month == common.first_month else None)
    if start is not None and not (
        fiscal_year_start(fiscal_year, month) <= start <= fiscal_year_end(fiscal_year, month)
    ):
        start = None
    regimes = [one.id for one in offered_regimes(customer.kind, fiscal_year, month)]
    methods = [one.id for one in offered_vat_methods(customer.kind, fiscal_year, month)]
    return AccountingData(
        regime=_first_offered(regimes, customer.regime, common.regime),
        vat_method=_first_offered(methods, customer.vat_method, common.vat_method),
        first_month=month,
        data_start=start,
        currency=common.currency,
        costing=customer.costing or common.costing,
        income_method=customer.income_method or common.income_method,
    )


def _first_offered(offered: Sequence[str], *wanted: str | None) -> str:
    return next((one for one in wanted if one in offered and one is not None), offered[0])


def declared_after(
    line: DraftLine, ordered: AccountingData, draft: Draft, has_stock: bool = True
) -> Customer:
    """The customer of a placed line with what the order asked: what it had not declared yet, and what was
    answered for it anew. What was guessed, a repealed regime in the place of another, and how goods are
    costed where the package does not ask it, are not kept."""
    customer = line.customer
    if line.accounting is None and draft.accounting_guessed:
        return customer
    anew = line.accounting is not None or not draft.keep_declared
    said = {name: getattr(ordered, name) for name in DECLARED if anew or getattr(customer, name) is None}
    if customer.regime is not None and is_repealed(ordered.regime):
        said.pop("regime", None)
    if not has_stock:
        said.pop("costing", None)
    return replace(customer, **{name: value for name, value in said.items() if value is not None})


def line_gaps(line: DraftLine, draft: Draft) -> tuple[CustomerField | Gap, ...]:
    """Everything that keeps this line from being ordered."""
    gaps: tuple[CustomerField | Gap, ...] = line.customer.missing
    if draft.needs_other and line.other_id is None and draft.other_id is None:
        gaps = (*gaps, Gap.OTHER_RECIPIENT)
    return gaps


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a draft whose every question is answered."""

    package_id: int
    fiscal_year: int
    recipient: RecipientMode
    accounting: AccountingData


def answers_of(draft: Draft) -> Answers:
    """Raise `DomainError("draft_unanswered", step=…)` for the first question without an answer."""
    if draft.package_id is None:
        raise DomainError("draft_unanswered", step=Step.PACKAGE)
    if draft.fiscal_year is None:
        raise DomainError("draft_unanswered", step=Step.FISCAL_YEAR)
    if draft.recipient is None:
        raise DomainError("draft_unanswered", step=Step.RECIPIENT)
    if draft.accounting is None:
        raise DomainError("draft_unanswered", step=Step.ACCOUNTING)
    return Answers(draft.package_id, draft.fiscal_year, draft.recipient, draft.accounting)


def is_answered(draft: Draft) -> bool:
    """Whether every question of the draft has its answer."""
    return None not in (draft.package_id, draft.fiscal_year, draft.recipient, draft.accounting)


def check_kind(package: Package, kind: CustomerKind) -> None:
    """One order never mixes enterprises and household businesses."""
    if package.kind is not kind:
        raise DomainError("order_mixes_kinds", package_kind=package.kind)


def check_line_kind(package: Package, customer: Customer) -> None:
    """Raise `DomainError` for a customer of another kind than the package's, or whose name or tax code tells
    another."""
    check_kind(package, customer.kind)
    check_kind_told(customer)
