"""The work of a run: asks the vendor for one licence at a time, until each has its outcome."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.activations import ActivationRun, Outcome, RunState
from domain.chats import Channel
from domain.events import Verb
from domain.licences import (
    ActivationFailure,
    ActivationStep,
    FailureReason,
    Licence,
    LicenceLine,
    trial_used,
)
from domain.messaging.pushes import ActivationResult, Push, RunNeedsHelp
from domain.orders import Order
from services.activation.access import access_job, queue_access
from services.activation.reactivating import end_earlier, grant
from services.activation.reminders import reminder_jobs
from services.audit import record
from services.invoices.closing import queue_closing
from services.messaging.live_messages import RefreshLive, queue_refresh
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.operation import Operation
from services.patience import Patience
from services.ports import (
    DoneByHand,
    GrantedLicence,
    LicenceUnderWay,
    RetryLater,
    Turn,
    UnitOfWork,
    Vendor,
    VendorRefused,
)

ACTIVATE_JOB = "activate"
FOLLOW_JOB = "follow_run"

PATIENCE = Patience(attempts=11, first=0.5)
"""The tries of one activation take about eight minutes. The first waits are short: somebody watches, and one
licence that failed for a moment should not hold up a run."""

FOLLOW_SECONDS = 2.0
SLOWEST_FOLLOW = 60.0
"""Seconds between two refreshes of the progress message. They become rarer as a run grows old: licences that
back office activates by hand may take days."""

BEYOND_THE_ACCOUNTANT = frozenset(
    {
        FailureReason.UNAVAILABLE,
        FailureReason.PACKAGE_UNKNOWN,
        FailureReason.NOT_REACTIVATED,
        FailureReason.OTHER,
    }
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActivateLicence(Operation):
    """Have the vendor create one licence of a run, or reactivate that of a cancelled order, and settle it.
    Raises `RetryLater` while the outcome is unknown.

    The idempotency key stays the same until the vendor has definitely refused, so a repeat after a lost
    answer or a crash never creates a second licence. If the run was stopped or the order cancelled, a licence
    that was not asked for yet is skipped.
    """

    vendor: Vendor

    async def __call__(self, run_id: int, licence_id: int, attempts: int, again: bool) -> None:
        task = await self._task(run_id, licence_id)
        if task is None:
            return
        licence = task.found.licence
        unwanted = task.run.stopped or licence.cancelled
        try:
            granted = await self._ask(task, unwanted, again)
        except VendorRefused as refused:
            await self._settle(task, failure=refused.failure)
        except DoneByHand:
            await self._wait_for_a_hand(task)
        except Exception as error:
            if attempts >= PATIENCE.attempts:
                log.warning("activation of licence %s given up: %s", licence.id, type(error).__name__)
                await self._settle(task, failure=ActivationFailure(FailureReason.UNAVAILABLE))
                return
            raise PATIENCE.later(error, attempts) from error
        else:
            await self._settle(task, granted=granted)

    async def _task(self, run_id: int, licence_id: int) -> LicenceUnderWay | None:
        async with self.units.read() as uow:
            task = await uow.activations.under_way(licence_id)
            return task if task is not None and task.run.id == run_id else None

    async def _ask(self, task: LicenceUnderWay, unwanted: bool, again: bool) -> GrantedLicence | None:
        """What the vendor granted; `None` where the licence is not wanted any more and does not exist."""
        licence = task.found.licence
        if unwanted:
            # An earlier try may have succeeded without our knowing.
            return await self.vendor.find(licence.key) if again else None
        return await grant(self.vendor, task, self.clock.now())

    async def _settle(
        self,
        task: LicenceUnderWay,
        granted: GrantedLicence | None = None,
        failure: ActivationFailure | None = None,
    ) -> None:
        async def settle(uow: UnitOfWork) -> None:
            await settle_activation(uow, task.found.licence.id, granted, failure, self.clock.now())

        # Calls that end at about the same time may share a commit.
        await self.units.write_together(settle, Turn.of_firm(task.order.firm_id))

    async def _wait_for_a_hand(self, task: LicenceUnderWay) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(task.order.firm_id)) as uow:
            found = await uow.licences.get(task.found.licence.id)
            assert found is not None
            run = await uow.activations.get(task.run.id)
            if found.licence.cancelled or run is None or run.stopped:
                await settle_activation(uow, found.licence.id, None, None, now)
            elif found.licence.step is ActivationStep.UNDER_WAY:
                await uow.licences.save(replace(found.licence, by_hand=True))
                await tell_back_office(uow, f"by_hand:{task.run.id}", RunNeedsHelp(task.run.id), now)


@dataclass(frozen=True, slots=True)
class FollowRun(Operation):
    """Keep the progress message of a run up to date. Raises `RetryLater` until the run is over."""

    refresh: RefreshLive

    async def __call__(self, run_id: int, attempts: int) -> None:
        async with self.units.read() as uow:
            run = await uow.activations.get(run_id)
        if run is None or run.state is RunState.FINISHED or run.started_at is None:
            return
        is_edited = await self.refresh(progress_key(run_id), attempts)
        if is_edited and await self._is_over(run_id):
            # The edit may have come after the result, which stands in the same message.
            async with self.units.write(Turn.of_person(run.accountant_id)) as uow:
                await queue_refresh(uow, result_key(run_id), "over", self.clock.now())
        elapsed = (self.clock.now() - run.started_at).total_seconds()
        wait = min(SLOWEST_FOLLOW, max(FOLLOW_SECONDS, elapsed / 10))
        raise RetryLater(wait, "the run goes on", counts=False)

    async def _is_over(self, run_id: int) -> bool:
        async with self.units.read() as uow:
            run = await uow.activations.get(run_id)
        return run is None or run.state is RunState.FINISHED


def progress_key(run_id: int) -> str:
    """The key of the push that shows how far a run has come."""
    return f"activation_progress:{run_id}"


def result_key(run_id: int) -> str:
    """The key of the push that tells how a run ended."""
    return f"activation_result:{run_id}"


async def settle_activation(
    uow: UnitOfWork,
    licence_id: int,
    granted: GrantedLicence | None,
    failure: ActivationFailure | None,
    now: datetime,
) -> None:
    """Record how the activation of a licence ended: `granted`, `failure`, or skipped where both are `None`. A
    licence that is settled stays as it is. The last one of a run finishes the run."""
    task = await uow.activations.under_way(licence_id)
    if task is None or task.found.licence.step is not ActivationStep.UNDER_WAY:
        return
    run, order, found = task.run, task.order, task.found
    if granted is not None:
        outcome = Outcome.DONE
        used = trial_used(task.earlier, now)
        licence = found.licence.activated(granted.vendor_id, granted.login, now, used)
        await uow.licences.save(licence)
        await end_earlier(uow, task, granted.vendor_id, now)
        await _start_the_clock(uow, order, found, licence, now)
        await queue_closing(uow, now)
    elif failure is not None:
        outcome = Outcome.FAILED
        await uow.licences.save(found.licence.refused(failure))
    else:
        outcome = Outcome.SKIPPED
        await uow.licences.save(found.licence.put_back())
    await uow.activations.settle(run.id, licence_id, outcome, failure)
    await finish_if_over(uow, run, order, now)


async def _start_the_clock(
    uow: UnitOfWork, order: Order, found: LicenceLine, licence: Licence, now: datetime
) -> None:
    if licence.access_due(now):
        await queue_access(uow, [licence.id], "cancelled_meanwhile", now)
    elif not licence.paid:
        deadline = access_job(licence.id, "deadline", licence.deadline)
        await uow.jobs.enqueue([deadline, *reminder_jobs(order, found.line, licence)], now)


async def finish_if_over(uow: UnitOfWork, run: ActivationRun, order: Order, now: datetime) -> None:
    """If every licence of a run has its outcome, finish the run and tell how it ended."""
    if run.state is not RunState.RUNNING or not await uow.activations.is_over(run.id):
        return
    await uow.activations.save(replace(run, state=RunState.FINISHED, finished_at=now))
    counts = await uow.activations.counts(run.id)
    await record(
        uow,
        Verb.ACTIVATION_FINISHED,
        now,
        order=order,
        run=run.id,
        done=counts.done,
        failed=counts.failed,
        skipped=counts.skipped,
    )
    result = Push(result_key(run.id), Channel.CHAT, ActivationResult(run.id), run.accountant_id)
    await queue_pushes(uow, [result], now)
    failed = await uow.activations.items(run.id, Outcome.FAILED) if counts.failed else ()
    if any(_is_news_to_back_office(item.failure) for item in failed):
        await tell_back_office(uow, f"run_failed:{run.id}", RunNeedsHelp(run.id), now)


def _is_news_to_back_office(failure: ActivationFailure | None) -> bool:
    """Whether the accountant can do nothing about a failure, and back office did not enter it itself."""
    return failure is not None and failure.reason in BEYOND_THE_ACCOUNTANT and not failure.note


async def skip_by_hand(uow: UnitOfWork, licences: Iterable[Licence], now: datetime) -> None:
    """Skip those of `licences` that wait for back office to activate them."""
    for licence in licences:
        if licence.by_hand:
            await settle_activation(uow, licence.id, None, None, now)
