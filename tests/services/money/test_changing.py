"""An order changed before it was paid: lines dropped, another package, other payers.

Each change keeps the books whole, and what was told before is withdrawn or replaced.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import astuple, replace

import pytest

from domain.chats import Channel
from domain.customers import Customer, CustomerField
from domain.errors import DomainError
from domain.events import Verb
from domain.invoices import InvoiceMoment
from domain.messaging.budgets import RESENDS_A_DAY, FirstBudget
from domain.messaging.change_contents import OrderChangedContent, PaymentChangedContent
from domain.messaging.contents import PaymentContent, PaymentWithdrawnContent, PushContent
from domain.orders import Order, OrderState
from domain.payments import PaymentState
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Attention
from services.invoices.closing import CloseInvoices, InvoiceRules
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.paying import last_transfer, order_state, requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.books import differences
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    made_one_request,
    other_notice,
    package,
    place,
    placed_order,
    ready_draft,
)
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks

PRICE = 1_950_000
CUSTOMER, ACCOUNTANT, OTHER = RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT, RecipientMode.OTHER


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 3)


async def placed(
    operations: Operations, owner: Actor, bank: Bank, customers: Sequence[Customer], mode: RecipientMode
) -> Order:
    """An order whose payers were told."""
    order = await placed_order(operations, owner, customers, mode)
    await bank.working.work()
    bank.working.sent.clear()
    return order


async def activate(operations: Operations, owner: Actor, bank: Bank, order: Order, position: int) -> None:
    run = await operations.open_activation(owner, order.id)
    await operations.pick_all_licences(owner, run.id, False)
    async with bank.database.read() as uow:
        found = await uow.licences.on_line(order.id, position)
    assert found is not None
    await operations.pick_licence(owner, run.id, found.licence.id, True)
    await operations.start_run(owner, run.id)
    await bank.working.work()


async def _said(bank: Bank) -> list[tuple[type[PushContent], str, str]]:
    """What was told since, of which code, to which address."""
    await bank.working.work()
    said = []
    for push in bank.working.sent:
        about = getattr(push.content, "instruction", push.content)
        if isinstance(about, PaymentContent):
            said.append((type(push.content), about.payment.code, push.address))
    bank.working.sent.clear()
    return sorted(said, key=str)


def _each(kind: type[PushContent], *requests: object) -> list[tuple[type[PushContent], str, str]]:
    """This, told to each payer by e-mail and SMS."""
    told = []
    for one in requests:
        notice, code = getattr(one, "notice"), getattr(one, "code")  # noqa: B009
        told += [(kind, code, notice.email), (kind, code, notice.phone)]
    return told


async def _books_are_whole(database: Database) -> None:
    assert await differences(database) == []
    assert sum(row["amount"] for row in await rows_of(database, "postings")) == 0


async def _drop(operations: Operations, actor: Actor, order: Order, *positions: int) -> Order:
    shown = await operations.preview_drop(actor, order.id, positions)
    return await operations.drop_lines(actor, order.id, positions, shown.before.total)


async def _package(operations: Operations, actor: Actor, order: Order, code: str) -> Order:
    wanted = await package(operations, actor, code)
    change = (await operations.preview_package(actor, order.id, wanted.id)).change
    return await operations.change_package(
        actor, order.id, wanted.id, change.before.total, change.after.total
    )


async def _recipient(operations: Operations, actor: Actor, order: Order, mode: RecipientMode) -> Order:
    notice = other_notice() if mode is OTHER else None
    shown = await operations.preview_recipient(actor, order.id, mode, notice)
    return await operations.change_recipient(actor, order.id, mode, notice, shown.shown)


# Dropping lines.


async def test_a_dropped_line_leaves_the_order_and_its_payer_is_told_not_to_pay(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    first, second, third = await requests_of(database, order)
    shown = await operations.preview_drop(owner, order.id, [2])
    assert (shown.before.total, shown.after.total, shown.told) == (3 * PRICE, 2 * PRICE, 1)
    assert [line.name for line in shown.lines] == [customers[1].name]
    after = await operations.drop_lines(owner, order.id, [2], 3 * PRICE)
    assert (after.total, after.line_count, after.state) == (2 * PRICE, 2, OrderState.PLACED)
    assert [one.code for one in await requests_of(database, order)] == [first.code, third.code]
    assert await _said(bank) == sorted(_each(PaymentWithdrawnContent, second), key=str)
    lines = (await operations.list_order_lines(owner, order.id)).lines
    assert [view.line.name for view in lines] == [customers[0].name, customers[2].name]
    assert (await operations.view_order_line(owner, order.id, 3)).lines[0].line.name == customers[2].name
    with refusal("line_gone"):
        await operations.view_order_line(owner, order.id, 2)
    (entry, *_) = (await operations.view_timeline(owner, order.id)).entries
    assert (entry.event.verb, entry.customer) == (Verb.LINE_DROPPED, customers[1].name)
    await _books_are_whole(database)
    async with unchanged(database):
        assert (await operations.drop_lines(owner, order.id, [2], 3 * PRICE)).total == 2 * PRICE
    # It may be ordered again, and repeating the order leaves it out.
    draft = await ready_draft(operations, owner, customers[1:2])
    again = await place(operations, owner, draft)
    assert (await operations.buy_again(owner, order.id)).picked == 2
    assert again.total == PRICE


async def test_dropped_lines_of_one_payer_make_their_request_smaller(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, OTHER)
    (before,) = await requests_of(database, order)
    await _drop(operations, owner, order, 1)
    (after,) = await requests_of(database, order)
    assert (after.code, after.amount, after.line_count) == (before.code, 2 * PRICE, 2)
    assert await _said(bank) == sorted(_each(PaymentChangedContent, before), key=str)
    await _books_are_whole(database)
    await bank.tells(before.code, 2 * PRICE)
    assert await order_state(database, order) is OrderState.PAID


async def test_the_code_for_all_asks_for_less(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, ACCOUNTANT)
    await _drop(operations, owner, order, 1, 3)
    assert await _said(bank) == [(PaymentChangedContent, order.code, "owner-1")]
    await bank.tells(order.code, PRICE)
    assert await order_state(database, order) is OrderState.PAID
    await _books_are_whole(database)


async def test_an_order_stored_with_one_request_for_all_asks_for_less(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, ACCOUNTANT)
    await made_one_request(database, order)
    await _drop(operations, owner, order, 1)
    (request,) = await requests_of(database, order)
    assert (request.code, request.amount) == (order.code, 2 * PRICE)
    # Its payers are others now, and it asks anew when they are not any more.
    await _recipient(operations, owner, order, CUSTOMER)
    await bank.tells(order.code, 2 * PRICE)
    assert (await last_transfer(database)).attention is Attention.CANCELLED_ORDER
    await _recipient(operations, owner, order, ACCOUNTANT)
    await bank.tells(order.code, 2 * PRICE)
    assert await order_state(database, order) is OrderState.PAID
    await _books_are_whole(database)


async def test_an_order_is_paid_when_what_was_open_is_dropped(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers[:2], CUSTOMER)
    first, _ = await requests_of(database, order)
    await bank.tells(first.code, PRICE)
    assert (await _drop(operations, owner, order, 2)).state is OrderState.PAID
    await _books_are_whole(database)


async def test_the_last_line_is_not_dropped(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers[:1], CUSTOMER)
    async with unchanged(database):
        with refusal("last_line"):
            await operations.drop_lines(owner, order.id, [1], PRICE)


@pytest.mark.parametrize("mode", [CUSTOMER, OTHER])
async def test_a_line_with_money_is_not_dropped(
    operations: Operations,
    owner: Actor,
    bank: Bank,
    customers: list[Customer],
    database: Database,
    mode: RecipientMode,
) -> None:
    order = await placed(operations, owner, bank, customers, mode)
    (request, *_) = await requests_of(database, order)
    await bank.tells(request.code, 1)
    with refusal("change_line_paid", name=customers[0].name):
        await operations.drop_lines(owner, order.id, [1], 3 * PRICE)


async def test_what_stands_on_a_licence_is_not_changed(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    await activate(operations, owner, bank, order, 2)
    with refusal("change_activated", name=customers[1].name):
        await operations.preview_drop(owner, order.id, [2])
    with refusal("change_activated"):
        await _package(operations, owner, order, "STANDARD")
    assert (await _drop(operations, owner, order, 1)).line_count == 2
    # Who pays is another thing.
    assert (await _recipient(operations, owner, order, ACCOUNTANT)).recipient is ACCOUNTANT
    await _books_are_whole(database)


async def test_what_stands_on_an_invoice_is_not_changed(
    operations: Operations,
    owner: Actor,
    bank: Bank,
    customers: list[Customer],
    database: Database,
    clock: FixedClock,
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    await activate(operations, owner, bank, order, 1)
    await CloseInvoices(database, clock, InvoiceRules(InvoiceMoment.ACTIVATED))(clock.today())
    with refusal("change_invoiced", name=customers[0].name):
        await operations.preview_recipient(owner, order.id, ACCOUNTANT)
    with refusal("change_invoiced"):
        await operations.preview_mend(owner, order.id, 1, CustomerField.ADDRESS, "9 Hàng Bài, Hà Nội")
    assert (await _drop(operations, owner, order, 2)).line_count == 2


async def test_a_firm_without_an_address_is_no_buyer(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE firms SET address = ''")
    with refusal("change_firm_address"):
        await operations.preview_recipient(owner, order.id, ACCOUNTANT)


async def test_nothing_is_changed_while_a_claim_or_a_choice_is_open(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, ACCOUNTANT)
    claim = await operations.claim_transfer(owner, order.code, "")
    with refusal("change_claimed", payment_code=order.code):
        await _drop(operations, owner, order, 1)
    with refusal("change_claimed"):
        await _package(operations, owner, order, "STANDARD")
    await operations.withdraw_claim(owner, claim.id)
    await bank.tells(order.code, PRICE)
    with refusal("change_waits"):
        await _drop(operations, owner, order, 1)
    with refusal("change_waits"):
        await _recipient(operations, owner, order, CUSTOMER)


async def test_a_cancelled_order_is_not_changed_and_one_with_a_dropped_line_is_cancelled_whole(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    await _drop(operations, owner, order, 1)
    await operations.cancel_order(owner, order.id)
    await _books_are_whole(database)
    for change in (_drop(operations, owner, order, 2), _recipient(operations, owner, order, OTHER)):
        with refusal("change_cancelled"):
            await change


# Another package.


@pytest.mark.parametrize("mode", list(RecipientMode))
async def test_another_package_keeps_the_codes_and_replaces_what_was_told(
    operations: Operations,
    owner: Actor,
    bank: Bank,
    customers: list[Customer],
    database: Database,
    mode: RecipientMode,
) -> None:
    order = await placed(operations, owner, bank, customers, mode)
    before = await requests_of(database, order)
    dearer = await package(operations, owner, "STANDARD")
    after = await _package(operations, owner, order, "STANDARD")
    assert (after.total, after.package_code) == (3 * dearer.amount, "STANDARD")
    requests = await requests_of(database, order)
    assert [one.code for one in requests] == [one.code for one in before]
    assert sum(one.amount for one in requests) == after.total
    told = _each(PaymentChangedContent, *before)
    if mode is ACCOUNTANT:
        told = [(PaymentChangedContent, order.code, "owner-1")]
    assert await _said(bank) == sorted(told, key=str)
    lines = (await operations.list_order_lines(owner, order.id)).lines
    assert {view.line.amount for view in lines} == {dearer.amount}
    await _books_are_whole(database)
    async with unchanged(database):
        same = await operations.change_package(owner, order.id, dearer.id, 3 * PRICE, after.total)
    assert same == after
    assert (await operations.view_timeline(owner, order.id)).entries[0].event.params == {
        "from_package": order.package_name,
        "to_package": dearer.name,
    }
    # And back: the way it was.
    assert (await _package(operations, owner, order, "STARTER")).total == order.total
    await _books_are_whole(database)


async def test_a_package_that_a_customer_has_already_is_refused_another_is_shown(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer]
) -> None:
    one = await placed(operations, owner, bank, customers[:1], CUSTOMER)
    two = await placed_order(operations, owner, customers[:2], CUSTOMER, package_code="STANDARD")
    with refusal("package_ordered", name=customers[0].name, order_code=two.code):
        await _package(operations, owner, one, "STANDARD")
    other = next(
        sold for sold in (await operations.offer_other_packages(owner, one.id))[1] if sold.code != "STANDARD"
    )
    shown = await operations.preview_package(owner, one.id, other.id)
    assert [before.order_code for before in shown.elsewhere] == [two.code]


async def test_an_order_with_money_keeps_its_package_and_payers(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    dearer = await package(operations, owner, "STANDARD")
    shown = await operations.preview_recipient(owner, order.id, ACCOUNTANT)
    change = (await operations.preview_package(owner, order.id, dearer.id)).change
    (request, *_) = await requests_of(database, order)
    # It comes between the last look and the tap.
    await bank.tells(request.code, 1)
    async with unchanged(database):
        with refusal("change_paid", received=1):
            await operations.change_recipient(owner, order.id, ACCOUNTANT, None, shown.shown)
        with refusal("change_paid"):
            await operations.change_package(
                owner, order.id, dearer.id, change.before.total, change.after.total
            )


async def test_payers_are_not_told_of_more_than_a_few_changes_a_day(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], clock: FixedClock
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    for at in range(RESENDS_A_DAY):
        clock.forward(minutes=1)
        await _package(operations, owner, order, ("STANDARD", "STARTER")[at % 2])
    with refusal("changed_enough", most=RESENDS_A_DAY):
        await _recipient(operations, owner, order, OTHER)


# Other payers.

MODES = [(before, after) for before in RecipientMode for after in RecipientMode if before is not after]


@pytest.mark.parametrize(("before", "after"), MODES)
async def test_only_the_new_payer_can_pay(
    operations: Operations,
    owner: Actor,
    bank: Bank,
    customers: list[Customer],
    database: Database,
    before: RecipientMode,
    after: RecipientMode,
) -> None:
    order = await placed(operations, owner, bank, customers, before)
    old = await requests_of(database, order)
    changed = await _recipient(operations, owner, order, after)
    assert (changed.recipient, changed.total) == (after, order.total)
    new = await requests_of(database, order)
    assert not {one.code for one in old} & {one.code for one in new}
    async with database.read() as uow:
        gone = await uow.payments.get_many([one.code for one in old])
    # Nobody is named by what no line refers to, so that whoever is erased is erased there, too.
    assert {astuple(one.notice) for one in gone.values()} == {("", "", "")}
    assert len(new) == (1 if after is OTHER else 3)
    told = [] if before is ACCOUNTANT else _each(PaymentWithdrawnContent, *old)
    told += _each(PaymentContent, *new) if after is not ACCOUNTANT else []
    if after is ACCOUNTANT:
        told.append((PaymentContent, order.code, "owner-1"))
    assert await _said(bank) == sorted(told, key=str)
    await _books_are_whole(database)
    # Money under an old code waits for a person, and is proposed for those who are asked now.
    codes = [order.code] if before is ACCOUNTANT else [one.code for one in old]
    for code in codes:
        await bank.tells(code, PRICE)
        assert (await last_transfer(database)).attention is Attention.CANCELLED_ORDER
    assert await order_state(database, order) is OrderState.PLACED
    await bank.tells(" ".join(one.code for one in new), order.total)
    assert await order_state(database, order) is OrderState.PAID
    await _books_are_whole(database)


@pytest.mark.parametrize(("before", "after"), MODES)
@pytest.mark.parametrize("count", [1, 3])
async def test_the_way_back_is_open(
    operations: Operations,
    owner: Actor,
    bank: Bank,
    customers: list[Customer],
    database: Database,
    before: RecipientMode,
    after: RecipientMode,
    count: int,
) -> None:
    order = await placed(operations, owner, bank, customers[:count], before)
    await _recipient(operations, owner, order, after)
    back = await _recipient(operations, owner, order, before)
    assert back.recipient is before
    await bank.working.work()
    asked = await requests_of(database, order)
    code = order.code if before is ACCOUNTANT else " ".join(one.code for one in asked)
    await bank.tells(code, order.total)
    assert await order_state(database, order) is OrderState.PAID
    await _books_are_whole(database)


async def test_an_order_leaves_the_code_for_several_with_its_payer(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    one = await placed(operations, owner, bank, customers[:1], ACCOUNTANT)
    two = await placed(operations, owner, bank, customers[1:], ACCOUNTANT)
    joint = await operations.ask_joint_instruction(owner)
    await _recipient(operations, owner, two, CUSTOMER)
    await bank.tells(joint, PRICE)
    assert await order_state(database, one) is OrderState.PAID
    assert await order_state(database, two) is OrderState.PLACED
    await bank.tells(joint, 2 * PRICE)
    assert (await last_transfer(database)).attention is not None
    assert await order_state(database, two) is OrderState.PLACED


async def test_buyers_follow_but_those_chosen_for_themselves_stay(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    follows = await placed(operations, owner, bank, customers[:1], CUSTOMER)
    chosen = await placed(operations, owner, bank, customers[1:], OTHER)
    async with database.read() as uow:
        firm = await uow.people.firm(owner.firm_id)
        (line, *_) = await uow.orders.lines(chosen.id, 0, 1)
    for order, buyer in ((follows, firm.name), (chosen, line.invoice.unit_name)):
        shown = await operations.preview_recipient(owner, order.id, ACCOUNTANT)
        assert shown.after.invoice.unit_name == buyer
    assert line.invoice.unit_name != firm.name
    with refusal("recipient_same"):
        await operations.preview_recipient(owner, follows.id, CUSTOMER)


async def test_two_members_change_an_order_at_once(
    operations: Operations,
    owner: Actor,
    colleague: Actor,
    bank: Bank,
    database: Database,
) -> None:
    customers = await add_customers(operations, colleague, 3)
    order = await placed_order(operations, colleague, customers, CUSTOMER)
    await bank.working.work()
    bank.working.sent.clear()
    dearer = await package(operations, owner, "STANDARD")
    change = (await operations.preview_package(owner, order.id, dearer.id)).change
    shown = await operations.preview_recipient(owner, order.id, ACCOUNTANT)
    await operations.drop_lines(colleague, order.id, [1], 3 * PRICE)
    with refusal("order_changed"):
        await operations.change_package(owner, order.id, dearer.id, change.before.total, change.after.total)
    with refusal("order_changed"):
        await operations.change_recipient(owner, order.id, ACCOUNTANT, None, shown.shown)
    with refusal("order_changed"):
        await operations.drop_lines(owner, order.id, [2], 3 * PRICE)
    await _package(operations, owner, order, "STANDARD")
    await bank.working.work()
    (told,) = [push for push in bank.working.sent if isinstance(push.content, OrderChangedContent)]
    assert (told.channel, told.content.by) == (Channel.TELEGRAM, "Phạm Chủ 1")  # type: ignore[attr-defined]
    await _books_are_whole(database)


async def test_of_two_changes_at_the_same_moment_one_is_made(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    dearer = await package(operations, owner, "STANDARD")
    change = (await operations.preview_package(owner, order.id, dearer.id)).change
    outcomes = await asyncio.gather(
        operations.change_package(owner, order.id, dearer.id, change.before.total, change.after.total),
        operations.drop_lines(owner, order.id, [1], 3 * PRICE),
        return_exceptions=True,
    )
    assert {type(one) for one in outcomes} == {Order, DomainError}
    await _books_are_whole(database)


async def test_money_and_another_payer_at_the_same_moment(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers[:1], CUSTOMER)
    (request,) = await requests_of(database, order)
    shown = await operations.preview_recipient(owner, order.id, ACCOUNTANT)
    changed, _ = await asyncio.gather(
        operations.change_recipient(owner, order.id, ACCOUNTANT, None, shown.shown),
        bank.tells(request.code, PRICE),
        return_exceptions=True,
    )
    transfer, state = await last_transfer(database), await order_state(database, order)
    if isinstance(changed, DomainError):
        assert (changed.code, transfer.attention, state) == ("change_paid", None, OrderState.PAID)
    else:
        assert (transfer.attention, state) == (Attention.CANCELLED_ORDER, OrderState.PLACED)
    await _books_are_whole(database)


async def test_new_payers_of_a_firm_that_never_paid_are_held_as_in_a_new_order(
    database: Database, clock: FixedClock, owner: Actor, bank: Bank
) -> None:
    budget = FirstBudget(4)
    operations = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), budget=budget)
    order = await placed(operations, owner, bank, await add_customers(operations, owner, 3), CUSTOMER)
    await _recipient(operations, owner, order, OTHER)
    shown = await operations.preview_recipient(owner, order.id, CUSTOMER)
    assert (shown.new, shown.held) == (3, 3)
    await _recipient(operations, owner, order, CUSTOMER)
    held = {row["code"] for row in await rows_of(database, "held_instructions")}
    assert held == {one.code for one in await requests_of(database, order)}
    # What is held of a line that is dropped is forgotten.
    await _drop(operations, owner, order, 1)
    assert len(await rows_of(database, "held_instructions")) == 2


# Mended data.


async def test_a_mended_address_is_told_and_the_wrong_one_asked_not_to_pay(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers[:1], CUSTOMER)
    (request,) = await requests_of(database, order)
    field = CustomerField.EMAIL
    shown = await operations.preview_mend(owner, order.id, 1, field, "moi@hoasen.vn")
    assert (shown.before.email, shown.after.email, shown.told) == (
        customers[0].email,
        "moi@hoasen.vn",
        True,
    )
    after = await operations.mend_line(owner, order.id, 1, field, "moi@hoasen.vn", customers[0].email)
    assert (after.notice.email, after.invoice.email) == ("moi@hoasen.vn",) * 2
    (now,) = await requests_of(database, order)
    assert now == replace(request, notice=after.notice)
    assert await _said(bank) == sorted(
        [
            (PaymentWithdrawnContent, request.code, customers[0].email),
            (PaymentContent, request.code, "moi@hoasen.vn"),
        ],
        key=str,
    )
    assert (await operations.get_customer(owner, customers[0].id)).email == "moi@hoasen.vn"
    async with unchanged(database):
        await operations.mend_line(owner, order.id, 1, field, "moi@hoasen.vn", customers[0].email)
        with refusal("order_changed"):
            await operations.mend_line(owner, order.id, 1, field, "khac@hoasen.vn", customers[0].email)
    (entry, *_) = (await operations.view_timeline(owner, order.id)).entries
    assert (entry.event.verb, entry.customer) == (Verb.LINE_MENDED, customers[0].name)
    # Cancelling tells the address that is told now, and the other one not twice.
    await operations.cancel_order(owner, order.id)
    assert await _said(bank) == sorted(
        [
            (PaymentWithdrawnContent, request.code, "moi@hoasen.vn"),
            (PaymentWithdrawnContent, request.code, customers[0].phone),
        ],
        key=str,
    )


async def test_a_name_is_mended_for_licence_invoice_and_search(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, ACCOUNTANT)
    changes = {CustomerField.NAME: "Công ty Đổi Tên", CustomerField.ADDRESS: "9 Hàng Bài, Hà Nội"}
    for field, text in changes.items():
        before = (await operations.view_order_line(owner, order.id, 2)).lines[0].line
        await operations.mend_line(owner, order.id, 2, field, text, getattr(before, field.value))
    line = (await operations.view_order_line(owner, order.id, 2)).lines[0].line
    assert (line.name, line.address) == ("Công ty Đổi Tên", "9 Hàng Bài, Hà Nội")
    # The firm is the buyer, so that nothing on the invoice changes.
    assert line.invoice.unit_name != line.name
    assert (await operations.list_orders(owner, query="doi ten")).total == 1
    await _recipient(operations, owner, order, CUSTOMER)
    line = (await operations.view_order_line(owner, order.id, 2)).lines[0].line
    assert (line.invoice.unit_name, line.invoice.address) == (line.name, line.address)


async def test_what_the_vendor_has_is_not_mended_but_the_address_is_until_the_invoice(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer]
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    await activate(operations, owner, bank, order, 1)
    for field in (CustomerField.NAME, CustomerField.EMAIL, CustomerField.PHONE):
        with refusal("change_activated"):
            await operations.preview_mend(owner, order.id, 1, field, "Công ty Mới")
    address = "9 Hàng Bài, Hà Nội"
    line = await operations.mend_line(
        owner, order.id, 1, CustomerField.ADDRESS, address, customers[0].address
    )
    assert line.invoice.address == address


async def test_accounting_data_are_mended_before_the_licence_is_asked_for(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    before = (await operations.view_order_line(owner, order.id, 1)).lines[0].line.accounting
    other = replace(before, costing="fifo" if before.costing != "fifo" else "weighted")
    with refusal("accounting_regime_not_offered"):
        await operations.mend_line_accounting(owner, order.id, 1, replace(before, regime="tt88"), before)
    after = await operations.mend_line_accounting(owner, order.id, 1, other, before)
    assert after.accounting == other
    with refusal("order_changed"):
        await operations.mend_line_accounting(owner, order.id, 1, replace(other, currency="USD"), before)
    await activate(operations, owner, bank, order, 1)
    with refusal("change_activated"):
        await operations.mend_line_accounting(owner, order.id, 1, before, other)


async def test_a_request_that_is_withdrawn_names_nobody_else(
    operations: Operations, owner: Actor, bank: Bank, customers: list[Customer], database: Database
) -> None:
    order = await placed(operations, owner, bank, customers, CUSTOMER)
    await operations.drop_lines(owner, order.id, [1], 3 * PRICE)
    await bank.working.work()
    for push in bank.working.sent:
        if isinstance(push.content, PaymentWithdrawnContent):
            about = push.content.instruction
            assert (about.lines, about.payment.state) == ((), PaymentState.CANCELLED)
