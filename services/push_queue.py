"""Queueing of pushes: the row that says what and the job that sends it, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from domain.pushes import Push
from services.ports import NewJob, UnitOfWork

PUSH_JOB = "push"


def _order_key(push: Push) -> str:
    """Messages to one address keep their order and never overtake each other."""
    where = push.address or f"accountant-{push.accountant_id}"
    return f"{push.channel}:{where}"


async def queue_pushes(uow: UnitOfWork, pushes: Sequence[Push], now: datetime) -> None:
    """Store pushes and their jobs. A push whose key is known already is ignored."""
    await uow.pushes.add_many(pushes, now)
    await uow.jobs.enqueue(
        [
            NewJob(PUSH_JOB, f"push:{push.key}", {"push_key": push.key}, order_key=_order_key(push))
            for push in pushes
        ],
        now,
    )
