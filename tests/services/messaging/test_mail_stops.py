"""Who wants no more mails of a firm gets none that they need not have, and the accountant is told."""

from datetime import timedelta

import pytest

from domain.chats import Channel
from domain.messaging.contents import (
    DeliveryFailedContent,
    PaymentContent,
    PaymentWithdrawnContent,
    TrialReminderContent,
)
from domain.messaging.mail_stops import MailWish
from domain.messaging.report_contents import MailReportedContent, MailStoppedContent
from domain.people import Actor
from services.messaging.mail_stops import WishOfMails
from services.operations import Operations
from storage.database import Database
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

CALLER = "203.0.113.7"


async def _link(database: Database) -> str:
    return next(str(row["link"]) for row in await rows_of(database, "pushes") if row["link"])


async def test_reminders_stop_by_mail_and_what_the_payer_needs_goes_on(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    world = Working(database, clock)
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    await world.work()
    await WishOfMails(database, clock)(await _link(database), MailWish.STOP, CALLER)
    await operations.open_activation(owner, order.id)
    await operations.pick_all_licences(owner, order.id, True)
    await operations.start_run(owner, order.id)
    await world.work_until(clock.now() + timedelta(days=8))
    assert not any(isinstance(one, TrialReminderContent) for one in world.to(Channel.EMAIL))
    assert any(isinstance(one, TrialReminderContent) for one in world.to(Channel.SMS))
    chats = world.to(Channel.TELEGRAM)
    assert any(isinstance(one, TrialReminderContent) for one in chats)
    assert [one.wish for one in chats if isinstance(one, MailStoppedContent)] == [MailWish.STOP]
    assert not any(isinstance(one, DeliveryFailedContent) for one in chats)
    # A new order is news that was not refused.
    await placed_order(operations, owner, await add_customers(operations, owner, 1), fiscal_year=2027)
    await world.work()
    assert isinstance(world.to(Channel.EMAIL)[-1], PaymentContent)


@pytest.mark.parametrize("wish", [MailWish.NOT_ORDERED, MailWish.WRONG_PERSON])
async def test_who_reports_a_mail_is_asked_for_nothing_more_and_both_sides_hear_it(
    wish: MailWish,
    operations: Operations,
    owner: Actor,
    stranger: Actor,
    back_office: Actor,
    database: Database,
    clock: FixedClock,
) -> None:
    world = Working(database, clock)
    customers = await add_customers(operations, owner, 1)
    order = await placed_order(operations, owner, customers)
    await world.work()
    for _ in range(2):
        await WishOfMails(database, clock)(await _link(database), wish, CALLER)
    code = (await operations.list_payments(owner, order.id)).items[0].payment.code
    await operations.resend_instruction(owner, code)
    await world.work()
    chats = world.to(Channel.TELEGRAM)
    assert [one.address for one in chats if isinstance(one, MailReportedContent)] == [customers[0].email]
    assert [one.wish for one in chats if isinstance(one, MailStoppedContent)] == [wish]
    [failed] = [one for one in chats if isinstance(one, DeliveryFailedContent)]
    assert failed.failed[0].push.address == customers[0].email
    assert sum(isinstance(one, PaymentContent) for one in world.to(Channel.EMAIL)) == 1
    # No code stays in their hands without a word, and another firm has done nothing to them.
    await operations.cancel_order(owner, order.id)
    await placed_order(operations, stranger, await add_customers(operations, stranger, 1))
    await world.work()
    mails = world.to(Channel.EMAIL)
    assert sum(isinstance(one, PaymentWithdrawnContent) for one in mails) == 1
    assert sum(isinstance(one, PaymentContent) for one in mails) == 2


async def test_money_that_came_is_always_acknowledged(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock, bank: Bank
) -> None:
    world = Working(database, clock)
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    await WishOfMails(database, clock)(await _link(database), MailWish.NOT_ORDERED, CALLER)
    paid = (await operations.list_payments(owner, order.id)).items[0].payment
    await bank.tells(paid.code, paid.amount)
    rows = await rows_of(database, "pushes")
    assert any(row["kind"] == "payment_receipt" and row["state"] == "sent" for row in rows)
    await world.work()
