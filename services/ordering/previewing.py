"""The messages that placing the order would send, made by what makes the real ones."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.chats import Channel
from domain.codes import LATER
from domain.customers import Customer
from domain.errors import DomainError
from domain.messaging.budgets import FirstBudget
from domain.messaging.contents import OrderPlacedContent, PaymentContent
from domain.orders import Order, OrderState
from domain.payments import PayeeAccount
from domain.people import Actor, Right
from domain.recipients import RecipientMode, customer_invoice
from domain.text import fold, search_terms
from services.messaging.contents.reading import SHOWN_LINES
from services.money.account_numbers import OwnNumbers
from services.money.held import instructions, left_of, spared, told_not_to_pay, within
from services.operation import Operation
from services.ordering.drafts import check_complete, open_draft
from services.ordering.making_orders import Basis, lines_of, payers_of, requests_of

NUMBER_LATER = "*" * 10
"""Stands for a request's own account number, which is reserved once there is an order."""
_NAMED, _SHOWN_LIMIT = 3, 60


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent about one customer, the `place`th of `customers`, with `LATER` for each code and
    `NUMBER_LATER` for each account number of a request's own.

    `instruction` is for whoever pays for it, `None` where nothing is to pay; `channels` reach them. `held`:
    it would wait, as would those of `held_count` payers. `later`: it would wait for the morning, as would
    those of `later_count`, who were told not to pay lately. `counts` leave at once, by channel.
    """

    customer: Customer
    place: int
    customers: int
    placed: OrderPlacedContent
    instruction: PaymentContent | None
    channels: tuple[Channel, ...]
    held: bool
    held_count: int
    later: bool
    later_count: int
    counts: Mapping[Channel, int]


@dataclass(frozen=True, slots=True)
class PreviewMessages(Operation):
    """The messages about one customer of the actor's open draft: the first, or the one `further` places
    behind `customer_id`, round and round.

    The tick is not needed. Raises `DomainError` for what is missing.
    """

    payee: PayeeAccount
    channels: tuple[Channel, ...]
    budget: FirstBudget
    own_numbers: OwnNumbers

    async def __call__(self, actor: Actor, customer_id: int | None = None, further: int = 0) -> Preview:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            answers = check_complete(draft, await uow.drafts.sums(draft))
            basis = await Basis.read(uow, actor, draft, answers)
            picked = await uow.drafts.lines(draft)
            left = await left_of(uow, actor.firm_id, self.budget)
            lately = await told_not_to_pay(uow, actor.firm_id, now)
        ids = [line.customer.id for line in picked]
        if customer_id is not None and customer_id not in ids:
            raise DomainError("line_gone")
        place = ((ids.index(customer_id) if customer_id is not None else 0) + further) % len(ids)
        order = Order(
            id=0,
            code=LATER,
            firm_id=draft.firm_id,
            accountant_id=draft.accountant_id,
            draft_id=draft.id,
            package_name=basis.package.name,
            package_code=basis.package.code,
            kind=basis.package.kind,
            fiscal_year=answers.fiscal_year,
            recipient=answers.recipient,
            line_count=len(picked),
            total=len(picked) * basis.package.amount,
            state=OrderState.PLACED,
            placed_at=now,
        )
        theirs = answers.recipient is not RecipientMode.ACCOUNTANT
        # The accountant is told of all requests as one.
        codes = [str(payer) for payer in map(payers_of(basis), picked)] if theirs else [LATER] * len(picked)
        # No message of now tells who buys, which may still be asked.
        payee = replace(self.payee, account=NUMBER_LATER) if self.own_numbers and theirs else self.payee
        lines = list(lines_of(basis, picked, codes, lambda line: customer_invoice(line.customer)))
        owed = [one for one in requests_of(basis, payee, order, lines, now) if one.left]
        told = within(left, owed) if theirs else owed
        pushes = {
            one.code: spared(list(instructions(one, actor.accountant_id, self.channels)), lately)
            for one in (owed if theirs else ())
        }
        leaving = [pushes[one.code] for one in (told if theirs else ())]
        counts = Counter(push.channel for at_once, _ in leaving for push in at_once)
        late = sum(bool(later) for _, later in leaving)
        mine = next((one for one in owed if one.code == codes[place]), None)
        instruction = None
        if mine is not None:
            first = [replace(line, payment_code=LATER) for line in lines if line.payment_code == mine.code]
            shown = replace(mine, code=LATER), order, basis.firm, basis.accountant
            instruction = PaymentContent(*shown, tuple(first[:SHOWN_LINES]))
        at_once, later = pushes.get(mine.code, ([], [])) if mine else ([], [])
        held = mine is not None and mine not in told
        return Preview(
            picked[place].customer,
            place + 1,
            len(picked),
            OrderPlacedContent(order, sum(counts.values()), len(owed) - len(told)),
            instruction,
            tuple(push.channel for push in (*at_once, *later)),
            held,
            len(owed) - len(told),
            bool(later) and not held,
            late,
            counts,
        )


class FindInDraft(Operation):
    """The customer of the actor's open draft that a typed name or tax code means.

    Raises `DomainError`: `not_in_draft` (value), `several_in_draft` (value, count, names of the first).
    """

    async def __call__(self, actor: Actor, text: str) -> Customer:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            found = [line.customer for line in await uow.drafts.find_lines(draft.id, search_terms(text))]
        # A number of a name is found in many tax codes and phones, too.
        words = f" {fold(text)} "
        by_name = [one for one in found if words in f" {fold(one.name)} "]
        # One letter or digit names nobody: "-1" is a slip.
        found = (by_name or found) if len(words.strip()) > 1 else []
        if not found:
            raise DomainError("not_in_draft", value=text[:_SHOWN_LIMIT])
        if len(found) > 1:
            names = [one.called for one in found[:_NAMED]]
            raise DomainError("several_in_draft", value=text[:_SHOWN_LIMIT], count=len(found), names=names)
        return found[0]
