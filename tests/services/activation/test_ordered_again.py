"""Customers of a cancelled order, ordered again: their licence is reactivated, and the days used count."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.activations import Outcome
from domain.chats import Channel
from domain.customers import Customer, CustomerField
from domain.licences import TRIAL, ActivationFailure, FailureReason, Licence, LicenceState
from domain.messaging.contents import ActivationResultContent, RunNeedsHelpContent, TrialReminderContent
from domain.orders import Order
from domain.people import Actor
from gateways.vendor import ManualVendor
from services.activation.access import SettleAccess
from services.activation.activating import ACTIVATE_JOB, PATIENCE
from services.back_office.activations import Task
from services.catalogue.customers import Criteria
from services.operations import Operations
from services.ports import Job, Lane, RetryLater
from storage.database import Database
from tests.services.support import refusal
from tests.support.banks import Bank
from tests.support.builders import FISCAL_YEAR, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working, cut_off

DAY = timedelta(days=1)
OURS = {"L1", "L2", "L3"}


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


@pytest.fixture
def bank(database: Database, clock: FixedClock, working: Working) -> Bank:
    return Bank(database, clock, working)


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 3)


class Firm:
    """One accountant who orders, activates and cancels, with the workers behind."""

    def __init__(self, operations: Operations, working: Working, actor: Actor) -> None:
        self.operations, self.working, self.actor = operations, working, actor

    async def order(self, customers: Sequence[Customer], year: int = FISCAL_YEAR) -> Order:
        order = await placed_order(self.operations, self.actor, customers, fiscal_year=year)
        await self.working.work()
        return order

    async def begin(self, order: Order) -> None:
        run = await self.operations.open_activation(self.actor, order.id)
        await self.operations.start_run(self.actor, run.id)

    async def activate(self, order: Order) -> ActivationResultContent:
        self.working.sent.clear()
        await self.begin(order)
        await self.working.work()
        return self.result()

    def result(self) -> ActivationResultContent:
        told = self.working.to(Channel.TELEGRAM)
        return [one for one in told if isinstance(one, ActivationResultContent)][-1]

    async def cancel(self, order: Order) -> None:
        await self.operations.cancel_order(self.actor, order.id)
        await self.working.work()


@pytest.fixture
def firm(operations: Operations, working: Working, owner: Actor) -> Firm:
    return Firm(operations, working, owner)


async def pass_days(working: Working, days: float) -> None:
    await working.work_until(working.clock.now() + days * DAY)


async def licences(database: Database, order: Order) -> list[Licence]:
    async with database.read() as uow:
        return [one.licence for one in await uow.licences.of_order(order.id)]


async def states(database: Database, order: Order) -> set[LicenceState]:
    return {one.state for one in await licences(database, order)}


def reasons(result: ActivationResultContent) -> set[FailureReason | None]:
    return {item.failure.reason if item.failure else None for item in result.items}


class TestTheTrial:
    async def test_the_vendors_licences_are_reactivated_with_the_days_that_were_used(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await pass_days(working, 2)
        await firm.cancel(first)
        assert working.vendor.suspended == OURS
        # Days without the software do not count.
        await pass_days(working, 3)
        again = await firm.order(customers)
        result = await firm.activate(again)

        now = working.clock.now()
        assert (result.counts.done, working.vendor.suspended) == (3, set())
        assert set(working.vendor.creations.values()) == {1}
        found = await licences(database, again)
        assert {one.vendor_id for one in found} == OURS
        assert {one.activated_at for one in found} == {now}
        assert {one.deadline for one in found} == {now + 5 * DAY}
        assert {item.licence.login for item in result.items} == {one.email for one in customers}

        # It is reminded of with three days left, with one and at the end, and then suspended.
        working.sent.clear()
        await working.work_until(now + 5 * DAY - timedelta(seconds=1))
        assert await states(database, again) == {LicenceState.ACTIVE_UNPAID}
        await working.work_until(now + 5 * DAY)
        assert (await states(database, again), working.vendor.suspended) == ({LicenceState.SUSPENDED}, OURS)
        await pass_days(working, 1)
        told = [
            (push.at.date() - now.date()).days
            for push in working.sent
            if push.channel is Channel.TELEGRAM and isinstance(push.content, TrialReminderContent)
        ]
        assert told == [2, 4, 5]

    async def test_only_days_that_were_used_are_spoken_of(
        self, firm: Firm, customers: list[Customer], operations: Operations
    ) -> None:
        async def any_used(order: Order) -> bool:
            run = await operations.open_activation(firm.actor, order.id)
            return (await operations.view_activation(firm.actor, run.id)).any_used

        first = await firm.order(customers[:2])
        assert not await any_used(first)
        await firm.cancel(first)
        second = await firm.order(customers[:2])
        assert not await any_used(second)
        await firm.activate(second)
        await firm.cancel(second)
        assert await any_used(await firm.order(customers))
        other_year = await firm.order(customers, year=FISCAL_YEAR + 1)
        assert not await any_used(other_year)

    async def test_with_little_left_nothing_is_told_that_is_past(
        self, firm: Firm, customers: list[Customer], working: Working
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await pass_days(working, 5)
        await firm.cancel(first)
        await firm.activate(await firm.order(customers))
        now = working.clock.now()
        working.sent.clear()
        await pass_days(working, 4)
        told = [
            (push.at.date() - now.date()).days
            for push in working.sent
            if push.channel is Channel.TELEGRAM and isinstance(push.content, TrialReminderContent)
        ]
        assert told == [1, 2]

    async def test_whoever_of_the_firm_orders_again_gets_seven_days_in_all(
        self,
        operations: Operations,
        firm: Firm,
        colleague: Actor,
        customers: list[Customer],
        working: Working,
    ) -> None:
        usable = 0
        for turn in range(6):
            someone = firm if turn % 2 else Firm(operations, working, colleague)
            order = await someone.order(customers)
            result = await someone.activate(order)
            if not result.counts.done:
                assert reasons(result) == {FailureReason.TRIAL_USED}
            for _ in range(2):
                usable += len(working.vendor.created) > 0 and not working.vendor.suspended
                await pass_days(working, 1)
            await someone.cancel(order)
        assert usable == TRIAL.days
        assert set(working.vendor.creations.values()) == {1}

    async def test_after_all_of_it_only_paid_ones_are_activated(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database, bank: Bank
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await pass_days(working, 8)
        await firm.cancel(first)
        again = await firm.order(customers)
        calls = list(working.vendor.calls)
        result = await firm.activate(again)
        assert reasons(result) == {FailureReason.TRIAL_USED}
        # Back office can do nothing about it.
        assert not [one for one in working.to(Channel.TELEGRAM) if isinstance(one, RunNeedsHelpContent)]
        assert (working.vendor.calls, working.vendor.suspended) == (calls, OURS)

        async with database.read() as uow:
            codes = [one.line.payment_code for one in await uow.licences.of_order(again.id)]
        await bank.tells(codes[0], again.total // 3)
        paid, *others = await licences(database, again)
        assert (paid.state, {one.state for one in others}) == (
            LicenceState.PAID_WAITING,
            {LicenceState.FAILED},
        )
        result = await firm.activate(again)
        assert [item.outcome for item in result.items] == [Outcome.DONE, Outcome.FAILED, Outcome.FAILED]
        assert (await licences(database, again))[0].state is LicenceState.ACTIVE
        await pass_days(working, 30)
        assert working.vendor.suspended == OURS - {"L1"}
        with refusal("order_not_cancellable"):
            await firm.cancel(again)

    async def test_what_ends_while_the_vendor_is_asked_is_suspended_at_once(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers[:1])
        await firm.activate(first)
        working.clock.set(working.clock.now() + TRIAL - timedelta(seconds=1))
        # Nobody suspends it, so that its last second runs out between two tries.
        working.vendor.before.append(RetryLater(3600, "not available"))
        await firm.cancel(first)
        again = await firm.order(customers[:1])
        working.vendor.after.append(TimeoutError())
        await firm.begin(again)
        await working.work()
        assert working.vendor.calls == [("reactivate", "L1")]
        working.clock.set(working.clock.now() + timedelta(seconds=10))
        await working.work()
        assert firm.result().counts.done == 1
        assert await states(database, again) == {LicenceState.SUSPENDED}
        assert working.vendor.suspended == {"L1"}


class TestTheVendor:
    async def test_a_suspension_that_comes_late_leaves_the_next_order_alone(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        began = working.clock.now()
        await pass_days(working, 1)
        # Suspending finds no vendor; creating and reactivating do.
        await firm.operations.cancel_order(firm.actor, first.id)
        working.vendor.before += [RetryLater(3600, "not available")] * 3
        await working.work()
        again = await firm.order(customers)
        assert (await firm.activate(again)).counts.done == 3
        # The software never stopped, so that no day is given back.
        assert {one.deadline for one in await licences(database, again)} == {began + TRIAL}
        # One whose worker was killed in the midst of the call makes it again.
        old = (await licences(database, first))[0]
        await SettleAccess(database, working.clock, working.vendor)(old.id, "killed", 1, again=True)
        assert working.vendor.calls[-1] == ("suspend", "L1")
        await pass_days(working, 1)
        assert working.vendor.suspended == set()
        assert await states(database, again) == {LicenceState.ACTIVE_UNPAID}

    async def test_a_vendor_that_makes_another_licence_suspends_the_one_before(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        began = working.clock.now()
        working.vendor.forget()
        await firm.operations.cancel_order(firm.actor, first.id)
        working.vendor.before += [RetryLater(3600, "not available")] * 3
        await working.work()
        again = await firm.order(customers)
        assert (await firm.activate(again)).counts.done == 3
        assert {one.vendor_id for one in await licences(database, again)} == {"L4", "L5", "L6"}
        assert {one.deadline for one in await licences(database, again)} == {began + TRIAL}
        await pass_days(working, 1)
        assert working.vendor.suspended == OURS

    async def test_lost_answers_leave_one_licence_for_the_last_order(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await firm.cancel(first)
        again = await firm.order(customers)
        working.vendor.after += [TimeoutError(), ConnectionResetError(), TimeoutError()]
        await firm.begin(again)
        await working.work_until(working.clock.now() + timedelta(minutes=1))
        assert firm.result().counts.done == 3
        assert working.vendor.calls.count(("reactivate", "L1")) == 1
        assert (working.vendor.suspended, await states(database, again)) == (
            set(),
            {LicenceState.ACTIVE_UNPAID},
        )

    async def test_one_reactivated_unheard_is_found_and_suspended_with_its_order(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await firm.cancel(first)
        again = await firm.order(customers)
        await firm.begin(again)
        job = next(
            job
            for job in await rows_of(database, "jobs")
            if job["name"] == ACTIVATE_JOB and job["settled_at"] is None
        )
        working.vendor.after.append(asyncio.CancelledError())
        activate = working.handlers[Lane.VENDOR][ACTIVATE_JOB]
        begun = Job(job["id"], ACTIVATE_JOB, job["key"], json.loads(job["payload"]), 1, again=False)
        with pytest.raises(asyncio.CancelledError):
            await activate(begun)
        assert len(working.vendor.suspended) == 2
        await cut_off(database, job["key"])
        await firm.cancel(again)
        assert working.vendor.suspended == OURS
        assert [one.vendor_id for one in await licences(database, again)] == ["L1", "", ""]
        # The third order takes over from whichever has it.
        third = await firm.order(customers)
        assert (await firm.activate(third)).counts.done == 3
        assert (working.vendor.suspended, set(working.vendor.creations.values())) == (set(), {1})

    async def test_one_whose_creation_had_no_answer_is_found_by_its_key(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers[:1])
        working.vendor.after += [TimeoutError()] * PATIENCE.attempts
        await firm.begin(first)
        await pass_days(working, 0.1)
        assert await states(database, first) == {LicenceState.FAILED}
        await firm.operations.cancel_order(firm.actor, first.id)
        working.vendor.before.append(RetryLater(3600, "not available"))
        await working.work()
        again = await firm.order(customers[:1])
        assert (await firm.activate(again)).counts.done == 1
        await pass_days(working, 1)
        assert (working.vendor.suspended, set(working.vendor.creations.values())) == (set(), {1})
        assert [one.state for one in await licences(database, again)] == [LicenceState.ACTIVE_UNPAID]

    async def test_new_data_are_those_of_the_licence(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers[:1])
        await firm.activate(first)
        await firm.cancel(first)
        await firm.operations.edit_customer(firm.actor, customers[0].id, CustomerField.EMAIL, "moi@a.vn")
        again = await firm.order(customers[:1])
        taken = ActivationFailure(FailureReason.LOGIN_TAKEN, CustomerField.EMAIL)
        working.vendor.refuses[customers[0].tax_code] = taken
        assert reasons(await firm.activate(again)) == {FailureReason.LOGIN_TAKEN}
        working.vendor.refuses.clear()
        assert (await firm.activate(again)).counts.done == 1
        assert [one.login for one in await licences(database, again)] == ["moi@a.vn"]

    async def test_that_of_another_firm_stays_with_it(
        self, operations: Operations, firm: Firm, stranger: Actor, customers: list[Customer], working: Working
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await firm.cancel(first)
        other = Firm(operations, working, stranger)
        theirs = await other.order(await add_customers(operations, stranger, 3))
        for _ in range(2):
            assert reasons(await other.activate(theirs)) == {FailureReason.ALREADY_LICENSED}
            await other.cancel(theirs)
            theirs = await other.order(await _catalogue(operations, stranger))
        assert working.vendor.suspended == OURS

    async def test_a_vendor_of_version_1_is_asked_nothing_new(
        self, firm: Firm, back_office: Actor, customers: list[Customer], working: Working
    ) -> None:
        working.vendor.is_version_1 = True
        first = await firm.order(customers)
        await firm.activate(first)
        await firm.cancel(first)
        again = await firm.order(customers)
        assert reasons(await firm.activate(again)) == {FailureReason.NOT_REACTIVATED}
        told = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, RunNeedsHelpContent)]
        assert len(told) == 1
        working.vendor.is_version_1 = False
        assert (await firm.activate(again)).counts.done == 3

    async def test_another_fiscal_year_has_a_licence_and_days_of_its_own(
        self, firm: Firm, customers: list[Customer], working: Working, database: Database
    ) -> None:
        first = await firm.order(customers)
        await firm.activate(first)
        await pass_days(working, 3)
        await firm.cancel(first)
        renewal = await firm.order(customers, FISCAL_YEAR + 1)
        await firm.activate(renewal)
        found = await licences(database, renewal)
        assert {one.deadline for one in found} == {working.clock.now() + TRIAL}
        assert not OURS & {one.vendor_id for one in found}


async def _catalogue(operations: Operations, actor: Actor) -> Sequence[Customer]:
    return (await operations.find_customers(actor, Criteria(""))).items


class TestByHand:
    @pytest.fixture(autouse=True)
    def manual(self, working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
        """The vendor has no API."""
        manual = ManualVendor()
        for call in ("create", "reactivate", "find", "suspend", "restore"):
            monkeypatch.setattr(working.vendor, call, getattr(manual, call))

    async def _activate(self, operations: Operations, desk: Actor, firm: Firm, order: Order) -> list[str]:
        """Activate by hand what is asked for. Returns the earlier logins that back office was shown."""
        await firm.begin(order)
        await firm.working.work()
        shown = []
        for one in (await operations.desk.list_by_hand(desk)).items:
            if one.task is Task.ACTIVATE:
                view = await operations.desk.view_licence(desk, one.found.licence.id)
                shown.append(view.earlier_login)
                await operations.desk.activated_by_hand(desk, one.found.licence.id, one.found.line.email)
        await firm.working.work()
        return shown

    async def test_the_days_count_without_the_vendor_as_well(
        self,
        operations: Operations,
        back_office: Actor,
        firm: Firm,
        customers: list[Customer],
        database: Database,
    ) -> None:
        working, desk = firm.working, back_office
        first = await firm.order(customers)
        assert await self._activate(operations, desk, firm, first) == ["", "", ""]
        await pass_days(working, 4)
        await firm.cancel(first)
        suspended, *_, unsuspended = (await operations.desk.list_by_hand(desk)).items
        await operations.desk.access_done_by_hand(desk, suspended.found.licence.id, True)
        await pass_days(working, 1)
        again = await firm.order(customers)
        assert await self._activate(operations, desk, firm, again) == [one.email for one in customers]
        now = working.clock.now()
        deadlines = [one.deadline for one in await licences(database, again)]
        # What nobody suspended was used a day longer, and is not to be suspended any more.
        assert deadlines == [now + 3 * DAY, now + 2 * DAY, now + 2 * DAY]
        assert (await operations.desk.list_by_hand(desk)).total == 0
        with refusal("licence_not_by_hand"):
            await operations.desk.access_done_by_hand(desk, unsuspended.found.licence.id, False)

        await pass_days(working, 3)
        await firm.cancel(again)
        third = await firm.order(customers)
        assert reasons(await firm.activate(third)) == {FailureReason.TRIAL_USED}
        assert {one.task for one in (await operations.desk.list_by_hand(desk)).items} == {Task.SUSPEND}
