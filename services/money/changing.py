"""Changing an order that was placed: what it asks for, and lines that are dropped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.budgets import RESENDS_A_DAY
from domain.order_changes import StandingOrder
from domain.orders import Draft, Order, OrderLine
from domain.packages import Package
from domain.payments import PAID_STATES, PaymentRequest
from domain.people import Actor, Right
from domain.tallies import Counted, Tally
from services.audit import record
from services.messaging.push_queue import queue_pushes
from services.money.posting import Cause, post_cancelled, post_charges
from services.money.roll_call import refresh_roll_calls
from services.money.telling import change_name, told_of_change
from services.operation import Operation
from services.orders.orders import own_order
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order before and after a change that was not made yet. `lines` are those that it is about, `told` is
    how many payers know a sum that changes, `stopped` how many of them have nothing to pay any more."""

    before: Order
    after: Order
    lines: tuple[OrderLine, ...]
    told: int
    stopped: int = 0


async def standing_order(uow: UnitOfWork, actor: Actor, order_id: int) -> StandingOrder:
    """An order that the actor may see, with what says how it may be changed. Raises `order_unknown`."""
    order = await own_order(uow, actor, order_id)
    lines = tuple(await uow.licences.of_order(order_id))
    requests = {one.code: one for one in await uow.payments.of_order(order_id)}
    claims = await uow.claims.open_of_any([*requests, order.code])
    return StandingOrder(
        order,
        lines,
        requests,
        bool(await uow.transfers.choosing(order_id)),
        frozenset(claim.payment_code for claim in claims),
        frozenset(await uow.invoices.on_lines(order_id, 1, lines[-1].licence.position)),
    )


class PreviewDrop(Operation):
    """What dropping these lines of an order would change. Raises `DomainError`: see `DropLines`."""

    async def __call__(self, actor: Actor, order_id: int, positions: Collection[int]) -> OrderChange:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            before = await standing_order(uow, actor, order_id)
            after = before.dropping(positions)
            return await change_shown(uow, before, after, positions)


class DropLines(Operation):
    """Drop unpaid lines of an order that stands, whose total was `shown_total`. A repeat changes nothing.

    Their payment requests are withdrawn as on cancelling, or ask for less where others pay by them, too.
    Raises `DomainError`: `last_line`, `order_changed` where somebody else was first, and those of
    `StandingOrder` that say why a line can't be dropped.
    """

    async def __call__(
        self, actor: Actor, order_id: int, positions: Collection[int], shown_total: int
    ) -> Order:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            before = await standing_order(uow, actor, order_id)
            if not any(one.licence.position in positions for one in before.lines):
                return before.order
            if before.order.total != shown_total:
                raise DomainError("order_changed")
            after = before.dropping(positions)
            gone = [one.line for one in before.lines if one.licence.position in positions]
            changed = await settle_sums(uow, actor, before, after, now)
            await uow.order_changes.drop_lines(order_id, positions)
            draft_id = before.order.draft_id
            await uow.drafts.unpick_many(draft_id, [line.customer_id for line in gone])
            for line in gone:
                about = {"position": line.position, "of_customer": line.customer_id, "amount": line.amount}
                await record(uow, Verb.LINE_DROPPED, now, by=actor, order=before.order, **about)
            await queue_pushes(uow, await told_of_change(uow, actor, after.order, changed, now), now)
            await refresh_roll_calls(uow, after.order, f"dropped:{change_name(after.order, now)}", now)
            return after.order


async def settle_sums(
    uow: UnitOfWork,
    actor: Actor,
    before: StandingOrder,
    after: StandingOrder,
    now: datetime,
    package: Package | None = None,
) -> Sequence[PaymentRequest]:
    """Store and post what the order and its requests ask for now; returns the requests that changed."""
    changed = [one for code, one in after.requests.items() if one != before.requests[code]]
    await uow.order_changes.save_order(after.order, package)
    if not changed:
        return changed
    await uow.order_changes.save_requests(changed)
    cause, asked = Cause(actor), [before.requests[one.code] for one in changed]
    await post_cancelled(uow, before.order, asked, cause, now)
    await post_charges(uow, after.order, [one for one in changed if one.line_count], cause, now)
    await uow.held.forget([one.code for one in changed if not one.line_count])
    for is_paid in (True, False):
        codes = [one.code for one in changed if (one.state in PAID_STATES) is is_paid]
        await uow.licences.set_paid(codes, is_paid)
    return changed


async def count_change(uow: UnitOfWork, code: str, now: datetime) -> None:
    """Count a change of an order, or of one request, of which payers are told anew. Raises
    `DomainError("changed_enough")`."""
    tally = Tally.of_day(Counted.RESENT, f"changed {code}", now)
    if await uow.tallies.add(tally, now) > RESENDS_A_DAY:
        raise DomainError("changed_enough", most=RESENDS_A_DAY)


async def keep_in_draft(uow: UnitOfWork, order: Order, now: datetime, **answers: object) -> Draft:
    """Change the draft that the order was made of, too: it is what the order is repeated from."""
    draft = await uow.drafts.get(order.draft_id)
    assert draft is not None
    changes: dict[str, Any] = answers
    draft = replace(draft, **changes)
    await uow.drafts.save(draft, now)
    return draft


async def change_shown(
    uow: UnitOfWork, before: StandingOrder, after: StandingOrder, positions: Collection[int]
) -> OrderChange:
    told = {push.subject.about for push in await uow.pushes.instructions_out(before.order.id)}
    changed = {code for code, one in after.requests.items() if one != before.requests[code]}
    lines = tuple(one.line for one in before.lines if one.licence.position in positions)
    stopped = {code for code in told & changed if not after.requests[code].line_count}
    return OrderChange(before.order, after.order, lines, len(told & changed), len(stopped))
