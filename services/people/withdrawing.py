"""A person withdraws their consent outside of the conversation, by a means of their app."""

from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.messaging.pushes import Push, WithdrawalWaits
from domain.people import Accountant, Role
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.operation import Operation
from services.people.accounts import CloseAccount
from services.people.people import ChatIdentity
from services.ports import NewJob
from services.scrubbing import ask_to_scrub

WITHDRAW_JOB = "withdraw"


class NoteWithdrawal(Operation):
    """Keep what the app tells until it is done; a repeat of the same moment is the same. Returns after the
    commit."""

    async def __call__(self, chat: ChatIdentity, at: datetime) -> None:
        key = f"{WITHDRAW_JOB}:{chat.channel}:{chat.external_id}:{at.isoformat()}"
        job = NewJob(WITHDRAW_JOB, key, {"channel": chat.channel, "chat": chat.external_id})
        async with self.units.write() as uow:
            await uow.jobs.enqueue([job], self.clock.now())


@dataclass(frozen=True, slots=True)
class WithdrawConsent(Operation):
    """Do what the person would do by closing their account. Where that may not be yet, they and back office
    are told what is in the way, once a day. A chat that is nobody's is forgotten."""

    async def __call__(self, chat: ChatIdentity) -> None:
        async with self.units.read() as uow:
            person = await uow.chats.accountant_of(chat.channel, chat.external_id)
        if person is None:
            await self._forget(chat)
        elif person.role is Role.BACK_OFFICE or not await self._closed(person):
            await self._tell(person)

    async def _closed(self, person: Accountant) -> bool:
        return (await CloseAccount(self.units, self.clock)(person.actor)).may

    async def _forget(self, chat: ChatIdentity) -> None:
        async with self.units.write() as uow:
            await uow.traces.forget_chats([(chat.channel, chat.external_id)])
            await ask_to_scrub(uow, self.clock.now())

    async def _tell(self, person: Accountant) -> None:
        now, subject = self.clock.now(), WithdrawalWaits(person.id)
        key = f"withdrawal:{person.id}:{self.clock.today()}"
        async with self.units.write() as uow:
            await tell_back_office(uow, f"{key}:desk", subject, now)
            if person.role is not Role.BACK_OFFICE:
                await queue_pushes(uow, [Push(key, Channel.CHAT, subject, person.id)], now)
