"""Live messages that begin as a window, and the push that tells how such a message ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.chats import NUMBERED, Channel
from domain.messaging.pushes import ActivationProgress, ActivationResult, Push, PushState
from services.messaging.push_queue import queue_later, queue_pushes
from services.messaging.routes import Route
from services.ports import UnitOfWork

SHORT = timedelta(seconds=30)
"""How long something may take whose end is told where it began. Later its end is a message that rings."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A window that becomes a live message. `message_ref` is empty where messages cannot be edited."""

    channel: Channel
    message_ref: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """The live message whose end a push tells; `in_place` if the push may stand in its place."""

    push: Push
    in_place: bool


async def queue_live(uow: UnitOfWork, push: Push, window: Handed | None, now: datetime) -> None:
    """Queue a live message. `window` becomes it, if there is one; where it cannot be edited, the message
    comes only if there is still something to follow after `SHORT`."""
    if window is None:
        await queue_pushes(uow, [push], now)
    elif window.channel in NUMBERED:
        await queue_later(uow, push, now + SHORT, now)
    else:
        await uow.pushes.add_many([push], now)
        await uow.pushes.mark_sent(push.key, window.channel, window.message_ref, now)


async def followed_by(uow: UnitOfWork, push: Push, route: Route) -> Followed | None:
    """The live message whose end `push` tells. The push stands in its place if all was short, and nothing was
    written in the chat meanwhile."""
    if not isinstance(push.subject, ActivationResult):
        return None
    live = await uow.pushes.latest_about(ActivationProgress(push.subject.run_id), push.accountant_id)
    run = await uow.activations.get(push.subject.run_id)
    if live is None or live.state is not PushState.SENT or not live.message_ref:
        return None
    assert run is not None
    assert run.started_at is not None
    is_short = run.finished_at is not None and run.finished_at - run.started_at <= SHORT
    is_here = live.sent_on is route.channel and route.channel not in NUMBERED
    if not is_short or not is_here or not live.message_ref.isdecimal():
        return Followed(live, False)
    moved_on = await uow.chats.moved_on(route.channel, route.address, int(live.message_ref), run.started_at)
    return Followed(live, not moved_on)
