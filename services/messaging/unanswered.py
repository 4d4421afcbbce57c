"""Tells people by another way that they cannot be answered where they wrote."""

from dataclasses import dataclass

from domain.calendar import day_of
from domain.chats import Channel
from domain.messaging.pushes import AnswerRefused, AnswerWaits, Push
from services.messaging.push_queue import queue_pushes
from services.operation import Operation


@dataclass(frozen=True, slots=True)
class TellUnanswered(Operation):
    """Once a day for each person and reason: the answer comes later, or with `refused` never.

    Who has no account is known in this chat alone, so nothing reaches them.
    """

    async def __call__(self, channel: Channel, external_id: str, refused: bool = False) -> None:
        now = self.clock.now()
        async with self.units.read() as uow:
            person = await uow.chats.accountant_of(channel, external_id)
        if person is None:
            return
        subject = AnswerRefused(channel) if refused else AnswerWaits(channel)
        key = f"{subject.kind.name}:{channel}:{person.id}:{day_of(now)}"
        async with self.units.write() as uow:
            push = Push(key, Channel.CHAT, subject, person.id)
            await queue_pushes(uow, [push], now)
