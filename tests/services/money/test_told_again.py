"""Cancelling and ordering again is no pump, and leaves no wrong code in anybody's hands without a word."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.customers import Customer, CustomerField
from domain.messaging.budgets import RESENDS_A_DAY
from domain.messaging.change_contents import PaymentChangedContent
from domain.messaging.contents import PaymentContent, PaymentWithdrawnContent
from domain.messaging.limit_contents import BudgetReachedContent, MessagesWaitContent
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.messaging.budgets import GATHERED
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.working import SentPush, Working

MORNING = datetime(2026, 6, 16, 7, tzinfo=VIETNAM)


def _outside(world: Working) -> list[SentPush]:
    return [push for push in world.sent if push.channel in (Channel.EMAIL, Channel.SMS)]


def _counts(world: Working) -> Counter[tuple[str, type]]:
    return Counter((push.channel, type(push.content)) for push in _outside(world))


async def _loops(
    operations: Operations, owner: Actor, customers: Sequence[Customer], world: Working, count: int
) -> Order:
    """Order, cancel and order again so often; returns the last order, which stands."""
    for _ in range(count):
        order = await placed_order(operations, owner, customers)
        await world.work()
        await operations.cancel_order(owner, order.id)
        await world.work()
    order = await placed_order(operations, owner, customers)
    await world.work()
    return order


def _last_word(world: Working) -> dict[str, str]:
    """What each address was told last, for each that was told anything: the code to pay, or nothing."""
    codes: dict[str, str] = {}
    for push in _outside(world):
        about = push.content
        if isinstance(about, PaymentContent):
            codes[push.address] = about.payment.code
        elif isinstance(about, PaymentWithdrawnContent) and codes.get(push.address) == (
            about.instruction.payment.code
        ):
            codes[push.address] = ""
    return codes


async def test_ordered_again_is_one_mail_that_names_the_code_instead(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    world, customers = Working(database, clock), await add_customers(operations, owner, 3)
    first = await placed_order(operations, owner, customers)
    was = {one.payment.code for one in (await operations.list_payments(owner, first.id)).items}
    await world.work()
    await operations.cancel_order(owner, first.id)
    again = await placed_order(operations, owner, customers)
    await world.work()
    assert _counts(world) == {
        (Channel.EMAIL, PaymentContent): 6,
        (Channel.SMS, PaymentContent): 3,
        (Channel.EMAIL, PaymentWithdrawnContent): 3,
        (Channel.SMS, PaymentWithdrawnContent): 3,
    }
    mails = [push.content for push in world.sent if push.channel is Channel.EMAIL]
    new = [one for one in mails if isinstance(one, PaymentContent)][3:]
    assert {one.instead_of for one in new} == was
    assert {one.order.id for one in new} == {again.id}
    # The mailbox has the new code, the phone was told that the old one is void.
    codes = {one.payment.code for one in (await operations.list_payments(owner, again.id)).items}
    told = _last_word(world)
    assert {told[address] for address in told if "@" in address} == codes
    assert {told[address] for address in told if "@" not in address} == {""}


async def test_the_third_time_waits_for_the_morning_and_both_sides_are_told(
    operations: Operations, owner: Actor, back_office: Actor, database: Database, clock: FixedClock
) -> None:
    """The pump: four orders and three cancellations of 30 made 210 SMS and as many mails."""
    world, customers = Working(database, clock), await add_customers(operations, owner, 3)
    order = await _loops(operations, owner, customers, world, 5)
    mails, texts = _counts(world)[Channel.EMAIL, PaymentContent], _counts(world)[Channel.SMS, PaymentContent]
    assert (mails, texts, len(_outside(world))) == (6, 3, 18)
    assert set(_last_word(world).values()) == {""}
    await world.work_until(clock.now() + GATHERED)
    chats = world.to(Channel.TELEGRAM)
    # Messages of cancelled orders do not count: they are dropped in the morning.
    assert [one.count for one in chats if isinstance(one, MessagesWaitContent)] == [3]
    assert sum(isinstance(one, BudgetReachedContent) for one in chats) == 1
    code = (await operations.list_payments(owner, order.id)).items[0].payment.code
    with refusal("told_lately"):
        await operations.resend_instruction(owner, code)
    await world.work_until(MORNING)
    assert _counts(world)[Channel.EMAIL, PaymentContent] == mails + 3
    codes = {one.payment.code for one in (await operations.list_payments(owner, order.id)).items}
    assert {said for said in _last_word(world).values() if said} == codes


async def test_another_order_for_the_same_customers_is_told_as_ever(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    world, customers = Working(database, clock), await add_customers(operations, owner, 2)
    await placed_order(operations, owner, customers)
    await placed_order(operations, owner, customers, fiscal_year=2027)
    await world.work()
    assert _counts(world) == {(Channel.EMAIL, PaymentContent): 4, (Channel.SMS, PaymentContent): 4}
    clock.forward(days=2)
    order = await placed_order(operations, owner, customers, fiscal_year=2028)
    await operations.cancel_order(owner, order.id)
    clock.forward(days=2)
    await placed_order(operations, owner, customers, fiscal_year=2028)
    await world.work()
    # A day later the word of the cancellation is no news any more.
    assert _counts(world)[Channel.SMS, PaymentContent] == 6


async def test_an_address_that_is_mended_to_and_fro_is_no_pump(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    world, customers = Working(database, clock), await add_customers(operations, owner, 1)
    order = await placed_order(operations, owner, customers)
    await world.work()
    addresses = [customers[0].email, "nan@khac.vn"]
    for turn in range(RESENDS_A_DAY):
        clock.forward(minutes=1)
        was, now = addresses[turn % 2], addresses[1 - turn % 2]
        await operations.mend_line(owner, order.id, 1, CustomerField.EMAIL, now, was)
        await world.work()
    with refusal("changed_enough", most=RESENDS_A_DAY):
        await operations.mend_line(owner, order.id, 1, CustomerField.EMAIL, "ba@khac.vn", now)
    told = Counter(push.address for push in _outside(world) if isinstance(push.content, PaymentContent))
    assert max(told.values()) <= 2
    assert _counts(world)[Channel.SMS, PaymentContent] == 1


async def test_lines_dropped_one_by_one_say_the_last_sum_alone(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    """One payer for 12 lines would get a mail and an SMS for each line that is dropped."""
    world = Working(database, clock)
    order = await placed_order(
        operations, owner, await add_customers(operations, owner, 12), RecipientMode.OTHER
    )
    await world.work()
    said = len(_outside(world))
    for position in range(1, 12):
        order = await operations.drop_lines(owner, order.id, [position], order.total)
    await world.work()
    new = [push.content for push in _outside(world)[said:]]
    assert [type(one) for one in new] == [PaymentChangedContent] * 2
    assert {one.instruction.payment.amount for one in new if isinstance(one, PaymentChangedContent)} == {
        order.total
    }
