"""Placing: a complete and ticked draft becomes one order, once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.caps import check_lines
from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.budgets import FirstBudget
from domain.messaging.pushes import OrderPlacedNotice, PaymentInstruction, Push
from domain.orders import (
    Draft,
    DraftLine,
    Order,
    OrderState,
    Step,
    check_line_kind,
)
from domain.packages import offered_fiscal_years
from domain.payments import PayeeAccount, PaymentRequest
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from domain.tallies import Counted
from services.audit import record
from services.messaging.push_queue import queue_notice, queue_pushes
from services.money.account_numbers import OwnNumbers, ask_numbers
from services.money.held import instruct, tell_or_hold
from services.money.naming import fresh_codes
from services.money.posting import Cause, post_charges
from services.operation import Operation
from services.ordering.already_ordered import check_ready
from services.ordering.declaring import keep_declared
from services.ordering.drafts import open_draft
from services.ordering.making_orders import Basis, invoices_of, lines_of, payers_of, requests_of
from services.ports import NewOrder, Turn, UnitOfWork
from services.shares import take_share


class CheckReady(Operation):
    """Raise the `DomainError` that says what the draft still lacks, before the last screen is shown."""

    async def __call__(self, actor: Actor) -> None:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            draft = await open_draft(uow, actor)
            await check_ready(uow, draft)


@dataclass(frozen=True, slots=True)
class PlaceOrder(Operation):
    """Place the order of a draft. A repeat returns the order that was placed.

    Prices, customers and recipients are copied onto the lines. The notice to the accountant and every payment
    instruction are queued in the same transaction. Raises `DomainError` when the draft is not ready, when a
    customer is already ordered, when a question about a buyer is open (`AskAboutBuyers`), or
    (`total_changed`) when the total is not the `shown_total` any more.

    `shown_on` is the app in which a window is about to say that the order stands. It is the notice, where the
    accountant's messages go to this app (`NoteShown`).
    """

    payee: PayeeAccount
    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    budget: FirstBudget
    own_numbers: OwnNumbers

    async def __call__(
        self, actor: Actor, draft_id: int, shown_total: int, shown_on: Channel | None = None
    ) -> Order:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await uow.drafts.get(draft_id)
            if draft is None or draft.accountant_id != actor.accountant_id:
                raise DomainError("draft_gone")
            placed = await uow.orders.by_draft(draft_id)
            if placed is not None:
                return placed
            basis = await self._basis(uow, actor, draft)
            lines = await uow.drafts.lines(draft)
            for line in lines:
                check_line_kind(basis.package, line.customer)
            total = len(lines) * basis.package.amount
            if total != shown_total:
                raise DomainError("total_changed", shown=shown_total, total=total)
            return await self._store(uow, basis, lines, shown_on, now)

    async def _basis(self, uow: UnitOfWork, actor: Actor, draft: Draft) -> Basis:
        firm = await uow.people.firm(actor.firm_id)
        firm.check_may_order()
        answers = await check_ready(uow, draft)
        if answers.fiscal_year not in offered_fiscal_years(self.clock.today()):
            raise DomainError("fiscal_year_not_offered", year=answers.fiscal_year)
        basis = await Basis.read(uow, actor, draft, answers)
        if basis.package.id not in {on_sale.id for on_sale in await uow.packages.on_sale()}:
            raise DomainError("package_unknown", step=Step.PACKAGE)
        return basis

    async def _store(
        self, uow: UnitOfWork, basis: Basis, lines: Sequence[DraftLine], app: Channel | None, now: datetime
    ) -> Order:
        draft, answers, package = basis.draft, basis.answers, basis.package
        check_lines(len(lines))
        await take_share(uow, Counted.ORDERED, draft.firm_id, now)
        payers = list(map(payers_of(basis), lines))
        keys = list(dict.fromkeys(payers))
        codes = await fresh_codes(uow, len(keys))
        code_of = dict(zip(keys, codes, strict=True))
        if answers.recipient is RecipientMode.ACCOUNTANT and len(codes) == 1:
            order_code = codes[0]
        else:
            (order_code,) = await fresh_codes(uow, 1, but=codes)
        order = await uow.orders.add(
            NewOrder(
                code=order_code,
                firm_id=draft.firm_id,
                accountant_id=draft.accountant_id,
                draft_id=draft.id,
                package=package,
                fiscal_year=answers.fiscal_year,
                recipient=answers.recipient,
                accounting=answers.accounting,
                total=len(lines) * package.amount,
                line_count=len(lines),
            ),
            now,
        )
        # The draft has become the order: the next one starts anew.
        await uow.drafts.save(replace(draft, order_id=order.id), now)
        codes_of_lines = [code_of[payer] for payer in payers]
        order_lines = list(lines_of(basis, lines, codes_of_lines, invoices_of(basis)))
        requests = requests_of(basis, self.payee, order, order_lines, now)
        await uow.payments.add_many(requests)
        await post_charges(uow, order, requests, Cause(basis.actor), now)
        await uow.orders.add_lines(order.id, order_lines)
        await uow.licences.add_for(order.id, len(order_lines))
        await keep_declared(uow, draft, package, lines, order_lines, now)
        order = await _settle_free(uow, order, requests)
        await record(uow, Verb.ORDER_PLACED, now, by=basis.actor, order=order)
        owed = [request for request in requests if request.left]
        if order.recipient is not RecipientMode.ACCOUNTANT:
            owed = list(await tell_or_hold(uow, order, owed, self.budget, now))
        told, key = OrderPlacedNotice(order.id), f"order_placed:{draft.id}"
        await queue_notice(uow, Push(key, Channel.CHAT, told, order.accountant_id), app, now)
        await queue_pushes(uow, await self._instructions(uow, order, owed, now), now)
        await ask_numbers(uow, self.own_numbers, requests, now)
        return order

    async def _instructions(
        self, uow: UnitOfWork, order: Order, owed: Sequence[PaymentRequest], now: datetime
    ) -> list[Push]:
        """The payment instruction of each of `owed`: in the chat, or by e-mail and SMS."""
        if order.recipient is not RecipientMode.ACCOUNTANT:
            return await instruct(uow, order, owed, self.channels, now)
        subject, key = PaymentInstruction(order.code), f"payment:{order.code}:chat"
        return [Push(key, Channel.CHAT, subject, order.accountant_id)] if owed else []


async def _settle_free(uow: UnitOfWork, order: Order, requests: Sequence[PaymentRequest]) -> Order:
    """Settle an order that costs nothing. All lines have the same price, so that all of them are free or
    none."""
    if any(request.left for request in requests):
        return order
    await uow.licences.set_paid([request.code for request in requests], True)
    await uow.orders.set_state(order.id, OrderState.PAID)
    return replace(order, state=OrderState.PAID)
