"""The digest: one message about all that was held back."""

from datetime import datetime

from domain.chats import Channel
from domain.messaging.pushes import DailyDigest, Push
from services.messaging.push_queue import DIGEST_JOB, queue_pushes
from services.operation import Operation
from services.ports import NewJob, UnitOfWork


class SendDigest(Operation):
    """Queue the digest of the moment `until`. It tells of all pushes that are held when it leaves."""

    async def __call__(self, accountant_id: int, until: datetime) -> None:
        key = f"digest:{accountant_id}:{until.isoformat()}"
        push = Push(key, Channel.CHAT, DailyDigest(until.isoformat()), accountant_id)
        async with self.units.write() as uow:
            await queue_pushes(uow, [push], self.clock.now())


async def hold_for_digest(uow: UnitOfWork, push: Push, until: datetime, now: datetime) -> None:
    """Keep the push for the digest of that moment. All pushes held for one moment are told in one message."""
    await uow.pushes.mark_held(push.key, now)
    payload = {"accountant_id": push.accountant_id, "until": until.isoformat()}
    key = f"digest:{push.accountant_id}:{until.isoformat()}"
    await uow.jobs.enqueue([NewJob(DIGEST_JOB, key, payload, run_at=until)], now)
