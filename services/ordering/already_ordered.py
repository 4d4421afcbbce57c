"""Customers of a draft that are already in an order for the same package and fiscal year."""

from dataclasses import dataclass

from domain.errors import DomainError
from domain.orders import Answers, Draft
from domain.people import Actor, Right
from services.operation import Operation
from services.ordering.drafts import DraftOperation, check_complete, open_draft
from services.orders.orders import may_see
from services.paging import PAGE_SIZE
from services.ports import OrderedBefore, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class AlreadyOrdered:
    """A customer with the order it is in. `by` is the name of the accountant who placed the order, `may_open`
    whether the actor may see it."""

    before: OrderedBefore
    by: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class AlreadyOrderedPage:
    """The first such customers, and how many there are."""

    items: tuple[AlreadyOrdered, ...]
    total: int


class FindAlreadyOrdered(Operation):
    """Customers of the actor's open draft that are in an order of the firm already, for the same year and the
    same package or, with `any_package`, another one too."""

    async def __call__(self, actor: Actor, any_package: bool = False) -> AlreadyOrderedPage:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            found, total = await uow.orders.ordered_before(draft.id, PAGE_SIZE, any_package)
            names = await uow.people.names({before.accountant_id for before in found})
            items = tuple(
                AlreadyOrdered(
                    before,
                    names[before.accountant_id],
                    may_see(actor, draft.firm_id, before.accountant_id),
                )
                for before in found
            )
            return AlreadyOrderedPage(items, total)


class DropAlreadyOrdered(DraftOperation):
    """Take all customers that are already ordered out of the draft, with `any_package` by another package
    too. Returns how many there were."""

    async def __call__(self, actor: Actor, any_package: bool = False) -> int:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            dropped = await drop_ordered(uow, draft, any_package)
            if dropped:
                await self._save(uow, draft)
            return dropped


async def drop_ordered(uow: UnitOfWork, draft: Draft, any_package: bool = False) -> int:
    """Take the customers that are already ordered out of an open draft; returns how many. With `any_package`
    an order for the same year is enough."""
    count = await uow.drafts.count_lines(draft.id)
    found, total = await uow.orders.ordered_before(draft.id, count, any_package)
    await uow.drafts.unpick_many(draft.id, [before.customer_id for before in found])
    return total


async def check_ready(uow: UnitOfWork, draft: Draft) -> Answers:
    """The draft's answers. Raises `DomainError` unless it is answered and complete, none of its customers is
    already ordered (`already_ordered`, which names the first), and it is ticked."""
    answers = check_complete(draft, await uow.drafts.sums(draft))
    # Before the tick: the order that has them may have withdrawn it.
    await _refuse_ordered(uow, draft)
    if not draft.confirmed:
        raise DomainError("draft_not_confirmed")
    return answers


async def _refuse_ordered(uow: UnitOfWork, draft: Draft) -> None:
    found, count = await uow.orders.ordered_before(draft.id, 1)
    if found:
        first = found[0]
        names = await uow.people.names([first.accountant_id])
        raise DomainError(
            "already_ordered",
            name=first.name,
            order_code=first.order_code,
            who=names[first.accountant_id],
            count=count,
        )
