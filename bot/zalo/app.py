"""Zalo as an app of the program."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiohttp import web

from bot.app_settings import UpdateMode
from bot.chat_app import ChatApp, Resources
from bot.files import Links
from bot.uploads import Uploads
from bot.zalo.answers import OneAnswer
from bot.zalo.delivery import Delivery
from bot.zalo.polling import poll_zalo
from bot.zalo.reader import ZaloReader
from bot.zalo.session import ZaloSession
from bot.zalo.settings import ZaloSettings
from bot.zalo.uploads import record_upload
from bot.zalo.webhook import PATH, add_zalo_webhook
from dialogs.apps import ZALO_ID, ZALO_NAME
from domain.chats import Channel
from gateways.chat_pace import ZALO, ChatPace
from gateways.zalo.client import ZaloClient
from gateways.zalo.errors import ZaloError
from gateways.zalo.files import ZaloFiles
from gateways.zalo.push import ZaloSender
from services.messaging.messages import Renderer
from services.ports import Attachments, PushSender
from storage.zalo_chats import SqlZaloChats
from storage.zalo_events import SqlZaloEvents

EVENTS_KEPT = timedelta(days=3)
"""How long a handled event is remembered: longer than Zalo would deliver it again."""

MENUS_KEPT = timedelta(days=30)
"""How long the codes of a pushed message mean something, unless a newer message takes their letter."""


class ZaloApp(ChatApp):
    channel = Channel.ZALO
    away = (ZaloError,)

    def __init__(self, settings: ZaloSettings, client: ZaloClient, files: ZaloFiles, has: Resources) -> None:
        self._settings, self._client, self._clock = settings, client, has.clock
        self.chats, self.events = SqlZaloChats(has.database, has.clock.now), SqlZaloEvents(has.database)
        self._links, self._pace = Links(has.shared_files, settings.address("")), ChatPace(ZALO)
        self._name = ""
        delivery = Delivery(client, self.chats, self._links, self._pace, has.clock)
        self.around_updates = (OneAnswer(has.dialogs, delivery),)
        self.files = files
        session = ZaloSession(delivery.at_once, files, lambda: self._name)
        self.bot = Bot(client.token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))

    @property
    def running(self) -> int:
        return self.reader.running

    def sender(
        self, renderer: Renderer, attachments: Attachments
    ) -> contextlib.AbstractAsyncContextManager[PushSender]:
        sender = ZaloSender(self._client, renderer, self._pace, self.chats, self._links, attachments)
        return contextlib.nullcontext(sender)

    def join(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        dispatcher[ZALO_ID] = self.chats.external_id
        self.reader = ZaloReader(self.events, self.chats, self.bot, dispatcher, self._clock)
        self.uploads = Uploads(record_upload, self.reader.wake)

    def add_routes(self, site: web.Application) -> None:
        if self._settings.zalo_mode is UpdateMode.WEBHOOK:
            add_zalo_webhook(site, self._settings.secret(), self.reader.take)

    async def announce(self) -> None:
        """Learn the bot's name on Zalo, and tell Zalo where events go."""
        self._name = self._dispatcher[ZALO_NAME] = (await self._client.get_me()).name
        if self._settings.zalo_mode is UpdateMode.WEBHOOK:
            await self._client.set_webhook(self._settings.address(PATH), self._settings.secret())
        else:
            await self._client.delete_webhook()

    async def listen(self) -> None:
        if self._settings.zalo_mode is UpdateMode.POLLING:
            await poll_zalo(self._client, self.reader)
        else:
            await super().listen()

    async def run(self) -> None:
        """Run the reader at once, without waiting for Zalo: events may be stored already."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self.reader.run())
            both.create_task(super().run())

    async def events_due(self) -> int:
        return await self.reader.count_due()

    async def purge(self, now: datetime) -> Mapping[str, int]:
        events = await self.events.purge(now - EVENTS_KEPT)
        return {"events": events, "menus": await self.chats.purge(now - MENUS_KEPT)}


async def open_zalo(settings: ZaloSettings, resources: Resources) -> ZaloApp | None:
    """`None` where Zalo is off."""
    if settings.zalo_token is None:
        return None
    token, url = settings.zalo_token.get_secret_value(), str(settings.zalo_api_url)
    client = await resources.stack.enter_async_context(ZaloClient(token, url))
    files = await resources.stack.enter_async_context(ZaloFiles(resources.shared_files, url))
    return ZaloApp(settings, client, files, resources)
