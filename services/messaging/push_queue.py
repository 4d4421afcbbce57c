"""Queueing of pushes: the row that says what and the job that sends it, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.events import Verb
from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import Push, PushState, StaffActed
from domain.people import Actor, Role
from services.messaging.routes import goes_to
from services.ports import Lane, NewJob, UnitOfWork, Units

PUSH_JOB = "push"
DIGEST_JOB = "digest"

UNTIL_SHOWN = timedelta(seconds=30)
"""How long a push waits for the window that is about to say the same."""


def _job(push: Push, run_at: datetime | None = None) -> NewJob:
    channel, key = push.channel, push.key
    lane, queue = Lane.MAIN, channel.value
    if channel is Channel.CHAT:
        lane = Lane.MAILING if push.subject.kind.by_the_clock else Lane.CHAT
        # Messages to one address keep their order; only a mailing may be overtaken.
        queue = Lane.MAILING.value if lane is Lane.MAILING else queue
    order_key = f"{queue}:{push.address or f'accountant-{push.accountant_id}'}"
    # A job for later would hold back those behind it.
    behind = order_key if run_at is None else None
    return NewJob(PUSH_JOB, f"push:{key}", {"push_key": key}, run_at, behind, lane)


async def queue_notice(uow: UnitOfWork, push: Push, shown_on: Channel | None, now: datetime) -> None:
    """Queue a push to a person's chat. Where a window is about to say the same in the app `shown_on`, and
    their messages go there, it leaves only if `NoteShown` does not settle it, as after a kill in between."""
    if shown_on is not None and await goes_to(uow, push.accountant_id, shown_on):
        await queue_later(uow, push, now + UNTIL_SHOWN, now)
    else:
        await queue_pushes(uow, [push], now)


async def queue_later(uow: UnitOfWork, push: Push, at: datetime, now: datetime) -> None:
    """Queue a push that leaves at a moment, if it has something to say then; nothing waits behind it."""
    await uow.pushes.add_many([push], now)
    await uow.jobs.enqueue([_job(push, at)], now)


async def send_at(uow: UnitOfWork, push: Push, at: datetime, now: datetime) -> None:
    """Try a push that is stored already again at a moment; nothing waits behind it."""
    job = _job(push, at)
    await uow.jobs.enqueue([job._replace(key=f"{job.key}:{at.isoformat()}")], now)


async def queue_pushes(uow: UnitOfWork, pushes: Sequence[Push], now: datetime) -> None:
    """Store pushes and their jobs. A push whose key is known already is ignored."""
    await uow.pushes.add_many(pushes, now)
    await uow.jobs.enqueue([_job(push) for push in pushes], now)


async def queue_answer(
    uow: UnitOfWork, key: str, subject: PushSubject, accountant_id: int, now: datetime
) -> None:
    """Queue a chat message that a person may ask for again and again: each gets a number behind `key`. While
    one is still queued, asking again queues no second."""
    latest = await uow.pushes.latest_about(subject, accountant_id)
    if latest is not None and latest.state is PushState.QUEUED:
        return
    number = await uow.pushes.count_about(subject) + 1
    push = Push(f"{key}:{accountant_id}:{number}", Channel.CHAT, subject, accountant_id)
    await queue_pushes(uow, [push], now)


async def tell_back_office(
    uow: UnitOfWork, key: str, subject: PushSubject, now: datetime, at: datetime | None = None
) -> None:
    """Queue a message to each person of the back office, which leaves at the moment `at` where one is given;
    the keys begin with `key`."""
    vendor = await uow.people.vendor_firm()
    if vendor is None:
        return
    pushes = [
        Push(f"{key}:{person.id}", Channel.CHAT, subject, person.id)
        for person in await uow.people.staff_of(vendor.id)
    ]
    if at is None:
        await queue_pushes(uow, pushes, now)
        return
    for push in pushes:
        await queue_later(uow, push, at, now)


async def tell_back_office_once(units: Units, key: str, subject: PushSubject, now: datetime) -> None:
    """As `tell_back_office`, unless they were told of this subject before."""
    async with units.read() as uow:
        if await uow.pushes.count_about(subject):
            return
    async with units.write() as uow:
        await tell_back_office(uow, key, subject, now)


async def tell_owner(uow: UnitOfWork, actor: Actor, verb: Verb, now: datetime, customers: int = 1) -> None:
    """Tell the owner of the firm what the actor did, unless the actor is the owner."""
    if actor.role is not Role.STAFF:
        return
    owners = [one for one in await uow.people.staff_of(actor.firm_id) if one.role is Role.OWNER]
    subject = StaffActed(f"{verb}:{actor.accountant_id}:{customers}")
    key = f"staff_acted:{subject.what}:{now.isoformat()}"
    pushes = [Push(f"{key}:{one.id}", Channel.CHAT, subject, one.id) for one in owners]
    await queue_pushes(uow, pushes, now)
