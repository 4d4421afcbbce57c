"""What has to be known of the buyers on the invoices before an order is placed."""

from dataclasses import dataclass

from domain.errors import DomainError
from domain.invoices import BuyerKind, kinds_of_number
from domain.orders import Draft
from domain.people import Actor, Firm, Right
from domain.recipients import OtherRecipient, RecipientMode
from services.operation import Operation
from services.ordering.drafts import open_draft
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class BuyerQuestions:
    """What is still to be asked: of what kind the twelve digits of these buyers are, and the address of the
    firm that buys; `None` where nothing is asked of it."""

    kinds: tuple[OtherRecipient, ...]
    firm: Firm | None


class AskAboutBuyers(Operation):
    """What the actor's open draft leaves to ask about its buyers."""

    async def __call__(self, actor: Actor) -> BuyerQuestions:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            firm = None
            if (draft.invoice or draft.recipient) is RecipientMode.ACCOUNTANT:
                firm = await uow.people.firm(actor.firm_id)
            return BuyerQuestions(
                await _of_open_kind(uow, draft), firm if firm is not None and not firm.address else None
            )


class SayBuyerKind(Operation):
    """Say of what kind the number of one buyer is, or that all open ones are of the probable kind.

    The tick of the review stays: the answer is given between it and the order. Raises
    `DomainError("recipient_unknown")` for a recipient that the draft does not have, or whose number is not of
    this kind.
    """

    async def __call__(
        self, actor: Actor, other_id: int | None = None, kind: BuyerKind | None = None
    ) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            if other_id is None or kind is None:
                for other in await _of_open_kind(uow, draft):
                    assert other.invoice is not None
                    await uow.drafts.say_buyer_kind(draft.id, other.id, other.invoice.kind)
                return
            said = (await uow.drafts.others(draft.id)).get(other_id)
            if said is None or said.invoice is None or kind not in kinds_of_number(said.invoice.tax_id):
                raise DomainError("recipient_unknown")
            await uow.drafts.say_buyer_kind(draft.id, other_id, kind)


async def _of_open_kind(uow: UnitOfWork, draft: Draft) -> tuple[OtherRecipient, ...]:
    """The buyers of the draft's lines whose number may be of two kinds."""
    if (draft.invoice or draft.recipient) is not RecipientMode.OTHER:
        return ()
    unsaid = {of: other for of, other in (await uow.drafts.others(draft.id)).items() if other.kind_open}
    if not unsaid:
        return ()
    used = {line.other_id or draft.other_id for line in await uow.drafts.lines(draft)}
    return tuple(other for of, other in unsaid.items() if of in used)
