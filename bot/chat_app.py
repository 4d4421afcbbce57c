"""What the program asks of each chat app that the bot is in. `bot/apps.py` lists the apps."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.utils.backoff import Backoff
from aiohttp import web

from bot.retries import AWAY
from bot.uploads import Uploads
from domain.chats import Channel
from gateways.chat_pace import ChatPace
from services.messaging.messages import Renderer
from services.ports import Attachments, Clock, PushSender
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.shared_files import SqlSharedFiles

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resources:
    """What the program has for every app.

    The workers of the chat lanes take their turns from `pace`. `stack` closes what an app opens.
    """

    database: Database
    clock: Clock
    dialogs: DialogStorage
    shared_files: SqlSharedFiles
    pace: ChatPace
    stack: AsyncExitStack


class ChatApp(ABC):
    """One chat app. It is made before the dispatcher, and gets it by `join`."""

    channel: ClassVar[Channel]
    away: ClassVar[tuple[type[Exception], ...]]
    """What `announce` raises while the app cannot be reached."""

    bot: Bot
    """The bot that the dialogs speak through."""

    files: Attachments
    """The files that people sent in this app."""

    around_updates: Sequence[BaseMiddleware] = ()
    """Middlewares around everything that is done for one update, inside its `DialogUnit`."""

    uploads: Uploads | None = None
    """What becomes of files from our upload page; `None` where the app itself carries documents."""

    @property
    def running(self) -> int:
        """How many updates the app is handing to the dialogs, for the health answer."""
        return 0

    @abstractmethod
    def sender(self, renderer: Renderer, attachments: Attachments) -> AbstractAsyncContextManager[PushSender]:
        """The sender of pushes. `attachments` has the files of all apps."""

    @abstractmethod
    def join(self, dispatcher: Dispatcher) -> None:
        """Take the dispatcher that updates go to, and put into its data what the dialogs ask of this app."""

    @abstractmethod
    def add_routes(self, site: web.Application) -> None:
        """Add the app's webhook, if updates come by one."""

    @abstractmethod
    async def announce(self) -> None:
        """Tell the app what the bot is and where updates go. Raises the errors of `away`."""

    async def listen(self) -> None:
        """Ask for updates until cancelled. With a webhook there is nothing to ask for."""
        await asyncio.Event().wait()

    async def run(self) -> None:
        """Announce the bot as soon as the app can be reached, then listen until cancelled."""
        backoff = Backoff(AWAY)
        while True:
            try:
                await self.announce()
            except self.away as error:
                log.warning("%s cannot be reached: %s", self.channel.title(), error)
                await backoff.asleep()
            else:
                break
        await self.listen()

    async def events_due(self) -> int:
        """How many stored events wait for their answer."""
        return 0

    async def purge(self, now: datetime) -> Mapping[str, int]:
        """Drop what the app has kept for too long; returns how many of each kind."""
        return {}
