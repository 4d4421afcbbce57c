"""Delivery of queued pushes by senders that answer as they are told."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.customers import CustomerField
from domain.messaging.change_contents import OrderCancelledContent
from domain.messaging.contents import (
    DailyDigestContent,
    DeliveryFailedContent,
    OrderPlacedContent,
    PaymentContent,
    PaymentReceiptContent,
    StaffJoinedContent,
)
from domain.messaging.kinds import PushSubject
from domain.messaging.notices import QuietHours, Topic
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import (
    DeliveryFailed,
    FirmWaiting,
    OrderCancelledNotice,
    OrderPlacedNotice,
    PaymentInstruction,
    PaymentReceipt,
    Push,
    PushState,
    StaffJoined,
)
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor, FirmState
from domain.recipients import RecipientMode
from domain.transfers import Provider, ReportedTransfer, Share
from services.messaging.contents.reading import READ_AHEAD, SHOWN_LINES
from services.messaging.digests import SendDigest
from services.messaging.push_queue import DIGEST_JOB, queue_pushes
from services.messaging.pushes import DeliverPush
from services.operations import Operations
from services.patience import A_DAY
from services.ports import AddressMoved, RetryLater, Undeliverable
from storage.database import Database
from storage.tables.people import chats
from tests.services.support import unchanged
from tests.support.builders import add_customers, join_staff, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import Row, rows_of
from tests.support.senders import Killed, ScriptedSender


@pytest.fixture
def senders() -> dict[Channel, ScriptedSender]:
    return {channel: ScriptedSender() for channel in Channel if channel is not Channel.CHAT}


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
    """An order of one customer: a chat notice, a mail and an SMS."""
    return await placed_order(operations, owner, await add_customers(operations, owner, 1))


@pytest.fixture
async def keys(order: Order, database: Database) -> dict[Channel, str]:
    """The key of the order's push in each channel."""
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
    @pytest.mark.parametrize("channel", [Channel.CHAT, Channel.EMAIL, Channel.SMS])
    async def test_a_push_is_sent_once(
        self,
        channel: Channel,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        keys: dict[Channel, str],
        database: Database,
        clock: FixedClock,
    ) -> None:
        way = Channel.TELEGRAM if channel is Channel.CHAT else channel
        await deliver(keys[channel], 1)
        (sent,) = senders[way].delivered
        row = await _push(database, keys[channel])
        assert (sent.key, sent.maybe_repeated) == (keys[channel], False)
        assert sent.address == (row["address"] or "owner-1")
        assert (row["state"], row["settled_at"]) == (PushState.SENT, clock.now())
        # The reference serves to edit the message, and to recognise it when its button is tapped.
        assert (row["sent_on"], row["message_ref"]) == (way, "message-1")
        async with unchanged(database):
            await deliver(keys[channel], 2)
        assert [len(sender.tries) for sender in senders.values()] == [int(other is way) for other in senders]

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

    @pytest.mark.parametrize("cleared", [False, True])
    async def test_no_name_is_a_link_before_the_firm_is_cleared(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        operations: Operations,
        owner: Actor,
        database: Database,
        cleared: bool,
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        named = await operations.edit_customer(
            owner, customer.id, CustomerField.NAME, "Công ty CP Bán Lẻ Tiki.vn"
        )
        await placed_order(operations, owner, [named])
        if cleared:
            async with database.write() as uow:
                await uow.held.clear(owner.firm_id)
        for row in await rows_of(database, "pushes"):
            await deliver(row["key"], 1)
        shown = "Công ty CP Bán Lẻ Tiki.vn" if cleared else "Công ty CP Bán Lẻ Tiki. vn"
        for channel in (Channel.EMAIL, Channel.SMS):
            content = senders[channel].delivered[-1].content
            assert isinstance(content, PaymentContent)
            assert [line.name for line in content.lines] == [shown]
            assert content.payment.notice.email == customer.email

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
        assert (await _retry(deliver, keys[Channel.EMAIL], 6)).seconds == A_DAY.wait(6) > 7

    async def test_an_unknown_outcome_is_tried_again_as_a_possible_repetition(
        self, deliver: DeliverPush, mail: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        key = keys[Channel.EMAIL]
        mail.outcomes = [OSError("connection lost")]
        later = await _retry(deliver, key, 3)
        assert (later.seconds, later.counts) == (A_DAY.wait(3), True)
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
        key = keys[Channel.CHAT]
        telegram.outcomes = [OSError("connection lost"), known]
        await _retry(deliver, key, 1)
        await _retry(deliver, key, 2)
        await _is_queued(database, key, attempted=True)
        await deliver(key, 3)
        assert [sent.maybe_repeated for sent in telegram.tries] == [False, True, True]

    async def test_waiting_that_counts_for_nothing_never_ends_in_giving_up(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        key = keys[Channel.CHAT]
        for attempts in (1, A_DAY.attempts, 10_000):
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
        await _retry(deliver, key, A_DAY.attempts - 1)
        assert (await _push(database, key))["state"] == PushState.QUEUED
        await deliver(key, A_DAY.attempts)
        assert (await _push(database, key))["state"] == PushState.UNDELIVERABLE
        assert await _told_of(database, key) == 1


async def _told_of(database: Database, key: str) -> int:
    """How often the accountant will be told that this push failed. Each row must have a job."""
    told = [row for row in await rows_of(database, "pushes") if row["about"] == key]
    jobs = {row["key"] for row in await rows_of(database, "jobs")}
    assert all(f"push:{row['key']}" in jobs for row in told)
    assert {(row["kind"], row["channel"], row["address"]) for row in told} <= {
        ("delivery_failed", Channel.CHAT, "")
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
        (failed,) = told.content.failed
        assert (told.address, told.content.count, failed.order) == ("owner-1", 1, order)
        assert (failed.push.key, failed.push.error) == (key, "no_such_mailbox")
        assert failed.recipient_name == "Nguyễn Văn 1"

    async def test_several_are_told_as_one(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        telegram: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
    ) -> None:
        for channel in (Channel.EMAIL, Channel.SMS):
            senders[channel].outcomes = [Undeliverable("gone")]
            await deliver(keys[channel], 1)
        for channel in (Channel.EMAIL, Channel.SMS):
            await deliver(f"failed:{keys[channel]}", 1)
        (told,) = telegram.delivered
        assert isinstance(told.content, DeliveryFailedContent)
        assert [one.push.channel for one in told.content.failed] == [Channel.EMAIL, Channel.SMS]
        assert [
            (await _push(database, f"failed:{keys[channel]}"))["state"]
            for channel in (Channel.EMAIL, Channel.SMS)
        ] == [PushState.SENT, PushState.DROPPED]

    async def test_what_fails_while_it_is_told_is_told_next(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        telegram: ScriptedSender,
        keys: dict[Channel, str],
        clock: FixedClock,
    ) -> None:
        for channel in (Channel.EMAIL, Channel.SMS):
            senders[channel].outcomes = [Undeliverable("gone")]
        await deliver(keys[Channel.EMAIL], 1)

        async def meanwhile() -> None:
            clock.forward(seconds=1)
            await deliver(keys[Channel.SMS], 1)

        telegram.during = meanwhile
        for channel in (Channel.EMAIL, Channel.SMS):
            await deliver(f"failed:{keys[channel]}", 1)
        told = [sent.content for sent in telegram.delivered]
        failed = [content.failed for content in told if isinstance(content, DeliveryFailedContent)]
        assert len(failed) == len(told)
        assert [[one.push.channel for one in each] for each in failed] == [
            [Channel.EMAIL],
            [Channel.SMS],
        ]

    async def test_of_what_cannot_reach_the_accountant_nobody_is_told(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str], database: Database
    ) -> None:
        before = len(await rows_of(database, "jobs"))
        telegram.outcomes = [Undeliverable("blocked")]
        await deliver(keys[Channel.CHAT], 1)
        assert (await _push(database, keys[Channel.CHAT]))["error"] == "blocked"
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
        await deliver(keys[Channel.CHAT], 1)
        row = await _push(database, keys[Channel.CHAT])
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
        key = keys[Channel.CHAT]
        telegram.outcomes = [AddressMoved("-100777")]
        assert (await _retry(deliver, key)).seconds == 0
        # The old address has refused, so nothing arrived there.
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
        key = keys[Channel.CHAT]
        telegram.outcomes = [AddressMoved("owner-1") for _ in range(2)]
        await _retry(deliver, key, A_DAY.attempts - 1)
        await deliver(key, A_DAY.attempts)
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
        # The key is the same, so that a channel that remembers keys recognises the repeat.
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
            # The mark before sending is the first transaction; giving up is the second.
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
            later = await _retry(deliver, keys[Channel.SMS], A_DAY.attempts)
        assert (later.seconds, later.counts) == (9 * 3600, False)
        clock.forward(seconds=later.seconds)
        await deliver(keys[Channel.SMS], A_DAY.attempts)
        assert [sent.maybe_repeated for sent in senders[Channel.SMS].tries] == [False]

    async def test_nothing_else_waits(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        keys: dict[Channel, str],
        clock: FixedClock,
    ) -> None:
        clock.set(self.NIGHT)
        for channel, way in ((Channel.CHAT, Channel.TELEGRAM), (Channel.EMAIL, Channel.EMAIL)):
            await deliver(keys[channel], 1)
            assert len(senders[way].delivered) == 1


async def _tell(
    database: Database, actor: Actor, clock: FixedClock, subject: PushSubject, key: str = "told"
) -> str:
    """Queue a chat message to this person. Returns its key."""
    async with database.write() as uow:
        await queue_pushes(uow, [Push(key, Channel.CHAT, subject, actor.accountant_id)], clock.now())
    return key


async def _prefer(
    database: Database, actor: Actor, digest: frozenset[Topic] = frozenset(), quiet: QuietHours | None = None
) -> None:
    async with database.write() as uow:
        await uow.preferences.save(actor.accountant_id, Preferences(digest, quiet))


async def _digests(database: Database) -> list[Row]:
    return [row for row in await rows_of(database, "jobs") if row["name"] == DIGEST_JOB]


def _hour(hour: int, minute: int = 0) -> datetime:
    """A moment on the day of these tests, in Việt Nam."""
    return datetime(2026, 6, 15, hour, minute, tzinfo=VIETNAM)


class TestHeld:
    @pytest.fixture
    async def orders_in_digest(self, database: Database, owner: Actor) -> None:
        await _prefer(database, owner, frozenset({Topic.ORDERS, Topic.STAFF, Topic.DELIVERY}))

    @pytest.fixture
    def at_eight(
        self, database: Database, deliver: DeliverPush, owner: Actor, clock: FixedClock
    ) -> Callable[[], Awaitable[str]]:
        """Moves to the next digest and sends it; returns its key."""

        async def go_on() -> str:
            (digest, *_) = [row for row in await _digests(database) if row["due_at"] > clock.now()]
            clock.set(digest["due_at"])
            await SendDigest(database, clock)(owner.accountant_id, clock.now())
            await deliver(digest["key"], 1)
            return str(digest["key"])

        return go_on

    @pytest.mark.usefixtures("orders_in_digest")
    async def test_what_is_held_comes_as_one_message_in_the_morning(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        order: Order,
        owner: Actor,
        colleague: Actor,
        database: Database,
        clock: FixedClock,
        at_eight: Callable[[], Awaitable[str]],
    ) -> None:
        subjects: list[PushSubject] = [OrderCancelledNotice(order.id), StaffJoined(colleague.accountant_id)]
        keys = [
            await _tell(database, owner, clock, subject, str(number))
            for number, subject in enumerate(subjects)
        ]
        for key in keys:
            await deliver(key, 1)
            assert (await _push(database, key))["state"] == PushState.HELD
            async with unchanged(database):
                await deliver(key, 2)
        assert telegram.tries == []
        (job,) = await _digests(database)
        assert job["due_at"] == _hour(8) + timedelta(days=1)

        digest = await at_eight()
        (sent,) = telegram.delivered
        assert isinstance(sent.content, DailyDigestContent)
        assert [type(one) for one in sent.content.held] == [OrderCancelledContent, StaffJoinedContent]
        assert sent.content.count == 2
        assert {(await _push(database, key))["state"] for key in [*keys, digest]} == {PushState.SENT}
        async with unchanged(database):
            await deliver(digest, 2)

    @pytest.mark.usefixtures("orders_in_digest")
    async def test_what_is_held_while_the_digest_leaves_waits_for_the_next(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
        at_eight: Callable[[], Awaitable[str]],
    ) -> None:
        joined = StaffJoined(owner.accountant_id)
        # The push is made before the digest is read, and held while the digest is on its way.
        late = await _tell(database, owner, clock, joined, "late")
        await deliver(await _tell(database, owner, clock, joined), 1)

        async def meanwhile() -> None:
            clock.forward(seconds=1)
            await deliver(late, 1)

        telegram.during = meanwhile
        await at_eight()
        assert (await _push(database, "told"))["state"] == PushState.SENT
        assert (await _push(database, late))["state"] == PushState.HELD
        await at_eight()
        assert (await _push(database, late))["state"] == PushState.SENT
        assert len(telegram.delivered) == 2

    @pytest.mark.usefixtures("orders_in_digest")
    async def test_the_digest_names_the_first_and_counts_all(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        operations: Operations,
        owner: Actor,
        order: Order,
        database: Database,
        clock: FixedClock,
        at_eight: Callable[[], Awaitable[str]],
    ) -> None:
        for number in range(SHOWN_LINES + 3):
            staff = await join_staff(operations, owner, number)
            await deliver(f"staff_joined:{staff.accountant_id}", 1)
        await at_eight()
        (sent,) = telegram.delivered
        assert isinstance(sent.content, DailyDigestContent)
        assert (len(sent.content.held), sent.content.count) == (SHOWN_LINES, SHOWN_LINES + 3)

    @pytest.mark.usefixtures("orders_in_digest")
    async def test_a_digest_without_anything_to_say_is_dropped_and_blocks_no_other(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
        at_eight: Callable[[], Awaitable[str]],
    ) -> None:
        # Nothing has failed, so the push has nothing to tell.
        await deliver(await _tell(database, owner, clock, DeliveryFailed("none")), 1)
        digest = await at_eight()
        assert telegram.tries == []
        assert (await _push(database, digest))["state"] == PushState.DROPPED
        async with database.read() as uow:
            assert await uow.pushes.held_of(owner.accountant_id, READ_AHEAD) == ([], 0)

    @pytest.mark.usefixtures("orders_in_digest")
    async def test_failed_deliveries_are_one_line_of_the_digest_and_told_then(
        self,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        telegram: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
        at_eight: Callable[[], Awaitable[str]],
        owner: Actor,
    ) -> None:
        for channel in (Channel.EMAIL, Channel.SMS):
            senders[channel].outcomes = [Undeliverable("gone")]
            await deliver(keys[channel], 1)
            await deliver(f"failed:{keys[channel]}", 1)
        await at_eight()
        (sent,) = telegram.delivered
        assert isinstance(sent.content, DailyDigestContent)
        (line,) = sent.content.held
        assert isinstance(line, DeliveryFailedContent)
        assert (line.count, sent.content.count) == (2, 1)
        async with database.read() as uow:
            assert await uow.pushes.failures_untold(owner.accountant_id, 1) == ([], 0)

    @pytest.mark.usefixtures("orders_in_digest")
    async def test_what_somebody_waits_for_is_never_held(
        self, deliver: DeliverPush, telegram: ScriptedSender, keys: dict[Channel, str]
    ) -> None:
        await deliver(keys[Channel.CHAT], 1)
        assert [type(sent.content) for sent in telegram.delivered] == [OrderPlacedContent]


class TestQuietHours:
    NIGHT = QuietHours(22, 7)

    @pytest.mark.parametrize(
        "at, until",
        [
            (_hour(21, 59), None),
            (_hour(22), _hour(7) + timedelta(days=1)),
            (_hour(23, 30), _hour(7) + timedelta(days=1)),
            (_hour(0), _hour(7)),
            (_hour(6, 59), _hour(7)),
            (_hour(7), None),
        ],
        ids=lambda at: at and f"{at:%H:%M}",
    )
    async def test_over_midnight(
        self,
        at: datetime,
        until: datetime | None,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await _prefer(database, owner, quiet=self.NIGHT)
        clock.set(at)
        await deliver(await _tell(database, owner, clock, StaffJoined(owner.accountant_id)), 1)
        assert [row["due_at"] for row in await _digests(database)] == ([until] if until else [])
        assert [sent.silent for sent in telegram.delivered] == ([] if until else [False])

    async def test_all_of_one_night_is_one_message(
        self,
        deliver: DeliverPush,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await _prefer(database, owner, quiet=self.NIGHT)
        for at in (_hour(22), _hour(23, 59), _hour(6, 59) + timedelta(days=1)):
            clock.set(at)
            key = await _tell(database, owner, clock, StaffJoined(owner.accountant_id), str(at))
            await deliver(key, 1)
        assert len(await _digests(database)) == 1

    async def test_money_comes_without_a_sound(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        operations: Operations,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
        await _prefer(database, owner, frozenset(Topic), self.NIGHT)
        for at, silent in ((_hour(22), True), (_hour(7), False)):
            clock.set(at)
            key = await _tell(database, owner, clock, PaymentInstruction(order.code), str(at))
            await deliver(key, 1)
            assert telegram.delivered[-1].silent is silent
            assert isinstance(telegram.delivered[-1].content, PaymentContent)

    async def test_mail_to_others_knows_no_quiet_hours(
        self,
        deliver: DeliverPush,
        mail: ScriptedSender,
        keys: dict[Channel, str],
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await _prefer(database, owner, frozenset(Topic), self.NIGHT)
        clock.set(_hour(23))
        await deliver(keys[Channel.EMAIL], 1)
        assert [sent.silent for sent in mail.delivered] == [False]


class TestDropped:
    async def test_nobody_is_asked_to_pay_what_was_paid_meanwhile(
        self,
        deliver: DeliverPush,
        mail: ScriptedSender,
        keys: dict[Channel, str],
        database: Database,
        clock: FixedClock,
    ) -> None:
        payment = await _payment(database, keys[Channel.EMAIL])
        async with planted(database) as uow:
            await uow.payments.save([replace(payment, received=payment.amount)])
        await deliver(keys[Channel.EMAIL], 1)
        row = await _push(database, keys[Channel.EMAIL])
        assert (row["state"], row["settled_at"], mail.tries) == (PushState.DROPPED, clock.now(), [])
        assert await _told_of(database, keys[Channel.EMAIL]) == 0
        async with unchanged(database):
            await deliver(keys[Channel.EMAIL], 2)

    async def test_a_firm_that_was_decided_waits_for_nobody(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        owner: Actor,
        stranger: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        async with database.write() as uow:
            await uow.people.decide_firm(stranger.firm_id, FirmState.WAITING, "")
        for number, state in enumerate((FirmState.WAITING, FirmState.APPROVED)):
            async with database.write() as uow:
                await uow.people.decide_firm(stranger.firm_id, state, "")
            key = await _tell(database, owner, clock, FirmWaiting(stranger.firm_id), str(number))
            await deliver(key, 1)
        assert [(await _push(database, str(number)))["state"] for number in range(2)] == [
            PushState.SENT,
            PushState.DROPPED,
        ]


async def _payment(database: Database, push_key: str) -> PaymentRequest:
    """The content of the payment instruction under this key."""
    async with database.read() as uow:
        found = await uow.payments.get((await _push(database, push_key))["about"])
        assert found is not None
        return found


class TestReceipts:
    @pytest.fixture
    async def receipt(
        self, keys: dict[Channel, str], owner: Actor, database: Database, clock: FixedClock
    ) -> str:
        """The key of a receipt to be mailed."""
        payment = await _payment(database, keys[Channel.EMAIL])
        reported = ReportedTransfer(Provider.SEPAY, "1", "", 500, False, payment.code, "1", clock.now())
        async with planted(database) as uow:
            transfer_id = await uow.transfers.add(reported, clock.now())
            assert transfer_id is not None
            (share_id,) = await uow.transfers.add_shares(transfer_id, [Share(payment.code, 500)], clock.now())
            key = f"receipt:{share_id}:email"
            subject = PaymentReceipt(share_id)
            push = Push(key, Channel.EMAIL, subject, owner.accountant_id, payment.notice.email)
            await queue_pushes(uow, [push], clock.now())
        return key

    async def test_from_mail_to_sms_to_the_accountant(
        self,
        receipt: str,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        mail: ScriptedSender,
        telegram: ScriptedSender,
        database: Database,
    ) -> None:
        mail.outcomes = [Undeliverable("no_such_mailbox")]
        await deliver(receipt, 1)
        assert await _told_of(database, receipt) == 0
        by_sms = receipt.replace("email", "sms")
        row = await _push(database, by_sms)
        assert (row["channel"], row["address"]) == (Channel.SMS, "+84910000001")

        senders[Channel.SMS].outcomes = [Undeliverable("no such number")]
        await deliver(by_sms, 1)
        assert await _told_of(database, by_sms) == 1
        await deliver(f"failed:{by_sms}", 1)
        (told,) = telegram.delivered
        assert isinstance(told.content, DeliveryFailedContent)
        assert [one.push.key for one in told.content.failed] == [receipt, by_sms]

    async def test_sms_says_what_the_mail_would_have(
        self,
        receipt: str,
        deliver: DeliverPush,
        senders: dict[Channel, ScriptedSender],
        mail: ScriptedSender,
    ) -> None:
        mail.outcomes = [Undeliverable("no_such_mailbox")]
        await deliver(receipt, 1)
        await deliver(receipt.replace("email", "sms"), 1)
        (texted,) = senders[Channel.SMS].delivered
        assert texted.content == mail.tries[0].content
        assert isinstance(texted.content, PaymentReceiptContent)
        assert texted.content.amount == 500

    async def test_without_sms_the_accountant_is_told(
        self, receipt: str, database: Database, clock: FixedClock, mail: ScriptedSender
    ) -> None:
        mail.outcomes = [Undeliverable("no_such_mailbox")]
        await DeliverPush(database, clock, {Channel.EMAIL: mail})(receipt, 1)
        assert await _told_of(database, receipt) == 1


class TestRemovedStaff:
    async def test_what_they_would_be_told_is_told_to_the_owner(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        order = await placed_order(operations, colleague, await add_customers(operations, owner, 1))
        await operations.remove_staff(owner, colleague.accountant_id)
        await deliver(await _tell(database, colleague, clock, OrderPlacedNotice(order.id)), 1)
        (sent,) = telegram.delivered
        assert (sent.address, sent.content) == ("owner-1", OrderPlacedContent(order, 2))


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
    await deliver(keys[Channel.CHAT], 1)
    states = {row["key"]: row["state"] for row in await rows_of(database, "pushes")}
    assert [states[keys[channel]] for channel in (Channel.EMAIL, Channel.SMS, Channel.CHAT)] == [
        PushState.UNDELIVERABLE,
        PushState.QUEUED,
        PushState.SENT,
    ]


async def test_the_chat_remembers_its_last_push(
    deliver: DeliverPush,
    telegram: ScriptedSender,
    keys: dict[Channel, str],
    database: Database,
) -> None:
    """A window above it is drawn anew below it."""
    telegram.ref = "4711"
    await deliver(keys[Channel.CHAT], 1)
    async with database.read() as uow:
        speaker = await uow.chats.speaker(Channel.TELEGRAM, "owner-1")
    assert speaker is not None
    assert speaker.pushed == 4711
