"""Having somebody else be told of a placed order, and pay for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.budgets import FirstBudget
from domain.messaging.pushes import PaymentInstruction, Push
from domain.order_changes import StandingOrder, buyer_after, order_state, withdrawn
from domain.orders import Order, OrderLine
from domain.payments import PAYMENT_DAYS, PayeeAccount, PaymentRequest, state_after
from domain.people import Actor, Right
from domain.recipients import (
    InvoiceRecipient,
    NoticeRecipient,
    OtherRecipient,
    RecipientMode,
    accountant_notice,
    customer_invoice,
    customer_notice,
    firm_invoice,
)
from services.audit import record
from services.messaging.push_queue import queue_pushes
from services.money.account_numbers import OwnNumbers, ask_numbers
from services.money.changing import count_change, keep_in_draft, standing_order
from services.money.held import instruct, left_of, tell_or_hold
from services.money.naming import fresh_codes
from services.money.posting import Cause, post_cancelled, post_charges
from services.money.roll_call import refresh_roll_calls
from services.money.telling import change_name, notice_of_change, withdrawals
from services.operation import Operation
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class RecipientChange:
    """Who is told of an order and pays, before and after a change that was not made yet. `told` is how many
    payers are asked not to pay; `before` and `after` are the first line as it is and as it would be. `shown`
    names the state of the order that this is about."""

    order: Order
    mode: RecipientMode
    before: OrderLine
    after: OrderLine
    told: int
    new: int
    """How many customers or other recipients are to be told, and how many of them have to wait."""
    held: int
    shown: str


@dataclass(frozen=True, slots=True)
class PreviewRecipient(Operation):
    """What another recipient would change of an order. Raises `DomainError`: see `ChangeRecipient`."""

    budget: FirstBudget

    async def __call__(
        self, actor: Actor, order_id: int, mode: RecipientMode, notice: NoticeRecipient | None = None
    ) -> RecipientChange:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            standing = await standing_order(uow, actor, order_id)
            _check(standing)
            (await uow.people.firm(standing.order.firm_id)).check_open()
            lines = await _received_by(uow, standing, mode, notice)
            if _is_so(standing, mode, lines):
                raise DomainError("recipient_same")
            told = {push.subject.about for push in await uow.pushes.instructions_out(order_id)}
            new = {RecipientMode.CUSTOMER: len(lines), RecipientMode.OTHER: 1}.get(mode, 0)
            left = await left_of(uow, standing.order.firm_id, self.budget)
            return RecipientChange(
                *(standing.order, mode, standing.lines[0].line, lines[0]),
                *(len(told & standing.requests.keys()), new, 0 if left is None else max(0, new - left)),
                _token(standing),
            )


@dataclass(frozen=True, slots=True)
class ChangeRecipient(Operation):
    """Have somebody else be told of an order and pay for it, before any money came: each customer, the
    order's accountant, or with a `notice` this one person for all. Buyers on invoices follow, but for those
    that were chosen for themselves.

    Each payer gets a code of its own, and the ones before are withdrawn, so that never both are payable.
    `shown` is that of `RecipientChange`. A repeat changes nothing. Raises `DomainError`: `order_changed`,
    `changed_enough`, `change_firm_address`, `firm_closed`, and those of `StandingOrder`.
    """

    payee: PayeeAccount
    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""
    budget: FirstBudget
    own_numbers: OwnNumbers

    async def __call__(
        self,
        actor: Actor,
        order_id: int,
        mode: RecipientMode,
        notice: NoticeRecipient | None,
        shown: str,
    ) -> Order:
        actor.require(Right.PLACE_ORDERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            before = await standing_order(uow, actor, order_id)
            lines = await _received_by(uow, before, mode, notice)
            if _is_so(before, mode, lines):
                return before.order
            if _token(before) != shown:
                raise DomainError("order_changed")
            _check(before)
            await count_change(uow, before.order.code, now)
            order, asked = await self._store(uow, actor, before, mode, lines, now)
            was = before.order.recipient.value
            params: dict[str, Any] = {"from_recipient": was, "to_recipient": mode.value}
            await record(uow, Verb.RECIPIENT_CHANGED, now, by=actor, order=order, **params)
            await self._keep_in_draft(uow, order, mode, notice, now)
            old = before.requests.keys() - {one.code for one in asked}
            out = await uow.pushes.instructions_out(order_id)
            pushes = withdrawals([push for push in out if push.subject.about in old])
            pushes += await self._instructions(uow, order, asked, now)
            await queue_pushes(uow, [*pushes, *notice_of_change(actor, order, now)], now)
            await refresh_roll_calls(uow, order, f"recipient:{change_name(order, now)}", now)
            return order

    async def _store(
        self,
        uow: UnitOfWork,
        actor: Actor,
        before: StandingOrder,
        mode: RecipientMode,
        lines: Sequence[OrderLine],
        now: datetime,
    ) -> tuple[Order, list[PaymentRequest]]:
        own = await uow.payments.get(before.order.code)
        codes = await _codes(uow, before.order, own, mode, len(lines))
        lines = [replace(line, payment_code=code) for line, code in zip(lines, codes, strict=True)]
        asked = [
            self._request(before.order, mode, code, [one for one in lines if one.payment_code == code], now)
            for code in dict.fromkeys(codes)
        ]
        order = replace(before.order, recipient=mode, state=order_state(asked))
        revived = [one for one in asked if own is not None and one.code == own.code]
        new = [one for one in asked if one not in revived]
        await uow.payments.add_many(new)
        await ask_numbers(uow, self.own_numbers, new, now)
        if revived:
            await uow.order_changes.save_requests(revived)
        await uow.order_changes.save_lines(order.id, lines)
        old = list(before.requests.values())
        await uow.order_changes.save_requests([withdrawn(one) for one in old])
        if before.order.recipient is RecipientMode.ACCOUNTANT and own is None:
            # The code for all is withdrawn with theirs, so that money under it waits for a person.
            nothing = replace(withdrawn(old[0]), code=order.code, amount=0)
            await uow.payments.add_many([nothing])
        await uow.order_changes.save_order(order)
        cause = Cause(actor)
        await post_cancelled(uow, before.order, old, cause, now)
        await post_charges(uow, order, asked, cause, now)
        await uow.held.forget([one.code for one in old])
        return order, asked

    def _request(
        self, order: Order, mode: RecipientMode, code: str, lines: Sequence[OrderLine], now: datetime
    ) -> PaymentRequest:
        amount, due_at = sum(line.amount for line in lines), now + timedelta(days=PAYMENT_DAYS)
        state, notice, count = state_after(amount, received=0), lines[0].notice, len(lines)
        return PaymentRequest(code, order.id, amount, state, mode, notice, self.payee, count, due_at)

    async def _instructions(
        self, uow: UnitOfWork, order: Order, asked: Sequence[PaymentRequest], now: datetime
    ) -> list[Push]:
        owed = [one for one in asked if one.left]
        if order.recipient is RecipientMode.ACCOUNTANT:
            key = f"payment:{order.code}:{change_name(order, now)}:chat"
            subject = PaymentInstruction(order.code)
            return [Push(key, Channel.CHAT, subject, order.accountant_id)] if owed else []
        told = await tell_or_hold(uow, order, owed, self.budget, now)
        return await instruct(uow, order, told, self.channels, now)

    @staticmethod
    async def _keep_in_draft(
        uow: UnitOfWork, order: Order, mode: RecipientMode, notice: NoticeRecipient | None, now: datetime
    ) -> None:
        answers: dict[str, object] = {"recipient": mode, "invoice": None, "rest_to_customers": False}
        if notice is not None:
            other = await uow.drafts.add_other(order.draft_id, OtherRecipient(0, notice, None))
            answers["other_id"] = other.id
        draft = await keep_in_draft(uow, order, now, **answers)
        for line in await uow.drafts.lines(draft):
            if line.other_id is not None:
                await uow.drafts.save_line(draft.id, replace(line, other_id=None))


async def _received_by(
    uow: UnitOfWork, standing: StandingOrder, mode: RecipientMode, notice: NoticeRecipient | None
) -> list[OrderLine]:
    """The order's lines with their new recipients, still under the codes that they have."""
    order = standing.order
    firm = await uow.people.firm(order.firm_id)
    accountant = await uow.people.accountant(order.accountant_id)
    if mode is RecipientMode.ACCOUNTANT:
        if not firm.address:
            raise DomainError("change_firm_address")
        notice = accountant_notice(accountant)
    elif mode is RecipientMode.OTHER and notice is None:
        raise DomainError("recipient_unknown")

    def buyer(line: OrderLine) -> InvoiceRecipient:
        is_firm = mode is RecipientMode.ACCOUNTANT
        after = firm_invoice(firm, accountant) if is_firm else customer_invoice(line)
        return buyer_after(line, after, order.recipient, firm.tax_code)

    return [
        replace(
            one.line,
            notice=customer_notice(one.line) if mode is RecipientMode.CUSTOMER or notice is None else notice,
            invoice=buyer(one.line),
        )
        for one in standing.lines
    ]


def _check(standing: StandingOrder) -> None:
    standing.check_unpaid()
    standing.check_not_invoiced()


def _is_so(standing: StandingOrder, mode: RecipientMode, lines: Sequence[OrderLine]) -> bool:
    """Whether these are the order's recipients already."""
    notices = [one.line.notice for one in standing.lines]
    return standing.order.recipient is mode and notices == [line.notice for line in lines]


def _token(standing: StandingOrder) -> str:
    """What names who pays now: it is another after each change."""
    return standing.lines[0].line.payment_code


async def _codes(
    uow: UnitOfWork, order: Order, own: PaymentRequest | None, mode: RecipientMode, count: int
) -> list[str]:
    """The code of each line. A request under the order's own code, which was withdrawn, asks again."""
    if mode is RecipientMode.ACCOUNTANT and own is not None:
        if own.amount:
            return [order.code] * count
        await uow.order_changes.forget_request(order.code)
    if mode is RecipientMode.OTHER:
        return await fresh_codes(uow, 1) * count
    return await fresh_codes(uow, count)
