"""Drafts proposed from a list of customers: one order for each kind, with every answer that is known."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from domain.accounting import AccountingData
from domain.customers import Customer, CustomerKind
from domain.errors import DomainError
from domain.intakes.checking import other_recipient, own_accounting
from domain.intakes.entries import Entry, Intake
from domain.orders import Draft, DraftLine, Step, declared_for
from domain.packages import offered_fiscal_years
from domain.people import Actor, Right
from domain.recipients import OtherRecipient, as_listed
from services.intakes.common import checked_intake
from services.intakes.taking import take_entries
from services.intakes.viewing import sum_counts
from services.ordering.drafts import DraftOperation, draft_kind, make_room
from services.ordering.proposed_answers import KnownAnswers
from services.ports import Turn, UnitOfWork

Listed = Sequence[tuple[Entry, Customer]]


@dataclass(frozen=True, slots=True)
class ProposedOrder:
    """The draft that a list was made into or added to.

    It holds `picked` of the list's customers, and the draft that waits for it holds `other_kind`; `left` are
    still in the list, to be mended or taken. `choose` is the answer that only the accountant can give.

    Counted over both drafts: `other_recipients` customers have another recipient. `unreachable` ones have one
    without e-mail or phone, who is left out. `accounting_dropped` ones take the answer for all, because the
    law does not offer for that year what the list says.
    """

    draft: Draft
    picked: int
    other_kind: int
    choose: Step | None
    left: int
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
    """Take a list into the catalogue (as `take_entries` does) and make a draft of its customers.

    The draft is ready for the review as far as answers are known: from the wish that came with the list, else
    from the last order, else the usual ones. Customers of the other kind get a draft that waits.

    The list goes into the open draft if it was given for it or `join` says so. Otherwise a draft in which
    something was answered is in the way: this raises `DomainError("draft_open")`, or drops that draft and the
    one that waits for it if `replaces` names it. Also raises `nobody_in_list`, and `wish_…` for a wish that
    cannot be met.
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
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await checked_intake(uow, actor, intake_id)
            listed = await take_entries(uow, actor, intake, lacking, update_known, now)
            if not listed:
                raise DomainError("nobody_in_list")
            known = await KnownAnswers.read(uow, actor, intake.wish, offered_fiscal_years(self.clock.today()))
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
                await _left(uow, intake),
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
        """The open draft if the list goes into it, else a new one."""
        draft = await uow.drafts.open_of(actor.accountant_id)
        if draft is not None and (join or intake.in_order or await _is_made(uow, draft, listed)):
            return draft
        await make_room(uow, draft, replaces)
        return await uow.drafts.start(actor.firm_id, actor.accountant_id, self.clock.now())

    async def _fill(
        self, uow: UnitOfWork, draft: Draft, kind: CustomerKind, listed: Listed, known: KnownAnswers
    ) -> _Filled:
        """Answer the open questions of the draft, and pick the customers with what the list says of each."""
        # With thousands of customers this would hold up everybody else, hence the threads.
        recipients, unreachable = await asyncio.to_thread(_recipients, listed)
        answered = await known.answer(uow, draft, kind, others=bool(recipients))
        own, dropped = await asyncio.to_thread(_own_accounting, listed, answered, kind)
        other_ids = await _declare(uow, draft, recipients.values())
        held = {line.customer.id: line for line in await uow.drafts.lines(draft)}
        fresh, changed = [], []
        for _, customer in listed:
            recipient = recipients.get(customer.id)
            other_id = other_ids[recipient] if recipient is not None else None
            line = DraftLine(customer, own.get(customer.id), other_id)
            before = held.get(customer.id)
            if before is None:
                fresh.append(line)
                continue
            # Where the list says nothing, the answer stays as it was declared in the order.
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


async def _left(uow: UnitOfWork, intake: Intake) -> int:
    counts = sum_counts(await uow.intakes.counts(intake.id))
    return counts.ready + counts.to_fix


async def _first_kind(uow: UnitOfWork, draft: Draft, known: KnownAnswers, listed: Listed) -> CustomerKind:
    """The kind that is ordered first: the draft's, the wished package's, else the one with more customers."""
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
    """Whether the open draft and the one that waits for it hold just these customers: the tap came twice."""
    lines = list(await uow.drafts.lines(draft))
    waiting = await uow.drafts.follower_of(draft.id)
    if waiting is not None:
        lines += await uow.drafts.lines(waiting)
    return {line.customer.id for line in lines} == {customer.id for _, customer in listed}


def _recipients(listed: Listed) -> tuple[dict[int, OtherRecipient], int]:
    """The other recipients by customer, and how many are left out because no message would reach them.
    Contact data that the list leaves open is the customer's, who may lack it too."""
    said = {customer.id: other_recipient(entry, customer) for entry, customer in listed}
    found = {of: recipient for of, recipient in said.items() if recipient is not None}
    reached = {of: recipient for of, recipient in found.items() if all(astuple(recipient.notice))}
    return reached, len(found) - len(reached)


def _own_accounting(
    listed: Listed, draft: Draft, kind: CustomerKind
) -> tuple[dict[int, AccountingData], int]:
    """The accounting data by customer, where it differs from the draft's answer for all, and for how many
    customers the law does not offer what the list says."""
    assert draft.accounting is not None
    assert draft.fiscal_year is not None
    found: dict[int, AccountingData] = {}
    refused = 0
    for entry, customer in listed:
        try:
            own = own_accounting(entry, draft.accounting, kind, draft.fiscal_year)
        except DomainError:
            refused += 1
        else:
            if own is not None and own != declared_for(customer, draft.accounting, draft.fiscal_year):
                found[customer.id] = own
    return found, refused


async def _declare(
    uow: UnitOfWork, draft: Draft, wanted: Iterable[OtherRecipient]
) -> Mapping[OtherRecipient, int]:
    """The ids of these other recipients. Recipients that the draft does not have yet are declared in it."""
    known = (await uow.drafts.others(draft.id)).values()
    # What a number is may have been said since the list was taken the first time.
    ids = {as_listed(other): other.id for other in known} | {
        replace(other, id=0): other.id for other in known
    }
    for other in dict.fromkeys(wanted):
        if other not in ids:
            ids[other] = (await uow.drafts.add_other(draft.id, other)).id
    return ids
