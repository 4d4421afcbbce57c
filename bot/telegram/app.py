"""Telegram as an app of the program."""

import contextlib
from collections.abc import Mapping

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeChat, LinkPreviewOptions
from aiohttp import web

from bot.app_settings import UpdateMode
from bot.chat_app import ChatApp, Resources
from bot.retries import WaitForTurn, WaitWhenAsked
from bot.telegram.answer_models import KeepAnswerModels
from bot.telegram.polling import poll
from bot.telegram.settings import TelegramSettings
from bot.telegram.webhook import WEBHOOK_PATH, add_telegram_webhook
from dialogs.apps import TELEGRAM_BOT
from domain.chats import Channel
from gateways.chat_pace import ChatPace
from gateways.telegram.files import TelegramFiles
from gateways.telegram.push import TelegramSender
from services.messaging.messages import Renderer
from services.ports import Attachments
from texts.commands import COMMANDS_OF_BACK_OFFICE, DESCRIPTION, MENU_OF_COMMANDS


class TelegramApp(ChatApp):
    channel = Channel.TELEGRAM
    away = (TelegramNetworkError, TelegramServerError)

    def __init__(self, settings: TelegramSettings, token: str, files: TelegramFiles, pace: ChatPace) -> None:
        self._settings = settings
        self._token, self._url = token, _api_url(settings)
        self._pace = pace
        self.files = files
        session = AiohttpSession(api=TelegramAPIServer.from_base(self._url))
        session.middleware(KeepAnswerModels())
        session.middleware(WaitWhenAsked())
        session.middleware(WaitForTurn(pace.answer))
        look = DefaultBotProperties(
            parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
        )
        self.bot = Bot(token, session=session, default=look)

    def sender(self, renderer: Renderer, attachments: Attachments) -> TelegramSender:
        return TelegramSender(self._token, self._url, renderer, self._pace, attachments=attachments)

    def join(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        dispatcher[TELEGRAM_BOT] = self.bot

    def add_routes(self, site: web.Application) -> None:
        if self._settings.telegram_mode is UpdateMode.WEBHOOK:
            add_telegram_webhook(site, self._dispatcher, self.bot, self._settings.secret())

    async def announce(self) -> None:
        """Tell Telegram the commands, what the bot is for, and where updates go."""
        await self.bot.set_my_commands(_commands(MENU_OF_COMMANDS))
        for chat_id in self._settings.back_office_chats(Channel.TELEGRAM):
            scope = BotCommandScopeChat(chat_id=chat_id)
            # A person may not have written to the bot yet, or have blocked it: a later start tells them.
            with contextlib.suppress(TelegramBadRequest, TelegramForbiddenError):
                await self.bot.set_my_commands(_commands(COMMANDS_OF_BACK_OFFICE), scope=scope)
        await self.bot.set_my_description(DESCRIPTION)
        if self._settings.telegram_mode is UpdateMode.WEBHOOK:
            await self.bot.set_webhook(
                self._settings.address(WEBHOOK_PATH),
                secret_token=self._settings.secret(),
                allowed_updates=self._dispatcher.resolve_used_update_types(),
            )
        else:
            await self.bot.delete_webhook()

    async def listen(self) -> None:
        if self._settings.telegram_mode is UpdateMode.POLLING:
            await poll(self.bot, self._dispatcher)
        else:
            await super().listen()


async def open_telegram(settings: TelegramSettings, resources: Resources) -> TelegramApp | None:
    """`None` where Telegram is off."""
    if settings.telegram_token is None:
        return None
    token = settings.telegram_token.get_secret_value()
    files = await resources.stack.enter_async_context(TelegramFiles(token, _api_url(settings)))
    app = TelegramApp(settings, token, files, resources.pace)
    resources.stack.push_async_callback(app.bot.session.close)
    return app


def _api_url(settings: TelegramSettings) -> str:
    return str(settings.telegram_api_url).rstrip("/")


def _commands(described: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in described.items()]
