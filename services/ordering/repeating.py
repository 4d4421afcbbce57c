"""Drafts made from placed orders: the same order again, or one for the next fiscal year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.accounting import default_accounting, moved_to
from domain.customers import REQUIRED_FOR_ORDER, CustomerField
from domain.errors import DomainError
from domain.orders import Draft, DraftLine, Order, OrderLine, Step
from domain.packages import Package, offered_fiscal_years
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from services.catalogue.customers import kept_customer
from services.operation import Operation
from services.ordering.already_ordered import drop_ordered
from services.ordering.drafts import draft_package, make_room
from services.orders.orders import own_order
from services.ports import Turn, UnitOfWork

_COPIED = (CustomerField.TAX_CODE, *REQUIRED_FOR_ORDER)
"""The fields of a customer that an order copies."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A customer of whom `fields` are not as the order has them."""

    name: str
    fields: tuple[CustomerField, ...]


@dataclass(frozen=True, slots=True)
class RepeatedOrder:
    """The draft made from an order, which holds `picked` of its customers.

    Left out are the `archived` ones, those of the `other_kind` by now, and in a renewal those that `already`
    have that year. `choose` is the answer that cannot stay as it was, `None` if the draft is ready for the
    review. `differs` are customers that have changed since, `prices` what one customer cost and costs now,
    `None` if the same.
    """

    draft: Draft
    picked: int
    archived: int
    other_kind: int
    already: int
    choose: Step | None
    differs: tuple[Differs, ...]
    prices: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class RenewalOffer:
    """What an order would be for the next fiscal year. `package` is the one on sale under the same code, or
    `None`. `recipient` and `invoice` are last year's."""

    order: Order
    fiscal_year: int
    package: Package | None
    recipient: RecipientMode
    invoice: RecipientMode


class RepeatingOperation(Operation):
    """An operation that makes a draft from a placed order."""

    async def _repeat(
        self, uow: UnitOfWork, actor: Actor, source: Draft, changed: Draft, replaces: int | None
    ) -> RepeatedOrder:
        """A new draft of `source`'s customers with the answers of `changed`."""
        package = await draft_package(uow, source)
        on_sale = await _on_sale(uow, package)
        lines = await _as_merged(uow, await uow.drafts.lines(source))
        archived = sum(line.customer.archived for line in lines)
        kept = [line for line in lines if not line.customer.archived and line.customer.kind is package.kind]
        wanted = replace(
            changed,
            accountant_id=actor.accountant_id,
            firm_id=actor.firm_id,
            step=Step.REVIEW,
            package_id=(on_sale or package).id,
            confirmed=False,
            order_id=None,
            as_last=frozenset(),
            guessed=frozenset(),
        )
        draft = await uow.drafts.open_of(actor.accountant_id)
        already = 0
        if draft is None or not await _is_made(uow, draft, wanted, kept):
            await make_room(uow, draft, replaces)
            draft, already = await self._make(uow, source, wanted, kept)
        if len(kept) == already:
            raise DomainError("nobody_to_repeat", count=len(lines))
        choose = None
        if on_sale is None:
            choose = Step.PACKAGE
        elif draft.fiscal_year not in offered_fiscal_years(self.clock.today()):
            choose = Step.FISCAL_YEAR
        other_kind = len(lines) - len(kept) - archived
        placed = await uow.orders.lines(source.order_id, 0, None) if source.order_id else ()
        prices = (placed[0].amount, on_sale.amount) if placed and on_sale else None
        held = await uow.drafts.lines(draft)
        return RepeatedOrder(
            draft,
            len(kept) - already,
            archived,
            other_kind,
            already,
            choose,
            tuple(_differing(placed, held)),
            prices if prices and prices[0] != prices[1] else None,
        )

    async def _make(
        self, uow: UnitOfWork, source: Draft, wanted: Draft, lines: Sequence[DraftLine]
    ) -> tuple[Draft, int]:
        """The new draft, and how many of `lines` a renewal leaves out because they have that year already."""
        now = self.clock.now()
        started = await uow.drafts.start(wanted.firm_id, wanted.accountant_id, now)
        others = {
            known.id: (await uow.drafts.add_other(started.id, known)).id
            for known in (await uow.drafts.others(source.id)).values()
        }
        await uow.drafts.add_lines(started.id, list(_copies(lines, source, wanted, others)))
        other_id = others.get(source.other_id or 0)
        draft = replace(wanted, id=started.id, other_id=other_id, updated_at=now)
        await uow.drafts.save(draft, now)
        renewal = wanted.fiscal_year != source.fiscal_year
        return draft, await drop_ordered(uow, draft, any_package=True) if renewal else 0


class BuyAgain(RepeatingOperation):
    """Open a draft with an order's answers and customers.

    An open draft in which something was answered is in the way: this raises `DomainError("draft_open")`, or
    drops that draft if `replaces` names it.
    """

    async def __call__(self, actor: Actor, order_id: int, replaces: int | None = None) -> RepeatedOrder:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            source = await _draft_of(uow, await own_order(uow, actor, order_id))
            return await self._repeat(uow, actor, source, source, replaces)


class OfferRenewal(Operation):
    """How an order can be renewed.

    Raises `DomainError("fiscal_year_not_offered")` when the next year is not sold yet, or not any more.
    """

    async def __call__(self, actor: Actor, order_id: int) -> RenewalOffer:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            order = await own_order(uow, actor, order_id)
            year = _next_year(order, offered_fiscal_years(self.clock.today()))
            source = await _draft_of(uow, order)
            package = await _on_sale(uow, await draft_package(uow, source))
            return RenewalOffer(order, year, package, order.recipient, source.invoice or order.recipient)


class RenewOrder(RepeatingOperation):
    """Open a draft of an order's customers for the next fiscal year. Customers that have the year already,
    even by another package, are left out.

    `recipient` says who is told and pays, `invoice` whose name stands on the invoice. Other recipients are
    last year's. `replaces` as in `BuyAgain`.
    """

    async def __call__(
        self,
        actor: Actor,
        order_id: int,
        recipient: RecipientMode,
        invoice: RecipientMode,
        replaces: int | None = None,
    ) -> RepeatedOrder:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            order = await own_order(uow, actor, order_id)
            year = _next_year(order, offered_fiscal_years(self.clock.today()))
            source = await _draft_of(uow, order)
            assert source.accounting is not None  # A placed order has it.
            moved = moved_to(order.kind, year, source.accounting)
            changed = replace(
                source,
                fiscal_year=year,
                recipient=recipient,
                invoice=invoice if invoice is not recipient else None,
                accounting=moved or default_accounting(order.kind, year),
                accounting_guessed=source.accounting_guessed or moved is None,
            )
            return await self._repeat(uow, actor, source, changed, replaces)


async def _as_merged(uow: UnitOfWork, lines: Iterable[DraftLine]) -> Sequence[DraftLine]:
    """The lines with each merged customer replaced by the one it was merged into. Each customer stands
    once."""
    today: dict[int, DraftLine] = {}
    for line in lines:
        customer = line.customer
        if customer.merged_into is not None:
            customer = await kept_customer(uow, customer.firm_id, customer.id) or customer
        today.setdefault(customer.id, replace(line, customer=customer))
    return list(today.values())


def _differing(placed: Iterable[OrderLine], held: Iterable[DraftLine]) -> Iterable[Differs]:
    before = {line.customer_id: line for line in placed}
    for customer in (line.customer for line in held):
        if (was := before.get(customer.id)) is None:
            continue
        fields = tuple(one for one in _COPIED if getattr(was, one) != getattr(customer, one))
        if fields:
            yield Differs(customer.name, fields)


async def _draft_of(uow: UnitOfWork, order: Order) -> Draft:
    draft = await uow.drafts.get(order.draft_id)
    assert draft is not None
    return draft


async def _on_sale(uow: UnitOfWork, package: Package) -> Package | None:
    """The package that is on sale now under the code of `package`."""
    return next((sold for sold in await uow.packages.on_sale() if sold.code == package.code), None)


def _next_year(order: Order, offered: Iterable[int]) -> int:
    year = order.fiscal_year + 1
    if year not in offered:
        raise DomainError("fiscal_year_not_offered", year=year)
    return year


async def _is_made(uow: UnitOfWork, draft: Draft, wanted: Draft, lines: Sequence[DraftLine]) -> bool:
    """Whether the open draft is already the one that is wanted: the same tap came twice."""
    if draft != replace(
        wanted,
        id=draft.id,
        other_id=draft.other_id,
        confirmed=draft.confirmed,
        updated_at=draft.updated_at,
    ):
        return False
    held = await uow.drafts.lines(draft)
    return [line.customer.id for line in held] == [line.customer.id for line in lines]


def _copies(
    lines: Iterable[DraftLine], source: Draft, changed: Draft, others: Mapping[int, int]
) -> Iterable[DraftLine]:
    """The lines for the new draft. Their own accounting data stays where the year offers it."""
    for line in lines:
        accounting, year = line.accounting, changed.fiscal_year
        if accounting is not None and year is not None and year != source.fiscal_year:
            accounting = moved_to(line.customer.kind, year, accounting)
        yield DraftLine(line.customer, accounting, others.get(line.other_id or 0))
