"""The program's own web endpoints, as `docs/api/public.yaml` says them: health, files behind links,
the banks' webhooks, and those of the chat apps where that is chosen."""

import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.files import add_file_routes
from bot.settings import UpdateMode
from bot.webhooks import add_bank_webhooks
from bot.wiring import Program
from bot.zalo.webhook import add_zalo_webhook
from services.money.transfers import TakeTransfers

WEBHOOK_PATH = "/telegram/webhook"

SOON = timedelta(seconds=5)
"""A job due within this time waits for a pace, not for a repair."""


class TelegramWebhook(SimpleRequestHandler):
    """aiogram's handler, which takes any header and any body for an answer by Telegram."""

    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:
        # As bytes, since a text with other signs than ASCII cannot be compared.
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
            # Of a kind of tomorrow: taken, or Telegram would bring it again and again.
            return web.Response()
        result: TelegramMethod[Any] | None = await self.dispatcher.feed_webhook_update(bot, update)
        return web.Response(body=self._build_response_writer(bot, result))


def build_app(program: Program) -> web.Application:
    """`GET /healthz` counts the work at hand; it holds nothing personal."""

    async def health(_: web.Request) -> web.Response:
        now = program.clock.now()
        # Asked before and after: what ends while the jobs are counted may leave one where counting was done.
        begun, running, updates = program.jobs_begun(), program.jobs_running(), program.updates_running()
        due, soon = await program.count_due(now), await program.count_due(now + SOON)
        events_due = await program.zalo.reader.count_due() if program.zalo else 0
        return web.json_response(
            {
                "status": "ok",
                "jobs_due": due,
                "jobs_soon_due": soon,
                "jobs_running": max(running, program.jobs_running(), program.jobs_begun() - begun),
                "updates_running": max(updates, program.updates_running()),
                "zalo_events_due": events_due,
            }
        )

    app = web.Application(client_max_size=2**20)
    app.router.add_get("/healthz", health)
    take_transfers = TakeTransfers(program.database, program.clock)
    add_bank_webhooks(app, program.settings, program.clock, take_transfers)
    add_file_routes(app, program.shared_files, program.uploads)
    secret = program.settings.webhook_secret
    if program.zalo is not None and program.settings.zalo_mode is UpdateMode.WEBHOOK:
        assert secret is not None
        add_zalo_webhook(app, secret.get_secret_value(), program.zalo.reader.take)
    if program.bot is not None and program.settings.telegram_mode is UpdateMode.WEBHOOK:
        assert secret is not None
        # Telegram is answered only after the update was handled: a crash before that brings it again.
        TelegramWebhook(
            program.dispatcher,
            program.bot,
            handle_in_background=False,
            secret_token=secret.get_secret_value(),
        ).register(app, WEBHOOK_PATH)
    return app


@contextlib.asynccontextmanager
async def serve(program: Program) -> AsyncIterator[int]:
    """Listen while the block runs; gives the port."""
    # Bodies are taken as they came: nobody who posts here compresses, and what is signed are the bytes.
    runner = web.AppRunner(build_app(program), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, program.settings.web_host, program.settings.web_port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
