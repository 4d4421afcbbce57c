"""The roll call, a live message that follows the payments, and live messages in general."""

from dataclasses import replace

import pytest

from domain.chats import Channel
from domain.messaging.contents import RollCallContent
from domain.orders import Order
from domain.people import Actor
from services.messaging.live_messages import RefreshLive
from services.operations import Operations
from services.patience import A_DAY
from services.ports import AddressMoved, RetryLater, Undeliverable
from storage.database import Database
from tests.services.paying import pushes_of, requests_of
from tests.services.support import unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.senders import ScriptedSender
from tests.support.working import Working


@pytest.fixture
async def order(operations: Operations, colleague: Actor, bank: Bank) -> Order:
    """An order placed by staff, so that the owner may see it."""
    placed = await placed_order(operations, colleague, await add_customers(operations, colleague, 3))
    await bank.working.work()
    return placed


@pytest.fixture
def refresh(database: Database, clock: FixedClock, bank: Bank) -> RefreshLive:
    return RefreshLive(database, clock, bank.working.channels)


async def _pay(bank: Bank, database: Database, order: Order, nth: int, amount: int | None = None) -> None:
    request = (await requests_of(database, order))[nth]
    await bank.tells(request.code, request.amount if amount is None else amount)


async def _asked(operations: Operations, actor: Actor, order: Order, bank: Bank) -> str:
    """Ask for the roll call and have it sent. Returns its key."""
    await operations.ask_roll_call(actor, order.id)
    await bank.working.work()
    return next(push.key for push in reversed(bank.working.sent) if push.key.startswith("roll_call"))


def _paid(bank: Bank) -> list[tuple[str, int, int]]:
    edits = [(push.address, push.content) for push in bank.working.edits]
    return [(who, one.paid, one.received) for who, one in edits if isinstance(one, RollCallContent)]


async def test_it_follows_every_payment_in_one_message(
    operations: Operations, colleague: Actor, owner: Actor, database: Database, bank: Bank, order: Order
) -> None:
    price = order.total // 3
    assert (
        await _asked(operations, colleague, order, bank)
        == f"roll_call:{order.id}:{colleague.accountant_id}:1"
    )
    assert await _asked(operations, owner, order, bank) == f"roll_call:{order.id}:{owner.accountant_id}:2"
    await _pay(bank, database, order, 0, 1000)
    await _pay(bank, database, order, 1)
    assert sorted(_paid(bank)) == [
        ("owner-1", 0, 1000),
        ("owner-1", 1, price + 1000),
        ("staff-1", 0, 1000),
        ("staff-1", 1, price + 1000),
    ]
    content = bank.working.edits[-1].content
    assert isinstance(content, RollCallContent)
    assert [entry.payment.left for entry in content.entries] == [price - 1000, price, 0]
    assert [entry.name for entry in content.entries][-1] == "Công ty TNHH Hoa Sen 2"


async def test_asked_for_again_the_newest_is_the_live_one(
    operations: Operations, colleague: Actor, database: Database, bank: Bank, order: Order
) -> None:
    await _asked(operations, colleague, order, bank)
    await _asked(operations, colleague, order, bank)
    await _pay(bank, database, order, 0)
    newest = [push for push in bank.working.sent if push.key.startswith("roll_call")][-1]
    (edit,) = bank.working.edits
    assert edit.key == f"sent-{bank.working.sent.index(newest) + 1}"


async def test_nothing_is_edited_where_nothing_changed_or_nobody_asked(
    operations: Operations,
    colleague: Actor,
    database: Database,
    bank: Bank,
    order: Order,
    refresh: RefreshLive,
) -> None:
    await _pay(bank, database, order, 0)
    assert bank.working.edits == []
    key = await _asked(operations, colleague, order, bank)
    await refresh(key, 1)
    edits = len(bank.working.edits)
    async with unchanged(database):
        await refresh(key, 1)
        await refresh("roll_call:1:1:99", 1)
    assert len(bank.working.edits) == edits


async def test_a_message_not_sent_yet_is_looked_at_again(
    operations: Operations, colleague: Actor, database: Database, order: Order, refresh: RefreshLive
) -> None:
    await operations.ask_roll_call(colleague, order.id)
    (row,) = await pushes_of(database, "roll_call")
    with pytest.raises(RetryLater) as caught:
        await refresh(row["key"], 1)
    assert not caught.value.counts


async def test_an_edit_that_fails_is_tried_again_but_not_for_ever(
    operations: Operations,
    colleague: Actor,
    database: Database,
    bank: Bank,
    order: Order,
    refresh: RefreshLive,
) -> None:
    key = await _asked(operations, colleague, order, bank)
    outcomes = bank.working.channels[Channel.TELEGRAM].outcomes
    outcomes.append(RetryLater(7, "pace", counts=False))
    with pytest.raises(RetryLater) as caught:
        await refresh(key, A_DAY.attempts)
    assert (caught.value.seconds, caught.value.counts) == (7, False)
    for error, seconds in ((RetryLater(60, "down"), 60), (TimeoutError(), 5)):
        outcomes.append(error)
        with pytest.raises(RetryLater) as caught:
            await refresh(key, 1)
        assert (caught.value.seconds, caught.value.counts) == (seconds, True)
    for last in (TimeoutError(), RetryLater(60, "down"), Undeliverable("blocked")):
        outcomes.append(last)
        async with unchanged(database):
            await refresh(key, A_DAY.attempts)
    outcomes.append(AddressMoved("staff-moved"))
    with pytest.raises(RetryLater):
        await refresh(key, 1)
    await refresh(key, 2)
    assert bank.working.edits[-1].address == "staff-moved"


async def test_it_follows_in_the_app_that_it_was_sent_in(
    operations: Operations, colleague: Actor, database: Database, bank: Bank, order: Order
) -> None:
    """Even after its person has moved to the other app."""
    await _asked(operations, colleague, order, bank)
    async with database.write() as uow:
        await uow.chats.link(Channel.ZALO, "900", colleague.accountant_id, bank.working.clock.now())
    await operations.set_channel(colleague, Channel.ZALO)
    await _pay(bank, database, order, 0)
    (edit,) = bank.working.edits
    assert (edit.channel, edit.address) == (Channel.TELEGRAM, "staff-1")


async def test_in_an_app_that_changes_no_messages_it_stays_as_it_was_sent(
    operations: Operations, colleague: Actor, database: Database, bank: Bank, order: Order
) -> None:
    async with database.write() as uow:
        await uow.chats.link(Channel.ZALO, "900", colleague.accountant_id, bank.clock.now())
    await operations.set_channel(colleague, Channel.ZALO)
    zalo = ScriptedSender()
    bank = replace(bank, working=Working(database, bank.clock, senders={Channel.ZALO: zalo}))
    await operations.ask_roll_call(colleague, order.id)
    await bank.working.work()
    assert len(zalo.delivered) == 1
    await _pay(bank, database, order, 0)
    assert bank.working.edits == []
