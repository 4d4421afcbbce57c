"""What the accountant confirms: all facts of an order that the review and the last screen show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.accounting import default_accounting
from domain.accounting_overview import AccountingOverview, overview
from domain.chats import Channel
from domain.messaging.budgets import FirstBudget
from domain.names import is_doubtful_name
from domain.orders import Draft
from domain.people import Accountant, Actor, Firm, Right
from domain.recipients import (
    InvoiceRecipient,
    NoticeRecipient,
    OtherRecipient,
    ReceiverGroup,
    Receivers,
    RecipientMode,
    accountant_notice,
    firm_invoice,
    receivers,
)
from domain.text import search_terms
from services.money.held import left_of, told_not_to_pay
from services.operation import Operation
from services.ordering.drafts import DraftView, draft_package, open_draft, view_of
from services.ordering.licensed import AskVendor
from services.ordering.login_doubts import DoubtfulLogin, doubtful_logins
from services.ports import OrderedBefore, ToldBy, UnitOfWork

_SOME = 8
_NAMED = 2


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The facts of a draft, the same wherever they are shown.

    `already` customers have the package of the year in an order of the firm, `second` another package:
    `seconds` are the first of these. To `held` of the recipients the firm may not write yet. `again`: it has
    told somebody lately not to pay, and who is asked anew gets fewer messages.
    """

    view: DraftView
    receivers: Receivers
    accounting: AccountingOverview | None
    already: int
    second: int
    seconds: tuple[OrderedBefore, ...]
    doubtful: Sequence[DoubtfulLogin]
    held: int
    again: bool
    licensed: "Licensed"
    names: tuple[str, ...] = ()
    """Customers' names that were kept though they lead elsewhere (`is_doubtful_name`)."""


@dataclass(frozen=True, slots=True)
class Licensed:
    """Customers who have a licence of the year that the firm has no order for, as the vendor says: how many,
    the names of the first, and the package where it is one for all and on sale."""

    count: int = 0
    names: tuple[str, ...] = ()
    package: str = ""


@dataclass(frozen=True, slots=True)
class OverlookDraft(Operation):
    """The facts of the actor's open draft. The vendor is asked behind the transaction, and never waited for
    long."""

    channels: tuple[Channel, ...]
    budget: FirstBudget
    ask_vendor: AskVendor

    async def __call__(self, actor: Actor) -> DraftFacts:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            view = await view_of(uow, draft, self.channels)
            before, ordered = await uow.orders.ordered_before(draft.id, _SOME, any_package=True)
            already = (await uow.orders.ordered_before(draft.id, 1))[1] if ordered else 0
            package = view.package.name if view.package else ""
            left = await left_of(uow, actor.firm_id, self.budget)
            codes = await uow.drafts.tax_codes(draft.id) if self.ask_vendor.on and draft.fiscal_year else []
            facts = DraftFacts(
                view,
                await _receivers(uow, draft),
                await accounting_of(uow, draft),
                already,
                ordered - already,
                tuple(one for one in before if one.package_name != package)[: ordered - already],
                await doubtful_logins(uow, draft),
                0 if left is None or not view.total else max(0, view.recipient_count - left),
                bool(await told_not_to_pay(uow, actor.firm_id, self.clock.now())),
                Licensed(),
                tuple(filter(is_doubtful_name, await uow.drafts.perhaps_doubtful_names(draft.id))),
            )
        has = await self.ask_vendor.which(actor.firm_id, draft.fiscal_year or 0, codes) if codes else {}
        return replace(facts, licensed=await self._licensed(draft, has, ordered)) if has else facts

    async def _licensed(self, draft: Draft, has: Mapping[str, str], ordered: int) -> Licensed:
        async with self.units.read() as uow:
            own = (await uow.orders.ordered_before(draft.id, ordered, any_package=True))[0] if ordered else ()
            bought = {one.tax_code for one in own}
            others = {code: package for code, package in has.items() if code not in bought}
            named = []
            for code in list(others)[:_NAMED]:
                lines = await uow.drafts.find_lines(draft.id, search_terms(code))
                named += [line.customer.called for line in lines if line.customer.tax_code == code]
            names = {package.code: package.name for package in await uow.packages.on_sale()}
        packages = {names.get(package, "") for package in others.values()}
        return Licensed(len(others), tuple(named), packages.pop() if len(packages) == 1 else "")


async def _receivers(uow: UnitOfWork, draft: Draft) -> Receivers:
    others = dict(await uow.drafts.others(draft.id)) if draft.has_others else {}
    accountant = await uow.people.accountant(draft.accountant_id)
    firm = await uow.people.firm(draft.firm_id)

    def group(told: ToldBy) -> ReceiverGroup:
        other = others.get(told.other_id) if told.other_id is not None else None
        invoice, email = _invoice(draft, other, firm, accountant)
        counts = told.customers, told.by_mail, told.by_sms, told.unreachable
        return ReceiverGroup(*counts, _notice(draft, other, accountant), invoice, email)

    return receivers(group(told) for told in await uow.drafts.told_by(draft))


def _notice(draft: Draft, other: OtherRecipient | None, accountant: Accountant) -> NoticeRecipient | None:
    match draft.recipient:
        case RecipientMode.ACCOUNTANT:
            return accountant_notice(accountant)
        case RecipientMode.OTHER:
            return other.notice if other else None
        case _:
            return None


def _invoice(
    draft: Draft, other: OtherRecipient | None, firm: Firm, accountant: Accountant
) -> tuple[InvoiceRecipient | None, str]:
    """The buyer other than the customer, and where an invoice in the customer's own name is mailed to."""
    match draft.invoice or draft.recipient:
        case RecipientMode.ACCOUNTANT:
            return firm_invoice(firm, accountant), ""
        case RecipientMode.OTHER if other:
            return other.invoice, other.invoice_email
        case _:
            return None, ""


class OverlookAccounting(Operation):
    """The accounting data of all lines in figures, with the usual answer for all before there is one; `None`
    before package and year are known."""

    async def __call__(self, actor: Actor) -> AccountingOverview | None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return await accounting_of(uow, await open_draft(uow, actor))


async def accounting_of(uow: UnitOfWork, draft: Draft) -> AccountingOverview | None:
    """What `OverlookAccounting` says of a draft."""
    if draft.accounting is None and draft.package_id is not None and draft.fiscal_year is not None:
        usual = default_accounting((await draft_package(uow, draft)).kind, draft.fiscal_year)
        draft = replace(draft, accounting=usual)
    return overview(draft, await uow.drafts.alike(draft.id))
