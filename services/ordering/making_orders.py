"""What becomes of a draft: the lines of its order, and who pays for which."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from domain.errors import DomainError
from domain.orders import Answers, Draft, DraftLine, Order, OrderLine, line_accounting
from domain.packages import Package
from domain.payments import PAYMENT_DAYS, PayeeAccount, PaymentRequest, state_after
from domain.people import Accountant, Actor, Firm
from domain.recipients import (
    InvoiceRecipient,
    NoticeRecipient,
    OtherRecipient,
    RecipientMode,
    accountant_notice,
    customer_invoice,
    customer_notice,
    firm_invoice,
)
from services.ordering.drafts import draft_package
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Basis:
    """What all lines of an order have in common."""

    draft: Draft
    answers: Answers
    package: Package
    accountant: Accountant
    firm: Firm
    others: Mapping[int, OtherRecipient]
    actor: Actor

    @classmethod
    async def read(cls, uow: UnitOfWork, actor: Actor, draft: Draft, answers: Answers) -> Self:
        """Read what there is to know of a draft, whose questions are answered."""
        return cls(
            draft,
            answers,
            await draft_package(uow, draft),
            await uow.people.accountant(actor.accountant_id),
            await uow.people.firm(actor.firm_id),
            await uow.drafts.others(draft.id),
            actor,
        )


def requests_of(
    basis: Basis, payee: PayeeAccount, order: Order, lines: Sequence[OrderLine], now: datetime
) -> list[PaymentRequest]:
    """One request for each code of the lines, in their order."""
    counts = Counter(line.payment_code for line in lines)
    # All lines of one request have one notice.
    notices = {line.payment_code: line.notice for line in lines}
    due_at = now + timedelta(days=PAYMENT_DAYS)
    return [
        PaymentRequest(
            code=code,
            order_id=order.id,
            amount=(amount := count * basis.package.amount),
            state=state_after(amount, received=0),
            recipient=order.recipient,
            notice=notices[code],
            payee=payee,
            line_count=count,
            due_at=due_at,
        )
        for code, count in counts.items()
    ]


def payers_of(basis: Basis) -> Callable[[DraftLine], int]:
    """Gives the key of a line's payment request: one for each customer, or each other recipient."""
    if basis.answers.recipient is RecipientMode.OTHER:
        return lambda line: _other(basis, line).id
    return lambda line: line.customer.id


def _other(basis: Basis, line: DraftLine) -> OtherRecipient:
    """The recipient of a line, which may be the customer itself."""
    other_id = line.other_id or basis.draft.other_id
    if other_id is None:
        assert not basis.draft.needs_other  # `check_ready` has refused a line without its recipient.
        return OtherRecipient(-line.customer.id, customer_notice(line.customer), None)
    return basis.others[other_id]


def lines_of(
    basis: Basis,
    lines: Sequence[DraftLine],
    codes: Sequence[str],
    invoice_of: Callable[[DraftLine], InvoiceRecipient],
) -> Iterator[OrderLine]:
    """Each line as it is ordered, paid for under the code at its place in `codes`."""
    answers, package, keep_declared = basis.answers, basis.package, basis.draft.keep_declared
    notice_of = _notices(basis)
    for position, (line, payment_code) in enumerate(zip(lines, codes, strict=True), 1):
        customer = line.customer
        yield OrderLine(
            position=position,
            customer_id=customer.id,
            kind=customer.kind,
            tax_code=customer.tax_code,
            name=customer.name,
            address=customer.address,
            representative=customer.representative,
            email=customer.email,
            phone=customer.phone,
            accounting=line_accounting(line, answers.accounting, answers.fiscal_year, keep_declared),
            price=package.price,
            vat_rate=package.vat_rate,
            amount=package.amount,
            notice=notice_of(line),
            invoice=invoice_of(line),
            payment_code=payment_code,
        )


def _notices(basis: Basis) -> Callable[[DraftLine], NoticeRecipient]:
    match basis.answers.recipient:
        case RecipientMode.CUSTOMER:
            return lambda line: customer_notice(line.customer)
        case RecipientMode.OTHER:
            return lambda line: _other(basis, line).notice
        case _:
            notice = accountant_notice(basis.accountant)
            return lambda line: notice


def invoices_of(basis: Basis) -> Callable[[DraftLine], InvoiceRecipient]:
    """Gives the buyer of a line. Raises `DomainError` for what is not known of it yet."""
    match basis.draft.invoice or basis.answers.recipient:
        case RecipientMode.CUSTOMER:
            return lambda line: customer_invoice(line.customer)
        case RecipientMode.OTHER:
            return lambda line: _others_invoice(_other(basis, line), line)
        case _:
            if not basis.firm.address:
                raise DomainError("firm_address_missing")
            invoice = firm_invoice(basis.firm, basis.accountant)
            return lambda line: invoice


def _others_invoice(other: OtherRecipient, line: DraftLine) -> InvoiceRecipient:
    if other.kind_open:
        raise DomainError("buyer_kind_open")
    return other.invoice or customer_invoice(line.customer, other.invoice_email)
