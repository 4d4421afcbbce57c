"""Which chat a message goes to, what happens when the chat is gone, and how Zalo's quota is saved."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.chats import Channel
from domain.messaging.contents import (
    DailyDigestContent,
    OrderPlacedContent,
    PaymentCardContent,
    PaymentContent,
    StaffJoinedContent,
    TransferContent,
)
from domain.messaging.kinds import PushSubject
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import (
    ChatLinked,
    OrderPlacedNotice,
    PaymentCard,
    PaymentInstruction,
    Push,
    PushState,
    StaffJoined,
)
from domain.messaging.quota import MonthlyQuota
from domain.messaging.rules import GATHERED
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.messaging.bundles import MOST_TOGETHER
from services.messaging.digests import SendDigest
from services.messaging.push_queue import DIGEST_JOB, queue_pushes
from services.messaging.pushes import DeliverPush
from services.messaging.quota import WarnOfQuota
from services.messaging.routes import SHARE, Route, in_turn
from services.messaging.zalo_grants import WarnOfPlan
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from services.patience import A_DAY
from services.ports import AddressMoved, Chat, PushSender, RetryLater, Undeliverable
from storage.database import Database
from storage.tables.people import accountants
from storage.zalo_chats import SqlZaloChats, meet
from tests.services.paying import requests_of
from tests.services.support import unchanged
from tests.support.banks import reported
from tests.support.builders import add_customers, join_staff, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import Row, rows_of
from tests.support.senders import Killed, ScriptedBundler, ScriptedSender

ZALO_CHAT = "4611686018427387999"
MAIL = "ketoan1@dichvu.vn"
"""The owner's address."""


@pytest.fixture
def telegram() -> ScriptedSender:
    return ScriptedSender()


@pytest.fixture
def zalo() -> ScriptedBundler:
    return ScriptedBundler()


@pytest.fixture
def mail() -> ScriptedSender:
    """The sender of mails, the last route."""
    return ScriptedSender()


@pytest.fixture
def senders(telegram: ScriptedSender, zalo: ScriptedBundler) -> Mapping[Channel, PushSender]:
    return {Channel.TELEGRAM: telegram, Channel.ZALO: zalo, Channel.EMAIL: ScriptedSender()}


@pytest.fixture
def deliver(
    database: Database, clock: FixedClock, senders: Mapping[Channel, PushSender], mail: ScriptedSender
) -> DeliverPush:
    return DeliverPush(database, clock, senders, last_resort=mail)


async def _link_zalo(database: Database, actor: Actor, clock: FixedClock, chat: str = ZALO_CHAT) -> None:
    """Link a second chat, now the one used last, without a push about it."""
    clock.forward(seconds=1)
    async with database.write() as uow:
        await uow.chats.link(Channel.ZALO, chat, actor.accountant_id, clock.now())


@pytest.fixture
async def both(database: Database, owner: Actor, clock: FixedClock) -> None:
    """The owner has two chats and used Zalo's last."""
    await _link_zalo(database, owner, clock)


async def _tell(
    database: Database, actor: Actor, clock: FixedClock, subject: PushSubject | None = None, key: str = "told"
) -> str:
    push = Push(key, Channel.CHAT, subject or StaffJoined(actor.accountant_id), actor.accountant_id)
    async with database.write() as uow:
        await queue_pushes(uow, [push], clock.now())
    return key


async def _push(database: Database, key: str = "told") -> Row:
    (row,) = [row for row in await rows_of(database, "pushes") if row["key"] == key]
    return row


async def _retry(deliver: DeliverPush, key: str = "told", attempts: int = 1) -> RetryLater:
    with pytest.raises(RetryLater) as caught:
        await deliver(key, attempts)
    return caught.value


def _reached(*senders: ScriptedSender) -> list[int]:
    return [len(sender.delivered) for sender in senders]


class TestChoice:
    @pytest.mark.usefixtures("both")
    async def test_the_chat_used_last(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await deliver(await _tell(database, owner, clock), 1)
        assert [sent.address for sent in zalo.delivered] == [ZALO_CHAT]
        row = await _push(database)
        assert (row["channel"], row["sent_on"], row["message_ref"]) == (
            Channel.CHAT,
            Channel.ZALO,
            "message-1",
        )
        async with database.read() as uow:
            (chat, _) = await uow.chats.of_accountant(owner.accountant_id)
        assert chat == Chat(Channel.ZALO, ZALO_CHAT, clock.now(), clock.now())

    @pytest.mark.usefixtures("both")
    async def test_the_chosen_chat_whichever_was_used_last(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await operations.set_channel(owner, Channel.TELEGRAM)
        await deliver(await _tell(database, owner, clock), 1)
        assert _reached(telegram, zalo) == [1, 0]
        assert telegram.delivered[0].address == "owner-1"

    async def test_it_is_chosen_when_the_message_leaves(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await _tell(database, owner, clock)
        await _link_zalo(database, owner, clock)
        await deliver("told", 1)
        assert _reached(telegram, zalo) == [0, 1]

    @pytest.mark.usefixtures("both")
    async def test_an_app_that_is_off_does_not_count(
        self,
        telegram: ScriptedSender,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        deliver = DeliverPush(database, clock, {Channel.TELEGRAM: telegram}, last_resort=mail)
        await deliver(await _tell(database, owner, clock), 1)
        assert _reached(telegram, mail) == [1, 0]

    async def test_that_a_chat_was_linked_is_told_anywhere_but_there(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await _link_zalo(database, owner, clock)
        await operations.set_channel(owner, Channel.ZALO)
        telegram.outcomes = [Undeliverable("blocked")]
        for key in ("blocked", "reached"):
            await deliver(await _tell(database, owner, clock, ChatLinked(Channel.ZALO), key), 1)
        assert _reached(telegram, zalo, mail) == [1, 0, 1]

    async def test_what_removed_staff_would_be_told_goes_the_ways_of_the_owner(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        staff = await join_staff(operations, owner, 1)
        await _link_zalo(database, owner, clock)
        await _link_zalo(database, staff, clock, str(int(ZALO_CHAT) + 1))
        await operations.set_channel(staff, Channel.TELEGRAM)
        await operations.remove_staff(owner, staff.accountant_id)
        zalo.outcomes = [Undeliverable("blocked")]
        await deliver(await _tell(database, staff, clock), 1)
        assert [sent.address for sent in (*zalo.tries, *telegram.tries)] == [ZALO_CHAT, "owner-1"]


@pytest.mark.usefixtures("both")
class TestFallback:
    async def test_the_next_way_is_tried_at_once_in_the_same_call(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        zalo.outcomes = [Undeliverable("no message to this chat any more")]
        await deliver(await _tell(database, owner, clock), 1)
        assert [sent.maybe_repeated for sent in telegram.delivered] == [False]
        row = await _push(database)
        assert (row["state"], row["sent_on"], row["error"]) == (PushState.SENT, Channel.TELEGRAM, "")
        assert mail.tries == []

    async def test_at_last_it_is_mailed_under_a_key_of_its_own(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        for sender in (telegram, zalo):
            sender.outcomes = [Undeliverable("blocked")]
        await deliver(await _tell(database, owner, clock), 1)
        (sent,) = mail.delivered
        assert (sent.address, sent.maybe_repeated) == (MAIL, False)
        assert sent.key != "told"
        assert isinstance(sent.content, StaffJoinedContent)
        row = await _push(database)
        assert (row["state"], row["sent_on"]) == (PushState.SENT, Channel.EMAIL)

    @pytest.mark.parametrize("with_address", [True, False])
    async def test_when_all_fail_it_is_undeliverable_and_nobody_is_told(
        self,
        with_address: bool,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        if not with_address:
            async with database.writing() as connection:
                await connection.execute(update(accountants).values(email=""))
        for sender in (telegram, zalo, mail):
            sender.outcomes = [Undeliverable("gone")]
        await deliver(await _tell(database, owner, clock), 1)
        row = await _push(database)
        assert (row["state"], row["error"], row["sent_on"]) == (PushState.UNDELIVERABLE, "gone", None)
        assert [len(sender.tries) for sender in (zalo, telegram, mail)] == [1, 1, int(with_address)]
        assert len(await rows_of(database, "pushes")) == 1
        async with unchanged(database):
            await deliver("told", 2)

    async def test_a_kill_on_the_second_way_leaves_its_doubt_to_the_next_life(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        zalo.outcomes = [Undeliverable("blocked"), Undeliverable("blocked")]
        telegram.outcomes = [Killed()]
        await _tell(database, owner, clock)
        with pytest.raises(Killed):
            await deliver("told", 1)
        # The push may have arrived in Telegram; a first try on Zalo after a restart does not change that.
        await deliver("told", 1)
        assert [sent.maybe_repeated for sent in zalo.tries] == [False, True]
        assert [sent.maybe_repeated for sent in telegram.tries] == [False, True]

    async def test_a_chat_that_moved_is_written_to_where_it_is_now(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await operations.set_channel(owner, Channel.TELEGRAM)
        telegram.outcomes = [AddressMoved("owner-1b")]
        assert (await _retry(deliver, await _tell(database, owner, clock))).seconds == 0
        await deliver("told", 2)
        assert [sent.address for sent in telegram.delivered] == ["owner-1b"]


@pytest.mark.usefixtures("both")
class TestPatience:
    @pytest.mark.parametrize("failure", [RetryLater(1, "no route"), OSError("lost")])
    async def test_each_way_has_its_share_of_tries_and_the_last_all_that_are_left(
        self,
        failure: Exception,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        for sender in (telegram, zalo, mail):
            sender.outcomes = [failure] * A_DAY.attempts
        await _tell(database, owner, clock)
        for attempts in range(1, A_DAY.attempts):
            assert (await _retry(deliver, attempts=attempts)).seconds == A_DAY.wait(attempts)
        await deliver("told", A_DAY.attempts)
        assert [len(sender.tries) for sender in (zalo, telegram, mail)] == [
            SHARE,
            SHARE,
            A_DAY.attempts - 2 * SHARE,
        ]
        assert (await _push(database))["state"] == PushState.UNDELIVERABLE

    def test_a_share_is_about_five_minutes(self) -> None:
        spent = timedelta(seconds=sum(A_DAY.wait(attempts) for attempts in range(1, SHARE + 1)))
        assert timedelta(minutes=4) < spent < timedelta(minutes=7)

    async def test_waiting_that_is_no_failure_uses_up_no_share(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        zalo.outcomes = [RetryLater(30, "slow down", counts=False)]
        later = await _retry(deliver, await _tell(database, owner, clock))
        assert (later.seconds, later.counts) == (30, False)
        await deliver("told", 1)
        assert _reached(telegram, zalo) == [0, 1]

    async def test_one_that_failed_for_long_is_gone_back_to_where_the_others_lead_nowhere(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        mail: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        for sender in (telegram, mail):
            sender.outcomes = [Undeliverable("gone")]
        await deliver(await _tell(database, owner, clock), SHARE + 1)
        assert _reached(zalo, telegram, mail) == [1, 0, 0]

    def test_with_one_way_all_tries_are_its(self) -> None:
        route = Route(Channel.TELEGRAM, "1")
        assert {tuple(in_turn([route], attempts)) for attempts in range(1, A_DAY.attempts + 1)} == {(route,)}
        assert in_turn([], 1) == []


async def _digest(database: Database, deliver: DeliverPush, owner: Actor, clock: FixedClock) -> str:
    """Move to the next digest and send it. Returns its key."""
    jobs = [row for row in await rows_of(database, "jobs") if row["name"] == DIGEST_JOB]
    (job,) = [row for row in jobs if row["due_at"] > clock.now()]
    clock.set(job["due_at"])
    await SendDigest(database, clock)(owner.accountant_id, clock.now())
    await deliver(job["key"], 1)
    return str(job["key"])


@pytest.mark.usefixtures("both")
class TestGathered:
    async def test_what_follows_within_ten_minutes_comes_as_one(
        self,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        first = clock.now()
        await deliver(await _tell(database, owner, clock, key="first"), 1)
        keys = ["second", "third"]
        for key in keys:
            clock.forward(minutes=3)
            await deliver(await _tell(database, owner, clock, key=key), 1)
            assert (await _push(database, key))["state"] == PushState.HELD
        digest = await _digest(database, deliver, owner, clock)
        assert clock.now() == first + GATHERED[Channel.ZALO]
        assert [type(sent.content) for sent in zalo.delivered] == [StaffJoinedContent, DailyDigestContent]
        for key in (*keys, digest):
            row = await _push(database, key)
            assert (row["state"], row["sent_on"]) == (PushState.SENT, Channel.ZALO)

    async def test_after_a_digest_the_next_waits_too(
        self,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        for key in ("first", "second"):
            await deliver(await _tell(database, owner, clock, key=key), 1)
        await _digest(database, deliver, owner, clock)
        clock.forward(minutes=9)
        await deliver(await _tell(database, owner, clock, key="third"), 1)
        assert (await _push(database, "third"))["state"] == PushState.HELD
        clock.forward(minutes=10)
        await deliver(await _tell(database, owner, clock, key="fourth"), 1)
        assert (await _push(database, "fourth"))["state"] == PushState.SENT

    async def test_money_is_gathered_but_what_completes_an_order_or_is_too_much(
        self,
        deliver: DeliverPush,
        operations: Operations,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        order = await placed_order(operations, owner, await add_customers(operations, owner, 4))
        requests = await requests_of(database, order)
        await deliver(await _tell(database, owner, clock, key="first"), 1)

        async def pays(number: int, more: int = 0) -> PushState:
            clock.forward(seconds=1)
            paying = reported(requests[number].code, requests[number].amount + more)
            await TakeTransfers(database, clock)([paying])
            transfer = (await rows_of(database, "transfers"))[-1]["id"]
            await MatchTransfer(database, clock, ())(transfer)
            told = [row for row in await rows_of(database, "pushes") if row["kind"] == "transfer_received"]
            (row,) = [row for row in told if row["about"] == str(transfer)]
            await deliver(row["key"], 1)
            return PushState((await _push(database, row["key"]))["state"])

        assert [await pays(0), await pays(1)] == [PushState.HELD] * 2
        assert await pays(2, 5_000) is PushState.SENT
        assert await pays(3) is PushState.SENT
        much, last = [one.content for one in zalo.delivered[1:]]
        assert isinstance(much, TransferContent)
        assert isinstance(last, TransferContent)
        assert (much.transfer.surplus, much.completed, last.completed) == (5_000, False, True)
        # The digest says how the order stands, and names no transfer one by one.
        await _digest(database, deliver, owner, clock)
        digest = zalo.delivered[-1].content
        assert isinstance(digest, DailyDigestContent)
        ((told,), count) = digest.held, digest.count
        assert isinstance(told, TransferContent)
        assert (told.count, told.amount, told.paid, told.requests, count) == (
            *(2, 2 * requests[0].amount, 4, 4),
            1,
        )

    async def test_answers_come_at_once_and_make_nothing_wait(
        self,
        deliver: DeliverPush,
        operations: Operations,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
        await deliver(await _tell(database, owner, clock, OrderPlacedNotice(order.id), "answer"), 1)
        await deliver(await _tell(database, owner, clock, key="unasked"), 1)
        await deliver(await _tell(database, owner, clock, OrderPlacedNotice(order.id), "another"), 1)
        assert _reached(zalo) == [3]

    async def test_in_telegram_everything_comes_at_once(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await deliver(await _tell(database, owner, clock, key="on zalo"), 1)
        await operations.set_channel(owner, Channel.TELEGRAM)
        for key in ("one", "two"):
            await deliver(await _tell(database, owner, clock, key=key), 1)
        assert _reached(telegram) == [2]

    async def test_what_falls_back_to_zalo_is_gathered_there(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await operations.set_channel(owner, Channel.TELEGRAM)
        telegram.outcomes = [Undeliverable("blocked")] * 2
        for key in ("one", "two"):
            await deliver(await _tell(database, owner, clock, key=key), 1)
        assert _reached(zalo) == [1]
        row = await _push(database, "two")
        assert (row["state"], row["attempted"]) == (PushState.HELD, False)

    async def test_another_persons_messages_make_nobody_wait(
        self,
        deliver: DeliverPush,
        operations: Operations,
        zalo: ScriptedBundler,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        staff = await join_staff(operations, owner, 1)
        await _link_zalo(database, staff, clock, f"{ZALO_CHAT}1")
        await deliver(await _tell(database, owner, clock, key="owner's"), 1)
        await deliver(await _tell(database, staff, clock, key="theirs"), 1)
        assert _reached(zalo) == [2]

    async def test_what_a_person_wants_once_a_day_waits_for_that(
        self,
        deliver: DeliverPush,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        async with database.write() as uow:
            digest = Preferences(frozenset({"staff"}))  # type: ignore[arg-type]
            await uow.preferences.save(owner.accountant_id, digest)
        await deliver(await _tell(database, owner, clock), 1)
        (job,) = [row for row in await rows_of(database, "jobs") if row["name"] == DIGEST_JOB]
        assert job["due_at"] - clock.now() > timedelta(hours=12)


@pytest.mark.usefixtures("both")
class TestTogether:
    @pytest.fixture
    async def order(self, operations: Operations, owner: Actor, both: None) -> Order:
        """An order that the accountant pays: the notice and the instruction both go to their chat."""
        customers = await add_customers(operations, owner, 1)
        return await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)

    @pytest.fixture
    async def keys(self, order: Order, database: Database) -> list[str]:
        return [row["key"] for row in await rows_of(database, "pushes")]

    async def test_the_notice_of_an_order_and_how_to_pay_are_one_message(
        self,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        keys: list[str],
        database: Database,
    ) -> None:
        await deliver(keys[0], 1)
        assert [[type(one) for one in bundle] for bundle in zalo.bundles] == [
            [OrderPlacedContent, PaymentContent]
        ]
        assert (zalo.tries[0].key, zalo.tries[0].maybe_repeated) == (keys[0], False)
        for key in keys:
            row = await _push(database, key)
            assert (row["state"], row["sent_on"], row["message_ref"]) == (
                PushState.SENT,
                Channel.ZALO,
                "message-1",
            )
        async with unchanged(database):
            await deliver(keys[1], 1)

    async def test_reading_the_message_reads_both(
        self, deliver: DeliverPush, operations: Operations, keys: list[str], owner: Actor
    ) -> None:
        await deliver(keys[0], 1)
        await operations.read_message(owner, Channel.ZALO, "message-1")
        assert (await operations.list_notices(owner)).unread == 0

    async def test_where_they_do_not_fit_as_many_as_do_leave_together(
        self,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        keys: list[str],
        order: Order,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await _tell(database, owner, clock, PaymentCard(order.code), "card")
        zalo.fits = 2
        await deliver(keys[0], 1)
        assert [len(bundle) for bundle in zalo.bundles] == [2]
        row = await _push(database, "card")
        assert (row["state"], row["attempted"]) == (PushState.QUEUED, False)
        await deliver("card", 1)
        assert [sent.maybe_repeated for sent in zalo.delivered] == [False, False]
        assert isinstance(zalo.delivered[1].content, PaymentCardContent)

    async def test_where_none_fits_each_leaves_alone(
        self, deliver: DeliverPush, zalo: ScriptedBundler, keys: list[str], database: Database
    ) -> None:
        zalo.fits = 1
        for key in keys:
            await deliver(key, 1)
        assert [type(sent.content) for sent in zalo.delivered] == [OrderPlacedContent, PaymentContent]
        assert [sent.maybe_repeated for sent in zalo.delivered] == [False, False]
        assert zalo.bundles == []

    async def test_only_so_many_become_one(
        self,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        keys: list[str],
        order: Order,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        for number in range(MOST_TOGETHER):
            await _tell(database, owner, clock, OrderPlacedNotice(order.id), f"more-{number}")
        zalo.fits = 100
        await deliver(keys[0], 1)
        assert [len(bundle) for bundle in zalo.bundles] == [MOST_TOGETHER]

    async def test_what_has_nothing_left_to_say_is_left_out(
        self, deliver: DeliverPush, zalo: ScriptedBundler, keys: list[str], order: Order, database: Database
    ) -> None:
        async with planted(database) as uow:
            payment = await uow.payments.get(order.code)
            assert payment is not None
            await uow.payments.save([replace(payment, received=payment.amount)])
        await deliver(keys[0], 1)
        assert (zalo.bundles, len(zalo.delivered)) == ([], 1)
        assert (await _push(database, keys[1]))["state"] == PushState.DROPPED

    async def test_unasked_ones_earlier_ones_and_those_of_others_are_not_taken_along(
        self,
        deliver: DeliverPush,
        operations: Operations,
        zalo: ScriptedBundler,
        keys: list[str],
        order: Order,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        staff = await join_staff(operations, owner, 1)
        await _tell(database, staff, clock, OrderPlacedNotice(order.id), "of another")
        await _tell(database, owner, clock, key="unasked")
        await _tell(database, owner, clock, ChatLinked(Channel.TELEGRAM), "linked")
        await deliver(keys[1], 1)
        assert (zalo.bundles, [sent.key for sent in zalo.delivered]) == ([], [keys[1]])

    async def test_in_telegram_each_is_a_message(
        self,
        deliver: DeliverPush,
        operations: Operations,
        telegram: ScriptedSender,
        keys: list[str],
        owner: Actor,
    ) -> None:
        await operations.set_channel(owner, Channel.TELEGRAM)
        for key in keys:
            await deliver(key, 1)
        assert _reached(telegram) == [2]

    async def test_what_was_not_delivered_leaves_no_doubt_on_any_of_them(
        self,
        deliver: DeliverPush,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        keys: list[str],
        database: Database,
    ) -> None:
        zalo.outcomes = [RetryLater(5, "busy")]
        await _retry(deliver, keys[0])
        assert [(await _push(database, key))["attempted"] for key in keys] == [False, False]
        zalo.outcomes = [Undeliverable("blocked"), Undeliverable("blocked")]
        for key in keys:
            await deliver(key, 2)
        assert [sent.maybe_repeated for sent in telegram.delivered] == [False, False]

    @pytest.mark.parametrize("lost", [OSError("answer lost"), Killed()])
    async def test_after_a_lost_outcome_all_of_them_come_again_as_one_that_says_so(
        self,
        lost: BaseException,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        keys: list[str],
        database: Database,
    ) -> None:
        zalo.after = lost
        with pytest.raises((RetryLater, Killed)):
            await deliver(keys[0], 1)
        assert [(await _push(database, key))["attempted"] for key in keys] == [True, True]
        zalo.after = None
        await deliver(keys[0], 2)
        assert [len(bundle) for bundle in zalo.bundles] == [2]
        assert [sent.maybe_repeated for sent in zalo.tries] == [False, True]
        assert {(await _push(database, key))["state"] for key in keys} == {PushState.SENT}

    async def test_giving_up_the_first_leaves_the_others_their_own_tries(
        self,
        telegram: ScriptedSender,
        zalo: ScriptedBundler,
        keys: list[str],
        database: Database,
        clock: FixedClock,
    ) -> None:
        deliver = DeliverPush(database, clock, {Channel.ZALO: zalo})
        zalo.outcomes = [Undeliverable("blocked")]
        await deliver(keys[0], 1)
        await deliver(keys[1], 1)
        assert [(await _push(database, key))["state"] for key in keys] == [
            PushState.UNDELIVERABLE,
            PushState.SENT,
        ]
        assert zalo.delivered[0].maybe_repeated is False

    async def test_what_is_queued_while_the_message_is_under_way_comes_after_it(
        self,
        deliver: DeliverPush,
        zalo: ScriptedBundler,
        keys: list[str],
        order: Order,
        owner: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        async def meanwhile() -> None:
            await _tell(database, owner, clock, PaymentInstruction(order.code), "later")

        zalo.during = meanwhile
        await deliver(keys[0], 1)
        assert (await _push(database, "later"))["state"] == PushState.QUEUED
        await deliver("later", 1)
        assert [sent.key for sent in zalo.delivered] == [keys[0], "later"]


@pytest.mark.parametrize(("sent", "reserve", "closed"), [(84, True, True), (85, False, True)])
async def test_the_last_messages_of_zalo_s_month_are_kept_for_what_matters(
    *,
    sent: int,
    reserve: bool,
    closed: bool,
    database: Database,
    operations: Operations,
    owner: Actor,
    both: None,
    deliver: DeliverPush,
    telegram: ScriptedSender,
    zalo: ScriptedBundler,
    clock: FixedClock,
) -> None:
    deliver = replace(deliver, quota=MonthlyQuota(100))
    chats = SqlZaloChats(database, clock.now)
    await chats.count(1, sent)
    await deliver(await _tell(database, owner, clock), 1)
    assert (len(zalo.delivered), len(telegram.delivered)) == ((1, 0) if reserve else (0, 1))
    # What somebody waits for still goes by Zalo, until that refuses it for minutes.
    order = await placed_order(operations, owner, await add_customers(operations, owner, 1))
    await deliver(await _tell(database, owner, clock, OrderPlacedNotice(order.id), "order"), 1)
    assert len(zalo.delivered) == 1 + reserve
    for _ in range(2):
        await chats.refused()
        clock.forward(minutes=2)
    before = len(telegram.delivered)
    await deliver(await _tell(database, owner, clock, OrderPlacedNotice(order.id), "again"), 1)
    assert (len(zalo.delivered), len(telegram.delivered)) == (1 + reserve, before + closed)


async def test_back_office_is_told_of_each_mark_of_zalo_s_month_once(
    database: Database, back_office: Actor, clock: FixedClock
) -> None:
    chats, warn = SqlZaloChats(database, clock.now), WarnOfQuota(database, clock, MonthlyQuota(100))
    told = []
    for more in (69, 1, 5, 10, 9, 1, 10):
        await chats.count(1, more)
        for _ in range(2):
            await warn()
        told.append([row["about"].rpartition(":")[2] for row in await rows_of(database, "pushes")])
    assert told == [[], ["70"], ["70"], ["70", "85"], ["70", "85"], *[["70", "85", "95"]] * 2]
    # A new month begins anew; without a limit nothing is told.
    clock.forward(days=31)
    await warn()
    await WarnOfQuota(database, clock, MonthlyQuota())()
    assert len(await rows_of(database, "pushes")) == 3


async def test_back_office_is_told_in_time_and_once_how_many_people_zalo_still_takes(
    database: Database, back_office: Actor, clock: FixedClock
) -> None:
    warn = WarnOfQuota(database, clock, MonthlyQuota(people=20))
    told = []
    for people in (13, 14, 17, 18, 19, 20, 21):
        async with database.writing() as connection:
            await meet(connection, [f"{number:020x}" for number in range(people)])
        for _ in range(2):
            await warn()
        told.append([row["about"] for row in await rows_of(database, "pushes")])
    near, nearer, last, full = "20:70", "20:85", "20:95", "20:100"
    three = [near, nearer, last]
    assert told == [[], [near], [near, nearer], [near, nearer], three, *[[*three, full]] * 2]
    # Nobody is told again in a new month, but of another limit.
    clock.forward(days=31)
    await warn()
    await WarnOfQuota(database, clock, MonthlyQuota())()
    assert len(await rows_of(database, "pushes")) == 4
    await WarnOfQuota(database, clock, MonthlyQuota(people=30))()
    assert len(await rows_of(database, "pushes")) == 5


async def test_back_office_is_told_of_the_end_of_the_account_s_plan_weeks_before(
    database: Database, back_office: Actor, clock: FixedClock
) -> None:
    warn = WarnOfPlan(database, clock)
    ends = clock.today() + timedelta(days=31)
    told = []
    for days in (0, 1, 10, 5, 2, 10, 1, 2, 1):
        clock.forward(days=days)
        for _ in range(2):
            await warn(ends)
        told.append([row["about"].rpartition(":")[2] for row in await rows_of(database, "pushes")])
    three = ["30", "14", "3"]
    assert told == [[], *[["30"]] * 3, ["30", "14"], *[three] * 4]
    # Once it is renewed, nothing is told until its new end is near.
    await warn(ends + timedelta(days=365))
    await warn(None)
    assert len(await rows_of(database, "pushes")) == 3
