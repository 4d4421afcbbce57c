"""Messages that are edited in place, so that they always show the present state."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.chats import Channel
from domain.messaging.contents import PushContent
from domain.messaging.pushes import Push, PushState
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.operation import Operation
from services.patience import A_DAY
from services.ports import (
    AddressMoved,
    Lane,
    LiveSender,
    NewJob,
    PushSender,
    RetryLater,
    Turn,
    Undeliverable,
    UnitOfWork,
)

REFRESH_JOB = "refresh_live"

NOT_SENT_YET = 1.0
"""Seconds until the next try, for a message that was not sent yet."""

log = logging.getLogger(__name__)


async def queue_refresh(uow: UnitOfWork, push_key: str, change: str | int, now: datetime) -> None:
    """Have a live message brought up to date. `change` names the change to show; each name causes one
    refresh."""
    job = NewJob(
        REFRESH_JOB,
        f"refresh:{push_key}:{change}",
        {"push_key": push_key},
        order_key=f"live:{push_key}",
        lane=Lane.CHAT,
    )
    await uow.jobs.enqueue([job], now)


async def queue_retiring(uow: UnitOfWork, push_key: str, now: datetime) -> None:
    """Have a live message removed: another message tells how it ended."""
    job = NewJob(
        REFRESH_JOB,
        f"retire:{push_key}",
        {"push_key": push_key, "retire": True},
        order_key=f"live:{push_key}",
        lane=Lane.CHAT,
    )
    await uow.jobs.enqueue([job], now)


@dataclass(frozen=True, slots=True)
class _Edit:
    push: Push
    channel: Channel
    address: str
    content: PushContent
    digest: str


@dataclass(frozen=True, slots=True)
class RefreshLive(Operation):
    """Edit a sent message so that it shows what its push says now; `retire` removes it where possible.

    Returns whether it was edited, once it is up to date or never will be: it cannot be edited, or its chat is
    gone. Raises `RetryLater` when it must be tried again. An edit may be repeated: it ends in the same
    message.
    """

    senders: Mapping[Channel, PushSender]

    async def __call__(self, push_key: str, attempts: int, retire: bool = False) -> bool:
        edit = await self._prepare(push_key)
        if edit is None:
            return False
        sender = self.senders.get(edit.channel)
        if not isinstance(sender, LiveSender):
            return False
        where = edit.address, edit.push.message_ref
        try:
            await (sender.retire if retire else sender.edit)(*where, edit.content)
        except AddressMoved as moved:
            channel, old, new = edit.channel, edit.address, moved.new_address
            async with self.units.write(Turn.of_chat(channel, old), Turn.of_chat(channel, new)) as uow:
                await uow.chats.move(channel, old, new)
            raise RetryLater(0, str(moved)) from moved
        except Undeliverable:
            return False
        except RetryLater as later:
            if not later.counts:
                raise
            _retry(push_key, attempts, later, later.seconds)
            return False
        except Exception as error:
            _retry(push_key, attempts, error)
            return False
        async with self.units.write() as uow:
            await uow.pushes.mark_shown(push_key, edit.digest)
        return True

    async def _prepare(self, push_key: str) -> _Edit | None:
        """What to show; `None` when there is nothing to change."""
        async with self.units.read() as uow:
            push = await uow.pushes.get(push_key)
            if push is not None and push.state is PushState.QUEUED:
                raise RetryLater(NOT_SENT_YET, "not sent yet", counts=False)
            if push is None or push.state is not PushState.SENT or not push.sent_on or not push.message_ref:
                return None
            content = await read_content(uow, push, Reading(self.clock.now()))
            address = push.address or await uow.chats.address_of(push.sent_on, push.accountant_id)
            if content is None or not address:
                return None
            digest = hashlib.sha256(repr(content).encode()).hexdigest()
            if digest == await uow.pushes.shown(push_key):
                return None
            return _Edit(push, push.sent_on, address, content, digest)


def _retry(push_key: str, attempts: int, error: Exception, seconds: float = 0) -> None:
    """Raise `RetryLater`, unless the edit was tried often enough: then the message stays as it is."""
    reason = type(error).__name__
    if attempts < A_DAY.attempts:
        raise RetryLater(A_DAY.wait(attempts, seconds), reason) from error
    log.warning("live message %s was not refreshed (%s)", push_key, reason)
