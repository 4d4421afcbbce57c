"""Failed licences, and licences that back office changes at the vendor by hand."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.activations import RunState
from domain.chats import Channel
from domain.licences import TRIAL, ActivationFailure, FailureReason, LicenceState
from domain.messaging.contents import AccessByHandContent, ActivationResultContent, RunNeedsHelpContent
from domain.orders import Order
from domain.people import Actor
from services.back_office.activations import LicenceView, Task
from services.operations import Operations
from services.ports import DoneByHand, VendorRefused
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

OTHER = ActivationFailure(FailureReason.OTHER)


@pytest.fixture
def manual(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor has no API."""

    async def by_hand(*_: object) -> None:
        raise DoneByHand

    for call in ("create", "find", "suspend", "restore"):
        monkeypatch.setattr(working.vendor, call, by_hand)


async def start_all(operations: Operations, owner: Actor, order: Order, working: Working) -> None:
    run = await operations.open_activation(owner, order.id)
    await operations.start_run(owner, run.id)
    await working.work()


async def licence_states(database: Database, order: Order) -> list[LicenceState]:
    async with database.read() as uow:
        return [one.licence.state for one in await uow.licences.of_order(order.id)]


async def waiting(operations: Operations, desk: Actor) -> Sequence[LicenceView]:
    return (await operations.desk.list_by_hand(desk)).items


def results(working: Working) -> list[ActivationResultContent]:
    return [one for one in working.to(Channel.TELEGRAM) if isinstance(one, ActivationResultContent)]


@pytest.mark.usefixtures("manual")
class TestByHand:
    async def test_each_is_done_or_fails_in_words(
        self,
        operations: Operations,
        owner: Actor,
        desk: Actor,
        order: Order,
        working: Working,
        database: Database,
    ) -> None:
        await start_all(operations, owner, order, working)
        first, second, third = await waiting(operations, desk)
        assert {one.task for one in (first, second, third)} == {Task.ACTIVATE}
        assert first.firm.id == owner.firm_id
        await operations.desk.activated_by_hand(desk, first.found.licence.id, " a@b.vn ")
        failed = await operations.desk.failed_by_hand(desk, second.found.licence.id, "Email bị khóa")
        assert failed.failure == ActivationFailure(FailureReason.OTHER, note="Email bị khóa")
        async with unchanged(database):
            await operations.desk.activated_by_hand(desk, first.found.licence.id, "a@b.vn")
            await operations.desk.failed_by_hand(desk, second.found.licence.id, "Email bị khóa")
            with refusal("licence_not_by_hand"):
                await operations.desk.failed_by_hand(desk, first.found.licence.id, "Sai")
            with refusal("licence_not_by_hand"):
                await operations.desk.access_done_by_hand(desk, third.found.licence.id, True)
        await operations.desk.activated_by_hand(desk, third.found.licence.id, "c@d.vn")
        assert await waiting(operations, desk) == ()
        await working.work()
        (result,) = results(working)
        assert (result.counts.done, result.counts.failed) == (2, 1)
        # Back office is not told what it said itself.
        told = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, RunNeedsHelpContent)]
        assert [one.by_hand for one in told] == [3]
        by = [
            row["accountant_id"]
            for row in await rows_of(database, "events")
            if row["verb"] == "licence_by_hand"
        ]
        assert by == [desk.accountant_id] * 3

    async def test_of_a_cancelled_order_nothing_stays(
        self,
        operations: Operations,
        owner: Actor,
        desk: Actor,
        order: Order,
        working: Working,
        database: Database,
    ) -> None:
        await start_all(operations, owner, order, working)
        first, *_ = await waiting(operations, desk)
        await operations.desk.activated_by_hand(desk, first.found.licence.id, "a@b.vn")
        await operations.cancel_order(owner, order.id)
        assert await licence_states(database, order) == [LicenceState.CANCELLED] * 3
        with refusal("licence_not_by_hand"):
            await operations.desk.activated_by_hand(desk, first.found.licence.id + 1, "late@b.vn")
        await working.work()
        (result,) = results(working)
        assert (result.counts.done, result.counts.skipped) == (1, 2)
        (left,) = await waiting(operations, desk)
        assert (left.found.licence.id, left.task) == (first.found.licence.id, Task.SUSPEND)
        await operations.desk.access_done_by_hand(desk, left.found.licence.id, True)
        assert await waiting(operations, desk) == ()

    async def test_a_stop_takes_them_back(
        self, operations: Operations, owner: Actor, desk: Actor, order: Order, working: Working
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id)
        await working.work()
        first, *_ = await waiting(operations, desk)
        await operations.desk.activated_by_hand(desk, first.found.licence.id, "a@b.vn")
        await operations.stop_run(owner, run.id)
        await working.work()
        (result,) = results(working)
        assert (result.counts.done, result.counts.skipped) == (1, 2)
        assert await waiting(operations, desk) == ()

    async def test_cancelled_before_the_work_reached_it(
        self, operations: Operations, owner: Actor, desk: Actor, order: Order, working: Working
    ) -> None:
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id)
        await operations.cancel_order(owner, order.id)
        await working.work()
        assert await waiting(operations, desk) == ()
        assert results(working)[0].counts.skipped == 3

    async def test_suspended_and_restored(
        self,
        operations: Operations,
        owner: Actor,
        desk: Actor,
        order: Order,
        working: Working,
        bank: Bank,
        clock: FixedClock,
        database: Database,
    ) -> None:
        await start_all(operations, owner, order, working)
        for one in await waiting(operations, desk):
            await operations.desk.activated_by_hand(desk, one.found.licence.id, "a@b.vn")
        await working.work_until(clock.now() + TRIAL)
        first, second, third = await waiting(operations, desk)
        assert {one.task for one in (first, second, third)} == {Task.SUSPEND}
        # Back office is told once, however many licences wait.
        told = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, AccessByHandContent)]
        assert [(one.order.id, one.suspend, one.restore) for one in told] == [(order.id, 3, 0)]
        # This licence was paid before it was suspended, so nothing is left to do.
        await bank.tells(third.found.line.payment_code, third.found.line.amount)
        assert [one.found.licence.id for one in await waiting(operations, desk)] == [
            first.found.licence.id,
            second.found.licence.id,
        ]
        await operations.desk.access_done_by_hand(desk, first.found.licence.id, True)
        async with unchanged(database):
            await operations.desk.access_done_by_hand(desk, first.found.licence.id, True)
        await bank.tells(first.found.line.payment_code, first.found.line.amount)
        tasks = {one.found.licence.id: one.task for one in await waiting(operations, desk)}
        assert tasks == {first.found.licence.id: Task.RESTORE, second.found.licence.id: Task.SUSPEND}
        # This holds although it is the hour of the suspensions.
        told = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, AccessByHandContent)]
        assert [(one.suspend, one.restore) for one in told] == [(3, 0), (1, 1)]
        await operations.desk.access_done_by_hand(desk, first.found.licence.id, False)
        assert (await licence_states(database, order))[0] is LicenceState.ACTIVE

    async def test_back_office_is_told_once_an_hour_however_many_minutes_the_deadlines_take(
        self,
        operations: Operations,
        owner: Actor,
        desk: Actor,
        order: Order,
        working: Working,
        clock: FixedClock,
    ) -> None:
        await start_all(operations, owner, order, working)
        hour = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        minutes = (5, 50, 61)
        for one, minute in zip(await waiting(operations, desk), minutes, strict=True):
            clock.set(hour + timedelta(minutes=minute))
            await operations.desk.activated_by_hand(desk, one.found.licence.id, "a@b.vn")
        await working.work_until(hour + TRIAL + timedelta(hours=3))
        assert [one.task for one in await waiting(operations, desk)] == [Task.SUSPEND] * 3
        told = [one for one in working.sent if isinstance(one.content, AccessByHandContent)]
        assert [one.at - hour - TRIAL for one in told] == [timedelta(minutes=5), timedelta(minutes=61)]


@pytest.mark.parametrize("trouble", [VendorRefused(OTHER, "no"), TimeoutError()])
async def test_what_the_vendor_does_not_do_is_left_to_back_office(
    operations: Operations,
    owner: Actor,
    desk: Actor,
    order: Order,
    working: Working,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
) -> None:
    await start_all(operations, owner, order, working)

    async def in_trouble(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(working.vendor, "suspend", in_trouble)
    await working.work_until(clock.now() + TRIAL + timedelta(days=2))
    assert [one.task for one in await waiting(operations, desk)] == [Task.SUSPEND] * 3
    assert any(isinstance(one, AccessByHandContent) for one in working.to(Channel.TELEGRAM))


async def test_a_failed_one_is_tried_again_for_its_accountant(
    operations: Operations, owner: Actor, desk: Actor, order: Order, working: Working, database: Database
) -> None:
    async with database.read() as uow:
        lines = await uow.orders.lines(order.id, 0, None)
    working.vendor.refuses[lines[1].tax_code] = OTHER
    await start_all(operations, owner, order, working)
    (failed,) = (await operations.desk.list_failed_licences(desk)).items
    assert failed.found.line.position == 2
    assert (await operations.desk.show_waiting(desk)).failed == 1
    working.vendor.refuses.clear()
    # The accountant's open picking stays as it is.
    picking = await operations.open_activation(owner, order.id)
    run = await operations.desk.retry_licence(desk, failed.found.licence.id)
    assert run.accountant_id == owner.accountant_id
    assert (await operations.desk.retry_licence(desk, failed.found.licence.id)).id == run.id
    async with database.read() as uow:
        kept = await uow.activations.get(picking.id)
        assert kept is not None
        assert kept.state is RunState.PICKING
    await working.work()
    assert set(await licence_states(database, order)) == {LicenceState.ACTIVE_UNPAID}
    assert len(results(working)) == 2
    with refusal("licence_not_failed"):
        await operations.desk.retry_licence(desk, failed.found.licence.id)


@pytest.mark.parametrize("licence_id", [0, 4711, 2**70])
async def test_no_such_licence(operations: Operations, desk: Actor, licence_id: int) -> None:
    with refusal("licence_unknown"):
        await operations.desk.view_licence(desk, licence_id)
