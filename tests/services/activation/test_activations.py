"""Bulk activation against a vendor that fails as it is told."""

import asyncio
import json
from datetime import timedelta

import pytest

from domain.activations import ActivationRun, Outcome, RunCounts, RunState
from domain.chats import Channel
from domain.customers import Customer, CustomerField
from domain.licences import TRIAL, ActivationFailure, FailureReason, LicenceState
from domain.messaging.contents import ActivationProgressContent, ActivationResultContent
from domain.orders import Order
from domain.people import Actor
from services.activation.activating import ACTIVATE_JOB, PATIENCE
from services.messaging.following import Handed
from services.operations import Operations
from services.ports import DoneByHand, Job, Lane, RetryLater
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working, cut_off

WRONG_EMAIL = ActivationFailure(FailureReason.INVALID, CustomerField.EMAIL)


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 3)


@pytest.fixture
async def order(operations: Operations, owner: Actor, customers: list[Customer], working: Working) -> Order:
    placed = await placed_order(operations, owner, customers)
    await working.work()
    working.sent.clear()
    return placed


async def _start_all(operations: Operations, actor: Actor, order: Order) -> ActivationRun:
    run = await operations.open_activation(actor, order.id)
    return await operations.start_run(actor, run.id)


async def _states(database: Database, order: Order) -> list[LicenceState]:
    async with database.read() as uow:
        return [one.licence.state for one in await uow.licences.of_order(order.id)]


def _result(working: Working) -> ActivationResultContent:
    (result,) = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, ActivationResultContent)]
    return result


class TestARun:
    async def test_all_are_activated_and_told_of_once(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        await _start_all(operations, owner, order)
        assert set(await _states(database, order)) == {LicenceState.ACTIVATING}
        await working.work()
        assert set(await _states(database, order)) == {LicenceState.ACTIVE_UNPAID}
        assert list(working.vendor.creations.values()) == [1, 1, 1]
        result = _result(working)
        assert result.counts == RunCounts(picked=3, done=3, failed=0, skipped=0)
        assert result.run.state is RunState.FINISHED
        assert [item.licence.login for item in result.items] == [item.line.email for item in result.items]
        # Its progress would have come after the end.
        assert [type(one) for one in working.to(Channel.TELEGRAM)] == [ActivationResultContent]

    async def test_its_window_becomes_the_progress_and_the_result(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        for _ in range(2):  # A repeat after a kill hands the same window over.
            await operations.start_run(owner, run.id, Handed(Channel.TELEGRAM, "77"))
        await working.work()
        assert working.sent == []
        assert {edit.key for edit in working.edits} == {"77"}
        result = working.edits[-1].content
        assert isinstance(result, ActivationResultContent)
        assert result.counts.done == 3
        newest = (await operations.list_notices(owner)).items[0]
        assert isinstance(newest.content, ActivationResultContent)
        await working.work_until(working.clock.now() + timedelta(minutes=5))
        assert isinstance(working.edits[-1].content, ActivationResultContent)

    @pytest.mark.parametrize("why", ["long", "moved_on", "gone"])
    async def test_a_result_comes_as_a_new_message_and_the_progress_goes(
        self,
        why: str,
        operations: Operations,
        owner: Actor,
        order: Order,
        working: Working,
        database: Database,
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id, Handed(Channel.TELEGRAM, "77"))
        match why:
            case "long":
                # The vendor is away at first.
                working.vendor.before = [RetryLater(40, "away")] * 3
            case "moved_on":
                async with database.write() as uow:
                    await uow.chats.note_push(Channel.TELEGRAM, "owner-1", 78)
            case "gone":
                working.channels[Channel.TELEGRAM].retired.append("77")
        await working.work_until(working.clock.now() + timedelta(minutes=2))
        assert isinstance(_result(working), ActivationResultContent)
        assert not any(isinstance(one.content, ActivationResultContent) for one in working.edits)
        assert "77" in working.channels[Channel.TELEGRAM].retired

    @pytest.mark.parametrize("is_long", [False, True])
    async def test_where_nothing_can_be_edited_a_short_run_tells_its_result_alone(
        self, is_long: bool, operations: Operations, owner: Actor, order: Order, working: Working
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id, Handed(Channel.ZALO))
        if is_long:
            working.vendor.before = [RetryLater(40, "away")] * 3
        await working.work_until(working.clock.now() + timedelta(minutes=2))
        kinds = [type(one) for one in working.to(Channel.TELEGRAM)]
        first = [ActivationProgressContent] if is_long else []
        assert kinds == [*first, ActivationResultContent]

    async def test_only_those_picked(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        view = await operations.view_activation(owner, run.id)
        assert (view.possible, view.picked) == (3, 3)
        await operations.pick_all_licences(owner, run.id, False)
        await operations.pick_licence(owner, run.id, view.licences[1].licence.id, True)
        await operations.pick_licence(owner, run.id, view.licences[1].licence.id, True)
        view = await operations.view_activation(owner, run.id)
        assert (view.picked, view.picked_here) == (1, frozenset({view.licences[1].licence.id}))
        await operations.start_run(owner, run.id)
        await working.work()
        ordered, active = LicenceState.ORDERED, LicenceState.ACTIVE_UNPAID
        assert await _states(database, order) == [ordered, active, ordered]

    async def test_a_second_tap_begins_nothing(
        self, operations: Operations, owner: Actor, order: Order, working: Working
    ) -> None:
        run = await _start_all(operations, owner, order)
        assert await operations.start_run(owner, run.id) == run
        again = await operations.open_activation(owner, order.id)
        with refusal("nothing_to_activate"):
            await operations.start_run(owner, again.id)
        with refusal("run_begun"):
            await operations.pick_all_licences(owner, run.id, False)
        await working.work()
        assert set(working.vendor.creations.values()) == {1}

    async def test_what_another_run_has_begun_is_skipped(
        self, operations: Operations, owner: Actor, colleague: Actor, order: Order, working: Working
    ) -> None:
        first = await operations.open_activation(owner, order.id)
        view = await operations.view_activation(owner, first.id)
        await operations.pick_all_licences(owner, first.id, False)
        await operations.pick_licence(owner, first.id, view.licences[0].licence.id, True)
        await operations.start_run(owner, first.id)
        second = await operations.open_activation(owner, order.id)
        # Picked before the first run began, as in another window.
        await operations.pick_licence(owner, second.id, view.licences[0].licence.id, True)
        await operations.start_run(owner, second.id)
        await working.work()
        counts = [
            one.counts for one in working.to(Channel.TELEGRAM) if isinstance(one, ActivationResultContent)
        ]
        assert RunCounts(picked=1, done=1, failed=0, skipped=0) in counts
        assert RunCounts(picked=3, done=2, failed=0, skipped=1) in counts
        assert set(working.vendor.creations.values()) == {1}


class TestFailures:
    async def test_failed_ones_are_mended_and_only_they_are_tried_again(
        self,
        operations: Operations,
        owner: Actor,
        order: Order,
        customers: list[Customer],
        working: Working,
        database: Database,
    ) -> None:
        working.vendor.refuses[customers[1].tax_code] = WRONG_EMAIL
        run = await _start_all(operations, owner, order)
        await working.work()
        assert _result(working).counts == RunCounts(picked=3, done=2, failed=1, skipped=0)
        failed = await operations.list_failed(owner, run.id)
        assert [item.failure for item in failed.items] == [WRONG_EMAIL]
        licence_id = failed.items[0].licence.id
        with refusal("email_format"):
            await operations.mend_licence(owner, licence_id, CustomerField.EMAIL, "khong phai email")
        mended = await operations.mend_licence(owner, licence_id, CustomerField.EMAIL, " Moi@Hoasen.VN ")
        assert mended.line.email == "Moi@hoasen.vn"
        catalogued = await operations.get_customer(owner, customers[1].id)
        assert catalogued.email == "Moi@hoasen.vn"
        working.vendor.refuses.clear()
        working.sent.clear()
        asked = len(working.vendor.asked)
        again = await operations.retry_failed(owner, run.id)
        assert (await operations.retry_failed(owner, run.id)).id == again.id
        await working.work()
        assert _result(working).counts == RunCounts(picked=1, done=1, failed=0, skipped=0)
        assert [request.line.email for request in working.vendor.asked[asked:]] == ["Moi@hoasen.vn"]
        assert set(await _states(database, order)) == {LicenceState.ACTIVE_UNPAID}
        assert (await operations.list_failed(owner, run.id)).count == 0
        with refusal("licence_not_mendable"):
            await operations.mend_licence(owner, licence_id, CustomerField.EMAIL, "muon@hoasen.vn")

    async def test_a_lost_answer_creates_no_second_licence(
        self, operations: Operations, owner: Actor, order: Order, working: Working, clock: FixedClock
    ) -> None:
        working.vendor.after += [TimeoutError(), ConnectionResetError(), TimeoutError()]
        await _start_all(operations, owner, order)
        await working.work_until(clock.now() + timedelta(minutes=1))
        assert _result(working).counts.done == 3
        assert list(working.vendor.creations.values()) == [1, 1, 1]

    async def test_a_vendor_out_of_reach_fails_in_the_end_and_a_retry_asks_under_the_same_key(
        self, operations: Operations, owner: Actor, order: Order, working: Working, clock: FixedClock
    ) -> None:
        working.vendor.after += [TimeoutError()] * (3 * PATIENCE.attempts)
        run = await _start_all(operations, owner, order)
        await working.work_until(clock.now() + timedelta(hours=1))
        result = _result(working)
        assert result.counts.failed == 3
        assert {item.failure and item.failure.reason for item in result.items} == {FailureReason.UNAVAILABLE}
        working.sent.clear()
        await operations.retry_failed(owner, run.id)
        await working.work()
        assert _result(working).counts.done == 3
        assert list(working.vendor.creations.values()) == [1, 1, 1]

    async def test_one_that_was_created_unheard_is_suspended_with_its_order(
        self,
        operations: Operations,
        owner: Actor,
        order: Order,
        working: Working,
        clock: FixedClock,
        database: Database,
    ) -> None:
        working.vendor.after += [TimeoutError()] * (3 * PATIENCE.attempts)
        await _start_all(operations, owner, order)
        await working.work_until(clock.now() + timedelta(hours=1))
        assert set(await _states(database, order)) == {LicenceState.FAILED}
        working.vendor.after.clear()
        working.vendor.before += [RetryLater(0, "not available")] * 3
        await operations.cancel_order(owner, order.id)
        await working.work()
        # An unavailable vendor is not asked again at once.
        assert working.vendor.suspended == set()
        await working.work_until(clock.now() + timedelta(minutes=1))
        assert len(working.vendor.suspended) == len(working.vendor.created) == 3
        assert set(await _states(database, order)) == {LicenceState.CANCELLED}

    async def test_waiting_as_the_vendor_asks_is_no_failed_try(
        self, operations: Operations, owner: Actor, order: Order, working: Working, clock: FixedClock
    ) -> None:
        working.vendor.before += [RetryLater(1, "too many", counts=False)] * (10 * PATIENCE.attempts)
        await _start_all(operations, owner, order)
        await working.work_until(clock.now() + timedelta(minutes=5))
        assert _result(working).counts.done == 3


class TestStopping:
    async def test_the_rest_is_skipped_and_may_be_activated_later(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        run = await _start_all(operations, owner, order)
        await operations.stop_run(owner, run.id)
        await operations.stop_run(owner, run.id)
        await working.work()
        assert _result(working).counts == RunCounts(picked=3, done=0, failed=0, skipped=3)
        assert set(await _states(database, order)) == {LicenceState.ORDERED}
        await _start_all(operations, owner, order)
        await working.work()
        assert set(await _states(database, order)) == {LicenceState.ACTIVE_UNPAID}

    async def test_what_was_asked_for_before_is_found(
        self, operations: Operations, owner: Actor, order: Order, working: Working, clock: FixedClock
    ) -> None:
        working.vendor.after += [TimeoutError()] * 3
        run = await _start_all(operations, owner, order)
        await working.work()
        await operations.stop_run(owner, run.id)
        await working.work_until(clock.now() + timedelta(minutes=1))
        assert _result(working).counts == RunCounts(picked=3, done=3, failed=0, skipped=0)

    async def test_what_a_killed_try_asked_for_is_found(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        run = await _start_all(operations, owner, order)
        activate = working.handlers[Lane.VENDOR][ACTIVATE_JOB]
        first = next(job for job in await rows_of(database, "jobs") if job["name"] == ACTIVATE_JOB)
        payload = json.loads(first["payload"])
        working.vendor.after.append(asyncio.CancelledError())
        with pytest.raises(asyncio.CancelledError):
            await activate(Job(first["id"], ACTIVATE_JOB, first["key"], payload, 1, again=False))
        await cut_off(database, first["key"])
        await operations.stop_run(owner, run.id)
        await working.work()
        assert _result(working).counts == RunCounts(picked=3, done=1, failed=0, skipped=2)
        assert len(working.vendor.asked) == 1

    async def test_too_late_changes_nothing(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        run = await _start_all(operations, owner, order)
        await working.work()
        async with unchanged(database):
            await operations.stop_run(owner, run.id)


class TestByHand:
    async def test_each_waits_for_back_office(
        self, operations: Operations, owner: Actor, order: Order, working: Working, database: Database
    ) -> None:
        working.vendor.before += [DoneByHand()] * 3
        await _start_all(operations, owner, order)
        await working.work()
        async with database.read() as uow:
            waiting, count = await uow.licences.by_hand(0, 10)
        assert count == 3
        assert {one.licence.state for one in waiting} == {LicenceState.ACTIVATING}
        assert not [one for one in working.to(Channel.TELEGRAM) if isinstance(one, ActivationResultContent)]


class TestTheDeadline:
    async def test_an_unpaid_licence_is_suspended_to_the_second(
        self,
        operations: Operations,
        owner: Actor,
        order: Order,
        working: Working,
        clock: FixedClock,
        database: Database,
    ) -> None:
        await _start_all(operations, owner, order)
        await working.work()
        deadline = clock.now() + TRIAL
        await working.work_until(deadline - timedelta(seconds=1))
        assert set(await _states(database, order)) == {LicenceState.ACTIVE_UNPAID}
        assert working.vendor.calls == []
        await working.work_until(deadline)
        assert set(await _states(database, order)) == {LicenceState.SUSPENDED}
        assert sorted(working.vendor.calls) == [("suspend", "L1"), ("suspend", "L2"), ("suspend", "L3")]

    async def test_a_suspension_whose_answer_was_lost_is_repeated(
        self,
        operations: Operations,
        owner: Actor,
        order: Order,
        working: Working,
        clock: FixedClock,
        database: Database,
    ) -> None:
        await _start_all(operations, owner, order)
        await working.work()
        working.vendor.after += [TimeoutError()] * 3
        await working.work_until(clock.now() + TRIAL + timedelta(minutes=1))
        assert set(await _states(database, order)) == {LicenceState.SUSPENDED}
        assert len(working.vendor.suspended) == 3

    async def test_a_payment_undoes_a_suspension_whose_answer_was_lost(
        self,
        operations: Operations,
        owner: Actor,
        order: Order,
        working: Working,
        clock: FixedClock,
        database: Database,
    ) -> None:
        await _start_all(operations, owner, order)
        await working.work()
        deadline = clock.now() + TRIAL
        await working.work_until(deadline - timedelta(seconds=1))
        working.vendor.after += [TimeoutError()] * 3
        clock.set(deadline)
        await working.work()
        assert len(working.vendor.suspended) == 3
        await Bank(database, clock, working).tells(order.code, order.total)
        await working.work_until(deadline + timedelta(minutes=1))
        assert working.vendor.suspended == set()


async def test_a_run_of_another_firm_looks_like_none(
    operations: Operations, owner: Actor, stranger: Actor, order: Order, database: Database
) -> None:
    run = await operations.open_activation(owner, order.id)
    async with unchanged(database):
        for attempt in (operations.view_activation, operations.start_run, operations.stop_run):
            with refusal("run_unknown"):
                await attempt(stranger, run.id)


async def test_outcomes_add_up_to_what_was_picked(
    operations: Operations,
    owner: Actor,
    order: Order,
    customers: list[Customer],
    working: Working,
    database: Database,
) -> None:
    working.vendor.refuses[customers[0].tax_code] = WRONG_EMAIL
    run = await _start_all(operations, owner, order)
    await working.work()
    async with database.read() as uow:
        items = await uow.activations.items(run.id)
        counts = await uow.activations.counts(run.id)
    assert [item.outcome for item in items] == [Outcome.FAILED, Outcome.DONE, Outcome.DONE]
    assert counts.done + counts.failed + counts.skipped == counts.picked == 3
