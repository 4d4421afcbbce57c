"""Orders for customers of the catalogue that were wished for in words, ready for the review at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.intakes.entries import OrderWish
from domain.orders import Draft, Step
from domain.packages import offered_fiscal_years
from domain.people import Actor, Right
from services.catalogue.customers import Criteria, catalogue_filter, own_customer
from services.ordering.drafts import DraftOperation, make_room
from services.ordering.proposed_answers import KnownAnswers
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class WishedOrder:
    """A draft of wished-for customers. `choose` is the answer that only the accountant can give."""

    draft: Draft
    picked: int
    choose: Step | None


class OrderWished(DraftOperation):
    """Open a draft for customers of the catalogue, these or all of a kind, with every answer that is known.

    It is ready for the review. A repeat finds the draft that was made.

    The kind is that of the wished package, else that of more of the customers. An open draft that says
    nothing else, and holds none but these customers, becomes this order; another is in the way as in
    `BuyAgain`. Raises `nobody_to_order` where no customer is of the kind, and `wish_…` for a wish
    that cannot be met.
    """

    async def __call__(
        self,
        actor: Actor,
        wish: OrderWish,
        everyone: bool = False,
        customer_ids: Sequence[int] = (),
        replaces: int | None = None,
    ) -> WishedOrder:
        actor.require(Right.KEEP_CUSTOMERS)
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            known = await KnownAnswers.read(uow, actor, wish, offered_fiscal_years(self.clock.today()))
            named = [await own_customer(uow, actor, one) for one in customer_ids]
            all_of = {kind: catalogue_filter(actor, Criteria(kind=kind)) for kind in CustomerKind}
            counts = {
                kind: (await uow.customers.find(where, 0, 1)).total
                if everyone
                else sum(one.kind is kind for one in named)
                for kind, where in all_of.items()
            }
            kind = known.package.kind if known.package else max(CustomerKind, key=lambda one: counts[one])
            if not counts[kind]:
                raise DomainError("nobody_to_order", kind=kind)

            async def pick(draft: Draft) -> int:
                if everyone:
                    await uow.drafts.pick_matching(draft.id, all_of[kind])
                for one in named:
                    if one.kind is kind and not everyone:
                        await uow.drafts.pick(draft.id, one.id)
                return await uow.drafts.count_lines(draft.id)

            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is None or not await _is_made(uow, draft, wish, known, counts[kind]):
                agrees = draft is not None and draft.id != replaces and _agrees(draft, wish, known)
                if draft is None or not agrees or await pick(draft) != counts[kind]:
                    await make_room(uow, draft, replaces)
                    draft = await uow.drafts.start(actor.firm_id, actor.accountant_id, self.clock.now())
                    await pick(draft)
                draft = await self._save(uow, await known.answer(uow, draft, kind, others=False))
            choose = draft.question if draft.question is not Step.REVIEW else None
            return WishedOrder(draft, await uow.drafts.count_lines(draft.id), choose)


def _agrees(draft: Draft, wish: OrderWish, known: KnownAnswers) -> bool:
    """Whether the open draft answers nothing otherwise than was wished."""
    package_id = known.package.id if known.package else None
    answers = ((package_id, draft.package_id), (wish.fiscal_year, draft.fiscal_year))
    return all(None in both or len(set(both)) == 1 for both in answers)


async def _is_made(
    uow: UnitOfWork, draft: Draft, wish: OrderWish, known: KnownAnswers, customers: int
) -> bool:
    """Whether the open draft is what was wished for: the message came twice."""
    return (
        draft.step is Step.REVIEW
        and (known.package is None or draft.package_id == known.package.id)
        and wish.fiscal_year in (None, draft.fiscal_year)
        and await uow.drafts.count_lines(draft.id) == customers
    )
