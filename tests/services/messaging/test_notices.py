"""The list of notices, where each leads, and people's preferences."""

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from domain.activations import Outcome
from domain.chats import Channel
from domain.events import Verb
from domain.licences import ActivationFailure, FailureReason
from domain.messaging.alarm_pushes import AlarmBegan, AlarmOver
from domain.messaging.contents import (
    ActivationResultContent,
    OrderPlacedContent,
    StaffJoinedContent,
)
from domain.messaging.invoice_pushes import (
    ClosingFailed,
    InvoiceIssued,
    InvoicesByHand,
    InvoicesIssued,
    InvoicesLate,
    InvoicesRefused,
    InvoiceStopped,
)
from domain.messaging.kinds import KINDS, PushSubject
from domain.messaging.limit_pushes import (
    BudgetReached,
    InstructionsHeld,
    InstructionsReleased,
    LinkCodeSeen,
    MessagesWait,
    ZaloGrantLost,
    ZaloMoneyOut,
    ZaloPeopleMet,
    ZaloPlanEnds,
    ZaloQuotaUsed,
    ZaloSilent,
)
from domain.messaging.notices import ALWAYS, CHOOSABLE, QuietHours, Topic
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import (
    AccessByHand,
    ActivationProgress,
    ActivationResult,
    AnswerRefused,
    AnswerWaits,
    BackupFailed,
    BankListRefused,
    BooksDiffer,
    ChatLinked,
    ChoosePayers,
    ClaimMade,
    ClaimSettled,
    DailyDigest,
    DeliveryFailed,
    FirmClaimed,
    FirmDecided,
    FirmGiven,
    FirmWaiting,
    InstructionReported,
    JointInstruction,
    MailReported,
    MailStopped,
    MonthlyStatementMail,
    OrderCancelledNotice,
    OrderChangedNotice,
    OrderPlacedNotice,
    PaymentCard,
    PaymentChanged,
    PaymentInstruction,
    PaymentReceipt,
    PaymentWithdrawn,
    PersonMoved,
    Push,
    PushState,
    RecoveryCodeMade,
    RefundMade,
    RollCall,
    RunNeedsHelp,
    SignOffAsked,
    SignOffDecided,
    StaffActed,
    StaffJoined,
    StatementLeft,
    TransferOpen,
    TransferReceived,
    TrialReminder,
    WithdrawalWaits,
)
from domain.messaging.reminder_contents import ReminderInBriefContent
from domain.messaging.targets import Place, Target
from domain.orders import Order
from domain.people import Actor
from domain.transfers import Provider, ReportedTransfer, Share
from services.invoices.closing import CloseInvoices, InvoiceRules
from services.messaging.contents import target_of
from services.messaging.push_queue import UNTIL_SHOWN
from services.operations import Operations
from services.paging import PAGE_SIZE
from services.ports import AT_ONCE
from storage.database import Database
from storage.pushes import SqlPushes
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, placed_order, ready_draft
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import Row, rows_of


@pytest.fixture
async def order(operations: Operations, owner: Actor) -> Order:
    return await placed_order(operations, owner, await add_customers(operations, owner, 1))


async def _tell(
    database: Database, actor: Actor, clock: FixedClock, *subjects: PushSubject, address: str = ""
) -> list[Push]:
    start = len(await rows_of(database, "pushes"))
    channel = Channel.EMAIL if address else Channel.CHAT
    many = [
        Push(f"told:{number}", channel, subject, actor.accountant_id, address)
        for number, subject in enumerate(subjects, start)
    ]
    async with database.write() as uow:
        await uow.pushes.add_many(many, clock.now())
    return many


class TestList:
    async def test_newest_first_with_what_each_says(
        self, operations: Operations, owner: Actor, colleague: Actor, order: Order
    ) -> None:
        page = await operations.list_notices(owner)
        assert [one.content for one in page.items] == [
            OrderPlacedContent(order, 2),
            StaffJoinedContent((await operations.show_profile(colleague)).accountant),
        ]
        assert [one.topic for one in page.items] == [Topic.ORDERS, Topic.STAFF]
        assert (page.total, page.unread) == (2, 2)
        assert (await operations.list_notices(colleague)).items == ()

    async def test_pages(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        await _tell(database, owner, clock, *(StaffJoined(owner.accountant_id) for _ in range(PAGE_SIZE + 1)))
        first, second, third = [await operations.list_notices(owner, page) for page in range(3)]
        assert [len(page.items) for page in (first, second, third)] == [PAGE_SIZE, 1, 0]
        assert {page.total for page in (first, second, third)} == {PAGE_SIZE + 1}
        ids = [one.id for page in (first, second) for one in page.items]
        assert ids == sorted(set(ids), reverse=True)

    async def test_what_is_settled_since_says_nothing_but_stays(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        await _tell(database, owner, clock, DeliveryFailed("none"))
        (one,) = (await operations.list_notices(owner)).items
        assert (one.content, one.topic, one.read) == (None, Topic.DELIVERY, False)


class TestRead:
    async def test_opening_reads_that_one(
        self, operations: Operations, owner: Actor, colleague: Actor, order: Order
    ) -> None:
        newest, _ = (await operations.list_notices(owner)).items
        assert await operations.open_notice(owner, newest.id) == Target(Place.ORDER, order.id)
        assert await operations.open_notice(owner, newest.id) == Target(Place.ORDER, order.id)
        page = await operations.list_notices(owner)
        assert [one.read for one in page.items] == [True, False]
        assert page.unread == 1
        assert (await operations.show_home(owner)).unread == 1

    async def test_somebody_elses_is_unknown(
        self, operations: Operations, owner: Actor, stranger: Actor, order: Order, database: Database
    ) -> None:
        (one,) = (await operations.list_notices(owner)).items
        async with unchanged(database):
            with refusal("notice_unknown"):
                await operations.open_notice(stranger, one.id)
            with refusal("notice_unknown"):
                await operations.open_notice(owner, one.id + 1_000)

    async def test_acting_on_the_message_reads_its_notice(
        self,
        operations: Operations,
        owner: Actor,
        stranger: Actor,
        order: Order,
        database: Database,
        clock: FixedClock,
    ) -> None:
        async with database.write() as uow:
            await uow.pushes.mark_sent(f"placed:{order.id}", Channel.TELEGRAM, "4711", clock.now())
            key = next(
                row["key"] for row in await rows_of(database, "pushes") if row["kind"] == "order_placed"
            )
            await uow.pushes.mark_sent(key, Channel.TELEGRAM, "4711", clock.now())
        async with unchanged(database):
            await operations.read_message(owner, Channel.TELEGRAM, "4712")
            # The other app may use the same id for one of its messages.
            await operations.read_message(owner, Channel.ZALO, "4711")
            await operations.read_message(stranger, Channel.TELEGRAM, "4711")
        await operations.read_message(owner, Channel.TELEGRAM, "4711")
        assert (await operations.list_notices(owner)).unread == 0

    async def test_all_at_once_keeps_when_each_was_read_first(
        self,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        order: Order,
        database: Database,
        clock: FixedClock,
    ) -> None:
        first = clock.now()
        await operations.open_notice(owner, (await operations.list_notices(owner)).items[0].id)
        clock.forward(hours=1)
        await operations.mark_all_read(owner)
        async with unchanged(database):
            clock.forward(hours=1)
            await operations.mark_all_read(owner)
        assert (await operations.list_notices(owner)).unread == 0
        read = [row["read_at"] for row in await rows_of(database, "pushes") if not row["address"]]
        assert sorted(read)[0] == first

    async def test_all_are_marked_in_steps(
        self,
        operations: Operations,
        owner: Actor,
        order: Order,
        database: Database,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("services.messaging.notices.MARKED_AT_ONCE", 1)
        steps: list[int] = []
        mark = SqlPushes.mark_some_read

        async def counted(self: SqlPushes, accountant_id: int, most: int, now: datetime) -> int:
            steps.append(await mark(self, accountant_id, most, now))
            return steps[-1]

        monkeypatch.setattr(SqlPushes, "mark_some_read", counted)
        unread = (await operations.list_notices(owner)).unread
        await operations.mark_all_read(owner)
        assert steps == [1] * unread + [0]
        assert (await operations.list_notices(owner)).unread == 0


class TestPreferences:
    async def test_at_first_all_comes_at_once(self, operations: Operations, owner: Actor) -> None:
        view = await operations.get_preferences(owner)
        assert (view.preferences, view.topics) == (Preferences(), CHOOSABLE[owner.role])

    async def test_each_choice_keeps_the_others(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        await operations.set_topic(owner, Topic.REMINDERS, True)
        await operations.set_quiet_hours(owner, QuietHours(22, 7))
        await operations.set_topic(owner, Topic.ORDERS, True)
        await operations.set_topic(owner, Topic.REMINDERS, False)
        found = (await operations.get_preferences(owner)).preferences
        assert found == Preferences(frozenset({Topic.ORDERS}), QuietHours(22, 7))
        await operations.set_quiet_hours(owner, None)
        found = (await operations.get_preferences(owner)).preferences
        assert found == Preferences(frozenset({Topic.ORDERS}))
        assert (await operations.get_preferences(colleague)).preferences == Preferences()

    @pytest.mark.parametrize("topic", sorted(ALWAYS))
    @pytest.mark.parametrize("in_digest", [True, False])
    async def test_money_and_activation_cannot_be_chosen(
        self, operations: Operations, owner: Actor, database: Database, topic: Topic, in_digest: bool
    ) -> None:
        async with unchanged(database):
            with refusal("topic_always"):
                await operations.set_topic(owner, topic, in_digest)


@dataclass(frozen=True, slots=True)
class Told:
    """An order, another firm's order, and what happened to them."""

    order: Order
    code: str
    transfer_id: int
    share_id: int
    claim_id: int
    done_run: int
    failed_run: int
    invoice_id: int
    mail: str
    """The key of a mail that could not be delivered."""


class TestTargets:
    @pytest.fixture
    async def told(
        self,
        operations: Operations,
        owner: Actor,
        stranger: Actor,
        order: Order,
        database: Database,
        clock: FixedClock,
    ) -> Told:
        theirs = await placed_order(
            operations, stranger, await add_customers(operations, stranger, 1, first=50)
        )
        now = clock.now()
        async with planted(database) as uow:
            (mine,) = await uow.payments.of_order(order.id)
            (other,) = await uow.payments.of_order(theirs.id)
            reported = ReportedTransfer(Provider.SEPAY, "1", "", 900, False, "", "1", now)
            transfer_id = await uow.transfers.add(reported, now)
            assert transfer_id is not None
            shares = [Share(other.code, 400), Share(mine.code, 500)]
            _, share_id = await uow.transfers.add_shares(transfer_id, shares, now)
            await uow.return_cases.open_refund(transfer_id, order.id, "Vì", owner.accountant_id, now)
            claim = await uow.claims.add(mine.code, owner.accountant_id, "photo", now)
            runs = []
            for outcome in (Outcome.DONE, Outcome.FAILED):
                run = await uow.activations.picking(order.id, owner.accountant_id, now)
                await uow.activations.pick_all(run.id, True)
                (licence_id,) = await uow.activations.begin(run.id)
                await uow.activations.save(replace(run, started_at=now, state="finished"))  # type: ignore[arg-type]
                await uow.activations.settle(
                    run.id, licence_id, outcome, ActivationFailure(FailureReason.OTHER)
                )
                found = await uow.licences.get(licence_id)
                assert found is not None
                await uow.licences.save(found.licence.refused(ActivationFailure(FailureReason.OTHER)))
                runs.append(run.id)
        mail = next(row["key"] for row in await rows_of(database, "pushes") if row["channel"] == "email")
        done, failed = runs
        await CloseInvoices(database, clock, InvoiceRules())(clock.today())
        async with database.read() as uow:
            (invoice,) = await uow.invoices.of_order(order.id, 0, 8)
        return Told(order, mine.code, transfer_id, share_id, claim.id, done, failed, invoice.id, mail)

    async def test_each_leads_to_what_it_is_about(self, told: Told, owner: Actor, database: Database) -> None:
        order = Target(Place.ORDER, told.order.id)
        payments = Target(Place.PAYMENTS, told.order.id)
        expected: dict[PushSubject, Target] = {
            OrderPlacedNotice(told.order.id): order,
            OrderCancelledNotice(told.order.id): order,
            OrderChangedNotice(told.order.id): order,
            PaymentInstruction(told.code): payments,
            PaymentCard(told.code): payments,
            PaymentChanged(told.code): payments,
            JointInstruction(told.code): Target(Place.ORDERS),
            MonthlyStatementMail(7): Target(Place.ORDERS),
            StatementLeft("2026-06-15T12:00"): Target(Place.MENU),
            PaymentWithdrawn(told.code): payments,
            PaymentReceipt(told.share_id): payments,
            RollCall(told.order.id): payments,
            ClaimSettled(told.claim_id): payments,
            # The transfer paid for two orders; the receiver owns one of them.
            TransferReceived(told.transfer_id): payments,
            ChoosePayers(told.transfer_id): Target(Place.CHOICE, told.transfer_id),
            DeliveryFailed(told.mail): payments,
            DeliveryFailed("none"): Target(Place.ORDERS),
            TrialReminder("2026-06-15T05:00:00+00:00"): Target(Place.ORDERS),
            ActivationProgress(told.done_run): order,
            ActivationResult(told.done_run): order,
            ActivationResult(told.failed_run): Target(Place.FAILED, told.failed_run),
            RefundMade(1): payments,
            TransferOpen(told.transfer_id): Target(Place.TRANSFER, told.transfer_id),
            BankListRefused(Provider.SEPAY): Target(Place.MENU),
            SignOffAsked(7): Target(Place.SIGN_OFF, 7),
            SignOffDecided(7): Target(Place.SIGN_OFF, 7),
            ZaloQuotaUsed("2026-11:85"): Target(Place.MENU),
            ZaloPeopleMet("50:85"): Target(Place.MENU),
            ZaloMoneyOut("2026-11-28"): Target(Place.MENU),
            ZaloGrantLost("2"): Target(Place.MENU),
            ZaloPlanEnds("2026-12-31:30"): Target(Place.MENU),
            ZaloSilent("2026-12-31"): Target(Place.MENU),
            AlarmBegan(1): Target(Place.MENU),
            AlarmOver(1): Target(Place.MENU),
            InstructionsHeld(1): Target(Place.HELD),
            BudgetReached("month:sms:2026-11:85"): Target(Place.HELD),
            MailReported("link:not_ordered"): Target(Place.MENU),
            MailStopped("link:stop"): Target(Place.ORDERS),
            MessagesWait("firm:sms:2026-06-15"): Target(Place.ORDERS),
            InstructionsReleased("12:2026-06-15T05:00:00+00:00"): Target(Place.ORDERS),
            InstructionReported("KTAAAAAAA:not_ordered"): Target(Place.MENU),
            LinkCodeSeen("0" * 64): Target(Place.CHATS),
            BooksDiffer("1 orders:KTAAAAAA"): Target(Place.MENU),
            BackupFailed(1): Target(Place.MENU),
            ClaimMade(told.claim_id): Target(Place.CLAIM, told.claim_id),
            RunNeedsHelp(told.failed_run): Target(Place.BY_HAND),
            AccessByHand(told.order.id): Target(Place.BY_HAND),
            FirmWaiting(owner.firm_id): Target(Place.FIRMS),
            FirmDecided(owner.firm_id): Target(Place.MENU),
            ChatLinked(Channel.ZALO): Target(Place.CHATS),
            AnswerWaits(Channel.ZALO): Target(Place.CHATS),
            AnswerRefused(Channel.ZALO): Target(Place.CHATS),
            FirmClaimed(owner.firm_id): Target(Place.FIRM, owner.firm_id),
            PersonMoved(owner.accountant_id): Target(Place.MENU),
            FirmGiven(owner.accountant_id): Target(Place.MENU),
            RecoveryCodeMade("0" * 64): Target(Place.CHATS),
            WithdrawalWaits(owner.accountant_id): Target(Place.MENU),
            StaffJoined(owner.accountant_id): Target(Place.STAFF),
            StaffActed(f"{Verb.PERSON_ERASED}:{owner.accountant_id}:1"): Target(Place.STAFF),
            DailyDigest("2026-06-15T05:00:00+00:00"): Target(Place.NOTICES),
            InvoicesRefused(f"{told.order.id}:2026-06-15"): Target(Place.INVOICES, told.order.id),
            InvoicesByHand("2026-06-15"): Target(Place.DESK_INVOICES),
            InvoiceIssued(told.invoice_id): Target(Place.INVOICE, told.invoice_id),
            InvoicesIssued(f"{told.order.id}:2026-06-15"): Target(Place.INVOICES, told.order.id),
            ClosingFailed("2026-06-15"): Target(Place.DESK_INVOICES),
            InvoicesLate("2026-06-16"): Target(Place.DESK_INVOICES),
            InvoiceStopped(f"{told.invoice_id}:quota"): Target(Place.DESK_INVOICES),
        }
        async with database.read() as uow:
            found = {
                subject: await target_of(uow, Push("", Channel.CHAT, subject, owner.accountant_id))
                for subject in expected
            }
        assert found == expected
        assert {type(subject) for subject in expected} == set(KINDS.values())

    async def test_a_reminder_leads_to_the_one_order_that_is_unpaid(
        self, told: Told, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        async with database.write() as uow:
            (one,) = await uow.licences.of_order(told.order.id)
            await uow.licences.save(one.licence.begun().activated("v", "l", clock.now()))
        push = Push("", Channel.CHAT, TrialReminder(clock.now().isoformat()), owner.accountant_id)
        async with database.read() as uow:
            assert await target_of(uow, push) == Target(Place.PAYMENTS, told.order.id)

    async def test_the_list_tells_of_a_run_by_its_counts_alone(
        self, told: Told, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        """If it read the items, a page of large runs would read thousands of licences."""
        subjects = (TrialReminder(clock.now().isoformat()), ActivationResult(told.failed_run))
        await _tell(database, owner, clock, *subjects)
        result, reminder, *_ = (await operations.list_notices(owner)).items
        assert isinstance(result.content, ActivationResultContent)
        assert (result.content.counts.failed, result.content.items) == (1, ())
        assert (type(reminder.content), reminder.topic) == (ReminderInBriefContent, Topic.REMINDERS)


class TestLookedAt:
    async def test_what_was_told_of_an_order_is_read_once_its_window_is_open(
        self,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        order: Order,
        database: Database,
        clock: FixedClock,
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        others = StaffJoined(colleague.accountant_id), TrialReminder(clock.now().isoformat())
        told = await _tell(
            database,
            owner,
            clock,
            *(OrderPlacedNotice(order.id), ActivationResult(run.id), OrderCancelledNotice(order.id), *others),
        )
        async with database.write() as uow:
            for push in told:
                await uow.pushes.mark_sent(push.key, Channel.TELEGRAM, "1", clock.now())
        before = (await operations.list_notices(owner)).unread
        await operations.read_order(owner, order.id)
        assert (await operations.list_notices(owner)).unread == before - 3
        # The list of who has paid answers the reminders, too.
        await operations.read_order(owner, order.id, reminders=True)
        assert (await operations.list_notices(owner)).unread == before - 4
        async with unchanged(database):
            await operations.read_order(owner, order.id, reminders=True)


class TestShownByAWindow:
    async def test_the_window_is_the_notice_where_messages_go_to_its_app(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        apps = (Channel.TELEGRAM, True), (Channel.ZALO, False)
        for customer, (app, waits) in zip(customers, apps, strict=True):
            view = await ready_draft(operations, owner, [customer])
            placed = await operations.place_order(owner, view.draft.id, view.total, app)
            (push,) = await _about(database, OrderPlacedNotice(placed.id))
            (job,) = [one for one in await rows_of(database, "jobs") if one["key"] == f"push:{push['key']}"]
            # Where the window is not shown, as after a kill, the push leaves after all.
            assert job["due_at"] == (clock.now() + UNTIL_SHOWN if waits else AT_ONCE)
            assert (job["order_key"] is None) is waits
            await operations.note_shown(owner, OrderPlacedNotice(placed.id), app)
            (push,) = await _about(database, OrderPlacedNotice(placed.id))
            settled = (PushState.SENT, app) if waits else (PushState.QUEUED, None)
            assert (push["state"], push["sent_on"]) == settled
            newest = (await operations.list_notices(owner)).items[0]
            assert newest.read is waits

    async def test_what_has_left_already_stays_as_it_was_sent(
        self, operations: Operations, owner: Actor, order: Order, database: Database, clock: FixedClock
    ) -> None:
        async with database.write() as uow:
            await uow.pushes.mark_sent(f"order_placed:{order.draft_id}", Channel.ZALO, "4711", clock.now())
        async with unchanged(database):
            await operations.note_shown(owner, OrderPlacedNotice(order.id), Channel.TELEGRAM)


async def _about(database: Database, subject: PushSubject) -> list[Row]:
    about = (subject.kind.name, str(subject.about))
    return [row for row in await rows_of(database, "pushes") if (row["kind"], row["about"]) == about]
