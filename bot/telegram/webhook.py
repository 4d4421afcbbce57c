"""Telegram's webhook: each update is handled before it is acknowledged."""

import json
import secrets
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

WEBHOOK_PATH = "/telegram/webhook"


class TelegramWebhook(SimpleRequestHandler):
    """aiogram's handler, made stricter: it would take any header and any body for an update."""

    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:
        # Compared as bytes: `compare_digest` refuses texts with other than ASCII characters.
        given = telegram_secret_token.encode("utf-8", "surrogateescape")
        return secrets.compare_digest(given, (self.secret_token or "").encode())

    async def _handle_request(self, bot: Bot, request: web.Request) -> web.Response:
        try:
            update = Update.model_validate(json.loads(await request.read()), context={"bot": bot})
        except (ValueError, RecursionError, web.RequestPayloadError):
            return web.json_response({"error": "not an update"}, status=400)
        try:
            _ = update.event_type
        except UpdateTypeLookupError:
            # A kind that is not known yet is acknowledged, or Telegram would bring it again and again.
            return web.Response()
        result: TelegramMethod[Any] | None = await self.dispatcher.feed_webhook_update(bot, update)
        return web.Response(body=self._build_response_writer(bot, result))


def add_telegram_webhook(site: web.Application, dispatcher: Dispatcher, bot: Bot, secret: str) -> None:
    """`POST /telegram/webhook`."""
    # Acknowledged only once the update was handled: after a crash before that, Telegram brings it again.
    handler = TelegramWebhook(dispatcher, bot, handle_in_background=False, secret_token=secret)
    handler.register(site, WEBHOOK_PATH)
