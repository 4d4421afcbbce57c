"""An account comes back to a person who lost their chat: by proofs of its phone and its e-mail address."""

from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.pushes import ChatLinked, Push
from domain.people import Accountant, Firm
from domain.proofs import ProofKind
from services.audit import record
from services.messaging.push_queue import queue_pushes
from services.operation import Operation
from services.people.people import ChatIdentity
from services.ports import Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnAccount:
    accountant: Accountant
    firm: Firm


class FindOwnAccount(Operation):
    """The account that has both the phone and the e-mail address that this chat has proved, the newest if
    there are several; `None` if there is none."""

    async def __call__(self, chat: ChatIdentity) -> OwnAccount | None:
        async with self.units.read() as uow:
            found = await _own_account(uow, chat, self.clock.now())
            return OwnAccount(found, await uow.people.firm(found.firm_id)) if found else None


class RecoverAccount(Operation):
    """Give the chat that has proved phone and e-mail address of an account to that account, in place of its
    earlier chat in this app; its person is told by another route.

    A repeat by the same chat returns the same accountant. Raises `DomainError`: `account_not_found`,
    `chat_of_other` where the chat has an accountant already.
    """

    async def __call__(self, chat: ChatIdentity) -> Accountant:
        now = self.clock.now()
        async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
            found = await _own_account(uow, chat, now)
            if found is not None and await uow.take(Turn.of_person(found.id)):
                found = await _own_account(uow, chat, now)
            known = await uow.chats.accountant_of(chat.channel, chat.external_id)
            if known is not None:
                if found is None or known.id == found.id:
                    return known
                raise DomainError("chat_of_other")
            if found is None:
                raise DomainError("account_not_found")
            await uow.chats.unlink(found.id, chat.channel)
            await uow.chats.link(chat.channel, chat.external_id, found.id, now)
            await uow.link_codes.void(found.id)
            await uow.people.note_proved(found.id, tuple(ProofKind), now)
            await uow.proofs.forget(chat.channel, chat.external_id)
            by = found.actor
            await record(uow, Verb.CHAT_RECOVERED, now, by=by, firm_id=by.firm_id, channel=chat.channel)
            key = f"chat_recovered:{found.id}:{now.isoformat()}"
            await queue_pushes(uow, [Push(key, Channel.CHAT, ChatLinked(chat.channel), found.id)], now)
            return found


async def _own_account(uow: UnitOfWork, chat: ChatIdentity, now: datetime) -> Accountant | None:
    had = await uow.proofs.of(chat.channel, chat.external_id)
    if any(kind not in had or not had[kind].holds(had[kind].address, now) for kind in ProofKind):
        return None
    phone, email = (had[kind].address for kind in ProofKind)
    found = await uow.people.with_address(phone, email)
    return found[0] if found else None
