"""Drafts proposed from a list of customers: one order, or one a kind, with every answer that is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Self

from domain.accounting import AccountingData, default_accounting, moved_to
from domain.catalog import Package, offered_fiscal_years
from domain.customers import Customer, CustomerKind
from domain.entries import Entry, Intake, OrderWish
from domain.entry_check import other_recipient, own_accounting
from domain.errors import DomainError
from domain.orders import Draft, DraftLine, Step
from domain.people import Actor, Right
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from services.drafts import DraftOperation, draft_kind, make_room
from services.intakes.common import checked_intake
from services.intakes.taking import take_entries
from services.ports import LastAnswers, UnitOfWork
from services.wishes import wished_package

Listed = Sequence[tuple[Entry, Customer]]
Recipient = tuple[NoticeRecipient, InvoiceRecipient | None]


@dataclass(frozen=True, slots=True)
class ProposedOrder:
    """The draft made from a list, or added to.

    `picked` of the list's customers are in it, `other_kind` in the draft that waits for it. `choose` is the
    answer that nobody but the accountant can give. Of all of them `other_recipients` have a recipient of
    their own; `unreachable` are those whose own recipient has no e-mail or phone, which is left out; and
    `accounting_dropped` take the answer for all, since the law does not offer for that year what the list
    says of them.
    """

    draft: Draft
    picked: int
    other_kind: int
    choose: Step | None
    other_recipients: int
    unreachable: int
    accounting_dropped: int


@dataclass(frozen=True, slots=True)
class _Filled:
    draft: Draft
    other_recipients: int = 0
    unreachable: int = 0
    accounting_dropped: int = 0


class OrderIntake(DraftOperation):
    """Take a list into the catalogue (as `take_entries` does) and make a draft of its customers, ready for
    the review as far as answers are known: those wished for with the list, else the last order's, else the
    usual ones.

    Customers of the other kind get a draft that waits. An open draft is in the way, unless the list was
    given for it, `join` says to add to it, or nothing was answered in it yet: this raises
    `DomainError("draft_open")` unless `replaces` names it, and then drops it with what waits for it. Raises
    `nobody_in_list`, and `wish_…` for a wish that cannot be.
    """

    async def __call__(
        self,
        actor: Actor,
        intake_id: int,
        lacking: bool = False,
        update_known: bool = False,
        replaces: int | None = None,
        join: bool = False,
    ) -> ProposedOrder:
        actor.require(Right.KEEP_CUSTOMERS)
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write() as uow:
            intake = await checked_intake(uow, actor, intake_id)
            listed = await take_entries(uow, actor, intake, lacking, update_known, now)
            if not listed:
                raise DomainError("nobody_in_list")
            known = await _Known.read(uow, actor, intake.wish, offered_fiscal_years(self.clock.today()))
            draft = await self._draft(uow, actor, intake, listed, replaces, join)
            kind = await _first_kind(uow, draft, known, listed)
            mine = [one for one in listed if one[1].kind is kind]
            others = [one for one in listed if one[1].kind is not kind]
            filled = [await self._fill(uow, draft, kind, mine, known)] if mine else [_Filled(draft)]
            draft = filled[0].draft
            if others:
                waiting = await uow.drafts.follower_of(draft.id) or await uow.drafts.start_after(
                    draft.id, now
                )
                filled.append(await self._fill(uow, waiting, others[0][1].kind, others, known.after(draft)))
            return ProposedOrder(
                draft,
                len(mine),
                len(others),
                draft.question if draft.question is not Step.REVIEW else None,
                sum(one.other_recipients for one in filled),
                sum(one.unreachable for one in filled),
                sum(one.accounting_dropped for one in filled),
            )

    async def _draft(
        self,
        uow: UnitOfWork,
        actor: Actor,
        intake: Intake,
        listed: Listed,
        replaces: int | None,
        join: bool,
    ) -> Draft:
        """The open draft where the list goes into that, else a new one."""
        draft = await uow.drafts.open_of(actor.accountant_id)
        if draft is not None and (join or intake.in_order or await _is_made(uow, draft, listed)):
            return draft
        await make_room(uow, draft, replaces)
        return await uow.drafts.start(actor.firm_id, actor.accountant_id, self.clock.now())

    async def _fill(
        self, uow: UnitOfWork, draft: Draft, kind: CustomerKind, listed: Listed, known: "_Known"
    ) -> _Filled:
        """Answer what the draft leaves open, and pick the customers with what the list declares for each."""
        recipients, unreachable = _recipients(listed)
        answered = await known.answer(uow, draft, kind, others=bool(recipients))
        assert answered.accounting is not None
        assert answered.fiscal_year is not None
        other_ids = await _declare(uow, draft, recipients.values())
        held = {line.customer.id: line for line in await uow.drafts.lines(draft)}
        fresh, changed, dropped = [], [], 0
        for entry, customer in listed:
            own = None
            try:
                own = own_accounting(entry, answered.accounting, kind, answered.fiscal_year)
            except DomainError:
                dropped += 1
            recipient = recipients.get(customer.id)
            line = DraftLine(customer, own, other_ids[recipient] if recipient is not None else None)
            before = held.get(customer.id)
            if before is None:
                fresh.append(line)
            else:
                # What the list does not say stays as it was declared in the order.
                line = replace(
                    before,
                    accounting=line.accounting or before.accounting,
                    other_id=line.other_id or before.other_id,
                )
                if line != before:
                    changed.append(line)
        await uow.drafts.add_lines(draft.id, fresh)
        for line in changed:
            await uow.drafts.save_line(draft.id, line)
        if fresh or changed or answered != draft:
            draft = await self._save(uow, answered)
        return _Filled(draft, len(recipients), unreachable, dropped)


@dataclass(frozen=True, slots=True)
class _Known:
    """What answers can be proposed from: what was wished for, packages on sale, and last orders' answers."""

    wish: OrderWish
    package: Package | None
    """The one wished for."""
    on_sale: Sequence[Package]
    years: tuple[int, ...]
    last: LastAnswers | None
    last_of_kind: Mapping[CustomerKind, LastAnswers | None]
    before: Draft | None = None
    """The draft that this one waits for: answered alike."""

    @classmethod
    async def read(cls, uow: UnitOfWork, actor: Actor, wish: OrderWish, years: tuple[int, ...]) -> Self:
        """Raises `DomainError` for a wish that cannot be."""
        on_sale = await uow.packages.on_sale()
        return cls(
            wish,
            wished_package(wish, on_sale, years),
            on_sale,
            years,
            await uow.orders.last_answers(actor.accountant_id),
            {kind: await uow.orders.last_answers(actor.accountant_id, kind) for kind in CustomerKind},
        )

    def after(self, draft: Draft) -> "_Known":
        """The same for the draft that waits for `draft`."""
        return replace(self, before=draft)

    async def answer(self, uow: UnitOfWork, draft: Draft, kind: CustomerKind, others: bool) -> Draft:
        """The draft with every question answered that it leaves open; a package where there is no choice.

        `others` says that other recipients are declared: they receive, and the customers for themselves who
        have none, unless the accountant is to receive everything.
        """
        package_id, accounting = draft.package_id, draft.accounting
        if package_id is not None and await draft_kind(uow, draft) is not kind:
            package_id = accounting = None
        year = draft.fiscal_year or self._year()
        recipient, rest = draft.recipient or self._recipient(), draft.rest_to_customers
        if others and (draft.recipient is None or recipient is RecipientMode.CUSTOMER):
            recipient, rest = RecipientMode.OTHER, True
        return replace(
            draft,
            step=Step.REVIEW,
            package_id=package_id if package_id is not None else await self._package(uow, kind),
            fiscal_year=year,
            recipient=recipient,
            rest_to_customers=rest,
            accounting=accounting or self._accounting(kind, year),
        )

    async def _package(self, uow: UnitOfWork, kind: CustomerKind) -> int | None:
        if self.package is not None and self.package.kind is kind:
            return self.package.id
        last = self.last_of_kind[kind]
        before = await uow.packages.get(last.package_id) if last and last.package_id is not None else None
        of_kind = [package for package in self.on_sale if package.kind is kind]
        same = [package for package in of_kind if before is not None and package.code == before.code]
        found = same or of_kind
        return found[0].id if len(found) == 1 else None

    def _year(self) -> int:
        wanted = [
            self.before.fiscal_year if self.before else None,
            self.wish.fiscal_year,
            self.last.fiscal_year if self.last else None,
        ]
        return next((year for year in wanted if year in self.years and year is not None), self.years[0])

    def _recipient(self) -> RecipientMode:
        """Others are asked for anew each time."""
        wanted = [self.before.recipient if self.before else None, self.last.recipient if self.last else None]
        usable = (one for one in wanted if one is not None and one is not RecipientMode.OTHER)
        return next(usable, RecipientMode.CUSTOMER)

    def _accounting(self, kind: CustomerKind, year: int) -> AccountingData:
        last = self.last_of_kind[kind]
        again = moved_to(kind, year, last.accounting) if last and last.accounting else None
        return again or default_accounting(kind, year)


async def _first_kind(uow: UnitOfWork, draft: Draft, known: _Known, listed: Listed) -> CustomerKind:
    """Whose order comes first: the draft's kind, the wished package's, else the kind with more customers."""
    counts = {kind: sum(customer.kind is kind for _, customer in listed) for kind in CustomerKind}
    of_draft = await draft_kind(uow, draft)
    if of_draft is not None and (counts[of_draft] or await uow.drafts.count_lines(draft.id)):
        return of_draft
    if known.package is not None:
        if not counts[known.package.kind]:
            raise DomainError(
                "wish_package_kind",
                name=known.package.name,
                package_kind=known.package.kind,
                offered=[one.name for one in known.on_sale if one.kind is not known.package.kind],
            )
        return known.package.kind
    return max(CustomerKind, key=lambda kind: counts[kind])


async def _is_made(uow: UnitOfWork, draft: Draft, listed: Listed) -> bool:
    """Whether the open draft and the one that waits for it hold just these customers: the same tap, come
    again."""
    lines = list(await uow.drafts.lines(draft))
    waiting = await uow.drafts.follower_of(draft.id)
    if waiting is not None:
        lines += await uow.drafts.lines(waiting)
    return {line.customer.id for line in lines} == {customer.id for _, customer in listed}


def _recipients(listed: Listed) -> tuple[dict[int, Recipient], int]:
    """The other recipients by customer, and how many are left out since a message would not reach them: what
    a list does not say of them is the customer's, who may lack it too."""
    said = {customer.id: other_recipient(entry, customer) for entry, customer in listed}
    found = {of: recipient for of, recipient in said.items() if recipient is not None}
    reached = {of: recipient for of, recipient in found.items() if all(astuple(recipient[0]))}
    return reached, len(found) - len(reached)


async def _declare(uow: UnitOfWork, draft: Draft, wanted: Iterable[Recipient]) -> Mapping[Recipient, int]:
    """The ids of these other recipients, declared in the draft as far as they are not yet."""
    ids = {(known.notice, known.invoice): known.id for known in (await uow.drafts.others(draft.id)).values()}
    for notice, invoice in dict.fromkeys(wanted):
        if (notice, invoice) not in ids:
            ids[notice, invoice] = (await uow.drafts.add_other(draft.id, notice, invoice)).id
    return ids
