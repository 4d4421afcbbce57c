"""Buying the lines of a placed order by another package."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.budgets import FirstBudget
from domain.orders import Order
from domain.packages import Package
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from services.audit import record
from services.messaging.push_queue import queue_pushes
from services.money.changing import (
    OrderChange,
    change_shown,
    count_change,
    keep_in_draft,
    settle_sums,
    standing_order,
)
from services.money.held import instruct, tell_or_hold
from services.money.roll_call import refresh_roll_calls
from services.money.telling import change_name, told_of_change
from services.operation import Operation
from services.ports import OrderedBefore, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class PackageChange:
    """Another package for an order. `elsewhere` are customers that have yet another package for the year."""

    change: OrderChange
    package: Package
    elsewhere: tuple[OrderedBefore, ...]


class OfferOtherPackages(Operation):
    """An order, and the packages on sale by which it may be bought instead. Raises `DomainError`: see
    `ChangePackage`."""

    async def __call__(self, actor: Actor, order_id: int) -> tuple[Order, tuple[Package, ...]]:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            standing = await standing_order(uow, actor, order_id)
            standing.check_repackable()
            order = standing.order
            sold = await uow.packages.on_sale()
            others = (one for one in sold if one.kind is order.kind and one.code != order.package_code)
            return order, tuple(others)


class PreviewPackage(Operation):
    """What buying an order's lines by another package would change. Raises `DomainError`: see
    `ChangePackage`."""

    async def __call__(self, actor: Actor, order_id: int, package_id: int) -> PackageChange:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            before = await standing_order(uow, actor, order_id)
            package = await _on_sale(uow, package_id)
            after = before.by_package(package)
            elsewhere = await _check_not_ordered(uow, before.order, package)
            change = await change_shown(uow, before, after, {one.licence.position for one in before.lines})
            return PackageChange(change, package, elsewhere)


@dataclass(frozen=True, slots=True)
class ChangePackage(Operation):
    """Have all lines of an order be bought by another package, before anything was paid or activated.

    The order's total was `shown_before` and becomes `shown_total`. Codes stay, and payers are told that the
    sum takes the place of the one before. A repeat changes nothing. Raises `DomainError`: `order_changed`,
    `total_changed`, `package_unknown`, `package_ordered`, `changed_enough`, and those of `StandingOrder`.
    """

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    budget: FirstBudget

    async def __call__(
        self, actor: Actor, order_id: int, package_id: int, shown_before: int, shown_total: int
    ) -> Order:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            before = await standing_order(uow, actor, order_id)
            package = await _on_sale(uow, package_id)
            is_bought = before.order.package_code == package.code
            if is_bought and before.order.total == shown_total:
                return before.order
            if before.order.total != shown_before:
                raise DomainError("order_changed")
            after = before.by_package(package)
            if after.order.total != shown_total:
                raise DomainError("total_changed", shown=shown_total, total=after.order.total)
            await _check_not_ordered(uow, before.order, package)
            if before.order.recipient is not RecipientMode.ACCOUNTANT:
                await count_change(uow, before.order.code, now)
            changed = await settle_sums(uow, actor, before, after, now, package)
            await uow.order_changes.save_lines(order_id, [one.line for one in after.lines])
            await keep_in_draft(uow, before.order, now, package_id=package.id)
            was = before.order.package_name
            names: dict[str, Any] = {"from_package": was, "to_package": package.name}
            await record(uow, Verb.PACKAGE_CHANGED, now, by=actor, order=before.order, **names)
            pushes = await told_of_change(uow, actor, after.order, changed, now)
            # What cost nothing was asked of nobody.
            new: Sequence[PaymentRequest] = [
                one for one in changed if one.left and not before.requests[one.code].amount
            ]
            if after.order.recipient is not RecipientMode.ACCOUNTANT:
                new = await tell_or_hold(uow, after.order, new, self.budget, now)
                pushes += await instruct(uow, after.order, new, self.channels, now)
            await queue_pushes(uow, pushes, now)
            await refresh_roll_calls(uow, after.order, f"package:{change_name(after.order, now)}", now)
            return after.order


async def _on_sale(uow: UnitOfWork, package_id: int) -> Package:
    for package in await uow.packages.on_sale():
        if package.id == package_id:
            return package
    raise DomainError("package_unknown")


async def _check_not_ordered(uow: UnitOfWork, order: Order, package: Package) -> tuple[OrderedBefore, ...]:
    """Raise `DomainError("package_ordered")` where a customer of the order has this package for its year by
    another order; returns those that have another one."""
    found = await uow.order_changes.ordered_elsewhere(order)
    for code, one in found:
        if code == package.code:
            names = await uow.people.names([one.accountant_id])
            raise DomainError(
                "package_ordered", name=one.name, order_code=one.order_code, who=names[one.accountant_id]
            )
    return tuple(one for _, one in found)
