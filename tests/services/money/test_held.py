"""A firm that has neither paid nor was approved writes to few; the rest waits, and nobody is told twice."""

from collections import Counter

import pytest

from domain.customers import CustomerField
from domain.messaging.budgets import PAID_ENOUGH, RESENDS_A_DAY, FirstBudget
from domain.orders import Order
from domain.people import Actor, FirmState
from domain.recipients import RecipientMode
from services.money.held import left_of
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    other_notice,
    place,
    placed_order,
    ready_draft,
)
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks

FEW = 3


@pytest.fixture
def operations(database: Database, clock: FixedClock) -> Operations:
    budget = FirstBudget(FEW)
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), budget=budget)


async def _told(database: Database) -> Counter[str]:
    """How many messages were queued for others, by channel."""
    rows = await rows_of(database, "pushes")
    return Counter(row["channel"] for row in rows if row["address"])


async def _left(database: Database, actor: Actor) -> int | None:
    async with database.read() as uow:
        return await left_of(uow, actor.firm_id, FirstBudget(FEW))


async def _told_of_release(database: Database) -> list[tuple[str, int]]:
    rows = await rows_of(database, "pushes")
    return [(row["about"], row["accountant_id"]) for row in rows if row["kind"] == "instructions_released"]


async def _order(operations: Operations, owner: Actor, count: int) -> Order:
    return await placed_order(operations, owner, await add_customers(operations, owner, count))


async def test_an_order_within_the_budget_goes_out_whole(
    operations: Operations, owner: Actor, database: Database
) -> None:
    assert await _left(database, owner) == FEW
    await _order(operations, owner, FEW)
    assert await _told(database) == {"email": FEW, "sms": FEW}
    assert await rows_of(database, "held_instructions") == []


async def test_what_goes_beyond_waits_and_back_office_lets_it_go(
    operations: Operations, owner: Actor, back_office: Actor, stranger: Actor, database: Database
) -> None:
    draft = await ready_draft(operations, owner, await add_customers(operations, owner, FEW + 2))
    assert (await operations.overlook_draft(owner)).held == 2
    order = await place(operations, owner, draft)
    assert await _told(database) == {"email": FEW, "sms": FEW}
    page = await operations.desk.list_held(back_office)
    assert [(one.firm.id, one.count) for one in page.items] == [(owner.firm_id, 2)]
    assert (await operations.desk.show_waiting(back_office)).firms == 1
    view = await operations.desk.view_held(back_office, owner.firm_id)
    assert len(view.first) == 2
    # Other firms have their own.
    assert await _left(database, stranger) == FEW
    assert await operations.desk.release_held(back_office, owner.firm_id) == 2
    assert await _told(database) == {"email": FEW + 2, "sms": FEW + 2}
    [(about, whom)] = await _told_of_release(database)
    assert (about.partition(":")[0], whom) == ("2", owner.accountant_id)
    with refusal("nothing_held"):
        await operations.desk.release_held(back_office, owner.firm_id)
    async with database.read() as uow:
        assert await uow.pushes.count_to_recipients(order.id) == 2 * (FEW + 2)
    # From now on the firm writes to anybody.
    assert await _left(database, owner) is None


async def test_the_first_money_lets_all_go(
    operations: Operations, owner: Actor, database: Database, bank: Bank
) -> None:
    order = await _order(operations, owner, FEW + 1)
    paid = (await operations.list_payments(owner, order.id)).items[0].payment
    await bank.tells(paid.code, paid.amount)
    told = [row["about"] for row in await rows_of(database, "pushes") if row["kind"] == "payment_instruction"]
    codes = [one["code"] for one in await rows_of(database, "payment_requests")]
    assert set(told) >= {one for one in codes if one != paid.code}
    assert len(told) == 2 * len(set(told))
    assert await rows_of(database, "held_instructions") == []
    assert [about.partition(":")[0] for about, _ in await _told_of_release(database)] == ["1"]
    assert await _left(database, owner) is None


async def test_a_few_vnd_prove_nothing(
    operations: Operations, owner: Actor, database: Database, bank: Bank
) -> None:
    order = await _order(operations, owner, FEW + 1)
    paid = (await operations.list_payments(owner, order.id)).items[0].payment
    await bank.tells(paid.code, 1_000)
    assert len(await rows_of(database, "held_instructions")) == 1
    assert await _left(database, owner) == 0
    await bank.tells(paid.code, PAID_ENOUGH - 1_000)
    assert await rows_of(database, "held_instructions") == []
    assert await _left(database, owner) is None


async def test_cancelling_and_ordering_again_writes_to_nobody_anew(
    operations: Operations, owner: Actor, back_office: Actor, database: Database
) -> None:
    """The pump: four orders and three cancellations made 210 SMS of 30 customers."""
    customers = await add_customers(operations, owner, FEW)
    for _ in range(3):
        order = await place(operations, owner, await ready_draft(operations, owner, customers))
        await operations.cancel_order(owner, order.id)
    await place(operations, owner, await ready_draft(operations, owner, customers))
    told = [row for row in await rows_of(database, "pushes") if row["kind"] == "payment_instruction"]
    assert len(told) == 2 * FEW
    # What was held of a cancelled order is gone.
    assert [one.count for one in (await operations.desk.list_held(back_office)).items] == [FEW]


async def test_an_instruction_that_waits_is_not_sent_again_and_others_a_few_times(
    operations: Operations, owner: Actor, back_office: Actor, clock: FixedClock
) -> None:
    order = await _order(operations, owner, FEW + 1)
    payments = (await operations.list_payments(owner, order.id)).items
    held = [one.code for one in (await operations.desk.view_held(back_office, owner.firm_id)).first]
    told = next(one.payment.code for one in payments if one.payment.code not in held)
    with refusal("instruction_held"):
        await operations.resend_instruction(owner, held[0])
    with refusal("first_budget_used"):
        await operations.resend_instruction(owner, told)
    # The card to forward is the accountant's own.
    await operations.ask_payment_card(owner, held[0])
    await operations.desk.release_held(back_office, owner.firm_id)
    for _ in range(RESENDS_A_DAY):
        clock.forward(minutes=1)
        await operations.resend_instruction(owner, told)
    clock.forward(minutes=1)
    with refusal("resent_enough", most=RESENDS_A_DAY):
        await operations.resend_instruction(owner, told)
    clock.forward(days=1)
    await operations.resend_instruction(owner, told)


async def test_sending_again_uses_the_budget_of_a_firm_that_has_not_paid(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    order = await _order(operations, owner, 1)
    code = (await operations.list_payments(owner, order.id)).items[0].payment.code
    for left in range(FEW - 1, 0, -1):
        assert await _left(database, owner) == left
        clock.forward(minutes=1)
        await operations.resend_instruction(owner, code)
    clock.forward(minutes=1)
    with refusal("first_budget_used"):
        await operations.resend_instruction(owner, code)


async def test_payers_who_are_the_accountant_are_never_held(
    operations: Operations, owner: Actor, database: Database
) -> None:
    customers = await add_customers(operations, owner, FEW + 1)
    await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
    assert await rows_of(database, "held_instructions") == []
    assert await _told(database) == {}


async def test_a_firm_that_was_approved_writes_to_anybody(
    database: Database, owner: Actor, back_office: Actor, operations: Operations
) -> None:
    async with database.write() as uow:
        await uow.people.decide_firm(owner.firm_id, FirmState.WAITING, "")
    await operations.desk.approve_firm(back_office, owner.firm_id)
    await _order(operations, owner, FEW + 5)
    assert await rows_of(database, "held_instructions") == []


async def test_a_closed_firm_has_nobody_told_who_was_not(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, bank: Bank
) -> None:
    """Neither by another payer of an order nor at another address; who was told may be told not to pay."""
    order = await _order(operations, owner, 2)
    await bank.working.work()
    customers = [view.line for view in (await operations.list_order_lines(owner, order.id)).lines]
    shown = await operations.preview_recipient(owner, order.id, RecipientMode.OTHER, other_notice())
    await operations.desk.close_firm(back_office, owner.firm_id, "Trùng")
    before = await _told(database)
    with refusal("firm_closed", reason="Trùng"):
        await operations.preview_recipient(owner, order.id, RecipientMode.OTHER, other_notice())
    with refusal("firm_closed", reason="Trùng"):
        await operations.change_recipient(owner, order.id, RecipientMode.OTHER, other_notice(), shown.shown)
    mail = customers[0].email
    with refusal("firm_closed", reason="Trùng"):
        await operations.mend_line(owner, order.id, 1, CustomerField.EMAIL, "ai@do.vn", mail)
    assert await _told(database) == before
    await operations.cancel_order(owner, order.id)
    assert await _told(database) == {channel: 2 * count for channel, count in before.items()}


async def test_the_preview_counts_what_leaves_and_spares_who_was_told_not_to_pay(
    operations: Operations, owner: Actor, database: Database, bank: Bank
) -> None:
    """As many as placing the order then sends: one message, and from the second withdrawal on none today."""
    async with database.write() as uow:
        await uow.held.clear(owner.firm_id)
    customers = await add_customers(operations, owner, 2)
    for spared in range(3):
        draft = await ready_draft(operations, owner, customers)
        shown = await operations.preview_messages(owner)
        before = await _told(database) - await _waits(database)
        order = await place(operations, owner, draft)
        left = await _told(database) - await _waits(database)
        left.subtract(before)
        assert Counter({channel.value: count for channel, count in shown.counts.items()}) == +left
        assert (len(shown.channels), shown.later, shown.later_count) == [
            (2, False, 0),
            (1, False, 0),
            (1, True, 2),
        ][spared]
        await bank.working.work()
        await operations.cancel_order(owner, order.id)


async def _waits(database: Database) -> Counter[str]:
    rows = await rows_of(database, "pushes")
    return Counter(row["channel"] for row in rows if row["waits"])
