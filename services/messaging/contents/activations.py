"""Pushes about bulk activation."""

from domain.activations import ActivationRun, RunState
from domain.licences import ActivationStep
from domain.messaging.contents import (
    AccessByHandContent,
    ActivationProgressContent,
    ActivationResultContent,
    RunNeedsHelpContent,
)
from domain.messaging.pushes import (
    AccessByHand,
    ActivationProgress,
    ActivationResult,
    Push,
    PushState,
    RunNeedsHelp,
)
from domain.messaging.targets import Place, Target
from services.messaging.contents.reading import Readers, Reading, Targets, order_of
from services.ports import UnitOfWork


async def _run(uow: UnitOfWork, run_id: int) -> ActivationRun:
    run = await uow.activations.get(run_id)
    assert run is not None
    return run


async def _progress(uow: UnitOfWork, push: Push, reading: Reading) -> ActivationProgressContent | None:
    assert isinstance(push.subject, ActivationProgress)
    run = await _run(uow, push.subject.run_id)
    if run.state is RunState.FINISHED and push.state is PushState.QUEUED:
        return None
    counts = await uow.activations.counts(run.id)
    return ActivationProgressContent(await order_of(uow, run.order_id), run, counts)


async def _result(uow: UnitOfWork, push: Push, reading: Reading) -> ActivationResultContent:
    assert isinstance(push.subject, ActivationResult)
    run = await _run(uow, push.subject.run_id)
    order, counts = await order_of(uow, run.order_id), await uow.activations.counts(run.id)
    items = () if reading.brief else await uow.activations.items(run.id)
    return ActivationResultContent(order, run, counts, tuple(items))


async def _needs_help(uow: UnitOfWork, push: Push, reading: Reading) -> RunNeedsHelpContent | None:
    assert isinstance(push.subject, RunNeedsHelp)
    run = await _run(uow, push.subject.run_id)
    order, counts = await order_of(uow, run.order_id), await uow.activations.counts(run.id)
    # A licence without an outcome may wait for back office, or be under way; only its item tells which.
    by_hand = counts.left
    if by_hand and not reading.brief:
        by_hand = sum(item.licence.by_hand for item in await uow.activations.items(run.id))
    if not by_hand and not counts.failed:
        return None
    return RunNeedsHelpContent(order, await uow.people.firm(order.firm_id), counts, by_hand)


async def _access_by_hand(uow: UnitOfWork, push: Push, reading: Reading) -> AccessByHandContent | None:
    assert isinstance(push.subject, AccessByHand)
    order = await order_of(uow, push.subject.order_id)
    licences = [one.licence for one in await uow.licences.of_order(order.id)]
    waiting = [one for one in licences if one.by_hand and one.step is ActivationStep.DONE]
    if not waiting:
        return None
    restore = sum(licence.suspended for licence in waiting)
    firm = await uow.people.firm(order.firm_id)
    return AccessByHandContent(order, firm, len(waiting) - restore, restore)


async def _target(uow: UnitOfWork, push: Push) -> Target:
    """What failed in the run, or else its order."""
    assert isinstance(push.subject, ActivationProgress | ActivationResult)
    run = await uow.activations.get(push.subject.run_id)
    if run is None:
        return Target(Place.ORDERS)
    counts = await uow.activations.counts(run.id)
    return Target(Place.FAILED, run.id) if counts.failed else Target(Place.ORDER, run.order_id)


READERS: Readers = {
    ActivationProgress: _progress,
    ActivationResult: _result,
    RunNeedsHelp: _needs_help,
    AccessByHand: _access_by_hand,
}
TARGETS: Targets = {ActivationProgress: _target, ActivationResult: _target}
