"""The draft of an order: its questions and answers."""

from dataclasses import dataclass, replace

from domain.chats import Channel
from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.orders import STEPS, Answers, Draft, Step, answers_of, is_answered
from domain.packages import Package
from domain.people import Actor, Right
from domain.recipients import OtherRecipient, RecipientMode
from services.operation import Operation
from services.ports import DraftSums, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """The draft that opens when the open one is placed or dropped: its kind, and how many customers it
    has."""

    kind: CustomerKind | None
    lines: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with everything a window shows of it. `total` is VND, VAT included. `kind` is the kind of the
    package, or of the customers while no package is chosen."""

    draft: Draft
    package: Package | None
    sums: DraftSums
    other: OtherRecipient | None
    channels: tuple[Channel, ...]
    """How customers and other recipients are reached: one message on each channel."""
    kind: CustomerKind | None = None
    waiting: WaitingDraft | None = None

    @property
    def recipient_count(self) -> int:
        """How many customers or other recipients get a payment instruction of their own."""
        match self.draft.recipient:
            case RecipientMode.CUSTOMER:
                return self.sums.lines
            case RecipientMode.OTHER:
                return self.sums.recipients + (self.sums.without_other if self.draft.rest_to_customers else 0)
            case _:
                return 0

    @property
    def message_count(self) -> int:
        """How many messages go out to customers and other recipients when the order is placed."""
        return self.recipient_count * len(self.channels)

    @property
    def total(self) -> int:
        return self.package.amount * self.sums.lines if self.package else 0

    @property
    def ready(self) -> bool:
        """Whether every question is answered and every line complete, whether or not it is ticked."""
        return is_answered(self.draft) and self.sums.lines > 0 and self.sums.incomplete == 0


async def open_draft(uow: UnitOfWork, actor: Actor) -> Draft:
    """The actor's open draft. Raises `DomainError("draft_gone")` when it was placed, dropped or expired."""
    draft = await uow.drafts.open_of(actor.accountant_id)
    if draft is None:
        raise DomainError("draft_gone")
    return draft


async def draft_package(uow: UnitOfWork, draft: Draft) -> Package:
    package = await uow.packages.get(draft.package_id) if draft.package_id is not None else None
    if package is None:
        raise DomainError("draft_unanswered", step=Step.PACKAGE)
    return package


async def draft_kind(uow: UnitOfWork, draft: Draft) -> CustomerKind | None:
    """The kind of the draft's package, else of its customers; `None` while it has neither."""
    if draft.package_id is not None:
        return (await draft_package(uow, draft)).kind
    lines = await uow.drafts.lines(draft, limit=1)
    return lines[0].customer.kind if lines else None


async def is_empty(uow: UnitOfWork, draft: Draft) -> bool:
    """Whether nothing is lost with the draft: it holds no customer, and none waits for it."""
    if draft.step is Step.PACKAGE:
        return True
    return not await uow.drafts.count_lines(draft.id) and await uow.drafts.follower_of(draft.id) is None


async def make_room(uow: UnitOfWork, draft: Draft | None, replaces: int | None) -> None:
    """Discard the open draft and the one that waits for it, if `replaces` names it or it holds no customer.
    Raises `DomainError("draft_open")` otherwise."""
    if draft is None:
        return
    if draft.id != replaces and not await is_empty(uow, draft):
        raise DomainError("draft_open")
    waiting = await uow.drafts.follower_of(draft.id)
    if waiting is not None:
        await uow.drafts.discard(waiting.id)
    await uow.drafts.discard(draft.id)


def advanced(furthest: Step, answered: Step) -> Step:
    """The furthest question reached, now that `answered` has its answer. Going back to an earlier question
    does not change it."""
    following = STEPS[STEPS.index(answered) + 1]
    return max(furthest, following, key=STEPS.index)


_STEP_OF = {"package_id": Step.PACKAGE, "fiscal_year": Step.FISCAL_YEAR, "recipient": Step.RECIPIENT}


class DraftOperation(Operation):
    """An operation that changes the actor's open draft."""

    async def _save(self, uow: UnitOfWork, draft: Draft, **changes: object) -> Draft:
        """Store changed answers. Any change takes the tick back; what is answered is a proposal no more."""
        answered = {_STEP_OF[name] for name in changes.keys() & _STEP_OF.keys()}
        kept = {"as_last": draft.as_last - answered, "guessed": draft.guessed - answered}
        changed = replace(draft, **{"confirmed": False, **kept, **changes})  # type: ignore[arg-type]
        await uow.drafts.save(changed, self.clock.now())
        return changed


class OpenDraft(DraftOperation):
    """The actor's open draft, started when there is none."""

    async def __call__(self, actor: Actor) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is None:
                draft = await uow.drafts.start(actor.firm_id, actor.accountant_id, self.clock.now())
            return draft


class FindDraft(Operation):
    """The actor's open draft, or `None`."""

    async def __call__(self, actor: Actor) -> Draft | None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return await uow.drafts.open_of(actor.accountant_id)


@dataclass(frozen=True, slots=True)
class ViewDraft(Operation):
    """The actor's open draft with its sums."""

    channels: tuple[Channel, ...]

    async def __call__(self, actor: Actor) -> DraftView:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return await view_of(uow, await open_draft(uow, actor), self.channels)


async def view_of(uow: UnitOfWork, draft: Draft, channels: tuple[Channel, ...]) -> DraftView:
    package = await uow.packages.get(draft.package_id) if draft.package_id is not None else None
    sums = await uow.drafts.sums(draft)
    other = None
    if draft.other_id is not None:
        other = (await uow.drafts.others(draft.id)).get(draft.other_id)
    follower = await uow.drafts.follower_of(draft.id)
    waiting = None
    if follower is not None:
        lines = await uow.drafts.count_lines(follower.id)
        waiting = WaitingDraft(await draft_kind(uow, follower), lines)
    kind = package.kind if package is not None else await draft_kind(uow, draft)
    return DraftView(draft, package, sums, other, channels, kind, waiting)


class DropEmptyDraft(Operation):
    """Drop the actor's open draft if nothing is lost with it; returns the one that is open afterwards."""

    async def __call__(self, actor: Actor) -> Draft | None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is None or draft.step is Step.PACKAGE or not await is_empty(uow, draft):
                return draft
            await uow.drafts.discard(draft.id)
            return await uow.drafts.open_of(actor.accountant_id)


class DiscardDraft(Operation):
    """Drop the actor's open draft for good; the one that waits for it opens. A repeat changes nothing."""

    async def __call__(self, actor: Actor, draft_id: int) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is not None and draft.id == draft_id:
                await uow.drafts.discard(draft.id)


class ConfirmDraft(DraftOperation):
    """Give or take back the tick that everything is right."""

    async def __call__(self, actor: Actor, confirmed: bool) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            return await self._save(uow, draft, confirmed=confirmed)


def check_complete(draft: Draft, sums: DraftSums) -> Answers:
    """The draft's answers. Raises `DomainError` unless it is answered and complete."""
    answers = answers_of(draft)
    if sums.lines == 0:
        raise DomainError("draft_empty")
    if sums.incomplete:
        raise DomainError("draft_incomplete", count=sums.incomplete)
    return answers
