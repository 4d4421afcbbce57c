"""What the program asks of each chat app that the bot is in. `bot/apps.py` lists the apps."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiohttp import web

from bot.inbox import InboxReader
from bot.leading import lead
from bot.retries import REACH, asked_by
from bot.uploads import Uploads
from domain.chats import Channel
from domain.retention import KEPT, Kept
from gateways.budget import Rates
from gateways.chat_pace import ChatPace
from services.messaging.messages import Renderer
from services.ports import Attachments, Clock, PushSender, TemplateSender
from services.presence import Presence
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.holds import Holds
from storage.inbox import SqlInbox
from storage.shared_files import SqlSharedFiles

UPDATES_KEPT = KEPT[Kept.UPDATES]
"""How long a handled update is remembered: longer than an app delivers it again."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What the program has for every app.

    The workers of the chat lanes take their turns from `pace`; `pace_of` makes that of a slower app, given
    its name. `holds` says what this process holds. `stack` closes what an app opens.
    """

    database: Database
    clock: Clock
    dialogs: DialogStorage
    shared_files: SqlSharedFiles
    pace: ChatPace
    pace_of: Callable[[Rates, str], ChatPace]
    holds: Holds
    stack: AsyncExitStack


class ChatSender(PushSender, Protocol):
    """The sender of an app's pushes; `presence` says whether they leave."""

    presence: Presence


class ChatApp(ABC):
    """One chat app. It is made before the dispatcher, and gets it by `join`, where it makes its `reader`."""

    channel: ClassVar[Channel]
    away: ClassVar[tuple[type[Exception], ...]]
    """What its calls raise while the app cannot be reached."""

    bot: Bot
    """The bot that the dialogs speak through."""

    inbox: SqlInbox

    holds: Holds
    """What this process holds of all that one process at a time does."""

    reader: InboxReader
    """Stores the app's updates and hands them to the dialogs."""

    listening: Presence
    """Whether the app answered when it was last asked for updates."""

    files: Attachments
    """The files that people sent in this app."""

    around_updates: Sequence[BaseMiddleware] = ()
    """Middlewares around everything that is done for one update, inside its `DialogUnit`."""

    templates: TemplateSender | None = None
    """The sender of template messages to phones, where the app has some."""

    uploads: Uploads | None = None
    """What becomes of files from our upload page; `None` where the app itself carries documents."""

    @property
    def running(self) -> int:
        """In how many chats updates are being handled, for the health answer."""
        return self.reader.running

    @abstractmethod
    def sender(self, renderer: Renderer, attachments: Attachments) -> AbstractAsyncContextManager[ChatSender]:
        """The sender of pushes. `attachments` has the files of all apps."""

    @abstractmethod
    def join(self, dispatcher: Dispatcher) -> None:
        """Take the dispatcher that updates go to, and put into its data what the dialogs ask of this app. A
        middleware that is added here runs inside the handling of errors."""

    @abstractmethod
    def add_routes(self, site: web.Application) -> None:
        """Add the app's webhook, if updates come by one."""

    @abstractmethod
    async def learn(self) -> None:
        """Learn what each process has to know of the bot. Raises the errors of `away`."""

    @abstractmethod
    async def announce(self) -> None:
        """Tell the app what the bot is and where updates go. Raises the errors of `away`."""

    async def listen(self) -> None:
        """Ask for updates until cancelled. With a webhook there is nothing to ask for."""
        await asyncio.Event().wait()

    async def run(self, works: bool = True) -> None:
        """Handle updates, some of which may be stored already. If this process `works` and no other does it
        yet, announce the bot as soon as the app can be reached, then listen; until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self.reader.run())
            both.create_task(self._attend(works))

    async def _attend(self, works: bool) -> None:
        await self._reach(self.learn)
        if works:
            await lead(self.holds, f"listening on {self.channel}", self._announce_and_listen)

    async def _announce_and_listen(self) -> None:
        await self._reach(self.announce)
        await self.listen()

    async def _reach(self, call: Callable[[], Awaitable[None]]) -> None:
        """Make a call as soon as the app can be reached."""
        failed, presence = 0, Presence(f"announcing the bot on {self.channel.title()}")
        while True:
            try:
                await call()
            except self.away as error:
                presence.lost(error)
                failed += 1
                await asyncio.sleep(REACH.wait(failed, asked_by(error)))
            else:
                presence.found()
                return

    async def events_due(self) -> int:
        """How many stored updates wait for their answer."""
        return await self.reader.count_waiting()

    async def purge(self, now: datetime) -> Mapping[str, int]:
        """Drop what the app has kept for too long; returns how many of each kind."""
        return {"updates": await self.inbox.purge(now - UPDATES_KEPT)}
