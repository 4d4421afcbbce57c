"""The digest: one message about all that was held back."""

from datetime import datetime

from domain.chats import Channel
from domain.messaging.pushes import DailyDigest, Push
from services.messaging.push_queue import queue_pushes
from services.operation import Operation


class SendDigest(Operation):
    """Queue the digest of the moment `until`. It tells of all pushes that are held when it leaves."""

    async def __call__(self, accountant_id: int, until: datetime) -> None:
        key = f"digest:{accountant_id}:{until.isoformat()}"
        push = Push(key, Channel.CHAT, DailyDigest(until.isoformat()), accountant_id)
        async with self.units.write() as uow:
            await queue_pushes(uow, [push], self.clock.now())
