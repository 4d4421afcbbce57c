"""Mending what a placed order says of a customer, before it stands on a licence or an invoice."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.accounting import AccountingData, check_accounting
from domain.chats import Channel
from domain.customer_fields import parse_field
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.events import Verb
from domain.licences import LicenceLine
from domain.messaging.budgets import FirstBudget
from domain.messaging.pushes import Push
from domain.order_changes import check_mendable, check_not_begun, mended
from domain.orders import Order, OrderLine, OrderState
from domain.people import Actor, Right
from services.audit import record
from services.catalogue.customers import kept_customer
from services.messaging.push_queue import queue_pushes
from services.money.changing import count_change
from services.money.held import instruct, tell_or_hold
from services.money.telling import change_name, notice_of_change, withdrawals
from services.operation import LARGEST_ID, Operation
from services.orders.orders import own_order
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class LineMend:
    """A line before and after a field of its customer is mended. `told`: its payer is told elsewhere."""

    order: Order
    before: OrderLine
    after: OrderLine
    told: bool


class ViewMendable(Operation):
    """A line whose data may be mended. Raises `DomainError`: see `MendLine`."""

    async def __call__(self, actor: Actor, order_id: int, position: int) -> tuple[Order, LicenceLine]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return await _standing_line(uow, actor, order_id, position)


class PreviewMend(Operation):
    """What a typed text would change of a line. Raises `DomainError`: see `MendLine`."""

    async def __call__(
        self, actor: Actor, order_id: int, position: int, field: CustomerField, text: str
    ) -> LineMend:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order, one = await _standing_line(uow, actor, order_id, position)
            await _check(uow, order, one, field)
            after = _with(one.line, field, parse_field(field, text, one.line.kind))
            return LineMend(order, one.line, after, await _moves(uow, one.line, after))


@dataclass(frozen=True, slots=True)
class MendLine(Operation):
    """Correct one field of a line's customer, in the order and in the catalogue; `text` is as typed. Where
    the customer is told how to pay, or is the buyer, so are they as mended.

    `shown` is the value before; a repeat changes nothing. Whoever was told at an address that was wrong is
    asked not to pay. Raises `DomainError` for a wrong value, `order_changed`, `changed_enough`, and where
    the field stands already on a licence or an invoice.
    """

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    budget: FirstBudget

    async def __call__(
        self, actor: Actor, order_id: int, position: int, field: CustomerField, text: str, shown: str
    ) -> OrderLine:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order, one = await _standing_line(uow, actor, order_id, position)
            before, value = one.line, parse_field(field, text, one.line.kind)
            if getattr(before, field.value) == value:
                return before
            if getattr(before, field.value) != shown:
                raise DomainError("order_changed")
            await _check(uow, order, one, field)
            after = _with(before, field, value)
            if moves := await _moves(uow, before, after):
                await count_change(uow, before.payment_code, now)
            await uow.orders.mend_line(order.id, position, field, value)
            await uow.order_changes.save_lines(order.id, [after])
            await record(
                uow, Verb.LINE_MENDED, now, by=actor, order=order, position=position, field=field.value
            )
            customer = await kept_customer(uow, order.firm_id, after.customer_id)
            if customer is not None:
                changes: dict[str, Any] = {field.value: value}
                await uow.customers.update(replace(customer, **changes), now)
                await uow.drafts.withdraw_ticks([customer.id])
            pushes = await self._told_elsewhere(uow, order, after, now) if moves else []
            await queue_pushes(uow, [*pushes, *notice_of_change(actor, order, now)], now)
            return after

    async def _told_elsewhere(
        self, uow: UnitOfWork, order: Order, line: OrderLine, now: datetime
    ) -> list[Push]:
        """Have the line's payer be told at the mended address, and whoever was told at the other one not to
        pay."""
        request = await uow.payments.get(line.payment_code)
        assert request is not None
        out = [
            push for push in await uow.pushes.instructions_out(order.id) if push.subject.about == request.code
        ]
        was = request.notice
        request = replace(request, notice=line.notice)
        await uow.order_changes.save_requests([request])
        if not request.left or await uow.held.holds(request.code):
            return []
        addresses = (line.notice.email, line.notice.phone)
        pushes = withdrawals([push for push in out if push.address not in addresses])
        told = await tell_or_hold(uow, order, [request], self.budget, now)
        key, but = change_name(order, now), (was.email, was.phone)
        return pushes + await instruct(uow, order, told, self.channels, now, key, but)


class MendLineAccounting(Operation):
    """Correct the accounting data of a line before its licence is asked for. Raises `DomainError`:
    `order_changed` where they are not as `shown` any more, for data that the year does not offer, and where
    the licence is there already."""

    async def __call__(
        self, actor: Actor, order_id: int, position: int, data: AccountingData, shown: AccountingData
    ) -> OrderLine:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order, one = await _standing_line(uow, actor, order_id, position)
            if one.line.accounting == data:
                return one.line
            if one.line.accounting != shown:
                raise DomainError("order_changed")
            check_not_begun(one)
            check_accounting(one.line.kind, order.fiscal_year, data)
            after = replace(one.line, accounting=data)
            await uow.order_changes.save_lines(order.id, [after])
            await record(
                uow, Verb.LINE_MENDED, now, by=actor, order=order, position=position, field="accounting"
            )
            await queue_pushes(uow, notice_of_change(actor, order, now), now)
            return after


def _with(line: OrderLine, field: CustomerField, value: str) -> OrderLine:
    changes: dict[str, Any] = {field.value: value}
    return mended(line, replace(line, **changes))


async def _standing_line(
    uow: UnitOfWork, actor: Actor, order_id: int, position: int
) -> tuple[Order, LicenceLine]:
    order = await own_order(uow, actor, order_id)
    if order.state is OrderState.CANCELLED:
        raise DomainError("change_cancelled")
    found = await uow.licences.on_line(order_id, position) if position <= LARGEST_ID else None
    if found is None:
        raise DomainError("line_gone")
    return order, found


async def _check(uow: UnitOfWork, order: Order, one: LicenceLine, field: CustomerField) -> None:
    position = one.licence.position
    invoiced = bool(await uow.invoices.on_lines(order.id, position, position))
    check_mendable(one, field, invoiced)


async def _moves(uow: UnitOfWork, before: OrderLine, after: OrderLine) -> bool:
    """Whether the line's own request is one that the customer is told of, at another address now."""
    if before.notice == after.notice:
        return False
    request = await uow.payments.get(before.payment_code)
    return request is not None and request.line_count == 1 and request.notice == before.notice
