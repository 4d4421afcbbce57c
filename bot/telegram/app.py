"""Telegram as an app of the program."""

import contextlib
from collections.abc import Mapping

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeChat, LinkPreviewOptions
from aiohttp import web

from bot.app_settings import UpdateMode
from bot.app_webhook import AppWebhook, add_app_webhook
from bot.chat_app import ChatApp, Resources
from bot.inbox import InboxReader
from bot.polling import poll
from bot.retries import OldTapsAreFine, WaitForTurn, WaitWhenAsked
from bot.telegram.answer_models import KeepAnswerModels
from bot.telegram.plain_buttons import PlainWhereRefused
from bot.telegram.session import SECONDS, TelegramSession
from bot.telegram.settings import TelegramSettings
from bot.telegram.updates import AskTelegram, arrival_of, source_of
from dialogs.apps import TELEGRAM_BOT
from domain.chats import Channel
from gateways.telegram.files import TelegramFiles
from gateways.telegram.push import TelegramSender
from services.messaging.messages import Renderer
from services.ports import Attachments
from services.presence import Presence
from storage.inbox import SqlInbox
from texts.commands import COMMANDS_OF_BACK_OFFICE, DESCRIPTION, MENU_OF_COMMANDS, SHORT_DESCRIPTION

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_UPDATE = 2**20
"""Bytes of an update; a message may quote another, and a tap brings its whole window."""


class TelegramApp(ChatApp):
    channel = Channel.TELEGRAM
    away = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)

    def __init__(
        self, settings: TelegramSettings, token: str, files: TelegramFiles, resources: Resources
    ) -> None:
        self._settings, self._clock = settings, resources.clock
        self._token, self._url = token, _api_url(settings)
        self._pace, self.holds = resources.pace, resources.holds
        self.files = files
        self.inbox = SqlInbox(resources.database, self.channel)
        self.listening = Presence("getting updates from Telegram")
        session = TelegramSession(api=TelegramAPIServer.from_base(self._url), timeout=SECONDS)
        session.middleware(KeepAnswerModels())
        session.middleware(PlainWhereRefused())
        session.middleware(OldTapsAreFine())
        session.middleware(WaitWhenAsked())
        session.middleware(WaitForTurn(self._pace))
        look = DefaultBotProperties(
            parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
        )
        self.bot = Bot(token, session=session, default=look)

    def sender(self, renderer: Renderer, attachments: Attachments) -> TelegramSender:
        return TelegramSender(self._token, self._url, renderer, self._pace, attachments=attachments)

    def join(self, dispatcher: Dispatcher) -> None:
        dispatcher[TELEGRAM_BOT] = self.bot
        self._kinds = dispatcher.resolve_used_update_types()
        self.reader = InboxReader(
            *(self.inbox, source_of(self.bot), dispatcher, self._clock),
            holds=self.holds,
            a_minute=self._settings.chat_per_minute,
        )

    def add_routes(self, site: web.Application) -> None:
        if self._settings.telegram_mode is UpdateMode.WEBHOOK:
            webhook = AppWebhook(
                "Telegram",
                WEBHOOK_PATH,
                SECRET_HEADER,
                LARGEST_UPDATE,
                lambda body: arrival_of(body, self.bot.id, self._kinds),
            )
            add_app_webhook(site, webhook, self._settings.secret(self.channel), self.reader.take)

    async def learn(self) -> None:
        """Learn nothing: aiogram asks for what it needs when it needs it."""

    async def announce(self) -> None:
        """Tell Telegram the commands, what the bot is for, and where updates go."""
        await self.bot.set_my_commands(_commands(MENU_OF_COMMANDS))
        for chat_id in self._settings.back_office_chats(Channel.TELEGRAM):
            scope = BotCommandScopeChat(chat_id=chat_id)
            # A person may not have written to the bot yet, or have blocked it: a later start tells them.
            with contextlib.suppress(TelegramBadRequest, TelegramForbiddenError):
                await self.bot.set_my_commands(_commands(COMMANDS_OF_BACK_OFFICE), scope=scope)
        await self.bot.set_my_description(DESCRIPTION)
        await self.bot.set_my_short_description(SHORT_DESCRIPTION)
        if self._settings.telegram_mode is UpdateMode.WEBHOOK:
            await self.bot.set_webhook(
                self._settings.address(WEBHOOK_PATH),
                secret_token=self._settings.secret(self.channel),
                allowed_updates=self._kinds,
            )
        else:
            await self.bot.delete_webhook()

    async def listen(self) -> None:
        if self._settings.telegram_mode is UpdateMode.POLLING:
            ask = AskTelegram(self.bot, self._kinds)
            await poll("Telegram", ask, self.reader.take, (TelegramAPIError,), self.listening)
        else:
            await super().listen()


async def open_telegram(settings: TelegramSettings, resources: Resources) -> TelegramApp | None:
    """`None` where Telegram is off."""
    if settings.telegram_token is None:
        return None
    token = settings.telegram_token.get_secret_value()
    files = await resources.stack.enter_async_context(TelegramFiles(token, _api_url(settings)))
    app = TelegramApp(settings, token, files, resources)
    resources.stack.push_async_callback(app.bot.session.close)
    return app


def _api_url(settings: TelegramSettings) -> str:
    return str(settings.telegram_api_url).rstrip("/")


def _commands(described: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in described.items()]
