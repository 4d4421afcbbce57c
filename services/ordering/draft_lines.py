"""The customers of a draft: picking, exceptions, review."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.accounting import AccountingData, check_accounting
from domain.caps import check_customers
from domain.customers import CustomerData, CustomerField, CustomerKind, check_kind_told
from domain.errors import DomainError
from domain.orders import Draft, DraftLine, Gap, Step, check_kind, line_accounting, line_gaps
from domain.people import Actor, Right
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient
from services.catalogue.customers import EVERYONE, AddedCustomer, Criteria, catalogue_filter, own_customer
from services.catalogue.logins import share_answers
from services.operation import Operation
from services.ordering.draft_answers import with_declared_accounting
from services.ordering.drafts import DraftOperation, advanced, draft_package, open_draft
from services.paging import PAGE_SIZE
from services.ports import CustomerPage, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class PickPage:
    """A page of customers of the order's `kind` to pick from.

    `elsewhere` are customers of the other kind that a search found when it found none of this kind.
    `picked_total` and `amount` (VND) count the whole draft. `all_picked` says whether the draft holds at
    least as many customers as match.
    """

    page: CustomerPage
    kind: CustomerKind
    picked_total: int
    amount: int
    elsewhere: CustomerPage | None = None
    picked_to: int = 0
    """The place in the draft up to which those who were picked come first."""

    @property
    def all_picked(self) -> bool:
        return self.picked_total >= self.page.total


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the review. `accounting` is what will be ordered; `gaps` is what the line still lacks."""

    line: DraftLine
    accounting: AccountingData | None
    own_accounting: bool
    other: OtherRecipient | None
    gaps: tuple[CustomerField | Gap, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    lines: tuple[LineView, ...]
    total: int


async def _own_line(uow: UnitOfWork, draft: Draft, customer_id: int) -> DraftLine:
    line = await uow.drafts.line(draft.id, customer_id)
    if line is None:
        raise DomainError("line_gone")
    return line


def _view(draft: Draft, line: DraftLine, others: dict[int, OtherRecipient]) -> LineView:
    accounting = line.accounting
    if draft.accounting is not None and draft.fiscal_year is not None:
        accounting = line_accounting(line, draft.accounting, draft.fiscal_year, draft.keep_declared)
    other_id = line.other_id or draft.other_id
    other = others.get(other_id) if other_id is not None else None
    return LineView(line, accounting, line.accounting is not None, other, line_gaps(line, draft))


class FindToPick(Operation):
    """One page of customers to pick from, with the picked ones marked. They are of the package's kind,
    whichever kind `criteria` names; those picked up to the place `picked_to` come first, with `None` all who
    are picked now."""

    async def __call__(
        self, actor: Actor, criteria: Criteria = EVERYONE, page: int = 0, picked_to: int | None = 0
    ) -> PickPage:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            package = await draft_package(uow, draft)
            where = catalogue_filter(actor, replace(criteria, kind=package.kind))
            if picked_to is None:
                picked_to = await uow.drafts.last_place(draft.id)
            found = await uow.customers.find(where, page * PAGE_SIZE, PAGE_SIZE, draft.id, picked_to)
            picked = await uow.drafts.count_lines(draft.id)
            elsewhere = None
            if where.terms and not found.total:
                (other,) = (kind for kind in CustomerKind if kind is not package.kind)
                elsewhere = await uow.customers.find(replace(where, kind=other), 0, 1)
            return PickPage(found, package.kind, picked, picked * package.amount, elsewhere, picked_to)


class PickCustomer(DraftOperation):
    """Pick or unpick one customer. A repeat changes nothing."""

    async def __call__(self, actor: Actor, customer_id: int, picked: bool) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            customer = await own_customer(uow, actor, customer_id)
            if picked:
                if customer.merged_into is not None:
                    raise DomainError("customer_merged")
                check_kind(await draft_package(uow, draft), customer.kind)
                await uow.drafts.pick(draft.id, customer_id)
            else:
                await uow.drafts.unpick(draft.id, customer_id)
            await self._save(uow, draft)


class PickMatching(DraftOperation):
    """Pick or unpick all customers that match and are of the package's kind. Returns how many lines
    changed."""

    async def __call__(self, actor: Actor, criteria: Criteria, picked: bool) -> int:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            kind = (await draft_package(uow, draft)).kind
            where = catalogue_filter(actor, replace(criteria, kind=kind))
            if picked:
                changed = await uow.drafts.pick_matching(draft.id, where)
            else:
                changed = await uow.drafts.unpick_matching(draft.id, where)
                # A customer that was archived after it was picked is not in the list, but still in the order.
                changed += await uow.drafts.unpick_matching(draft.id, replace(where, archived=True))
            await self._save(uow, draft)
            return changed


class FinishPicking(DraftOperation):
    """Leave the list of customers. Raises `DomainError("draft_empty")` when none is picked.

    Where everything that the order asks about accounting was declared for each customer before, nothing is
    left to answer for all, and the review comes next.
    """

    async def __call__(self, actor: Actor) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            if await uow.drafts.count_lines(draft.id) == 0:
                raise DomainError("draft_empty")
            step = advanced(draft.step, Step.CUSTOMERS)
            if step is Step.ACCOUNTING:
                draft = await with_declared_accounting(uow, draft)
            return await self._save(uow, draft, step=Step.REVIEW if draft.accounting else step)


class DeclareCustomer(DraftOperation):
    """Declare a customer directly in the order, kept in the catalogue or not.

    If the catalogue holds the tax code already, that customer is picked as it stands and `created` is false.
    So is one that was declared in this order before; it enters the catalogue if that is wanted now.
    """

    async def __call__(self, actor: Actor, data: CustomerData, in_catalogue: bool) -> AddedCustomer:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            check_kind(await draft_package(uow, draft), data.kind)
            check_kind_told(data)
            added = await self._added(uow, actor, draft, data, in_catalogue)
            check_kind(await draft_package(uow, draft), added.customer.kind)
            await share_answers(uow, added.customer, self.clock.now())
            await uow.drafts.pick(draft.id, added.customer.id)
            await self._save(uow, draft)
            return added

    async def _added(
        self, uow: UnitOfWork, actor: Actor, draft: Draft, data: CustomerData, in_catalogue: bool
    ) -> AddedCustomer:
        known = await uow.customers.by_tax_code(actor.firm_id, data.tax_code)
        if known is None:
            known = await uow.drafts.uncatalogued(draft.id, data.tax_code)
            if known is not None and in_catalogue:
                known = replace(known, in_catalogue=True)
                await uow.customers.update(known, self.clock.now())
        if known is not None:
            return AddedCustomer(known, created=False)
        check_customers(await uow.customers.count(actor.firm_id))
        customer = await uow.customers.add(actor.firm_id, data, in_catalogue, self.clock.now())
        return AddedCustomer(customer, created=True)


class ReviewLines(Operation):
    """One page of the draft's lines, incomplete ones first."""

    async def __call__(self, actor: Actor, page: int = 0) -> ReviewPage:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            lines = await uow.drafts.lines(draft, page * PAGE_SIZE, PAGE_SIZE, incomplete_first=True)
            others = dict(await uow.drafts.others(draft.id))
            total = await uow.drafts.count_lines(draft.id)
            return ReviewPage(tuple(_view(draft, line, others) for line in lines), total)


class ReviewLine(Operation):
    """One customer of the draft in full."""

    async def __call__(self, actor: Actor, customer_id: int) -> LineView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            line = await _own_line(uow, draft, customer_id)
            return _view(draft, line, dict(await uow.drafts.others(draft.id)))


class SetLineAccounting(DraftOperation):
    """Declare accounting data for one customer alone. With `None` it takes the answer for all."""

    async def __call__(self, actor: Actor, customer_id: int, accounting: AccountingData | None) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            line = await _own_line(uow, draft, customer_id)
            if accounting is not None:
                if draft.fiscal_year is None:
                    raise DomainError("draft_unanswered", step=Step.FISCAL_YEAR)
                check_accounting(line.customer.kind, draft.fiscal_year, accounting)
            await uow.drafts.save_line(draft.id, replace(line, accounting=accounting))
            await self._save(uow, draft)


class DeclareOther(DraftOperation):
    """Declare another recipient, for one customer or (`customer_id` is `None`) for all that have none.

    If `invoice` is `None`, each invoice stays in the customer's own name and is mailed to `invoice_email`: by
    default to the recipient, if empty to the customer.
    """

    async def __call__(
        self,
        actor: Actor,
        notice: NoticeRecipient,
        invoice: InvoiceRecipient | None,
        customer_id: int | None = None,
        invoice_email: str | None = None,
    ) -> OtherRecipient:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            line = await _own_line(uow, draft, customer_id) if customer_id is not None else None
            wanted = OtherRecipient(0, notice, invoice)
            if invoice is None:
                wanted = replace(
                    wanted, invoice_email=notice.email if invoice_email is None else invoice_email
                )
            known = (await uow.drafts.others(draft.id)).values()
            same = (other for other in known if replace(other, id=0) == wanted)
            other = next(same, None) or await uow.drafts.add_other(draft.id, wanted)
            if line is None:
                await self._save(uow, draft, other_id=other.id)
            else:
                await uow.drafts.save_line(draft.id, replace(line, other_id=other.id))
                await self._save(uow, draft)
            return other


class UseOther(DraftOperation):
    """Send one customer's invoice and notice to a recipient declared before in this draft."""

    async def __call__(self, actor: Actor, customer_id: int, other_id: int) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            if other_id not in await uow.drafts.others(draft.id):
                raise DomainError("recipient_unknown")
            line = await _own_line(uow, draft, customer_id)
            await uow.drafts.save_line(draft.id, replace(line, other_id=other_id))
            await self._save(uow, draft)


class ListOthers(Operation):
    """The other recipients declared in this draft so far."""

    async def __call__(self, actor: Actor) -> Sequence[OtherRecipient]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            return tuple((await uow.drafts.others(draft.id)).values())
