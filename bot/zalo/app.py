"""Zalo as an app of the program."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiohttp import web

from bot.app_settings import AppSettings, UpdateMode
from bot.app_webhook import AppWebhook, add_app_webhook
from bot.bodies import WEBHOOK_LIMIT
from bot.chat_app import ChatApp, Resources
from bot.files import Links
from bot.inbox import InboxReader
from bot.polling import poll
from bot.uploads import Uploads
from bot.zalo.answers import OneAnswer, OnlyLiveWindows
from bot.zalo.delivery import Delivery
from bot.zalo.session import ZaloSession
from bot.zalo.settings import ZaloSettings
from bot.zalo.strangers import FewAnswersToStrangers
from bot.zalo.updates import arrival_of, source_of
from bot.zalo.uploads import record_upload
from dialogs.apps import BOT_NAMES, OWN_IDS
from domain.chats import Channel
from domain.messaging.quota import MonthlyQuota
from domain.retention import KEPT, Kept
from gateways.budget import Rates
from gateways.chat_pace import ZALO
from gateways.zalo.client import Transport, ZaloClient
from gateways.zalo.errors import ZaloError
from gateways.zalo.files import ZaloFiles
from gateways.zalo.push import ZaloSender
from services.messaging.messages import Renderer
from services.messaging.quota import WarnOfQuota
from services.messaging.unanswered import TellUnanswered
from services.ports import Attachments
from services.presence import Presence
from storage.inbox import Arrival, SqlInbox
from storage.zalo_chats import SqlZaloChats

PATH = "/zalo/webhook"
SECRET_HEADER = "X-Bot-Api-Secret-Token"
POLL_SECONDS = 20
QUOTA_SECONDS = 60.0
"""How often the counts of messages and people are looked at."""

MENUS_KEPT = KEPT[Kept.MENUS]
"""How long the codes of a pushed message mean something, unless a newer message takes their letter."""


log = logging.getLogger(__name__)


class ZaloApp(ChatApp):
    """What the platforms of Zalo have in common."""

    channel = Channel.ZALO
    away = (ZaloError,)

    def __init__(
        self,
        settings: AppSettings,
        client: Transport,
        files: ZaloFiles,
        has: Resources,
        quota: MonthlyQuota,
        rates: Rates,
        chats: SqlZaloChats,
    ) -> None:
        self._settings, self._client, self._clock = settings, client, has.clock
        self.holds = has.holds
        self.chats = chats
        self.inbox = SqlInbox(has.database, self.channel, self.chats.met)
        self.listening = Presence("getting updates from Zalo")
        self._links = Links(has.shared_files, settings.address(""))
        self._pace = has.pace_of(rates, self.channel)
        self._quota = quota
        self._strangers = FewAnswersToStrangers(has.dialogs, self.chats, self._quota)
        self._name = ""
        tell = TellUnanswered(has.database, has.clock)
        delivery = Delivery(client, self.chats, self._links, self._pace, has.clock, tell)
        self.around_updates = (OneAnswer(has.dialogs, delivery),)
        self.files = files
        session = ZaloSession(delivery.at_once, files, lambda: self._name, delivery.type_in)
        self.bot = Bot(client.token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))

    def sender(
        self, renderer: Renderer, attachments: Attachments
    ) -> contextlib.AbstractAsyncContextManager[ZaloSender]:
        sender = ZaloSender(self._client, renderer, self._pace, self.chats, self._links, attachments)
        return contextlib.nullcontext(sender)

    def join(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        dispatcher[OWN_IDS][self.channel] = self.chats.external_id
        dispatcher.update.outer_middleware(OnlyLiveWindows())
        self._strangers.join(dispatcher)
        self.reader = InboxReader(
            *(self.inbox, source_of(self.bot, self.chats), dispatcher, self._clock),
            holds=self.holds,
            a_minute=self._settings.chat_per_minute,
        )
        self.uploads = Uploads(record_upload, self.reader.wake)

    async def purge(self, now: datetime) -> Mapping[str, int]:
        gone = {**await super().purge(now), "menus": await self.chats.purge(now - MENUS_KEPT)}
        return {**gone, "strangers": await self.chats.forget_strangers()}


class ZaloBot(ZaloApp):
    """A bot of the Bot Platform."""

    def __init__(self, settings: ZaloSettings, client: ZaloClient, files: ZaloFiles, has: Resources) -> None:
        chats = SqlZaloChats(has.database, has.clock.now)
        quota = MonthlyQuota(settings.zalo_month_limit, settings.zalo_people_limit)
        super().__init__(settings, client, files, has, quota, ZALO, chats)
        self._bot, self._bot_settings = client, settings
        self._warn = WarnOfQuota(has.database, has.clock, quota)

    def add_routes(self, site: web.Application) -> None:
        if self._bot_settings.zalo_mode is UpdateMode.WEBHOOK:
            webhook = AppWebhook("Zalo", PATH, SECRET_HEADER, WEBHOOK_LIMIT, arrival_of, True)
            add_app_webhook(site, webhook, self._settings.secret(self.channel), self.reader.take)

    async def learn(self) -> None:
        """Learn the bot's name on Zalo."""
        self._name = (await self._bot.get_me()).name
        self._dispatcher[BOT_NAMES][self.channel] = self._name

    async def announce(self) -> None:
        """Tell Zalo where events go."""
        if self._bot_settings.zalo_mode is UpdateMode.WEBHOOK:
            await self._bot.set_webhook(self._settings.address(PATH), self._settings.secret(self.channel))
        else:
            await self._bot.delete_webhook()

    async def listen(self) -> None:
        """Listen, and tell back office in time that the plan's messages or people end."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._hear())
            both.create_task(self._watch_quota())

    async def _watch_quota(self) -> None:
        while True:
            try:
                await self._warn()
            except Exception:
                log.exception("the counts of messages and people on Zalo cannot be looked at")
            await asyncio.sleep(QUOTA_SECONDS)

    async def _hear(self) -> None:
        if self._bot_settings.zalo_mode is UpdateMode.POLLING:
            await poll("Zalo", self._ask, self.reader.take, (ZaloError,), self.listening)
        else:
            await super().listen()

    async def _ask(self) -> Sequence[Arrival]:
        """The next event. For development only: Zalo loses what is sent while nobody asks."""
        body = await self._bot.get_updates(POLL_SECONDS)
        arrival = arrival_of(body) if body is not None else None
        return [] if arrival is None else [arrival]


async def open_zalo(settings: ZaloSettings, resources: Resources) -> ZaloBot | None:
    """`None` where Zalo is off."""
    if settings.zalo_token is None:
        return None
    token, url = settings.zalo_token.get_secret_value(), str(settings.zalo_api_url)
    client = await resources.stack.enter_async_context(ZaloClient(token, url))
    files = await resources.stack.enter_async_context(ZaloFiles(resources.shared_files, url))
    return ZaloBot(settings, client, files, resources)
