"""Delivery of queued pushes, over senders that answer as they are told."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import delete

from domain.orders import Order
from domain.people import Actor
from domain.pushes import (
    Channel,
    DeliveryFailed,
    DeliveryFailedContent,
    OrderPlacedContent,
    PaymentContent,
    PushContent,
    PushState,
    StaffJoinedContent,
)
from domain.recipients import RecipientMode
from services.operations import Operations
from services.ports import AddressMoved, RetryLater, Undeliverable
from services.pushes import MAX_ATTEMPTS, SHOWN_LINES, DeliverPush, backoff
from storage.database import Database
from storage.tables import chats
from tests.services.support import unchanged
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import Row, rows_of


class Sent(NamedTuple):
    address: str
    content: PushContent
    key: str
    maybe_repeated: bool


class Killed(BaseException):
    """The process ends: nothing below it runs any more."""


class ScriptedSender:
    """`PushSender` that raises what it is told, one try after the other, and delivers once told no more."""

    def __init__(self) -> None:
        self.outcomes: list[BaseException] = []
        self.tries: list[Sent] = []
        self.delivered: list[Sent] = []
        self.after: BaseException | None = None
        """Raised once the message has arrived."""

    async def send(self, address: str, content: PushContent, key: str, maybe_repeated: bool) -> None:
        sent = Sent(address, content, key, maybe_repeated)
        self.tries.append(sent)
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.delivered.append(sent)
        if self.after is not None:
            raise self.after


@pytest.fixture
def senders() -> dict[Channel, ScriptedSender]:
    return {channel: ScriptedSender() for channel in Channel}


@pytest.fixture
def deliver(database: Database, clock: FixedClock, senders: dict[Channel, ScriptedSender]) -> DeliverPush:
    return DeliverPush(database, clock, senders)


@pytest.fixture
def mail(senders: dict[Channel, ScriptedSender]) -> ScriptedSender:
    return senders[Channel.EMAIL]


@pytest.fixture
def telegram(senders: dict[Channel, ScriptedSender]) -> ScriptedSender:
    return senders[Channel.TELEGRAM]


@pytest.fixture
async def order(operations: Operations, owner: Actor) -> Order:
    """One customer: a notice in the chat, a mail and an SMS."""
    return await placed_order(operations, owner, await add_customers(operations, owner, 1))


@pytest.fixture
async def keys(order: Order, database: Database) -> dict[Channel, str]:
    """The key of the order's one push of each channel."""
    return {row["channel"]: row["key"] for row in await rows_of(database, "pushes")}


async def _push(database: Database, key: str) -> Row:
    (row,) = [row for row in await rows_of(database, "pushes") if row["key"] == key]
    return row


async def _retry(deliver: DeliverPush, key: str, attempts: int = 1) -> RetryLater:
    with pytest.raises(RetryLater) as caught:
        await deliver(key, attempts)
    return caught.value


async def _is_queued(database: Database, key: str, attempted: bool) -> None:
    row = await _push(database, key)
    assert (row["state"], row["attempted"], row["settled_at"]) == (PushState.QUEUED, attempted, None)


class TestSent:
    @pytest.mark.parametrize("channel", Channel)
    async def test_a_push_is_sent_once(
        self,
        channel: Channel,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        keys: dict[Channel, str],
        database: Database,
        clock: FixedClock,
    ) -> None:
        await deliver(keys[channel], 1)
        (sent,) = senders[channel].delivered
        row = await _push(database, keys[channel])
        assert (sent.key, sent.maybe_repeated) == (keys[channel], False)
        assert sent.address == (row["address"] or "owner-1")
        assert (row["state"], row["settled_at"]) == (PushState.SENT, clock.now())
        async with unchanged(database):
            await deliver(keys[channel], 2)
        assert [len(sender.tries) for sender in senders.values()] == [
            int(other is channel) for other in senders
        ]

    async def test_an_unknown_push_is_nothing_to_send(
        self, deliver: DeliverPush, senders: dict[Channel, ScriptedSender], database: Database
    ) -> None:
        async with unchanged(database):
            await deliver("payment:KTC2C2222:email", 1)
        assert not any(sender.tries for sender in senders.values())

    async def test_each_push_says_what_it_is_about(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        telegram: ScriptedSender,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        order: Order,
        database: Database,
    ) -> None:
        for row in await rows_of(database, "pushes"):
            await deliver(row["key"], 1)
        joined, placed = (sent.content for sent in telegram.delivered)
        assert isinstance(joined, StaffJoinedContent)
        assert joined.accountant.id == colleague.accountant_id
        assert placed == OrderPlacedContent(order, 2)
        (mailed,) = senders[Channel.EMAIL].delivered
        (texted,) = senders[Channel.SMS].delivered
        assert mailed.content == texted.content
        assert isinstance(mailed.content, PaymentContent)
        content = mailed.content
        assert (content.order, content.firm.id) == (order, owner.firm_id)
        assert content.accountant.id == owner.accountant_id
        assert [line.payment_code for line in content.lines] == [content.payment.code]
        assert mailed.address == content.payment.notice.email
        assert texted.address == content.payment.notice.phone

    async def test_an_instruction_names_the_first_customers_and_counts_all(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        operations: Operations,
        owner: Actor,
        database: Database,
    ) -> None:
        customers = await add_customers(operations, owner, SHOWN_LINES + 2)
        order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
        for row in await rows_of(database, "pushes"):
            await deliver(row["key"], 1)
        _, instruction = (sent.content for sent in telegram.delivered)
        assert isinstance(instruction, PaymentContent)
        assert instruction.payment.code == order.code
        assert [line.position for line in instruction.lines] == list(range(1, SHOWN_LINES + 1))
        assert instruction.payment.line_count == SHOWN_LINES + 2


class TestRetried:
    async def test_what_surely_did_not_arrive_is_sent_again_without_a_word_of_repetition(
        self, deliver: DeliverPush, mail: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        key = keys[Channel.EMAIL]
        mail.outcomes = [RetryLater(90, "greylisted")]
        later = await _retry(deliver, key)
        assert (later.seconds, later.counts, str(later)) == (90, True, "greylisted")
        await _is_queued(database, key, attempted=False)
        await deliver(key, 2)
        assert [sent.maybe_repeated for sent in mail.tries] == [False, False]
        assert len(mail.delivered) == 1

    async def test_patience_grows_with_each_failed_try(
        self, deliver: DeliverPush, mail: ScriptedSender, keys: dict[Channel, str]
    ) -> None:
        mail.outcomes = [RetryLater(7, "refused"), RetryLater(7, "refused")]
        assert (await _retry(deliver, keys[Channel.EMAIL], 1)).seconds == 7
        assert (await _retry(deliver, keys[Channel.EMAIL], 6)).seconds == backoff(6).total_seconds() > 7

    async def test_an_unknown_outcome_is_tried_again_as_a_possible_repetition(
        self, deliver: DeliverPush, mail: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        key = keys[Channel.EMAIL]
        mail.outcomes = [OSError("connection lost")]
        later = await _retry(deliver, key, 3)
        assert (later.seconds, later.counts) == (backoff(3).total_seconds(), True)
        await _is_queued(database, key, attempted=True)
        await deliver(key, 4)
        assert [sent.maybe_repeated for sent in mail.tries] == [False, True]

    @pytest.mark.parametrize(
        "known", [RetryLater(1, "slow down", counts=False), RetryLater(1, "later"), AddressMoved("owner-1b")]
    )
    async def test_a_try_that_surely_failed_does_not_undo_the_doubt_of_an_earlier_one(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
        known: Exception,
    ) -> None:
        key = keys[Channel.TELEGRAM]
        telegram.outcomes = [OSError("connection lost"), known]
        await _retry(deliver, key, 1)
        await _retry(deliver, key, 2)
        await _is_queued(database, key, attempted=True)
        await deliver(key, 3)
        assert [sent.maybe_repeated for sent in telegram.tries] == [False, True, True]

    async def test_waiting_that_counts_for_nothing_never_ends_in_giving_up(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        key = keys[Channel.TELEGRAM]
        for attempts in (1, MAX_ATTEMPTS, 10_000):
            telegram.outcomes = [RetryLater(30, "slow down", counts=False)]
            later = await _retry(deliver, key, attempts)
            assert (later.seconds, later.counts) == (30, False)
            await _is_queued(database, key, attempted=False)
        await deliver(key, 10_001)
        assert telegram.tries[-1].maybe_repeated is False

    @pytest.mark.parametrize("failure", [RetryLater(1, "no route"), OSError("lost"), ValueError("a fault")])
    async def test_failures_that_count_end_in_telling_the_accountant(
        self,
        deliver: DeliverPush,
        mail: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
        failure: Exception,
    ) -> None:
        key = keys[Channel.EMAIL]
        mail.outcomes = [failure, failure]
        await _retry(deliver, key, MAX_ATTEMPTS - 1)
        assert (await _push(database, key))["state"] == PushState.QUEUED
        await deliver(key, MAX_ATTEMPTS)
        assert (await _push(database, key))["state"] == PushState.UNDELIVERABLE
        assert await _told_of(database, key) == 1

    def test_the_tries_are_spread_over_about_a_day(self) -> None:
        waits = [backoff(attempts) for attempts in range(1, MAX_ATTEMPTS)]
        assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
        assert waits == sorted(waits)
        assert waits[-1] <= timedelta(hours=3)
        assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=28)


async def _told_of(database: Database, key: str) -> int:
    """How often the accountant is to be told that this push failed: rows that are backed by a job."""
    told = [row for row in await rows_of(database, "pushes") if row["about"] == key]
    jobs = {row["key"] for row in await rows_of(database, "jobs")}
    assert all(f"push:{row['key']}" in jobs for row in told)
    assert {(row["kind"], row["channel"], row["address"]) for row in told} <= {
        ("delivery_failed", Channel.TELEGRAM, "")
    }
    return len(told)


class TestUndeliverable:
    async def test_the_accountant_is_told_exactly_once(
        self,
        deliver: DeliverPush,
        mail: ScriptedSender,
        telegram: ScriptedSender,
        keys: dict[Channel, str],
        order: Order,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        key = keys[Channel.EMAIL]
        mail.outcomes = [Undeliverable("no_such_mailbox")]
        await deliver(key, 1)
        row = await _push(database, key)
        assert (row["state"], row["error"], row["settled_at"]) == (
            PushState.UNDELIVERABLE,
            "no_such_mailbox",
            clock.now(),
        )
        assert await _told_of(database, key) == 1
        async with unchanged(database):
            await deliver(key, 2)
        assert len(mail.tries) == 1
        await deliver(f"failed:{key}", 1)
        (told,) = telegram.delivered
        assert isinstance(told.content, DeliveryFailedContent)
        assert (told.address, told.content.order) == ("owner-1", order)
        assert told.content.push.subject != DeliveryFailed(key)
        assert (told.content.push.key, told.content.push.error) == (key, "no_such_mailbox")
        assert told.content.recipient_name == "Nguyễn Văn 1"

    async def test_of_what_cannot_reach_the_accountant_nobody_is_told(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        before = len(await rows_of(database, "jobs"))
        telegram.outcomes = [Undeliverable("blocked")]
        await deliver(keys[Channel.TELEGRAM], 1)
        assert (await _push(database, keys[Channel.TELEGRAM]))["error"] == "blocked"
        assert len(await rows_of(database, "jobs")) == before

    async def test_a_channel_that_is_off(
        self, database: Database, clock: FixedClock, telegram: ScriptedSender, keys: dict[Channel, str]
    ) -> None:
        deliver = DeliverPush(database, clock, {Channel.TELEGRAM: telegram})
        for channel in (Channel.EMAIL, Channel.SMS):
            await deliver(keys[channel], 1)
            row = await _push(database, keys[channel])
            assert (row["state"], row["error"]) == (PushState.UNDELIVERABLE, "channel_off")
            assert await _told_of(database, keys[channel]) == 1

    async def test_an_accountant_whose_chat_is_not_known(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        async with database.writing() as connection:
            await connection.execute(delete(chats))
        await deliver(keys[Channel.TELEGRAM], 1)
        row = await _push(database, keys[Channel.TELEGRAM])
        assert (row["state"], row["error"], telegram.tries) == (PushState.UNDELIVERABLE, "no_address", [])


class TestMoved:
    async def test_a_chat_that_moved_is_written_to_where_it_is_now(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        keys: dict[Channel, str],
        operations: Operations,
        owner: Actor,
        database: Database,
    ) -> None:
        key = keys[Channel.TELEGRAM]
        telegram.outcomes = [AddressMoved("-100777")]
        assert (await _retry(deliver, key)).seconds == 0
        # The old address refused, so nothing arrived there.
        await _is_queued(database, key, attempted=False)
        assert [row["external_id"] for row in await rows_of(database, "chats")] == ["-100777"]
        await deliver(key, 2)
        assert [(sent.address, sent.maybe_repeated) for sent in telegram.tries] == [
            ("owner-1", False),
            ("-100777", False),
        ]
        assert (await _push(database, key))["state"] == PushState.SENT

    async def test_a_chat_that_moves_for_ever_is_given_up(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        key = keys[Channel.TELEGRAM]
        telegram.outcomes = [AddressMoved("owner-1") for _ in range(2)]
        await _retry(deliver, key, MAX_ATTEMPTS - 1)
        await deliver(key, MAX_ATTEMPTS)
        assert (await _push(database, key))["state"] == PushState.UNDELIVERABLE


class TestKilled:
    @pytest.fixture(params=["before it leaves", "after it arrived"])
    def killed(self, request: pytest.FixtureRequest, mail: ScriptedSender) -> ScriptedSender:
        """A process that ends during its first try."""
        if request.param == "after it arrived":
            mail.after = Killed()
        else:
            mail.outcomes = [Killed()]
        return mail

    async def test_the_repeat_says_that_it_may_be_one(
        self,
        deliver: DeliverPush,
        killed: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
    ) -> None:
        key = keys[Channel.EMAIL]
        with pytest.raises(Killed):
            await deliver(key, 1)
        await _is_queued(database, key, attempted=True)
        killed.after = None
        await deliver(key, 2)
        assert [sent.maybe_repeated for sent in killed.tries] == [False, True]
        # The key is the same, so that a channel which knows such can tell.
        assert {sent.key for sent in killed.tries} == {key}
        assert (await _push(database, key))["state"] == PushState.SENT

    async def test_one_killed_while_giving_up_tells_the_accountant_once(
        self,
        mail: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
        database_url: str,
        clock: FixedClock,
    ) -> None:
        key = keys[Channel.EMAIL]
        mail.outcomes = [Undeliverable("full")] * 2
        moments: list[str] = []

        def end(moment: str) -> None:
            moments.append(moment)
            # The mark before sending is the first transaction, giving up the second.
            if moments.count("before") == 2:
                raise Killed

        ending = Database(database_url, on_commit=end)
        with pytest.raises(Killed):
            await DeliverPush(ending, clock, {Channel.EMAIL: mail})(key, 1)
        await ending.close()
        await _is_queued(database, key, attempted=True)
        assert await _told_of(database, key) == 0
        await DeliverPush(database, clock, {Channel.EMAIL: mail})(key, 2)
        assert await _told_of(database, key) == 1


class TestHours:
    NIGHT = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)
    """Ten in the evening in Việt Nam."""

    async def test_an_sms_waits_for_the_morning_and_loses_no_try(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        keys: dict[Channel, str],
        database: Database,
        clock: FixedClock,
    ) -> None:
        clock.set(self.NIGHT)
        async with unchanged(database):
            later = await _retry(deliver, keys[Channel.SMS], MAX_ATTEMPTS)
        assert (later.seconds, later.counts) == (9 * 3600, False)
        clock.forward(seconds=later.seconds)
        await deliver(keys[Channel.SMS], MAX_ATTEMPTS)
        assert [sent.maybe_repeated for sent in senders[Channel.SMS].tries] == [False]

    async def test_nothing_else_waits(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        keys: dict[Channel, str],
        clock: FixedClock,
    ) -> None:
        clock.set(self.NIGHT)
        for channel in (Channel.TELEGRAM, Channel.EMAIL):
            await deliver(keys[channel], 1)
            assert len(senders[channel].delivered) == 1


async def test_pushes_settle_apart(
    deliver: DeliverPush,
    senders: dict[Channel, ScriptedSender],
    keys: dict[Channel, str],
    database: Database,
) -> None:
    senders[Channel.EMAIL].outcomes = [Undeliverable("full")]
    senders[Channel.SMS].outcomes = [OSError("lost")]
    await deliver(keys[Channel.EMAIL], 1)
    await _retry(deliver, keys[Channel.SMS])
    await deliver(keys[Channel.TELEGRAM], 1)
    states = {row["key"]: row["state"] for row in await rows_of(database, "pushes")}
    assert [states[keys[channel]] for channel in (Channel.EMAIL, Channel.SMS, Channel.TELEGRAM)] == [
        PushState.UNDELIVERABLE,
        PushState.QUEUED,
        PushState.SENT,
    ]
