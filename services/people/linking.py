"""Several chats of one person: a code that is made in one chat links another."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.link_codes import VALID_FOR, WRONG_AN_HOUR, new_link_code, read_link_code
from domain.messaging.limit_pushes import LinkCodeSeen
from domain.messaging.pushes import ChatLinked, Push
from domain.people import Accountant, Actor
from domain.tallies import Counted, Tally
from services.audit import record
from services.messaging.push_queue import queue_pushes
from services.messaging.routes import chats_in_order
from services.operation import Operation
from services.people.people import ChatIdentity
from services.ports import Chat, Turn


def digest_of(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


class MakeLinkCode(Operation):
    """Make a code: the chat that sends it becomes the actor's. It works once and for `VALID_FOR`, and
    replaces an earlier code of the actor. Only its digest is stored."""

    async def __call__(self, actor: Actor) -> str:
        code = new_link_code()
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            expires_at = self.clock.now() + VALID_FOR
            await uow.link_codes.make(digest_of(code), actor.accountant_id, expires_at)
        return code


class LinkChat(Operation):
    """Link the chat that sends a code to the maker of the code, who is told in their other chat.

    A person has one chat in each app, so this one replaces an earlier chat there. It does not replace their
    only chat, because then no chat could be told, unless back office made the code for that. A repeat by the
    same chat returns the same accountant.

    Raises `DomainError`: `link_code_unknown`, `link_code_expired` (or used), `link_code_pause` (minutes)
    after `WRONG_AN_HOUR` unknown ones of this chat, `chat_of_other` where the chat
    has an accountant already, `link_same_chat` where it is the maker's own, `link_has_channel` where the
    maker's only chat is in this app.
    """

    async def __call__(self, chat: ChatIdentity, code: str) -> Accountant:
        now = self.clock.now()
        wrong = Tally.of_hour(Counted.WRONG_LINK_CODE, f"{chat.channel}:{chat.external_id}", now)
        try:
            return await self._link(chat, digest_of(read_link_code(code)), wrong, now)
        except DomainError as error:
            if error.code == "link_code_unknown":
                async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
                    await uow.tallies.add(wrong, now)
            raise

    async def _link(self, chat: ChatIdentity, code_hash: str, wrong: Tally, now: datetime) -> Accountant:
        async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
            if (await uow.tallies.of([wrong]))[wrong] >= WRONG_AN_HOUR:
                raise DomainError("link_code_pause", minutes=60 - now.minute)
            found = await uow.link_codes.get(code_hash)
            if found is not None and await uow.take(Turn.of_person(found.accountant_id)):
                found = await uow.link_codes.get(code_hash)
            maker = await uow.people.accountant(found.accountant_id) if found else None
            # Staff may be removed at the very moment they ask for a code.
            if found is None or maker is None or not maker.active:
                raise DomainError("link_code_unknown")
            known = await uow.chats.accountant_of(chat.channel, chat.external_id)
            own = known is not None and known.id == maker.id
            if found.used and own:
                return maker
            found.check_usable(now)
            if own:
                raise DomainError("link_same_chat")
            if known is not None:
                raise DomainError("chat_of_other")
            channels = {one.channel for one in await uow.chats.of_accountant(maker.id)}
            if channels == {chat.channel} and not found.replaces:
                raise DomainError("link_has_channel")
            await uow.chats.unlink(maker.id, chat.channel)
            await uow.chats.link(chat.channel, chat.external_id, maker.id, now)
            await uow.link_codes.mark_used(code_hash, now)
            by = maker.actor
            await record(uow, Verb.CHAT_LINKED, now, by=by, firm_id=by.firm_id, channel=chat.channel)
            told = Push(f"chat_linked:{code_hash}", Channel.CHAT, ChatLinked(chat.channel), maker.id)
            await queue_pushes(uow, [told], now)
            return maker


class VoidLinkCode(Operation):
    """A code was sent where others read it: it links nothing any more, and its maker is told. Any other text
    changes nothing."""

    async def __call__(self, code: str) -> None:
        now = self.clock.now()
        code_hash = digest_of(code)
        async with self.units.read() as uow:
            found = await uow.link_codes.get(code_hash)
        if found is None:
            return
        async with self.units.write(Turn.of_person(found.accountant_id)) as uow:
            found = await uow.link_codes.get(code_hash)
            if found is None or found.used or now >= found.expires_at:
                return
            await uow.link_codes.void(found.accountant_id)
            subject = LinkCodeSeen(code_hash)
            told = Push(f"link_code_seen:{code_hash}", Channel.CHAT, subject, found.accountant_id)
            await queue_pushes(uow, [told], now)


class UnlinkChat(Operation):
    """Unlink the actor's chat in an app; it is a stranger's from now on. `speaking` is the app they ask from.

    Raises `DomainError`: `chat_speaking` for the chat they ask from, `chat_unknown` where they have none in
    this app, `chat_last` where it is their only one.
    """

    async def __call__(self, actor: Actor, channel: Channel, speaking: Channel) -> None:
        if channel is speaking:
            raise DomainError("chat_speaking")
        now = self.clock.now()
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            channels = {chat.channel for chat in await uow.chats.of_accountant(actor.accountant_id)}
            if channel not in channels:
                raise DomainError("chat_unknown")
            if channels == {channel}:
                raise DomainError("chat_last")
            await uow.chats.unlink(actor.accountant_id, channel)
            had = await uow.preferences.get(actor.accountant_id)
            if had.channel is channel:
                await uow.preferences.save(actor.accountant_id, replace(had, channel=None))
            await record(uow, Verb.CHAT_UNLINKED, now, by=actor, firm_id=actor.firm_id, channel=channel)


class ListChats(Operation):
    """The actor's chats. Messages go to the first one."""

    async def __call__(self, actor: Actor) -> Sequence[Chat]:
        async with self.units.read() as uow:
            return await chats_in_order(uow, actor.accountant_id)
