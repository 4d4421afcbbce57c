"""A push that is about to leave: what it says now, by which route, and whether it may wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.messaging.contents import DailyDigestContent, DeliveryFailedContent, PushContent
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import Push
from domain.messaging.rules import GATHERED, gathered_until
from domain.names import without_links
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.messaging.following import Followed
from services.messaging.routes import Route
from services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Part:
    """A push and what it says now."""

    push: Push
    content: PushContent


@dataclass(frozen=True, slots=True)
class Ready:
    """A push that is about to leave by a route; `along` are later ones that may join it in one message."""

    first: Part
    along: tuple[Part, ...]
    route: Route
    is_last: bool
    """Whether no other route is left."""
    silent: bool
    failures: Sequence[int]
    held: Sequence[int]
    """The failures and the held pushes that it tells of."""
    follows: Followed | None
    at: datetime
    """When it was counted."""


async def part_of(uow: UnitOfWork, push: Push, now: datetime) -> Part | None:
    """What `push` says, and mark it as attempted. Where nothing is left to say: drop it and return `None`."""
    content = await read_content(uow, push, Reading(now))
    if content is None:
        await uow.pushes.mark_dropped(push.key, now)
        return None
    await uow.pushes.mark_attempted(push.key)
    if push.address and (plain := without_links(content)) != content:
        # To strangers no link leaves in the name of a firm that has neither paid nor was approved.
        firm_id = (await uow.people.accountant(push.accountant_id)).firm_id
        content = content if await uow.held.is_cleared(firm_id) else plain
    return Part(push, content)


async def take_back_marks(uow: UnitOfWork, parts: Sequence[Part]) -> None:
    """Take back the marks of parts that did not arrive. A part that was tried before keeps its mark: that try
    may have arrived."""
    for part in parts:
        if not part.push.attempted:
            await uow.pushes.mark_not_delivered(part.push.key)


def tells_of_failures(content: PushContent) -> bool:
    told = content.held if isinstance(content, DailyDigestContent) else (content,)
    return any(isinstance(one, DeliveryFailedContent) for one in told)


async def held_until(
    uow: UnitOfWork, push: Push, preferences: Preferences, route: Route, now: datetime
) -> datetime | None:
    """When the person may be told: as the preferences say, and not too often where messages are counted.
    `None` for at once, as for what is urgent."""
    if push.subject.kind.answer:
        return None
    until = preferences.held_until(push.subject.kind.topic, now)
    channel = route.channel
    if until is not None or channel not in GATHERED or route.template_id:
        return until
    last = await uow.pushes.last_unasked(push.accountant_id, channel, now - GATHERED[channel])
    until = gathered_until(push.subject, channel, last, now)
    if until is None:
        return None
    content = await read_content(uow, push, Reading(now))
    return None if content is not None and content.urgent else until
