"""A person's list of notices, and how that person wants to be told."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.messaging.contents import PushContent
from domain.messaging.kinds import PushSubject
from domain.messaging.notices import ALWAYS, CHOOSABLE, QuietHours, Topic
from domain.messaging.preferences import Preferences
from domain.messaging.pushes import PushState
from domain.messaging.targets import Target
from domain.people import Actor
from services.messaging.contents import read_content, target_of
from services.messaging.contents.reading import Reading
from services.messaging.routes import chats_in_order, goes_to
from services.operation import Operation
from services.paging import PAGE_SIZE
from services.ports import Turn

MARKED_AT_ONCE = 500
"""How many notices one transaction marks as read at most."""


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """`content` is what the notice would say now, in brief; `None` when nothing is left to say."""

    id: int
    topic: Topic
    content: PushContent | None
    at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    items: tuple[ListedNotice, ...]
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """`topics` are what this person may have at once or in the digest. `chats` are the apps that this person
    is linked in, first the one that messages go to."""

    preferences: Preferences
    topics: tuple[Topic, ...]
    chats: tuple[Channel, ...]


class ListNotices(Operation):
    """The actor's notices, newest first, a page of them."""

    async def __call__(self, actor: Actor, page: int = 0) -> NoticePage:
        reading = Reading(self.clock.now(), brief=True)
        async with self.units.read() as uow:
            found, total = await uow.pushes.notices(actor.accountant_id, page * PAGE_SIZE, PAGE_SIZE)
            items = [
                ListedNotice(
                    notice.id,
                    notice.push.subject.kind.topic,
                    await read_content(uow, notice.push, reading),
                    notice.created_at,
                    notice.read,
                )
                for notice in found
            ]
            return NoticePage(tuple(items), total, await uow.pushes.unread(actor.accountant_id))


class OpenNotice(Operation):
    """Mark a notice as read and return where it leads. Raises `DomainError("notice_unknown")`."""

    async def __call__(self, actor: Actor, notice_id: int) -> Target:
        async with self.units.read() as uow:
            notice = await uow.pushes.notice(actor.accountant_id, notice_id)
            if notice is None:
                raise DomainError("notice_unknown")
            target = await target_of(uow, notice.push)
        if not notice.read:
            async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
                await uow.pushes.mark_read(actor.accountant_id, notice_id, self.clock.now())
        return target


class ReadMessage(Operation):
    """Mark a notice as read because the actor tapped a button of its message."""

    async def __call__(self, actor: Actor, channel: Channel, message_ref: str) -> None:
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            await uow.pushes.mark_message_read(actor.accountant_id, channel, message_ref, self.clock.now())


class NoteShown(Operation):
    """Settle the actor's push about `subject`: a window in this app shows what it says. The notice is kept,
    as read. A push that has left already stays as it is, and so does one that goes to another app."""

    async def __call__(self, actor: Actor, subject: PushSubject, channel: Channel) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            push = await uow.pushes.latest_about(subject, actor.accountant_id)
            if push is None or push.state is not PushState.QUEUED:
                return
            if await goes_to(uow, actor.accountant_id, channel):
                await uow.pushes.mark_sent(push.key, channel, "", now)
                await uow.pushes.mark_about_read(actor.accountant_id, [subject], now)


class MarkAllRead(Operation):
    """Mark all of the actor's notices as read, in steps: others write in between."""

    async def __call__(self, actor: Actor) -> None:
        marked, now = MARKED_AT_ONCE, self.clock.now()
        while marked == MARKED_AT_ONCE:
            async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
                marked = await uow.pushes.mark_some_read(actor.accountant_id, MARKED_AT_ONCE, now)


class GetPreferences(Operation):
    """How the actor wants to be told."""

    async def __call__(self, actor: Actor) -> PreferencesView:
        async with self.units.read() as uow:
            preferences = await uow.preferences.get(actor.accountant_id)
            chats = [chat.channel for chat in await chats_in_order(uow, actor.accountant_id)]
            return PreferencesView(preferences, CHOOSABLE[actor.role], tuple(chats))


class SetTopic(Operation):
    """Have a topic come in the digest, or at once. Raises `DomainError("topic_always")` for a topic that
    always comes at once."""

    async def __call__(self, actor: Actor, topic: Topic, in_digest: bool) -> None:
        if topic in ALWAYS:
            raise DomainError("topic_always")
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            had = await uow.preferences.get(actor.accountant_id)
            wanted = had.in_digest | {topic} if in_digest else had.in_digest - {topic}
            await uow.preferences.save(actor.accountant_id, replace(had, in_digest=wanted))


class SetQuietHours(Operation):
    """Set the actor's quiet hours; `None` for none."""

    async def __call__(self, actor: Actor, quiet: QuietHours | None) -> None:
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            had = await uow.preferences.get(actor.accountant_id)
            await uow.preferences.save(actor.accountant_id, replace(had, quiet=quiet))


class SetChannel(Operation):
    """Have messages go to the actor's chat in this app; `None` for the chat used last. Raises
    `DomainError("chat_unknown")` where the actor has no chat in the app."""

    async def __call__(self, actor: Actor, channel: Channel | None) -> None:
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            chats = await uow.chats.of_accountant(actor.accountant_id)
            if channel is not None and channel not in {chat.channel for chat in chats}:
                raise DomainError("chat_unknown")
            had = await uow.preferences.get(actor.accountant_id)
            await uow.preferences.save(actor.accountant_id, replace(had, channel=channel))
